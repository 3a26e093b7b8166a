"""What reviewers wrote on GitHub: comments on lines, reviews and remarks on pull requests, and what became of them.

Reading goes by date, never by page number, as pages move while people write. The token is taken from `GITHUB_TOKEN` or
`GH_TOKEN`, the address of another server from `GITHUB_API_URL`; neither is ever read from a file of the repository.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from gardener.core.errors import SourceError
from gardener.core.feedback import Batch, Feedback, Skipped
from gardener.repo.forge import AllowanceSpent, Answer, Forge, ForgeError
from gardener.sources._github_records import issue_comment, review, review_comment
from gardener.sources._records import WrongRecord, moment, start_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

ADDRESS = "https://api.github.com"
HEADERS = {"Accept": "application/vnd.github+json, application/json", "X-GitHub-Api-Version": "2022-11-28"}
PAGE = 100
# Each takes a request of its own: as many as a run without a token can afford are told together.
PULLS = 20
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,38}/[A-Za-z0-9._-]{1,100}")
_REMOTE = re.compile(r"(?:@|//)(?P<host>[^/:@]+)(?::\d+)?[:/](?P<name>[^/:]+/[^/]+?)(?:\.git)?/?$")

# A list that never ends is no list.
MOST_PAGES = 500


def read(place: str, root: Path, since: str = "", cursor: str = "") -> Iterator[Batch]:
    """The feedback of the repository `place` (`owner/name`; empty: where `origin` points), on from `cursor`.

    What could not be asked is told in notes. Raises SourceError for a repository that cannot be read at all.
    """
    address = os.environ.get("GITHUB_API_URL") or ADDRESS
    name = place or os.environ.get("GITHUB_REPOSITORY", "") or _origin(root, address)
    if not _NAME.fullmatch(name) or name.endswith(("/.", "/..")):
        raise SourceError(f"`{name or root}` is no repository on GitHub", hint="name it as owner/name")
    token = os.environ.get("GITHUB_TOKEN") or os.environ.get("GH_TOKEN") or None
    return read_from(Forge(address, token, HEADERS), name, since, cursor)


def read_from(forge: Forge, name: str, since: str = "", cursor: str = "") -> Iterator[Batch]:
    """As `read`, asking `forge`."""
    visit = _Visit(forge, name, _Progress.of(cursor, since))
    yield from visit.batches()


@dataclass(frozen=True, slots=True)
class _Progress:
    """How far each list was read (its last date), and the tag of each list's first page when it held nothing new."""

    dates: Mapping[str, str] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, cursor: str, since: str) -> _Progress:
        """Read what `text` wrote; anything else begins anew at `since`."""
        try:
            data = json.loads(cursor) if cursor else {}
            dates = {str(key): moment(value) for key, value in data.get("dates", {}).items()}
            tags = {str(key): str(value) for key, value in data.get("tags", {}).items()}
        except (ValueError, AttributeError, TypeError):
            dates, tags = {}, {}
        start = start_of(since)
        return cls({name: max(dates.get(name, ""), start) for name in (*dates, *_LISTS)}, tags)

    def text(self) -> str:
        """The cursor to keep."""
        return json.dumps({"dates": dict(self.dates), "tags": dict(self.tags)}, sort_keys=True)

    def reached(self, name: str, date: str, tag: str = "") -> _Progress:
        """Further in one list."""
        return replace(self, dates={**self.dates, name: date}, tags={**self.tags, name: tag})


@dataclass(slots=True)
class _Visit:
    """One run: how far it has asked (`progress`), and how far it has told (`told`), which alone may be remembered."""

    forge: Forge
    name: str
    progress: _Progress
    told: _Progress = field(init=False)

    def __post_init__(self) -> None:
        self.told = self.progress

    def batches(self) -> Iterator[Batch]:
        """Every list in turn; a list that cannot be read does not keep the others from being read."""
        failed: list[ForgeError] = []
        for name, reader in _LISTS.items():
            try:
                yield from reader(self, name)
            except AllowanceSpent as error:
                note = f"stopped early: {error.message}; the next run reads on from there"
                yield Batch(cursor=self.told.text(), notes=(note,))
                return
            except ForgeError as error:
                failed.append(error)
                self.progress = self.told
                yield Batch(cursor=self.told.text(), notes=(f"{name} could not be read: {error.message}",))
        if len(failed) == len(_LISTS):
            raise SourceError(f"`{self.name}` cannot be read: {failed[0].message}", hint=failed[0].hint)

    def comments(self, name: str) -> Iterator[Batch]:
        """Comments on lines."""
        path = f"/repos/{self.name}/pulls/comments?sort=updated&direction=asc"
        for items in self._pages(name, path):
            yield self._batch(items, review_comment)

    def remarks(self, name: str) -> Iterator[Batch]:
        """Remarks on whole pull requests."""
        path = f"/repos/{self.name}/issues/comments?sort=updated&direction=asc"
        for items in self._pages(name, path):
            yield self._batch(items, issue_comment)

    def reviews(self, name: str) -> Iterator[Batch]:
        """Reviews of the pull requests that changed, and what became of the comments on them."""
        from gardener.sources._github_threads import outcomes

        path = f"/repos/{self.name}/issues?state=all&sort=updated&direction=asc"
        for items in self._pages(name, path, PULLS):
            numbers = [item["number"] for item in items if _is_pull(item)]
            found = [each for number in numbers for each in self._reviews_of(number)]
            became, notes = outcomes(self.forge, self.name, numbers)
            batch = self._batch(found, review)
            yield replace(batch, outcomes=became, notes=notes)

    def _reviews_of(self, number: int) -> Iterator[Any]:
        """All reviews of one pull request: they have no dates to read by, but are few."""
        for page in range(1, 11):
            path = f"/repos/{self.name}/pulls/{number}/reviews?per_page={PAGE}&page={page}"
            try:
                items = _listed(self.forge.get(path).data)
            except AllowanceSpent:
                raise
            except ForgeError as error:
                if error.status not in {404, 410, 422}:
                    raise
                return
            yield from ({**item, "number": number} for item in items if isinstance(item, dict))
            if len(items) < PAGE:
                return

    def _pages(self, name: str, path: str, size: int = PAGE) -> Iterator[list[Any]]:
        """The items of a list by their date of change. Progress is made before a page is given: it goes with it."""
        page, margin = 1, True
        for _ in range(MOST_PAGES):
            seen = self.progress.dates.get(name, "")
            since = f"&since={_earlier(seen) if margin else seen}" if seen else ""
            tag = self.progress.tags.get(name, "") if page == 1 else ""
            answer = self.forge.get(f"{path}{since}&per_page={size}&page={page}", etag=tag)
            if answer.status == 304:
                return
            items = _listed(answer.data)
            last = min(max(map(_updated, items), default=""), _now(answer))
            ended = len(items) < size and last <= seen
            # The tag belongs to what the next run asks first, so that nothing new costs nothing.
            tag = answer.headers.get("etag", "") if ended and page == 1 else ""
            self.progress = self.progress.reached(name, max(last, seen), tag)
            yield items
            if ended:
                return
            # So many of one date fill a page: only then does its number count.
            page = page + 1 if last <= seen else 1
            margin = margin if page > 1 else len(items) < size

    def _batch(self, items: Iterable[Any], reader: Callable[[Mapping[str, Any]], Feedback | None]) -> Batch:
        found: list[Feedback] = []
        skipped: list[Skipped] = []
        for item in items:
            try:
                record = reader(item)
            except (WrongRecord, KeyError, TypeError, AttributeError) as error:
                where = item.get("html_url") if isinstance(item, dict) else None
                reason = str(error) if isinstance(error, WrongRecord) else "a field is missing or of the wrong type"
                skipped.append(Skipped(where if isinstance(where, str) else f"{self.name} on GitHub", reason))
            else:
                if record is not None:
                    found.append(record)
        self.told = self.progress
        return Batch(tuple(found), cursor=self.progress.text(), skipped=tuple(skipped))


_LISTS = {"comments": _Visit.comments, "remarks": _Visit.remarks, "reviews": _Visit.reviews}


def _listed(data: Any) -> list[Any]:
    if not isinstance(data, list):
        raise ForgeError("the forge answered with no list")
    return data


def _updated(item: Any) -> str:
    """When an item changed; empty for what is no item: it is told as skipped later."""
    try:
        return moment(item["updated_at"])
    except (WrongRecord, KeyError, TypeError):
        return ""


def _earlier(date: str) -> str:
    """A minute before: lists show what was written with some delay, and not always in order."""
    return (datetime.fromisoformat(date) - timedelta(minutes=1)).strftime("%Y-%m-%dT%H:%M:%SZ")


def _now(answer: Answer) -> str:
    """The forge's own time: what claims to be later must not keep the next run from reading what comes before it."""
    try:
        return parsedate_to_datetime(answer.headers.get("date", "")).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except ValueError:
        return "9999"


def _is_pull(item: Any) -> bool:
    return isinstance(item, dict) and bool(item.get("pull_request")) and isinstance(item.get("number"), int)


def _origin(root: Path, address: str) -> str:
    """The repository that `origin` names; empty where it is kept elsewhere, or nowhere."""
    from gardener.repo.git import remote_address

    found = _REMOTE.search(remote_address(root))
    hosts = {"github.com", "ssh.github.com"} if address == ADDRESS else {urlsplit(address).hostname}
    return found["name"] if found and found["host"].lower() in hosts else ""
