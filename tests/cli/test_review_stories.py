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
    environment,
    reviewed,
    strict_server,
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
    assert finding["message"] == "The call has no `timeout`."
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
    assert "nobody was asked, as there is no `model` in the settings" in made.run("review", env=KEYLESS).out
    assert "nobody was asked" not in made.run("review", "--frozen", env=KEYLESS).out
    made.write({"gardener.toml": SETTINGS})
    assert reviewed(made, None).json["counts"]["unjudged"] == 3
    assert "no key in OPENAI_API_KEY" in made.run("review", env=KEYLESS).out


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
    made.write({"core-beliefs.md": BELIEFS.replace("requests.get(url)", f"requests.get(url, auth='{key}')")})
    with strict_server() as server:
        reviewed(made, server)
        assert server.chats
        assert key.encode() not in b"".join(request.body for request in server.chats)
    assert b"src/hidden" not in bodies
    assert (CLAUSE, "src/a.py", 6) in done.hits


def test_settings_of_the_repository_cannot_send_code_anywhere(garden: Callable[..., Garden]) -> None:
    made = garden({**FILES, "gardener.toml": SETTINGS + 'base_url = "https://evil.example/v1"\n'})
    done = reviewed(made, None, env={"OPENAI_API_KEY": "k"})
    assert (done.code, done.out) == (2, "")
    assert "evil.example" in done.err
    assert "GARDENER_ALLOW_HOSTS" in done.err
    assert reviewed(made, None, "--frozen", env={"OPENAI_API_KEY": "k"}).code == 0


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


def test_what_was_spent_is_on_record(garden: Callable[..., Garden]) -> None:
    made = garden({**FILES, "gardener.toml": SETTINGS + '[review.prices."judge-1"]\ninput = 1\noutput = 2\n'})
    assert made.run("review", "--costs", env=KEYLESS).out == "nothing was spent so far\n"
    with strict_server() as server:
        done = reviewed(made, server)
    table = made.run("review", "--costs", env=KEYLESS)
    assert (table.code, table.err) == (0, "")
    spent = [line.split()[1:4] for line in table.out.split("\n")[1:3]]
    assert spent == [["judge-1", "find", "2"], ["judge-1", "refute", "1"]]
    assert table.out.rstrip("\n").endswith(f"${done.json['counts']['usd']:.4f}")
    assert b"test-key" not in (made.root / ".gardener/cache/ledger.db").read_bytes()
    assert b"timeout" not in (made.root / ".gardener/cache/ledger.db").read_bytes()
