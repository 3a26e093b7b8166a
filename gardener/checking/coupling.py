"""Documents tied to code: what each covers, and what changed in that without it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gardener.checking.surface import MODULE, changed
from gardener.core.globs import compile_globs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gardener.checking.repository import Repo
    from gardener.documents.document import Document

_COMMENT = re.compile(r"<!--[ \t]*(?:gardener:)?[ \t]*covers:[ \t]*([^>]*?)[ \t]*-->")
_TRAILER = re.compile(r"^Docs:[ \t]*none\b[ \t]*[,;:\u2013\u2014-]*[ \t]*(\S.*)$", re.MULTILINE | re.IGNORECASE)
NAMES_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Cover:
    """What a document covers: a glob of files, a name in them (empty: everything public), and where it says so."""

    glob: str
    symbol: str
    line: int


@dataclass(frozen=True, slots=True)
class Uncoupled:
    """A document that stayed the same while what it covers changed: the path, and the names in it."""

    document: Document
    line: int
    path: str
    names: tuple[str, ...]


def covers(document: Document, repo: Repo) -> tuple[Cover, ...]:
    """What a document covers by its front matter, by a comment, or by the settings."""
    found: list[Cover] = []
    front = document.outline.front_matter if document.text.startswith(("---", "+++")) else None
    if front is not None and "covers" in front.values:
        found += [_cover(entry, front.lines.get("covers", 1)) for entry in front.texts("covers")]
    for match in _COMMENT.finditer(document.text):
        line = document.lines.position(match.start())[0]
        found += [_cover(entry, line) for entry in match[1].split(",") if entry.strip()]
    found += [_cover(entry, 1) for entry in repo.settings.covers.get(document.path, ())]
    return tuple(found)


def _cover(entry: str, line: int) -> Cover:
    glob, _, symbol = entry.strip().strip("`").partition(":")
    return Cover(glob.removeprefix("./"), symbol.strip(":"), line)


def uncoupled(repo: Repo) -> Iterator[Uncoupled]:
    """Every document whose covered code changed against the base while it did not."""
    base = repo.base
    if base is None or excused(repo.trailers()):
        return
    touched = _touched(repo, base)
    for document in repo.documents if touched else ():
        if base.text(document.path) not in (None, document.text):
            continue
        for cover in covers(document, repo):
            matches = compile_globs((cover.glob,)).matches
            for path, names in touched.items():
                concerned = tuple(name for name in names if _concerns(cover.symbol, name))
                if concerned and matches(path):
                    yield Uncoupled(document, cover.line, path, concerned)


def excused(messages: str) -> str | None:
    """The reason of a `Docs: none, reason` trailer; None without one."""
    found = _TRAILER.search(messages)
    return found[1] if found else None


def _concerns(symbol: str, name: str) -> bool:
    return not symbol or name in (symbol, MODULE) or name.startswith(f"{symbol}.")


def _touched(repo: Repo, base: Repo) -> dict[str, tuple[str, ...]]:
    """The code files that differ from the base, with the public names that do; deleted and new files as a whole."""
    found: dict[str, tuple[str, ...]] = {}
    for path in sorted(repo.changed):
        if path.lower().endswith(".md"):
            continue
        before, after = base.text(path), repo.text(path)
        if before is None and after is None:
            names: tuple[str, ...] = (MODULE,)
        elif path.endswith((".py", ".pyi")):
            names = changed(before or "", after or "")
        else:
            names = () if before == after else (MODULE,)
        if names:
            found[path] = names
    return found


def commits_since(document: Document, repo: Repo) -> int:
    """How many commits touched what a document covers since the document last changed: what to look at first."""
    globs = [compile_globs((cover.glob,)) for cover in covers(document, repo)]
    last = next((commit for commit, _ in repo.history.versions(document.path)), None)
    if not globs or last is None:
        return 0
    later: set[str] = set()
    for path in repo.paths:
        if any(glob.matches(path) for glob in globs):
            for commit, _ in repo.history.versions(path):
                if commit.time <= last.time:
                    break
                later.add(commit.sha)
    return len(later)


def shown(names: tuple[str, ...]) -> str:
    """Names in a sentence."""
    listed = ", ".join(f"`{name}`" for name in names[:NAMES_SHOWN] if name != MODULE)
    more = f" and {len(names) - NAMES_SHOWN} more" if len(names) > NAMES_SHOWN else ""
    return f" ({listed}{more})" if listed else ""
