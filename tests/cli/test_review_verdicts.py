"""Stories of stored verdicts: replayed, stale, claimed, signed, written and answered by hand, and audited."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

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


def test_all_verdicts_can_be_required(garden: Callable[..., Garden]) -> None:
    made = garden(FILES)
    done = reviewed(made, None, "--frozen", "--require-judged")
    assert done.code == 2
    assert "3 pairs without a verdict" in done.json["failures"][0]["reason"]
    with strict_server() as server:
        reviewed(made, server)
    assert reviewed(made, None, "--frozen", "--require-judged").code == 1


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
    assert done.code == 2
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


def test_a_finding_of_a_review_is_explained_and_so_is_its_clause(garden: Callable[..., Garden]) -> None:
    made = garden(FILES)
    with strict_server() as server:
        fingerprint = reviewed(made, server).json["findings"][0]["fingerprint"]
    told = made.run("explain", fingerprint[:8], env=KEYLESS)
    assert (told.code, told.err) == (0, "")
    assert "fails the review" in told.out
    assert "judged by    judge-1" in told.out
    assert f"gardener beliefs show {CLAUSE}" in told.out
    assert TEXT in made.run("explain", CLAUSE, env=KEYLESS).out
    assert made.run("explain", "bounded-calls.9", env=KEYLESS).code == 2


def test_code_that_only_moved_is_not_asked_about_and_cannot_gate(garden: Callable[..., Garden]) -> None:
    made = garden({**FILES, "src/b.py": "import requests\n"})
    made.commit()
    made.write({"src/a.py": f"import requests\n\n\n{GOOD}\n\n{BAD}", "src/c.py": "import requests\n"})
    with strict_server() as server:
        inside = reviewed(made, server, "--diff", "HEAD")
        (made.root / "src/a.py").unlink()
        made.write({"src/b.py": CODE})
        across = reviewed(made, server, "--diff", "HEAD")
        assert not any("def fetch(url):\n    return" in request.text for request in server.chats)
    assert (inside.code, inside.hits) == (across.code, across.hits) == (0, [])


def test_verdicts_on_disk_hold_for_what_is_staged(garden: Callable[..., Garden]) -> None:
    made = garden({name: text for name, text in FILES.items() if name != "src/a.py"})
    made.commit()
    made.write({"src/a.py": CODE})
    made.git("add", "src/a.py")
    with strict_server() as server:
        assert reviewed(made, server, "--staged").code == 1
        asked = len(server.chats)
        assert reviewed(made, server, "--staged").code == 1
        assert len(server.chats) == asked
    assert reviewed(made, None, "--staged", "--frozen").code == 1
