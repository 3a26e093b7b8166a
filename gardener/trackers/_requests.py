"""What forges share as trackers: one write at a time, whole listings or none, and refusals in words."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from gardener.core.errors import TrackerError
from gardener.core.issue import Issue, Listing
from gardener.repo.forge import AllowanceSpent, Answer, Forge, ForgeError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

PAGE = 100
MOST_PAGES = 100
# GitHub counts 80 writes a minute as too many, and asks for a second between them.
PACE_S = 1.0
REPEATED = "the pages of the list repeat themselves"
_FATAL = frozenset({401, 403, 429})
_REASONS = {
    301: "the project has moved: name where it is now",
    307: "the project has moved: name where it is now",
    308: "the project has moved: name where it is now",
    401: "the token is not accepted",
    403: "the token may not do this",
    404: "not there, or the token may not see it",
    410: "not there any more",
    422: "the tracker does not accept it",
    429: "too many requests",
}


def number(issue_id: str) -> str:
    """An id that is a number, as both forges have them. Raises TrackerError for any other."""
    if not (issue_id.isascii() and issue_id.isdigit()):
        raise TrackerError(f"`{issue_id}` is no number of an issue")
    return issue_id


def token_from(*names: str) -> str:
    """The token in the first of these variables that is set. Raises TrackerError when none is."""
    for name in names:
        if value := os.environ.get(name, "").strip():
            return value
    raise TrackerError(
        f"no token: {' or '.join(f'`{name}`' for name in names)} is not set",
        fatal=True,
        hint="set it, or keep drafts in the folder: `--tracker folder`",
    )


@dataclass(slots=True)
class Requests:
    """Requests to a forge, each trouble as a TrackerError. `hint` says which rights a token needs."""

    forge: Forge
    hint: str
    _written: bool = False

    def get(self, path: str) -> Any:
        """The data of an answer. Raises TrackerError."""
        try:
            return self.forge.get(path).data
        except ForgeError as error:
            raise self._trouble(error) from None

    def found(self, path: str) -> Any:
        """As `get`; None for what is not there."""
        try:
            return self.forge.get(path).data
        except ForgeError as error:
            if error.status in {404, 410}:
                return None
            raise self._trouble(error) from None

    def send(self, method: str, path: str, data: Mapping[str, Any], *, again: bool = True) -> Any:
        """The data of the answer to a write, a pace after the one before. Raises TrackerError."""
        if self._written:
            self.forge.pause(PACE_S)
        self._written = True
        try:
            return self.forge.write(method, path, data, again=again).data
        except ForgeError as error:
            raise self._trouble(error) from None

    def ensure_label(self, path: str, label: str, data: Mapping[str, Any]) -> None:
        """Make a label in the list at `path` when it is not there. Raises TrackerError when that cannot be."""
        where = f"{path}/{quote(label, safe='')}"
        if self.found(where) is not None:
            return
        try:
            self.send("POST", path, {"name": label, **data}, again=False)
        except TrackerError as error:
            # Somebody may have made it in between. Without it nothing would be found again, and everything made anew.
            if self.found(where) is None:
                message = f"the label `{label}` cannot be made: {error.message}"
                raise TrackerError(message, fatal=True, at=error.at, hint=error.hint) from None

    def listed(self, path: str, read: Callable[[Any], Issue | None]) -> Listing:
        """Every page of a list, until one holds less than a page or says that it is the last.

        A list of which a page is missing or makes no sense has trouble, and counts as not listed.
        """
        found: dict[str, Issue] = {}
        before: Any = None
        for number in range(1, MOST_PAGES + 1):
            try:
                answer = self.forge.get(f"{path}&per_page={PAGE}&page={number}")
                items = read_page(answer.data, read)
            except (ForgeError, TrackerError) as error:
                trouble = self._trouble(error) if isinstance(error, ForgeError) else error
                return Listing(tuple(found.values()), trouble.message)
            if answer.data and answer.data == before:
                return Listing(tuple(found.values()), REPEATED)
            before = answer.data
            found |= {issue.id: issue for issue in items}
            if not _goes_on(answer):
                return Listing(tuple(found.values()))
        return Listing(tuple(found.values()), f"more than {MOST_PAGES * PAGE:,} issues")

    def _trouble(self, error: ForgeError) -> TrackerError:
        status = error.status
        reason = _REASONS.get(status, "")
        message = f"{error.message} ({reason})" if reason else error.message
        hint = self.hint if status in {401, 403, 404} else None
        fatal = status in _FATAL or isinstance(error, AllowanceSpent)
        # Without an answer, or with one from something between us and the tracker, nobody knows what became of it.
        undone = 300 <= status < 500 or (isinstance(error, AllowanceSpent) and status == 0)
        return TrackerError(message, undone=undone, fatal=fatal, at=error.at, hint=hint)


def read_page(data: Any, read: Callable[[Any], Issue | None]) -> list[Issue]:
    """The issues of one page; `read` gives None for what is no issue. Raises TrackerError for what is no page."""
    if not isinstance(data, list):
        raise TrackerError("the tracker answered with no list")
    return [issue for item in data if (issue := read_item(item, read)) is not None]


def read_one(data: Any, read: Callable[[Any], Issue | None]) -> Issue:
    """The issue that a write gave back. Raises TrackerError for what is none: what became of the write is not known."""
    issue = read_item(data, read)
    if issue is None:
        raise TrackerError("the tracker answered with no issue", undone=False)
    return issue


def read_item(item: Any, read: Callable[[Any], Issue | None]) -> Issue | None:
    """What `read` makes of an item. Raises TrackerError for one that makes no sense."""
    try:
        return read(item)
    except (KeyError, TypeError, AttributeError, ValueError):
        raise TrackerError("the tracker answered with something that is no issue", undone=False) from None


def _goes_on(answer: Answer) -> bool:
    """True when there is a next page: as the links say, else as long as pages are full."""
    link = answer.headers.get("link")
    if link is not None:
        return 'rel="next"' in link
    following = answer.headers.get("x-next-page")
    return bool(following) if following is not None else isinstance(answer.data, list) and len(answer.data) >= PAGE
