"""Stories of `gardener review` against a real server on this machine, through the command."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.cli.review_gardens import (
    BAD,
    BAD_LINE,
    BELIEFS,
    CLAUSE,
    CODE,
    FILES,
    GOOD,
    KEYLESS,
    SETTINGS,
    TEXT,
    environment,
    reviewed,
    strict_server,
    unbounded,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Garden

STORE = ".gardener/verdicts"


def test_a_violation_is_found_verified_and_gates(garden: Callable[..., Garden]) -> None:
    made = garden(FILES)
    made.commit()
    with strict_server() as server:
        done = reviewed(made, server)
    assert done.code == 1
    assert done.hits == [(CLAUSE, "src/a.py", BAD_LINE)]
    finding = done.json["findings"][0]
    assert (finding["severity"], finding["origin"], finding["belief"]) == ("P1", "review", "bounded-calls")
    assert (finding["gates"], finding["certainty"]) == (True, "likely")
    assert (finding["column"], finding["end_column"]) == (5, 29)
    assert finding["message"] == "The call has no `timeout`"
    counts = done.json["counts"]
    assert (counts["judged"], counts["unjudged"], counts["stale"]) == (3, 0, 0)
    assert counts["requests"] == len(server.chats) == 3
    assert counts["tokens_in"] > 0
    assert counts["usd"] is None
    assert f"asking `judge-1` at {server.host}" in done.err


def test_what_has_not_changed_costs_nothing_and_needs_no_key(garden: Callable[..., Garden]) -> None:
    made = garden(FILES)
    with strict_server() as server:
        first = reviewed(made, server)
        asked = len(server.chats)
        second = reviewed(made, server)
        assert len(server.chats) == asked
    frozen = reviewed(made, None, "--frozen")
    assert first.hits == second.hits == frozen.hits
    assert second.code == frozen.code == 1
    assert second.out == frozen.out
    assert second.err == frozen.err == ""
    assert frozen.json["counts"]["requests"] == 0


def test_editing_one_function_asks_about_that_function_alone(garden: Callable[..., Garden]) -> None:
    made = garden(FILES)
    with strict_server() as server:
        reviewed(made, server)
        before = len(server.chats)
        made.write({"src/a.py": CODE.replace("timeout=3", "timeout=4")})
        assert reviewed(made, server).json["counts"]["judged"] == 3
        asked = [request.text.count("<unit id=") for request in server.chats[before:]]
    # Found nothing in two readings.
    assert asked == [1, 1]


def test_a_diff_shows_what_it_changes_and_no_more(garden: Callable[..., Garden]) -> None:
    made = garden(FILES)
    made.commit()
    made.write({"src/a.py": CODE + "\n\ndef more(url):\n    return requests.get(url)\n"})
    with strict_server() as server:
        done = reviewed(made, server, "--diff", "HEAD")
    assert done.hits == [(CLAUSE, "src/a.py", 13)]
    assert done.code == 1
    assert not any("def fetch(url):\n    return" in request.text for request in server.chats)


def test_a_violation_on_unchanged_lines_of_a_changed_function_is_not_shown(garden: Callable[..., Garden]) -> None:
    made = garden(FILES)
    made.commit()
    made.write({"src/a.py": CODE.replace("def fetch(url):\n", "def fetch(url):\n    print(url)\n\n")})
    with strict_server() as server:
        done = reviewed(made, server, "--diff", "HEAD")
    assert (done.code, done.hits) == (0, [])
    assert done.json["counts"]["judged"] == 1


def test_the_index_is_reviewed_as_it_is_staged(garden: Callable[..., Garden]) -> None:
    made = garden({name: text for name, text in FILES.items() if name != "src/a.py"})
    made.commit()
    made.write({"src/a.py": CODE})
    made.git("add", "-A")
    made.write({"src/a.py": "import requests\n"})
    with strict_server() as server:
        assert reviewed(made, server, "--staged").hits == [(CLAUSE, "src/a.py", BAD_LINE)]


def test_paths_narrow_the_review(garden: Callable[..., Garden]) -> None:
    made = garden({**FILES, "src/b.py": CODE})
    with strict_server() as server:
        assert reviewed(made, server, "src/b.py").hits == [(CLAUSE, "src/b.py", BAD_LINE)]


def test_without_a_key_or_a_model_verdicts_are_replayed(garden: Callable[..., Garden]) -> None:
    made = garden({**FILES, "gardener.toml": ""})
    with strict_server() as server:
        done = reviewed(made, server)
        assert server.requests == []
    assert (done.code, done.hits, done.err) == (0, [], "")
    assert (done.json["counts"]["judged"], done.json["counts"]["unjudged"]) == (0, 3)
    made.write({"gardener.toml": SETTINGS})
    assert reviewed(made, None).json["counts"]["unjudged"] == 3


@pytest.mark.parametrize("mode", ["--fill", "--refresh", "--audit=50%"])
def test_asking_needs_a_model_and_a_key(garden: Callable[..., Garden], mode: str) -> None:
    made = garden(FILES)
    done = reviewed(made, None, mode)
    assert (done.code, done.out) == (2, "")
    assert "OPENAI_API_KEY" in done.err
    made.write({"gardener.toml": ""})
    done = reviewed(made, None, mode, env={"OPENAI_API_KEY": "k"})
    assert done.code == 2
    assert "no model is set" in done.err


def test_all_verdicts_can_be_required(garden: Callable[..., Garden]) -> None:
    made = garden(FILES)
    done = reviewed(made, None, "--frozen", "--require-judged")
    assert done.code == 2
    assert "3 pairs without a verdict" in done.json["failures"][0]["reason"]
    with strict_server() as server:
        reviewed(made, server)
    assert reviewed(made, None, "--frozen", "--require-judged").code == 1


def test_a_refuted_claim_is_no_finding_and_is_not_asked_again(garden: Callable[..., Garden]) -> None:
    made = garden(FILES)
    with strict_server(script=lambda request: refuted(request.text)) as server:
        assert reviewed(made, server).hits == []
        asked = len(server.chats)
        assert reviewed(made, server).code == 0
        assert len(server.chats) == asked


def refuted(prompt: str) -> object:
    """The second reader overrules every claim; the judge answers everything else."""
    from gardener.llm.scripted_judge import answer_pairs
    from gardener.llm.scripted_steps import says

    return says(json.dumps(answer_pairs(prompt))) if "<marked>" in prompt else None


def test_a_claim_that_the_second_reader_cannot_decide_is_advice(garden: Callable[..., Garden]) -> None:
    from gardener.llm.scripted_judge import answer_pairs
    from gardener.llm.scripted_steps import says

    def unsure(request: object) -> object:
        text = request.text  # type: ignore[attr-defined]
        return says(json.dumps(answer_pairs(text, lambda *_: "unsure"))) if "<marked>" in text else None

    made = garden(FILES)
    with strict_server(script=unsure) as server:
        done = reviewed(made, server)
    assert done.hits == [(CLAUSE, "src/a.py", BAD_LINE)]
    assert (done.code, done.json["findings"][0]["certainty"]) == (0, "maybe")


def test_the_finders_reasoning_is_withheld_from_the_second_reader(garden: Callable[..., Garden]) -> None:
    made = garden(FILES)
    with strict_server() as server:
        reviewed(made, server)
    refuter = next(request for request in server.chats if "<marked>" in request.text)
    assert "The code does what the clause rules out" not in refuter.text
    assert "no `timeout`" not in refuter.text
    tools = {tool["function"]["name"] for tool in refuter.json["tools"]}
    assert tools == {"read_lines", "grep", "find_symbol", "find_callers"}


def test_a_changed_model_makes_verdicts_stale_and_changes_no_gate(garden: Callable[..., Garden]) -> None:
    made = garden(FILES)
    with strict_server() as server:
        before = reviewed(made, server)
    made.write({"gardener.toml": SETTINGS.replace("judge-1", "judge-2")})
    after = reviewed(made, None, "--frozen")
    assert (after.code, after.hits) == (before.code, before.hits)
    assert after.json["counts"]["stale"] == 3
    assert after.json["counts"]["unjudged"] == 0
    assert after.json["findings"][0]["fingerprint"] == before.json["findings"][0]["fingerprint"]


def test_a_verdict_from_another_context_never_gates(garden: Callable[..., Garden]) -> None:
    made = garden(FILES)
    with strict_server() as server:
        assert reviewed(made, server).code == 1
    made.write({"src/a.py": CODE.replace("import requests", "import requests as requests")})
    done = reviewed(made, None, "--frozen")
    assert done.hits == [(CLAUSE, "src/a.py", BAD_LINE)]
    assert (done.code, done.json["findings"][0]["certainty"]) == (0, "maybe")


def test_unchanged_code_never_raises_a_new_gate(garden: Callable[..., Garden]) -> None:
    made = garden(FILES)
    from gardener.llm.scripted_server import ScriptedServer

    with ScriptedServer() as content:
        assert reviewed(made, content).code == 0
    with strict_server() as server:
        done = reviewed(made, server, "--refresh")
    assert done.hits == [(CLAUSE, "src/a.py", BAD_LINE)]
    assert (done.code, done.json["findings"][0]["gates"]) == (0, False)


def test_moving_code_costs_nothing(garden: Callable[..., Garden]) -> None:
    made = garden(FILES)
    with strict_server() as server:
        reviewed(made, server)
        asked = len(server.chats)
        (made.root / "src" / "a.py").unlink()
        made.write({"src/deeper/b.py": CODE.replace("\n", "\r\n")})
        done = reviewed(made, server)
        assert len(server.chats) == asked
    assert done.hits == [(CLAUSE, "src/deeper/b.py", BAD_LINE)]


def test_deferring_in_the_code_asks_nobody_and_suppresses(garden: Callable[..., Garden]) -> None:
    made = garden(FILES)
    with strict_server() as server:
        reviewed(made, server)
        asked = len(server.chats)
        comment = f"  # gardener: defer[{CLAUSE}] until=2999-01-31 goes with the old client"
        made.write({"src/a.py": CODE.replace("requests.get(url)\n", f"requests.get(url){comment}\n", 1)})
        done = reviewed(made, server)
        assert len(server.chats) == asked
    assert (done.code, done.hits) == (0, [])
    suppressed = done.json["findings"][0]["suppressed"]
    assert suppressed == {"by": "deferral", "reason": "goes with the old client"}


def test_push_back_is_not_sent(garden: Callable[..., Garden]) -> None:
    comment = f"  # gardener: wrong[{CLAUSE}] SECRET-REASON"
    made = garden({**FILES, "src/a.py": CODE.replace("requests.get(url)\n", f"requests.get(url){comment}\n", 1)})
    with strict_server() as server:
        done = reviewed(made, server)
        assert not any("SECRET-REASON" in request.text for request in server.chats)
    assert (done.code, done.json["findings"][0]["suppressed"]["by"]) == (0, "dispute")


def test_a_plan_says_what_it_would_cost_and_sends_nothing(garden: Callable[..., Garden]) -> None:
    made = garden({**FILES, "gardener.toml": SETTINGS + '[review.prices."judge-1"]\ninput = 1\noutput = 2\n'})
    with strict_server() as server:
        planned = reviewed(made, server, "--plan")
        text = made.run("review", "--plan", env=KEYLESS | environment(server))
        assert server.requests == []
    counts = planned.json["counts"]
    assert planned.code == 0
    assert (counts["requests"], counts["unjudged"]) == (2, 3)
    assert counts["usd"] > 0
    assert f"plan: 2 requests to {server.host} with `judge-1`" in text.out
    assert text.err == ""


def test_the_payload_is_what_is_sent(garden: Callable[..., Garden]) -> None:
    made = garden(FILES)
    with strict_server() as server:
        shown = made.run("review", "--show-payload", env=KEYLESS | environment(server))
        assert server.requests == []
        reviewed(made, server)
        first = server.chats[0]
    head, _, body = shown.out.partition("\n")
    assert head == f"POST {server.base_url}/chat/completions"
    assert json.loads(body) == {**first.json, **json.loads(body)}
    assert json.loads(body)["messages"] == first.messages


def test_secrets_and_denied_files_do_not_leave(garden: Callable[..., Garden]) -> None:
    key = "ghp_k3Jd82mZqPw0xRtY7uVnB5cLsA9fGh1iEo4X"
    code = f"import requests\n\n\ndef fetch(url):\n    token = '{key}'\n    return requests.get(url)\n"
    made = garden({**FILES, "src/a.py": code, "src/secrets.pem.py": CODE, "src/hidden/b.py": BAD})
    made.write({"gardener.toml": SETTINGS + 'deny = ["src/hidden/"]\n'})
    with strict_server() as server:
        done = reviewed(made, server)
        bodies = b"".join(request.body for request in server.chats)
    assert key.encode() not in bodies
    assert b"src/hidden" not in bodies
    assert (CLAUSE, "src/a.py", 6) in done.hits


def test_written_requests_answered_by_hand_settle_the_same(garden: Callable[..., Garden]) -> None:
    from gardener.llm.scripted_judge import answer_pairs

    made = garden(FILES)
    rounds = 0
    while True:
        assert reviewed(made, None, "--emit", "requests.jsonl").code in (0, 1)
        requests = [json.loads(line) for line in made.read("requests.jsonl").decode().split("\n") if line]
        if not requests:
            break
        rounds += 1
        assert rounds < 5
        answers = []
        for request in requests:
            assert (request["method"], request["url"]) == ("POST", "/v1/chat/completions")
            assert "tools" not in request["body"]
            prompt = "\n".join(message["content"] for message in request["body"]["messages"])
            answers.append({"custom_id": request["custom_id"], **answer_pairs(prompt, unbounded)})
        made.write({"responses.jsonl": "".join(f"{json.dumps(answer)}\n" for answer in reversed(answers))})
        assert reviewed(made, None, "--ingest", "responses.jsonl").code in (0, 1)
    assert rounds == 2
    done = reviewed(made, None, "--frozen", "--require-judged")
    assert (done.code, done.hits) == (1, [(CLAUSE, "src/a.py", BAD_LINE)])


def test_answers_that_fit_nothing_are_reported_and_harmless(garden: Callable[..., Garden]) -> None:
    made = garden(FILES)
    reviewed(made, None, "--emit", "requests.jsonl")
    lines = [
        '{"custom_id": "0000", "verdicts": []}',
        "no json",
        '{"custom_id": 1}',
        "[]",
        '{"custom_id": "0", "error": {}}',
    ]
    made.write({"responses.jsonl": "\n".join(lines)})
    done = made.run("review", "--ingest", "responses.jsonl", env=KEYLESS)
    assert done.code == 0
    assert "responses.jsonl:1: no manifest knows the request `0000`" in done.out
    assert "responses.jsonl:2: the line is no JSON" in done.out
    assert not (made.root / STORE).exists()
    done = made.run("review", "--ingest", "nothing.jsonl", env=KEYLESS)
    assert (done.code, done.out) == (2, "")
    assert "nothing.jsonl" in done.err


def test_a_violation_that_the_change_adds_counts_and_an_ok_is_claimed(garden: Callable[..., Garden]) -> None:
    made = garden(FILES)
    made.commit()
    made.git("checkout", "-q", "-b", "topic")
    made.write({"src/b.py": CODE})
    with strict_server() as server:
        reviewed(made, server)
    made.commit()
    done = made.run("review", "--frozen", "--diff", "main", "--require-judged", env=KEYLESS)
    assert done.code == 1
    assert "claimed: this change itself says that 2 pairs hold" in done.out


def test_a_signature_makes_a_claim_count(garden: Callable[..., Garden]) -> None:
    made = garden(FILES)
    made.commit()
    made.write({"src/b.py": CODE})
    key = {"GARDENER_VERDICT_KEY": "kept by the team"}
    with strict_server() as server:
        reviewed(made, server, env=key)
    assert "claimed" not in made.run("review", "--frozen", "--diff", "HEAD", env=KEYLESS | key).out
    other = made.run("review", "--frozen", "--diff", "HEAD", env=KEYLESS | {"GARDENER_VERDICT_KEY": "another"})
    assert "claimed" in other.out
    assert "GARDENER_VERDICT_KEY did not make" in other.out


def test_an_ok_that_the_change_forges_does_not_disarm_a_violation(garden: Callable[..., Garden]) -> None:
    made = garden(FILES)
    made.commit()
    made.write({"src/b.py": CODE})
    with strict_server() as server:
        assert reviewed(made, server, "--diff", "HEAD").code == 1
    for shard in sorted((made.root / STORE).iterdir()):
        records = [json.loads(line) for line in shard.read_text(encoding="utf-8").split("\n") if line]
        for record in records:
            if record["verdict"] == "violation":
                forged = {**record, "verdict": "ok", "date": "2999-01-01T00:00:00Z", "prompt": "another"}
                shard.write_text("".join(f"{json.dumps(one)}\n" for one in (record, forged)), encoding="utf-8")
    assert reviewed(made, None, "--frozen", "--diff", "HEAD").code == 1


def test_settings_of_the_repository_cannot_send_code_anywhere(garden: Callable[..., Garden]) -> None:
    made = garden({**FILES, "gardener.toml": SETTINGS + 'base_url = "https://evil.example/v1"\n'})
    done = reviewed(made, None, env={"OPENAI_API_KEY": "k"})
    assert (done.code, done.out) == (2, "")
    assert "evil.example" in done.err
    assert "GARDENER_ALLOW_HOSTS" in done.err
    assert reviewed(made, None, "--frozen", env={"OPENAI_API_KEY": "k"}).code == 0


def test_an_audit_judges_a_sample_again_and_keeps_nothing(garden: Callable[..., Garden]) -> None:
    from gardener.llm.scripted_server import ScriptedServer

    made = garden(FILES)
    with strict_server() as server:
        reviewed(made, server)
    before = sorted((path.name, path.read_bytes()) for path in (made.root / STORE).iterdir())
    with ScriptedServer() as content:
        done = made.run("review", "--audit", "100%", env=KEYLESS | environment(content))
    assert "audit: 3 of 3 verdicts judged again, 1 differ: flip rate 33%" in done.out
    assert f"audit: {CLAUSE} in src/a.py:fetch: was violation, is now ok" in done.out
    assert sorted((path.name, path.read_bytes()) for path in (made.root / STORE).iterdir()) == before


def test_policy_can_come_from_the_base(garden: Callable[..., Garden]) -> None:
    made = garden(FILES)
    made.commit()
    made.write({"core-beliefs.md": BELIEFS.replace(TEXT, "Every outbound call must be nice."), "src/b.py": CODE})
    with strict_server() as server:
        done = reviewed(made, server, "--diff", "HEAD", "--policy-from", "HEAD")
        assert all(TEXT in request.text for request in server.chats)
    assert done.hits == [(CLAUSE, "src/b.py", BAD_LINE)]


def test_a_repository_without_beliefs_is_told_so(garden: Callable[..., Garden]) -> None:
    made = garden({"gardener.toml": SETTINGS, "a.py": "x = 1\n"})
    done = reviewed(made, None, "--frozen")
    assert (done.code, done.out) == (2, "")
    assert "core-beliefs.md" in done.err


def test_clauses_that_a_rule_provably_enforces_are_not_sent(garden: Callable[..., Garden]) -> None:
    beliefs = BELIEFS.replace("- **Enforced by:** review", "- **Enforced by:** rule `network-call-without-timeout`")
    beliefs = beliefs.replace("requests.get(url)\n", "import requests\n\nrequests.get(url)\n")
    made = garden({**FILES, "core-beliefs.md": beliefs})
    with strict_server() as server:
        done = reviewed(made, server)
        assert server.requests == []
    assert (done.code, done.json["counts"]["judged"], done.json["counts"]["unjudged"]) == (0, 0, 0)


def test_people_are_shown_the_gravest_and_told_of_the_rest(garden: Callable[..., Garden]) -> None:
    many = "import requests\n" + "".join(f"\n\ndef fetch{n}(url):\n    return requests.get(url)\n" for n in range(8))
    made = garden({**FILES, "src/a.py": many})
    with strict_server() as server:
        done = reviewed(made, server)
    assert len(done.hits) == 8
    shown = made.run("review", "--frozen", env=KEYLESS)
    assert shown.out.count(f"P1 {CLAUSE}") == 5
    assert "... and 3 more, not shown" in shown.out
    annotated = made.run("review", "--frozen", "--format", "github", env=KEYLESS)
    assert annotated.out.count("::error ") == 5
    assert "3 more findings not annotated" in annotated.out


@pytest.mark.parametrize(
    "options",
    [("--frozen", "--fill"), ("--fill", "--refresh"), ("--diff", "HEAD", "--staged"), ("--plan", "--emit", "x"),
     ("--emit", "x", "--fill"), ("--audit", "0%"), ("--audit", "many"), ("--max-usd", "-1")],
)  # fmt: skip
def test_what_contradicts_itself_is_refused(garden: Callable[..., Garden], options: tuple[str, ...]) -> None:
    done = garden(FILES).run("review", *options, env=KEYLESS)
    assert (done.code, done.out) == (2, "")


def test_good_code_is_found_good(garden: Callable[..., Garden]) -> None:
    made = garden({**FILES, "src/a.py": f"import requests\n\n\n{GOOD}"})
    with strict_server() as server:
        done = reviewed(made, server)
    assert (done.code, done.hits) == (0, [])
