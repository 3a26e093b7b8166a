"""Written requests and their answers in hostile hands: what is ingested can say nothing about what was not asked."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from gardener.llm.scripted_judge import answer_pairs
from tests.cli.review_gardens import KEYLESS, SETTINGS, reviewed, unbounded
from tests.cli.review_patches import STORE, Kept, patches

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.conftest import Garden

# One function breaks its clause, the other keeps it.
TWO = patches(["breaks", "keeps"]) | {"src/p001_keeps.py": "def good(url):\n    return 1\n"}
MANIFEST = "requests.jsonl.manifest.json"


def emitted(made: Garden) -> list[dict[str, Any]]:
    """The requests that are left to ask."""
    assert reviewed(made, None, "--emit", "requests.jsonl").code in (0, 1)
    return [json.loads(line) for line in made.read("requests.jsonl").decode().split("\n") if line]


def answer(request: Mapping[str, Any], *deciders: Any) -> str:
    """The line that answers a request."""
    prompt = "\n".join(message["content"] for message in request["body"]["messages"])
    return json.dumps({"custom_id": request["custom_id"], **answer_pairs(prompt, *deciders)}) + "\n"


def ingested(made: Garden, text: str) -> str:
    """The report of taking these lines."""
    made.write({"responses.jsonl": text})
    done = made.run("review", "--ingest", "responses.jsonl", env=KEYLESS)
    assert done.code in (0, 1, 2)
    assert done.err == ""
    return done.out


def forged(made: Garden, requests: list[dict[str, Any]]) -> str:
    """A manifest that says of each request that it was about the pairs of the next."""
    manifest = json.loads(made.read(MANIFEST))["requests"]
    names = [request["custom_id"] for request in requests]
    turned = {name: manifest[names[(at + 1) % len(names)]] for at, name in enumerate(names)}
    return json.dumps({"requests": turned})


def test_a_manifest_that_came_with_the_repository_cannot_turn_answers_round(garden: Callable[..., Garden]) -> None:
    """The answers must not change places."""
    made = garden(TWO)
    requests = emitted(made)
    made.write({"a.manifest.json": forged(made, requests), "z.manifest.json": forged(made, requests)})
    made.write({"odd.manifest.json": "[" * 100_000, "list.manifest.json": "[]", "x.manifest.json": '{"requests": 3}'})
    ingested(made, "".join(answer(request, unbounded) for request in requests))
    assert Kept.of(made.root).verdicts == {"breaks": "violation", "keeps": "ok"}


def test_without_our_own_copy_manifests_that_disagree_are_not_believed(garden: Callable[..., Garden]) -> None:
    made = garden(TWO)
    requests = emitted(made)
    for copy in (made.root / ".gardener/cache/manifests").iterdir():
        copy.unlink()
    lines = "".join(answer(request, unbounded) for request in requests)
    made.write({"a.manifest.json": forged(made, requests)})
    assert "or several disagree about it" in ingested(made, lines)
    assert not (made.root / STORE).exists()
    (made.root / "a.manifest.json").unlink()
    ingested(made, lines)
    assert Kept.of(made.root).verdicts == {"breaks": "violation", "keeps": "ok"}


def test_a_copy_that_git_tracks_is_not_our_own(garden: Callable[..., Garden]) -> None:
    made = garden(TWO)
    requests = emitted(made)
    for copy in (made.root / ".gardener/cache/manifests").iterdir():
        copy.write_text(forged(made, requests), encoding="utf-8")
    made.git("add", "-f", ".gardener/cache")
    ingested(made, "".join(answer(request, unbounded) for request in requests))
    # Nor are rows that wait there: nothing is settled, and nothing false.
    assert Kept.of(made.root).verdicts == {}


def test_answers_say_nothing_about_pairs_of_other_requests(garden: Callable[..., Garden]) -> None:
    made = garden(patches(["one", "two"]))
    requests = emitted(made)
    rows = [json.loads(answer(request)) for request in requests]
    everything = [row for one in rows for row in one["verdicts"]]
    out = ingested(made, json.dumps({**rows[0], "verdicts": everything}) + "\n")
    assert "a row is about something that was not asked" in out
    assert Kept.of(made.root).verdicts == {"one": "ok"}
    assert len(emitted(made)) == 1


def test_answers_are_taken_once_the_second_reader_is_another(garden: Callable[..., Garden]) -> None:
    """The finder's requests are the same bytes, and what they are about has other keys."""
    made = garden(patches(["one"], severity="P1"))
    emitted(made)
    made.write({"gardener.toml": SETTINGS.replace("[review]", '[review]\nverify_model = "judge-2"')})
    rounds = 0
    while requests := emitted(made):
        rounds += 1
        assert rounds < 4
        ingested(made, "".join(answer(request, unbounded) for request in requests))
    assert rounds == 2
    assert Kept.of(made.root).verdicts == {"one": "violation"}


def test_broken_answers_leave_their_pairs_to_the_next_round(garden: Callable[..., Garden]) -> None:
    made = garden(patches(["one", "two", "three", "four"]))
    requests = emitted(made)
    one, two, three, four = (json.loads(answer(request, unbounded)) for request in requests)
    lines = [
        json.dumps({**one, "verdicts": []}),
        json.dumps({**two, "verdicts": "ok"}),
        json.dumps(three)[:-20],
        json.dumps({"custom_id": four["custom_id"], "response": {"status_code": 500, "body": {"error": {}}}}),
        '{"custom_id": "\\ud800"}',
        "\0",
        "[" * 10_000,
    ]
    ingested(made, "\n".join(lines))
    assert not (made.root / STORE).exists()
    assert [request["custom_id"] for request in emitted(made)] == [request["custom_id"] for request in requests]
