"""Issues on GitLab, through its REST API.

The token is taken from `GITLAB_TOKEN`, the address of a server from `CI_API_V4_URL` or `GITLAB_API_URL`. It needs the
scope `api` (GitLab has none that is narrower and may write issues) and the role Reporter: a project access token of
this one project is the least. GitLab knows no reasons for closing: whatever a person closed stays closed.
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

ADDRESS = "https://gitlab.com/api/v4"
HINT = "GITLAB_TOKEN needs the scope `api` and the role Reporter in this project"

_NAME = re.compile(r"[\w.-]+(?:/[\w.-]+)+|\d+")
_LABEL = {"color": "#4c8c4a", "description": "Kept by gardener"}


def connect(root: Path, settings: IssueSettings) -> GitLab:
    """The issues of the project in the settings, else of `CI_PROJECT_PATH`, else of where `origin` points.

    Raises TrackerError when there is no token, or no project is named.
    """
    address = os.environ.get("CI_API_V4_URL") or os.environ.get("GITLAB_API_URL") or ADDRESS
    name = settings.project or os.environ.get("CI_PROJECT_PATH", "") or project_at(root, address, ADDRESS)
    return GitLab(Forge(address, token_from("GITLAB_TOKEN")), name)


@dataclass(slots=True, init=False)
class GitLab:
    """The issues of the project `name` (its path or number). An issue's id is its number within the project."""

    requests: Requests
    name: str
    regenerates: bool

    def __init__(self, forge: Forge, name: str) -> None:
        if not _NAME.fullmatch(name):
            hint = "set `project` to group/name"
            raise TrackerError(f"`{name}` is no project on GitLab", fatal=True, hint=hint)
        self.requests = Requests(forge, HINT)
        self.name = name
        self.regenerates = False

    @property
    def place(self) -> str:
        """What the ledger calls this tracker."""
        return f"gitlab:{self.name.lower()}"

    def prepare(self, label: str) -> None:
        """See that there are issues here, and that there is such a label. Raises TrackerError."""
        project = self.requests.get(self._project)
        if not isinstance(project, dict):
            raise TrackerError("the tracker answered with no project", fatal=True)
        if project.get("archived") is True:
            raise TrackerError(f"`{self.name}` is archived", fatal=True)
        if project.get("issues_access_level") == "disabled" or project.get("issues_enabled") is False:
            raise TrackerError(f"issues are switched off in `{self.name}`", fatal=True, hint="switch them on there")
        self.requests.ensure_label(f"{self._project}/labels", label, _LABEL)

    def listing(self, label: str) -> Listing:
        """All issues with a label, in the order they were made."""
        return self._listed(f"labels={quote(label, safe='')}")

    def recent(self, since: str) -> Listing:
        """All issues made since a moment."""
        return self._listed(f"created_after={quote(since, safe='')}")

    def find(self, issue_id: str) -> Issue | None:
        """One issue; None when it was deleted or moved."""
        data = self.requests.found(self._path(issue_id))
        return None if data is None else read_item(data, _issue)

    def create(self, title: str, body: str, labels: tuple[str, ...]) -> Issue:
        """Make an issue; sent once."""
        data = {"title": title, "description": body, "labels": ",".join(labels)}
        return read_one(self.requests.send("POST", f"{self._project}/issues", data, again=False), _issue)

    def update(self, issue_id: str, body: str, labels: tuple[str, ...]) -> Issue:
        """Replace the body, and add labels that are missing."""
        added = {"add_labels": ",".join(labels)} if labels else {}
        return self._changed(issue_id, {"description": body, **added})

    def close(self, issue_id: str, reason: CloseReason) -> Issue:  # noqa: ARG002 GitLab keeps no reasons
        """Close an issue."""
        return self._changed(issue_id, {"state_event": "close"})

    def reopen(self, issue_id: str, body: str) -> Issue:
        """Open an issue again."""
        return self._changed(issue_id, {"state_event": "reopen", "description": body})

    def _changed(self, issue_id: str, data: dict[str, Any]) -> Issue:
        return read_one(self.requests.send("PUT", self._path(issue_id), data), _issue)

    def _listed(self, query: str) -> Listing:
        path = f"{self._project}/issues?{query}&state=all&scope=all&order_by=created_at&sort=asc"
        return self.requests.listed(path, _issue)

    @property
    def _project(self) -> str:
        return f"/projects/{quote(self.name, safe='')}"

    def _path(self, issue_id: str) -> str:
        return f"{self._project}/issues/{number(issue_id)}"


def _issue(data: Any) -> Issue | None:
    """An issue as GitLab writes it; None for one that was moved to another project."""
    if data.get("moved_to_id"):
        return None
    return Issue(
        id=str(int(data["iid"])),
        title=str(data["title"]),
        body=str(data.get("description") or ""),
        labels=tuple(map(str, data.get("labels", ()))),
        state="closed" if data["state"] == "closed" else "open",
        url=str(data.get("web_url") or ""),
        locked=data.get("discussion_locked") is True,
    )
