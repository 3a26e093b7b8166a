"""Where a repository is served: links to lines of a commit, and the project's name, from the address of `origin`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from gardener.core.errors import GardenerError
from gardener.repo import git

if TYPE_CHECKING:
    from pathlib import Path

_ADDRESS = re.compile(
    r"(?:(?:https?|ssh|git)://(?:[^@/\s]*@)?|(?:[\w.-]+@))(?P<host>[\w.-]+)(?::\d+)?[:/](?P<path>[\w.~/-]+?)(?:\.git)?/?"
)
_MAIN = ("refs/remotes/origin/HEAD", "refs/remotes/origin/main", "refs/remotes/origin/master")


@dataclass(frozen=True, slots=True)
class Origin:
    """The host and path of a remote; both empty where there is none that is served."""

    host: str = ""
    path: str = ""

    def link(self, commit: str, path: str, line: int, end_line: int) -> str:
        """A link to lines as they stand in a commit; empty where nobody is known to serve them."""
        if not (self.host and commit):
            return ""
        gitlab = "gitlab" in self.host
        lines = f"#L{line}" if end_line <= line else f"#L{line}-{'' if gitlab else 'L'}{end_line}"
        return f"https://{self.host}/{self.path}{'/-' if gitlab else ''}/blob/{commit}/{quote(path)}{lines}"


def origin_of(root: Path) -> Origin:
    """Where `origin` points. Credentials in its address are left out."""
    try:
        match = _ADDRESS.fullmatch(git.remote_address(root))
    except GardenerError:
        return Origin()
    return Origin(match["host"].lower(), match["path"].strip("/")) if match else Origin()


def project_at(root: Path, address: str, public: str) -> str:
    """The project that `origin` names, for the API at `address`; empty where `origin` points to another host.

    The host of an API is that of its site, but for the `public` one's first label: `api.github.com`.
    """
    origin = origin_of(root)
    host = (urlsplit(address).hostname or "").removeprefix("api." if address == public else "")
    return origin.path if origin.host == host else ""


def head_of(root: Path) -> str:
    """The commit that is checked out; empty where there is none, or no git."""
    try:
        return git.commit_of(root, "HEAD") if git.has_commit(root) else ""
    except GardenerError:
        return ""


def unpublished(root: Path) -> str:
    """Why HEAD is not what people see on the main branch of `origin`; empty when it is, or nobody can say.

    Issues about code that only one clone has would lead nowhere.
    """
    for ref in _MAIN:
        try:
            ahead = git.left_out(root, "HEAD", ref)
        except GardenerError:
            return ""
        if ahead is not None:
            name = ref.removeprefix("refs/remotes/")
            return f"HEAD holds commits that are not on `{name}`" if ahead else ""
    return ""
