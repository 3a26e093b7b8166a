"""GitHub, asked over real HTTP: nothing is read twice, and nothing is lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from gardener.core.errors import ConfigError, SourceError
from gardener.core.feedback import Feedback, Outcome
from gardener.repo.forge import Forge
from gardener.sources import github
from tests.sources.github_reading import TOKEN, Reading
from tests.sources.github_server import NAME, GitHub, thread


def test_a_comment_becomes_feedback(hub: GitHub) -> None:
    hub.comment(7, "No timeout here.")
    (found,) = {each.id: each for each in Reading(hub).feedback}.values()
    assert found == Feedback(
        id="github-comment-1000",
        source="github",
        body="No timeout here.",
        url=f"https://github.com/{NAME}/pull/7#discussion_r1000",
        pr="7",
        author="ana",
        association="MEMBER",
        created_at="2026-01-01T00:00:00Z",
        path="app/api.py",
        line=2,
        before="r = requests.get(url)\n",
    )


def test_reviews_and_remarks_are_read_and_answers_are_not(hub: GitHub) -> None:
    first = hub.comment(7, "A comment.")
    hub.comment(7, "Done.", in_reply_to_id=first["id"])
    hub.pull(7)
    user = {"login": "dependabot[bot]", "type": "Bot"}
    hub.reviews[7] = [
        {
            "id": 1,
            "body": "Please add tests.",
            "user": None,
            "state": "COMMENTED",
            "submitted_at": "2026-01-02T00:00:00Z",
        },
        {"id": 2, "body": "", "user": user, "state": "APPROVED"},
    ]
    dates = {"created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z"}
    hub.remarks += [
        {
            "id": 5,
            "body": "Bump it.",
            "html_url": "https://github.com/a/b/pull/9#issuecomment-5",
            "user": user,
            **dates,
        },
        {
            "id": 6,
            "body": "A bug.",
            "html_url": "https://github.com/a/b/issues/3#issuecomment-6",
            "user": user,
            **dates,
        },
    ]
    found = {each.id: (each.pr, each.author, each.author_kind) for each in Reading(hub).feedback}
    assert found == {
        "github-comment-1000": ("7", "ana", "human"),
        "github-remark-5": ("9", "dependabot[bot]", "bot"),
        "github-review-1": ("7", "ghost", "human"),
    }


@pytest.mark.parametrize(("side", "expected"), [("RIGHT", "b = 2\nc = 3\n"), ("LEFT", "a = 0\nb = 1\n")])
def test_code_is_what_was_marked_on_the_side_that_was_marked(hub: GitHub, side: str, expected: str) -> None:
    hunk = "@@ -1,3 +1,4 @@\n x = 0\n-a = 0\n-b = 1\n+a = 1\n+b = 2\n+c = 3"
    hub.comment(1, "Hm.", diff_hunk=hunk, original_line=4, original_start_line=3, side=side)
    assert Reading(hub).feedback[0].before == expected


def test_hundreds_of_comments_are_read_once_each_though_many_have_one_date(hub: GitHub) -> None:
    for number in range(450):
        hub.comment(number % 9, f"Comment {number}.")
        if number > 120:
            hub.comments[-1]["updated_at"] = "2026-02-01T00:00:00Z"
    assert {each.body for each in Reading(hub).feedback} == {f"Comment {number}." for number in range(450)}


def test_a_second_run_asks_three_questions_and_learns_nothing(hub: GitHub) -> None:
    hub.comment(7, "One.")
    hub.pull(7)
    first = Reading(hub)
    hub.asked.clear()
    second = Reading(hub, first.cursor)
    assert second.batches == []
    assert [line.split("?")[0] for line in hub.asked] == [
        f"GET /repos/{NAME}/pulls/comments",
        f"GET /repos/{NAME}/issues/comments",
        f"GET /repos/{NAME}/issues",
    ]


def test_a_later_run_reads_what_is_new(hub: GitHub) -> None:
    hub.comment(7, "One.")
    first = Reading(hub)
    hub.comment(8, "Two.", updated_at="2026-03-01T00:00:00Z")
    assert "Two." in {each.body for each in Reading(hub, first.cursor).feedback}


def test_what_the_forge_shows_late_is_read_all_the_same(hub: GitHub) -> None:
    hub.comment(7, "One.", updated_at="2026-03-01T00:00:40Z")
    first = Reading(hub)
    hub.comment(7, "Late.", updated_at="2026-03-01T00:00:10Z")
    assert "Late." in {each.body for each in Reading(hub, first.cursor).feedback}


def test_hundreds_of_known_comments_of_one_minute_hide_none_that_are_new(hub: GitHub) -> None:
    for number in range(250):
        hub.comment(1, f"Comment {number}.", updated_at="2026-03-01T00:00:40Z")
    first = Reading(hub)
    for number in range(120):
        hub.comment(1, f"New {number}.", updated_at="2026-03-01T00:00:50Z")
    found = {each.body for each in Reading(hub, first.cursor).feedback}
    assert found >= {f"New {number}." for number in range(120)}


def test_a_comment_from_the_future_hides_none_before_it(hub: GitHub) -> None:
    hub.comment(7, "From the future.", updated_at="2199-01-01T00:00:00Z")
    first = Reading(hub)
    assert "2199" not in first.cursor
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    hub.comment(7, "Tomorrow.", updated_at=tomorrow.strftime("%Y-%m-%dT%H:%M:%SZ"))
    assert "Tomorrow." in {each.body for each in Reading(hub, first.cursor).feedback}


def test_a_burst_is_paused_for_a_minute(hub: GitHub) -> None:
    hub.comment(7, "One.")
    hub.fail("pulls/comments", 403, body=b'{"message": "You have exceeded a secondary rate limit."}')
    reading = Reading(hub)
    assert reading.pauses == [60]
    assert reading.feedback


def test_a_run_that_was_cut_off_goes_on_from_the_last_batch(hub: GitHub) -> None:
    for number in range(250):
        hub.comment(1, f"Comment {number}.")
    batches = github.read_from(Forge(hub.address, TOKEN), NAME)
    kept = [next(batches), next(batches)]
    batches.close()  # type: ignore[attr-defined] # what a kill leaves behind
    rest = Reading(hub, kept[-1].cursor)
    bodies = [each.body for batch in (*kept, *rest.batches) for each in batch.feedback]
    assert set(bodies) == {f"Comment {number}." for number in range(250)}
    assert len(bodies) < 300


def test_threads_tell_what_became_of_comments_and_bring_whole_files(hub: GitHub) -> None:
    one, other = hub.comment(7, "No timeout."), hub.comment(7, "Hm.")
    hub.pull(7)
    hub.merged[7] = "beef"
    hub.threads[7] = [thread(one, resolved=True), thread(other, resolved=False), {"comments": None}]
    hub.files = {
        "c0ffee:app/api.py": "r = requests.get(url)\n",
        "beef:app/api.py": "r = requests.get(url, timeout=3)\n",
    }
    assert set(Reading(hub).outcomes) == {
        Outcome("github-comment-1000", True, "r = requests.get(url)\n", "r = requests.get(url, timeout=3)\n"),
        Outcome("github-comment-1001", False),
    }


def test_without_a_token_it_is_told_that_threads_are_not_known(hub: GitHub) -> None:
    hub.pull(7)
    reading = Reading(hub, token=None)
    assert any("only with a token" in note for note in reading.notes)
    assert not any("graphql" in line for line in hub.asked)
    assert set(hub.tokens) == {None}


def test_an_enterprise_server_has_graphql_beside_its_api(hub: GitHub) -> None:
    forge = Forge(f"{hub.address}/api/v3", TOKEN)
    hub.fail("/api/graphql", 200, body=b'{"data": {}}')
    assert forge.post("/graphql", {}).data == {"data": {}}


def test_only_https_is_trusted_with_a_token() -> None:
    with pytest.raises(ConfigError, match=r"`http://github\.example` is no https"):
        Forge("http://me:secret@github.example", TOKEN)


@pytest.mark.parametrize("place", ["acme", "acme/shop/x", "../x", "acme/..", "-o/x", "a b/c", "acme/shop?x=1"])
def test_names_that_are_no_repository_are_refused(place: str, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="is no repository on GitHub"):
        list(github.read(place, tmp_path))


@pytest.mark.parametrize(
    ("remote", "name"),
    [
        ("git@github.com:acme/shop.git", "acme/shop"),
        ("https://user:word@github.com/acme/shop", "acme/shop"),
        ("ssh://git@ssh.github.com:443/acme/shop.git/", "acme/shop"),
        ("https://gitlab.com/acme/shop.git", None),
        ("/srv/git/github.com/acme/shop.git", None),
        ("https://github.com.evil.example/acme/shop", None),
    ],
)
def test_without_a_name_the_origin_on_github_is_meant(
    garden: Callable[..., Any], hub: GitHub, monkeypatch: pytest.MonkeyPatch, remote: str, name: str | None
) -> None:
    for variable in ("GITHUB_REPOSITORY", "GITHUB_API_URL"):
        monkeypatch.delenv(variable, raising=False)
    made = garden({})
    made.git("remote", "add", "origin", remote)
    if name is None:
        with pytest.raises(SourceError, match="garden` is no repository on GitHub"):
            github.read("", made.root)
    else:
        # Nothing is asked before the first batch is wanted.
        assert github.read("", made.root)


def test_another_server_is_named_by_the_environment_alone(
    garden: Callable[..., Any], hub: GitHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.comment(7, "One.")
    monkeypatch.delenv("GITHUB_REPOSITORY", raising=False)
    monkeypatch.setenv("GITHUB_API_URL", hub.address)
    monkeypatch.setenv("GH_TOKEN", TOKEN)
    monkeypatch.delenv("GITHUB_TOKEN", raising=False)
    made = garden({})
    made.git("remote", "add", "origin", f"http://127.0.0.1:99/{NAME}.git")
    assert [each.body for batch in github.read("", made.root) for each in batch.feedback][:1] == ["One."]
    assert set(hub.tokens) == {f"Bearer {TOKEN}"}


def test_a_date_that_is_none_is_refused(hub: GitHub) -> None:
    with pytest.raises(ConfigError, match="`last week` is no date"):
        Reading(hub, since="last week")


@pytest.mark.parametrize("cursor", ["{", "[]", '{"dates": 3}', "2026"])
def test_a_cursor_that_was_damaged_begins_anew(hub: GitHub, cursor: str) -> None:
    hub.comment(7, "One.")
    assert Reading(hub, cursor).feedback
