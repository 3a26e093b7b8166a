"""Issues on GitHub, through its REST API.

The token is taken from `GITHUB_TOKEN` or `GH_TOKEN`, the address of another server from `GITHUB_API_URL`. It needs
`issues: write` on the one repository (and `metadata: read`, which every token has), nothing else.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from gardener.core.errors import TrackerError
from gardener.core.issue import CloseReason, Issue, Listing
from gardener.repo.forge import Forge
from gardener.repo.forge_links import project_at
from gardener.trackers._requests import Requests, number, read_item, read_one, token_from

if TYPE_CHECKING:
    from pathlib import Path

    from gardener.core.settings import IssueSettings

ADDRESS = "https://api.github.com"
HEADERS = {"Accept": "application/vnd.github+json, application/json", "X-GitHub-Api-Version": "2022-11-28"}
HINT = "GITHUB_TOKEN needs `issues: write` on this repository"

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,38}/[A-Za-z0-9._-]{1,100}")
_LABEL = {"color": "4c8c4a", "description": "Kept by gardener"}


def connect(root: Path, settings: IssueSettings) -> GitHub:
    """The issues of the project in the settings, else of `GITHUB_REPOSITORY`, else of where `origin` points.

    Raises TrackerError when there is no token, or no project is named.
    """
    address = os.environ.get("GITHUB_API_URL") or ADDRESS
    name = settings.project or os.environ.get("GITHUB_REPOSITORY", "") or project_at(root, address, ADDRESS)
    return GitHub(Forge(address, token_from("GITHUB_TOKEN", "GH_TOKEN"), HEADERS), name)


@dataclass(slots=True, init=False)
class GitHub:
    """The issues of the repository `name` (`owner/name`). An issue's id is its number."""

    requests: Requests
    name: str
    regenerates: bool

    def __init__(self, forge: Forge, name: str) -> None:
        if not _NAME.fullmatch(name) or name.endswith(("/.", "/..")):
            hint = "set `project` to owner/name"
            raise TrackerError(f"`{name}` is no repository on GitHub", fatal=True, hint=hint)
        self.requests = Requests(forge, HINT)
        self.name = name
        self.regenerates = False

    @property
    def place(self) -> str:
        """What the ledger calls this tracker."""
        return f"github:{self.name.lower()}"

    def prepare(self, label: str) -> None:
        """See that there are issues here, and that there is such a label. Raises TrackerError."""
        project = self.requests.get(f"/repos/{self.name}")
        if not isinstance(project, dict):
            raise TrackerError("the tracker answered with no repository", fatal=True)
        if project.get("archived") is True:
            raise TrackerError(f"`{self.name}` is archived", fatal=True)
        if project.get("has_issues") is False:
            raise TrackerError(f"issues are switched off in `{self.name}`", fatal=True, hint="switch them on there")
        now = project.get("full_name", self.name)
        if str(now).lower() != self.name.lower():
            raise TrackerError(f"`{self.name}` is `{now}` now", fatal=True, hint="set `project` to its new name")
        self.requests.ensure_label(f"/repos/{self.name}/labels", label, _LABEL)

    def listing(self, label: str) -> Listing:
        """All issues with a label, in the order they were made."""
        return self._listed(f"labels={quote(label, safe='')}")

    def recent(self, since: str) -> Listing:
        """All issues that changed since a moment."""
        return self._listed(f"since={quote(since, safe='')}")

    def find(self, issue_id: str) -> Issue | None:
        """One issue; None when it was deleted or transferred."""
        data = self.requests.found(self._path(issue_id))
        if data is None:
            return None
        issue = read_item(data, _issue)
        # One that was transferred is answered with what it has become elsewhere, which is not ours to change.
        moved = issue is None or issue.id != issue_id or not self._is_here(data)
        return None if moved else issue

    def create(self, title: str, body: str, labels: tuple[str, ...]) -> Issue:
        """Make an issue; sent once."""
        data = {"title": title, "body": body, "labels": list(labels)}
        return read_one(self.requests.send("POST", f"/repos/{self.name}/issues", data, again=False), _written)

    def update(self, issue_id: str, body: str, labels: tuple[str, ...]) -> Issue:
        """Replace the body, and add labels that are missing; a list of all labels would take a person's away."""
        if labels:
            self.requests.send("POST", f"{self._path(issue_id)}/labels", {"labels": list(labels)})
        return self._changed(issue_id, {"body": body})

    def close(self, issue_id: str, reason: CloseReason) -> Issue:
        """Close an issue."""
        return self._changed(issue_id, {"state": "closed", "state_reason": reason})

    def reopen(self, issue_id: str, body: str) -> Issue:
        """Open an issue again."""
        return self._changed(issue_id, {"state": "open", "state_reason": "reopened", "body": body})

    def _changed(self, issue_id: str, data: dict[str, Any]) -> Issue:
        return read_one(self.requests.send("PATCH", self._path(issue_id), data), _written)

    def _listed(self, query: str) -> Listing:
        path = f"/repos/{self.name}/issues?{query}&state=all&sort=created&direction=asc"
        return self.requests.listed(path, _issue)

    def _path(self, issue_id: str) -> str:
        return f"/repos/{self.name}/issues/{number(issue_id)}"

    def _is_here(self, data: dict[str, Any]) -> bool:
        address = data.get("repository_url")
        return not isinstance(address, str) or address.lower().endswith(f"/repos/{self.name.lower()}")


def _issue(data: Any) -> Issue | None:
    """An issue as GitHub writes it; None for a pull request, which GitHub lists among them."""
    return None if data.get("pull_request") else _written(data)


def _written(data: Any) -> Issue:
    """What GitHub gives back for a write: an issue, for nothing else was written to."""
    labels = [each if isinstance(each, str) else each["name"] for each in data.get("labels", ())]
    reason: CloseReason = "not_planned" if data.get("state_reason") in {"not_planned", "duplicate"} else "completed"
    closed = data["state"] == "closed"
    return Issue(
        id=str(int(data["number"])),
        title=str(data["title"]),
        body=str(data.get("body") or ""),
        labels=tuple(map(str, labels)),
        state="closed" if closed else "open",
        reason=reason if closed else None,
        url=str(data.get("html_url") or ""),
        locked=data.get("locked") is True,
    )
