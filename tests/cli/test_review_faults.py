"""Everything that goes wrong between a review and its model, through the command.

Each fault ends in a clear outcome and the exit code that goes with it, keeps nothing false, and costs the next run no
more than asking again.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from gardener.llm import scripted_steps as steps
from gardener.llm.scripted_server import ScriptedServer
from tests.cli.review_gardens import environment, strict_server
from tests.cli.review_patches import CODE, Kept, by_patch, failures_of, patch_of, patches

if TYPE_CHECKING:
    from collections.abc import Callable

    from gardener.llm.scripted_exchange import Recorded
    from gardener.llm.scripted_steps import Step
    from tests.conftest import Garden


def message(**fields: Any) -> Step:
    """The judge's answer with other fields in its message."""

    def change(record: dict[str, Any]) -> dict[str, Any]:
        record["choices"][0]["message"] |= fields
        return record

    return steps.altered(change)


def whole(**fields: Any) -> Step:
    return steps.altered(lambda record: record | fields)


def rows(change: Callable[[list[dict[str, Any]]], Any]) -> Step:
    """The judge's answer with other rows."""
    return steps.reshaped(lambda text: json.dumps({"verdicts": change(json.loads(text)["verdicts"])}))


def row(**fields: Any) -> Step:
    """The judge's answer with other fields in each row."""
    return rows(lambda found: [one | fields for one in found])


def in_parts(record: dict[str, Any]) -> dict[str, Any]:
    """The content of the message as a list of parts."""
    content = record["choices"][0]["message"]
    content["content"] = [{"type": "text", "text": content["content"]}]
    return record


def unfinished(record: dict[str, Any]) -> dict[str, Any]:
    """No reason to finish, as old servers answer."""
    del record["choices"][0]["finish_reason"]
    return record


# Nobody answered: what the report must say of it.
UNANSWERED: dict[str, Step] = {
    "limited": (steps.fails(429), "HTTP 429"),
    "failing": (steps.fails(500), "HTTP 500"),
    "gateway": (steps.sends(b"<h1>Bad gateway</h1>", status=502, content_type="text/html"), "HTTP 502"),
    "busy": (steps.fails(503), "HTTP 503"),
    "reset": (steps.resets(), "the connection broke"),
    "hung_up": (steps.hangs_up(), "the connection broke"),
    "unfit": (steps.fails(400, "no such thing"), "HTTP 400: no such thing"),
    "too_long": (steps.fails(413), "HTTP 413"),
    "unprocessable": (steps.sends(b'{"detail": "nope"}', status=422), "HTTP 422: nope"),
    "portal": (steps.portal(), "no JSON but `text/html`"),
    "empty": (steps.sends(b""), "the answer is no JSON"),
    "half": (steps.sends(b'{"choices": ['), "the answer is no JSON"),
    "binary": (steps.sends(b"\xff\xfe\x00\x00"), "the answer is no JSON"),
    "list": (steps.sends(b"[]"), "the answer is no JSON object"),
    "no_choices": (whole(choices=[]), "no choices"),
    "null_choices": (whole(choices=None), "no choices"),
    "odd_choices": (whole(choices={"0": {}}), "no choices"),
    "null_content": (message(content=None), "the answer is empty"),
    "blank": (message(content="  \n"), "the answer is empty"),
    "odd_content": (message(content={"verdicts": []}), "no text"),
    "error": (steps.sends(b'{"error": {"message": "overloaded", "code": 529}}'), "HTTP 529: overloaded"),
    "refused": (steps.refuses("I will not."), "the model declined: I will not."),
    "filtered": (steps.says("", finish="content_filter"), "the content filter stopped the answer"),
    "cut": (steps.says('{"verdicts": [', finish="length"), "the answer ran into the limit of tokens"),
    "prose": (steps.says("All is well."), "the answer is no JSON"),
    "truncated": (steps.reshaped(lambda text: text[: len(text) // 2]), "the answer is no JSON"),
    "other_json": (steps.says('{"result": "ok"}'), "no JSON by the schema"),
    "bare_list": (steps.reshaped(lambda text: json.dumps(json.loads(text)["verdicts"])), "no JSON by the schema"),
    "extra_top": (steps.reshaped(lambda text: json.dumps(json.loads(text) | {"note": ""})), "no JSON by the schema"),
    "nothing": (rows(lambda _: []), "the model left it out"),
    "null_rows": (rows(lambda _: None), "no JSON by the schema"),
    "texts": (rows(lambda _: ["ok", None, 7]), "a row is not as the schema says"),
    "extra_key": (row(line=2), "a row is not as the schema says"),
    "missing_key": (rows(lambda found: [{"clause": found[0]["clause"], "verdict": "ok"}]), "a row is not as"),
    "wrong_type": (row(message=None), "a row is not as the schema says"),
    "number": (row(code_quote=5), "a row is not as the schema says"),
    "other_verdict": (row(verdict="fine"), "a row is not as the schema says"),
    "case": (row(verdict="OK"), "a row is not as the schema says"),
    "endless_text": (row(message="x" * 100_000), "a row is not as the schema says"),
    "other_clause": (row(clause="invented.1"), "something that was not asked"),
    "other_unit": (row(unit="u2"), "something that was not asked"),
}

# Odd, and answered all the same: the code is a violation.
ANSWERED: dict[str, Step] = {
    "fenced": steps.reshaped(lambda text: f"```json\n{text}\n```"),
    "talkative": steps.reshaped(lambda text: f"Here you are:\n{text}\nHope it helps {{}}."),
    "thinking": steps.reshaped(lambda text: f'<think>{{"verdicts": []}}</think>{text}'),
    "invented_too": rows(lambda found: [*found, found[0] | {"unit": "u9"}, found[0] | {"clause": "x.1"}]),
    "broken_too": rows(lambda found: [{}, *found, "?"]),
    "twice": rows(lambda found: [*found, *found]),
    "of_two_minds": rows(lambda found: [found[0] | {"verdict": "ok"}, *found]),
    "late_ok": rows(lambda found: [*found, found[0] | {"verdict": "ok"}]),
    "no_usage": steps.with_usage(None),
    "negative_usage": steps.with_usage({"prompt_tokens": -5, "completion_tokens": -9}),
    "huge_usage": steps.with_usage({"prompt_tokens": 10**30, "completion_tokens": 10**30}),
    "text_usage": steps.with_usage({"prompt_tokens": "many", "completion_tokens": [1]}),
    "parts": steps.altered(in_parts),
    "no_finish": steps.altered(unfinished),
}


@dataclass(frozen=True)
class Faulty:
    """A review in which each patch met a fault of its own, and the same again when all was well."""

    code: int
    report: dict[str, Any]
    kept: Kept
    asked: list[str]
    code_after: int
    report_after: dict[str, Any]
    kept_after: Kept
    asked_after: list[str]


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Faulty:
    from tests.conftest import Garden

    scripts = {name: step for name, (step, _) in UNANSWERED.items()} | ANSWERED
    # An endpoint that is not reached three times in a row counts as down: something good comes in between.
    names = ["fine0", *(name for number, fault in enumerate(scripts, 1) for name in (fault, f"fine{number}"))]
    made = Garden(tmp_path_factory.mktemp("faulty"))
    made.git("init", "-q", "-b", "main")
    made.write(patches(names))
    with strict_server(script=by_patch(scripts)) as server:
        code, report, _ = failures_of(made, env=environment(server))
        asked = [patch_of(request) for request in server.chats]
    kept = Kept.of(made.root)
    with strict_server() as server:
        code_after, report_after, _ = failures_of(made, env=environment(server))
        asked_after = [patch_of(request) for request in server.chats]
    return Faulty(code, report, kept, asked, code_after, report_after, Kept.of(made.root), asked_after)


def test_faults_make_exit_2_and_are_counted(faulty: Faulty) -> None:
    counts = faulty.report["counts"]
    fine = len(UNANSWERED) + len(ANSWERED) + 1
    assert faulty.code == 2
    assert (counts["judged"], counts["unjudged"]) == (fine + len(ANSWERED), len(UNANSWERED))
    assert counts["requests"] == len(faulty.asked)
    assert 0 < counts["tokens_in"] < 10**6
    assert 0 < counts["tokens_out"] < 10**6
    assert counts["usd"] is None
    assert len(faulty.report["findings"]) == counts["judged"]


@pytest.mark.parametrize("name", UNANSWERED)
def test_a_fault_is_named_keeps_nothing_and_is_asked_again(name: str, faulty: Faulty) -> None:
    reasons = [failure["reason"] for failure in faulty.report["failures"]]
    assert any(UNANSWERED[name][1] in reason for reason in reasons), reasons
    assert name not in faulty.kept.verdicts
    assert faulty.kept_after.verdicts[name] == "violation"
    assert faulty.asked_after.count(name) == 1


@pytest.mark.parametrize("name", ANSWERED)
def test_an_odd_answer_is_taken_for_what_it_says(name: str, faulty: Faulty) -> None:
    assert faulty.kept.verdicts[name] == "violation"
    assert name not in faulty.asked_after


def test_the_next_good_run_settles_everything(faulty: Faulty) -> None:
    assert faulty.code_after == 0
    assert faulty.report_after["failures"] == []
    assert faulty.report_after["counts"]["unjudged"] == 0
    assert sorted(faulty.asked_after) == sorted(UNANSWERED)
    assert not any(name.startswith("fine") for name in faulty.asked_after)


HOPELESS: dict[str, tuple[Step, str]] = {
    "a key that is refused": (steps.fails(401, "Incorrect API key provided: test-key."), "HTTP 401"),
    "a key without the right": (steps.fails(403), "HTTP 403"),
    "a model that is not there": (steps.fails(404, "The model `judge-1` does not exist"), "HTTP 404: The model"),
    "a quota that is used up": (steps.out_of_quota(), "You exceeded your current quota"),
}


@pytest.mark.parametrize("name", HOPELESS)
def test_what_no_second_request_would_change_is_asked_once(name: str, garden: Callable[..., Garden]) -> None:
    step, reason = HOPELESS[name]
    made = garden(patches(["one", "two", "three"], retries=3))
    with strict_server(script=lambda _: step) as server:
        code, report, err = failures_of(made, env=environment(server))
        assert len(server.chats) == 1
    reasons = [failure["reason"] for failure in report["failures"]]
    assert code == 2
    assert all(reason in one for one in reasons)
    assert report["counts"]["unjudged"] == 3
    assert report["findings"] == []
    assert "test-key" not in json.dumps(report) + err
    assert Kept.of(made.root).verdicts == {}


def test_nothing_listens_where_the_settings_say(garden: Callable[..., Garden]) -> None:
    made = garden(patches(["one"], retries=0))
    with ScriptedServer() as closed:
        env = environment(closed)
    code, report, _ = failures_of(made, env=env)
    assert code == 2
    assert "no connection" in report["failures"][0]["reason"]
    assert report["counts"]["unjudged"] == 1
    assert Kept.of(made.root).verdicts == {}


@pytest.mark.parametrize("status", [301, 307])
def test_a_redirect_carries_no_byte_elsewhere(status: int, garden: Callable[..., Garden]) -> None:
    made = garden(patches(["one", "two"]))
    with (
        ScriptedServer() as elsewhere,
        ScriptedServer(script=lambda _: steps.redirects(f"{elsewhere.base_url}/chat/completions", status)) as server,
    ):
        code, report, _ = failures_of(made, env=environment(server))
        assert elsewhere.requests == []
        assert len(server.requests) == 1
    assert code == 2
    assert "a redirect, which is not followed" in report["failures"][0]["reason"]


def test_what_may_pass_is_tried_again_and_counted(garden: Callable[..., Garden]) -> None:
    script = [steps.fails(429, retry_after=0), steps.fails(503, retry_after_ms=1), steps.resets(), None]
    made = garden(patches(["one"], retries=3))
    with strict_server(script=script) as server:
        code, report, _ = failures_of(made, env=environment(server))
    assert (code, report["failures"]) == (0, [])
    assert report["counts"]["requests"] == len(server.chats) == 4
    assert len({request.body for request in server.chats}) == 1


def test_who_is_told_to_wait_for_longer_than_there_is_does_not(garden: Callable[..., Garden]) -> None:
    made = garden(patches(["one", "two"], retries=3))
    with strict_server(script=[steps.fails(429, retry_after=3600)]) as server:
        code, report, _ = failures_of(made, env=environment(server))
        assert len(server.chats) == 1
    assert code == 2
    reasons = " ".join(failure["reason"] for failure in report["failures"])
    assert "HTTP 429" in reasons
    assert "after the deadline" in reasons
    assert Kept.of(made.root).verdicts == {}


def test_silence_and_dripping_end_at_the_deadline_and_do_not_hold_up_the_rest(garden: Callable[..., Garden]) -> None:
    scripts = {"silent": steps.hangs(), "drips": steps.drips_body()}
    made = garden(patches(["fine", *scripts], deadline_s=3, concurrency=3))
    with strict_server(script=by_patch(scripts)) as server:
        code, report, _ = failures_of(made, env=environment(server))
    assert code == 2
    assert report["failures"] == [{"reason": "2 pairs unjudged: no answer before the deadline"}]
    assert Kept.of(made.root).verdicts == {"fine": "violation"}


def test_an_endpoint_that_is_down_is_not_asked_about_everything(garden: Callable[..., Garden]) -> None:
    names = [f"n{number}" for number in range(20)]
    made = garden(patches(names))
    with strict_server(script=lambda _: steps.fails(500)) as server:
        code, report, _ = failures_of(made, env=environment(server))
        assert len(server.chats) == 3
    assert (code, report["counts"]["unjudged"]) == (2, 20)


def test_an_answer_that_is_cut_is_asked_for_in_parts(garden: Callable[..., Garden]) -> None:
    """Only what is too long by itself stays unjudged."""

    def too_much(request: Recorded) -> Step | None:
        units = request.text.count("<unit id=")
        return steps.says('{"verdicts": [', finish="length") if units > 1 or "long" in request.text else None

    code = "".join(f"def {name}(url):\n    return requests.get(url)\n\n\n" for name in ("a", "b", "long", "c"))
    made = garden(patches(["many"]) | {"src/p000_many.py": code})
    with strict_server(script=too_much) as server:
        done, report, _ = failures_of(made, env=environment(server))
    assert done == 2
    # The module's skeleton shows the name, too.
    assert report["failures"] == [{"reason": "2 pairs unjudged: the answer ran into the limit of tokens"}]
    assert sorted(finding["line"] for finding in report["findings"]) == [2, 6, 14]


def test_a_unit_that_a_filter_stops_does_not_keep_its_neighbours_from_being_judged(
    garden: Callable[..., Garden],
) -> None:
    code = "".join(f"def {name}(url):\n    return requests.get(url)\n\n\n" for name in ("a", "rude", "c"))
    made = garden(patches(["many"]) | {"src/p000_many.py": code})
    stopped = steps.says("", finish="content_filter")
    with strict_server(script=lambda request: stopped if "rude" in request.text else None) as server:
        done, report, _ = failures_of(made, env=environment(server))
    assert done == 2
    assert [finding["line"] for finding in report["findings"]] == [2, 10]


def test_pairs_that_were_left_out_are_asked_again_and_then_counted(garden: Callable[..., Garden]) -> None:
    code = "".join(f"def {name}(url):\n    return requests.get(url)\n\n\n" for name in ("a", "b"))
    made = garden(patches(["many"]) | {"src/p000_many.py": code})
    with strict_server(script=lambda _: rows(lambda found: found[:1])) as server:
        done, report, _ = failures_of(made, env=environment(server))
        assert [request.text.count("<unit id=") for request in server.chats] == [3, 2]
    assert (done, report["counts"]["judged"], report["counts"]["unjudged"]) == (2, 2, 1)
    assert report["failures"] == [{"reason": "1 pair unjudged: the model left it out"}]


LACKING = ("temperature", "json_schema", "strict", "parallel_tool_calls", "max_completion_tokens", "tool_choice")


def test_every_parameter_that_is_refused_is_done_without_and_remembered(garden: Callable[..., Garden]) -> None:
    made = garden(patches(["one"], severity="P1", temperature=0.5))
    with strict_server(lacks=LACKING) as server:
        code, report, _ = failures_of(made, env=environment(server))
        assert (code, report["failures"]) == (1, [])
        assert report["counts"]["requests"] == len(server.chats)
        known = len(server.chats)
        made.write({"src/p000_one.py": CODE.replace("fetch", "load")})
        code, report, _ = failures_of(made, env=environment(server))
        later = server.chats[known:]
    assert (code, report["failures"]) == (1, [])
    assert [request.text.count("<marked>") for request in later] == [0, 1]


SECOND: dict[str, tuple[Step, str]] = {
    "away": (steps.fails(500), "HTTP 500"),
    "chatty": (steps.says("Yes."), "the answer is no JSON"),
    "shy": (steps.refuses("No."), "the model declined: No."),
    "mute": (rows(lambda _: []), "the second reader gave no usable answer"),
    "astray": (row(unit="u2"), "the second reader gave no usable answer"),
}


def test_a_second_reader_that_fails_settles_nothing(garden: Callable[..., Garden]) -> None:
    made = garden(patches(SECOND, severity="P1"))

    def script(request: Recorded) -> Step | None:
        return SECOND[patch_of(request)][0] if "<marked>" in request.text else None

    with strict_server(script=script) as server:
        code, report, _ = failures_of(made, env=environment(server))
    assert (code, report["findings"], Kept.of(made.root).verdicts) == (2, [], {})
    said = "\n".join(failure["reason"] for failure in report["failures"])
    assert all(reason in said for _, reason in SECOND.values())
    with strict_server() as server:
        code, report, _ = failures_of(made, env=environment(server))
        # What the first reader said is not asked again.
        assert ["<marked>" in request.text for request in server.chats] == [True] * len(SECOND)
    assert (code, Kept.of(made.root).verdicts) == (1, dict.fromkeys(SECOND, "violation"))
