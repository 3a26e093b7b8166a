"""Issues as Markdown files in `.gardener/drafts/`: the tracker of those who have none, or want to look first.

A file begins with its title, state and labels between two lines of `---`. Whoever writes `state: closed` or
`state: not planned` there has closed it; a file that is deleted comes back when what it asks for is still to be done.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from gardener.core.errors import TrackerError
from gardener.core.issue import CloseReason, Issue, Listing
from gardener.repo.files import write_atomic

if TYPE_CHECKING:
    from pathlib import Path

    from gardener.core.settings import IssueSettings

FOLDER = ".gardener/drafts"

_HEAD = re.compile(r"---\n(.*?\n)---\n\n?", re.DOTALL)
_FIELD = re.compile(r"^(title|state|labels):[ \t]*(.*)$", re.MULTILINE)
_NAME = re.compile(r"[a-z0-9][a-z0-9-]*\.md")
_MARKER = re.compile(r"<!-- gardener:v1 fp=([0-9a-f]{8})")
_LONGEST_NAME = 60


def connect(root: Path, settings: IssueSettings) -> Folder:  # noqa: ARG001 every member takes settings
    """The drafts of the repository at `root`."""
    return Folder(root)


@dataclass(frozen=True, slots=True)
class Folder:
    """Drafts below `root`; an issue's id is the name of its file."""

    root: Path
    place: Literal["folder"] = "folder"
    regenerates: Literal[True] = True

    def prepare(self, label: str) -> None:  # noqa: ARG002 any label will do
        """Make the folder. Raises TrackerError where it cannot be made, or a link leads away from here."""
        folder = self.root / FOLDER
        try:
            if folder.is_symlink() or folder.parent.is_symlink():
                raise TrackerError("is a link", fatal=True, at=FOLDER)
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise TrackerError(f"cannot be made: {error.strerror}", fatal=True, at=FOLDER) from None

    def listing(self, label: str) -> Listing:
        """Every draft with a label."""
        every = self._every()
        return replace(every, issues=tuple(issue for issue in every.issues if label in issue.labels))

    def recent(self, since: str) -> Listing:  # noqa: ARG002 a file has no date that could be trusted
        """Every draft."""
        return self._every()

    def find(self, issue_id: str) -> Issue | None:
        """One draft."""
        if not _NAME.fullmatch(issue_id):
            return None
        try:
            return _issue(issue_id, (self.root / FOLDER / issue_id).read_bytes())
        except FileNotFoundError:
            return None
        except OSError as error:
            raise TrackerError(f"cannot be read: {error.strerror}", at=f"{FOLDER}/{issue_id}") from None

    def create(self, title: str, body: str, labels: tuple[str, ...]) -> Issue:
        """Write a draft, named after its title."""
        return self._write(Issue(_name(title, body), title, body, labels))

    def update(self, issue_id: str, body: str, labels: tuple[str, ...]) -> Issue:
        """Write another body."""
        known = self._known(issue_id)
        return self._write(replace(known, body=body, labels=tuple(dict.fromkeys((*known.labels, *labels)))))

    def close(self, issue_id: str, reason: CloseReason) -> Issue:
        """Mark a draft as closed."""
        return self._write(replace(self._known(issue_id), state="closed", reason=reason))

    def reopen(self, issue_id: str, body: str) -> Issue:
        """Mark a draft as open."""
        return self._write(replace(self._known(issue_id), state="open", reason=None, body=body))

    def _every(self) -> Listing:
        folder = self.root / FOLDER
        try:
            names = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
            found = [self.find(name) for name in names]
        except (OSError, TrackerError) as error:
            return Listing(trouble=str(error))
        return Listing(tuple(issue for issue in found if issue is not None))

    def _known(self, issue_id: str) -> Issue:
        issue = self.find(issue_id)
        if issue is None:
            raise TrackerError("is not there any more", at=f"{FOLDER}/{issue_id}")
        return issue

    def _write(self, issue: Issue) -> Issue:
        state = {None: "closed", "completed": "closed", "not_planned": "not planned"}[issue.reason]
        head = {
            "title": issue.title,
            "state": state if issue.state == "closed" else "open",
            "labels": ", ".join(issue.labels),
        }
        fields = "".join(f"{name}: {value}\n" for name, value in head.items())
        text = f"---\n{fields}---\n\n{issue.body.rstrip()}\n"
        try:
            path = self.root / FOLDER / issue.id
            write_atomic(path, text.encode("utf-8", "backslashreplace"), root=self.root)
        except OSError as error:
            raise TrackerError(f"cannot be written: {error.strerror}", fatal=True, at=f"{FOLDER}/{issue.id}") from None
        return issue


def _name(title: str, body: str) -> str:
    """A file name that tells what the draft is about, and is its own alone."""
    words = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:_LONGEST_NAME].strip("-")
    marker = _MARKER.search(body)
    return f"{'-'.join(part for part in (words, marker[1] if marker else '') if part) or 'draft'}.md"


def _issue(name: str, data: bytes) -> Issue:
    text = data.decode("utf-8-sig", "replace").replace("\r\n", "\n")
    head = _HEAD.match(text)
    fields = dict(_FIELD.findall(head[1])) if head else {}
    state = fields.get("state", "open").strip().lower().replace("_", " ")
    labels = tuple(label.strip() for label in fields.get("labels", "").split(",") if label.strip())
    reason: CloseReason | None = "not_planned" if state == "not planned" else "completed"
    closed = state in {"closed", "not planned", "completed", "done"}
    return Issue(
        name,
        fields.get("title", "").strip(),
        text[head.end() if head else 0 :],
        labels,
        state="closed" if closed else "open",
        reason=reason if closed else None,
        url=f"{FOLDER}/{name}",
    )
