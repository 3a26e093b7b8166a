"""Where this gardener was installed from, so that hooks and continuous integration install the same one."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from gardener import __version__

DISTRIBUTION = "codebase-gardener"


@dataclass(frozen=True, slots=True)
class Installed:
    """What pip would install to have this gardener: a `requirement`, and for a git repository its `url` and `commit`.

    `portable` is false for one that was installed from a folder or file, which other machines do not have.
    """

    requirement: str = f"{DISTRIBUTION}=={__version__}"
    url: str = ""
    commit: str = ""
    portable: bool = True


def installed() -> Installed:
    """How the running gardener was installed, as pip recorded it; from an index where it recorded nothing."""
    from importlib.metadata import PackageNotFoundError, distribution

    try:
        text = distribution(DISTRIBUTION).read_text("direct_url.json")
    except PackageNotFoundError:
        return Installed(portable=False)
    return from_record(text)


def from_record(text: str | None) -> Installed:
    """What a `direct_url.json` says; credentials in its address are left out."""
    try:
        record: Any = json.loads(text) if text else {}
    except ValueError:
        record = {}
    if not isinstance(record, dict) or not record:
        return Installed()
    vcs = record.get("vcs_info")
    commit = vcs.get("commit_id") if isinstance(vcs, dict) and vcs.get("vcs") == "git" else None
    url = _public(record.get("url"))
    if not isinstance(commit, str) or not commit.isalnum() or not url:
        return Installed(portable=False)
    return Installed(f"{DISTRIBUTION} @ git+{url}@{commit}", url, commit)


def _public(url: Any) -> str:
    """An https address without user and password; empty for any other."""
    try:
        parts = urlsplit(url if isinstance(url, str) else "")
        host = parts.hostname or ""
        place = f"{host}:{parts.port}" if parts.port else host
    except ValueError:
        return ""
    plain = urlunsplit((parts.scheme, place, parts.path, "", ""))
    return plain if parts.scheme == "https" and host and plain.isascii() and not set(plain) & set("\"'\\ \n") else ""
