"""GitHub in trouble: no failure is fatal for the rest, and none is kept quiet."""

from __future__ import annotations

import json
from typing import Any

import pytest

from gardener.core.errors import SourceError
from gardener.repo.forge import Forge
from gardener.sources import github
from tests.sources.github_reading import TOKEN, Reading
from tests.sources.github_server import NAME, GitHub, running


@pytest.mark.parametrize("status", [500, 502, 503, 429])
def test_a_passing_failure_is_tried_again(hub: GitHub, status: int) -> None:
    hub.comment(7, "One.")
    hub.fail("pulls/comments", status)
    hub.fail("pulls/comments", status, {"Retry-After": "3"})
    reading = Reading(hub)
    assert reading.feedback
    assert len(reading.pauses) == 2
    assert reading.pauses[1] == 3


@pytest.mark.parametrize("status", [401, 403, 404, 410, 422, 500])
def test_a_list_that_is_refused_does_not_keep_the_others_from_being_read(hub: GitHub, status: int) -> None:
    hub.comment(7, "One.")
    for _ in range(4):
        hub.fail("issues/comments", status, body=b'{"message": "\\u001b[31mNo."}')
    reading = Reading(hub)
    assert [each.body for each in reading.feedback][:1] == ["One."]
    assert f"remarks could not be read: the forge answered {status}: [31mNo" in reading.notes[0]


def test_a_repository_that_cannot_be_read_at_all_is_an_error(hub: GitHub) -> None:
    with pytest.raises(SourceError, match="cannot be read: the forge answered 404: Not Found"):
        list(github.read_from(Forge(hub.address, TOKEN), "acme/other"))


@pytest.mark.parametrize(
    "headers", [{"Retry-After": "3600"}, {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "9999999999"}]
)
def test_a_long_wait_ends_the_run_and_keeps_what_was_read(hub: GitHub, headers: dict[str, str]) -> None:
    for number in range(150):
        hub.comment(1, f"Comment {number}.")
    hub.fail("page=1", 200, body=json.dumps(hub.comments[:100]).encode())
    hub.fail("page=1", 403, headers)
    reading = Reading(hub)
    assert len(reading.feedback) == 100
    assert "stopped early" in reading.notes[0]
    assert reading.pauses == []
    assert {each.body for each in Reading(hub, reading.cursor).feedback} >= {f"Comment {n}." for n in range(100, 150)}


def said(number: int) -> list[dict[str, Any]]:
    user = {"login": "ana", "type": "User"}
    return [{"id": number, "body": f"Review {number}.", "user": user, "submitted_at": "2026-01-02T00:00:00Z"}]


def test_a_run_that_ends_within_a_page_loses_none_of_it(hub: GitHub) -> None:
    for number in range(1, 60):
        hub.pull(number, f"2026-01-02T00:{number:02}:00Z")
        hub.reviews[number] = said(number)
    hub.fail("pulls/30/reviews", 429, {"Retry-After": "3600"})
    first = Reading(hub)
    assert {each.body for each in first.feedback} == {f"Review {number}." for number in range(1, 21)}
    second = Reading(hub, first.cursor)
    assert {each.body for each in second.feedback} >= {f"Review {number}." for number in range(21, 60)}


def test_a_list_that_fails_within_is_read_on_from_there_in_the_next_run(hub: GitHub) -> None:
    for number in range(150):
        hub.comment(1, f"Comment {number}.")
    hub.fail("pulls/comments", 200, body=json.dumps(hub.comments[:100]).encode())
    for _ in range(4):
        hub.fail("pulls/comments", 502)
    first = Reading(hub)
    assert "comments could not be read: the forge answered 502" in first.notes[0]
    assert len({each.body for each in Reading(hub, first.cursor).feedback}) >= 50


def test_a_reserve_is_left_to_others(hub: GitHub) -> None:
    hub.comment(7, "One.")
    hub.left = 1002
    reading = Reading(hub)
    (note,) = reading.notes
    assert note.startswith("stopped early: 1000 of 5000 requests are left for this hour, and are left to others")


@pytest.mark.parametrize(
    "body",
    [b"[{", b'{"message": "hm"}', b"\xff\xfe", b"[" * 100_000, b'[1, null, {"id": 3}]'],
    ids=lambda body: repr(body[:9]),
)
def test_answers_of_another_shape_are_told(hub: GitHub, body: bytes) -> None:
    for _ in range(4):
        hub.fail("pulls/comments", 200, body=body)
    reading = Reading(hub)
    assert reading.notes or [each for batch in reading.batches for each in batch.skipped]


def test_an_answer_that_was_cut_short_is_asked_for_again(hub: GitHub) -> None:
    hub.comment(7, "One.")
    hub.fail("pulls/comments", 200, {"Content-Length": "9000"}, b'[{"id": 1')
    assert [each.body for each in Reading(hub).feedback][:1] == ["One."]


def test_records_that_lack_a_field_are_skipped_one_by_one(hub: GitHub) -> None:
    hub.comment(7, "Fine.")
    del hub.comment(7, "No path.")["path"]
    hub.comment(7, "")["body"] = None
    hub.comment(7, "Date.", created_at="yesterday")
    hub.comment(7, "User.", user="ana")
    reading = Reading(hub)
    assert {each.body for each in reading.feedback} == {"Fine."}
    assert {each.at.rpartition("_")[2] for batch in reading.batches for each in batch.skipped} == {
        "r1001",
        "r1003",
        "r1004",
    }


def test_a_redirect_to_another_host_is_not_followed(hub: GitHub) -> None:
    with running(GitHub()) as other:
        hub.fail("pulls/comments", 302, {"Location": f"{other.address}/repos/{NAME}/pulls/comments"})
        reading = Reading(hub)
        assert other.asked == []
    assert "comments could not be read" in reading.notes[0]


def test_a_repository_that_moved_on_the_same_host_is_followed(hub: GitHub) -> None:
    hub.comment(7, "One.")
    hub.fail("pulls/comments", 301, {"Location": f"{hub.address}/repos/{NAME}/pulls/comments"})
    assert Reading(hub).feedback[0].body == "One."
    assert set(hub.tokens) == {f"Bearer {TOKEN}"}


def test_the_token_stands_in_no_message(hub: GitHub) -> None:
    forge = Forge(hub.address, TOKEN)
    hub.fail("pulls", 401, body=b'{"message": "Bad credentials"}')
    assert TOKEN not in repr(forge)
    reading = Reading(hub)
    assert TOKEN not in str(reading.batches)


def test_a_server_that_is_gone_is_told(hub: GitHub) -> None:
    with running(GitHub()) as gone:
        address = gone.address
    pauses: list[float] = []
    with pytest.raises(SourceError, match="no usable answer"):
        list(github.read_from(Forge(address, TOKEN, pause=pauses.append), NAME))
