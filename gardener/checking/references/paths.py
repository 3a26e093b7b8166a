"""Paths in inline code: those that a commit took away, and those that are too short to be found."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from gardener.checking.references.judgement import Judgement, emptied, is_made, told
from gardener.checking.references.links import target_of
from gardener.checking.references.loudness import loudness
from gardener.checking.references.phrases import excuse
from gardener.checking.references.tokens import Token, candidates, path_token, path_tokens
from gardener.core.finding import Edit, Fix
from gardener.documents.glance import glance_codes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gardener.checking.repository import Repo
    from gardener.documents.document import Document
    from gardener.repo.history import Removal

_PLACEHOLDERS = frozenset({".gitkeep", ".gitignore", ".keep", ".placeholder", ".empty", ".DS_Store"})


def judge_paths(document: Document, repo: Repo, *, all_of_them: bool = False) -> Iterator[Judgement]:
    """The paths in inline code, each with the guard that dismisses it or the commit that makes it stale.

    Unless `all_of_them` are wanted, a document is not parsed when a glance shows that none can be stale.
    """
    if repo.tier(document) in ("record", "generated"):
        return
    if not all_of_them and not any(_may_be_stale(text, document, repo) for text in glance_codes(document.text)):
        return
    linked = [link.span for link in document.links if target_of(link.target) is not None]
    for token in path_tokens(document):
        if any(span.start <= token.span.start and token.span.end <= span.end for span in linked):
            yield Judgement(token.span, token.path, "it is the text of a link, whose target is looked at")
        else:
            yield _judge(token, document, repo)


def _may_be_stale(text: str, document: Document, repo: Repo) -> bool:
    token = path_token(text, 0)
    if token is None:
        return False
    folder = document.path.rpartition("/")[0]
    places = candidates(token.path, folder)
    if any(map(repo.holds, places)):
        return False
    return repo.history.gap is not None or _removed(token, places, folder, repo) is not None


def _judge(token: Token, document: Document, repo: Repo) -> Judgement:
    folder = document.path.rpartition("/")[0]
    places = candidates(token.path, folder)
    dismissed = _standing(token, places, repo)
    if dismissed:
        return Judgement(token.span, token.path, dismissed)
    found = _removed(token, places, folder, repo)
    if found is None:
        if repo.history.gap:
            repo.unsure.add((document.path, token.path))
            return Judgement(token.span, token.path, f"whether it ever existed is not known: {repo.history.gap}")
        return Judgement(token.span, token.path, "no commit ever held it")
    place, removal, successor = found
    guard = _guard(token, place, removal, successor, repo)
    if guard:
        return Judgement(token.span, token.path, guard)
    return _flagged(token, place, removal, successor, document, repo)


def _standing(token: Token, places: tuple[str, ...], repo: Repo) -> str:
    """Why a path is no reference that could be stale; empty when it may be one."""
    for place in places:
        if repo.exists(place):
            return f"it exists as `{place}`"
    if not places:
        return "it leads out of the repository"
    if token.is_generic:
        return "any project may have a file of this name"
    return ""


def _beside(places: tuple[str, ...], folder: str) -> list[str]:
    """Of the places of a bare name the one beside the document: elsewhere it may be any file of that name."""
    return [place for place in places if place.rpartition("/")[0] == folder]


def _removed(token: Token, places: tuple[str, ...], folder: str, repo: Repo) -> tuple[str, Removal, str | None] | None:
    """The place that once held the path, its removal, and where it is now."""
    for place in places if token.segments > 1 else _beside(places, folder):
        removal = repo.history.removal(place)
        if removal is not None and not token.is_folder:
            return place, removal, repo.history.successor(place, repo.files.__contains__)
        below = [
            item for item in repo.history.removals_below(place) if item.path.rpartition("/")[2] not in _PLACEHOLDERS
        ]
        if below:
            return place, below[0], _new_folder(place, below, repo)
    return None


def _new_folder(folder: str, removals: list[Removal], repo: Repo) -> str | None:
    """The one folder into which what was in `folder` has moved; None when there is not exactly one."""
    found: list[str] = []
    for removal in removals:
        now = repo.history.successor(removal.path, repo.files.__contains__)
        rest = removal.path[len(folder) :]
        if now is not None and now.endswith(rest):
            found.append(now[: -len(rest)])
    one = len(set(found)) == 1 and 2 * len(found) > len(removals)
    return found[0] if one and found[0] in repo.folders else None


def _guard(token: Token, place: str, removal: Removal, successor: str | None, repo: Repo) -> str:
    """Why a path that is gone is still no stale reference; empty when it is one."""
    short = [
        path for path in repo.names.get(posixpath.basename(place), ()) if path.endswith(f"/{token.path.strip('./')}")
    ]
    if short and successor not in short:
        return f"it may be short for `{short[0]}`"
    if token.segments < 2 and repo.names.get(posixpath.basename(place)) and successor is None:
        return f"a file of that name exists: `{repo.names[posixpath.basename(place)][0]}`"
    if repo.ignored([place, f"{place}/"]) or is_made(removal.commit.subject):
        return "it is generated, or git ignores it: it may be there or not"
    if re.fullmatch(r"\.env(?:\.local)?", posixpath.basename(place)):
        return "every developer has an own one"
    return ""


def _flagged(
    token: Token, place: str, removal: Removal, successor: str | None, document: Document, repo: Repo
) -> Judgement:
    heard = loudness(document, document.lines.position(token.span.start)[0], repo)
    said = excuse(document.text, token.span)
    quiet = heard.quiet or said
    happened = told(removal, successor) if removal.path == place else emptied(removal, successor)
    facts = (
        ("tier", heard.tier),
        ("looked for", ", ".join(candidates(token.path, document.path.rpartition("/")[0]))),
        ("history", f"{removal.path}: {happened}"),
        ("guards", quiet or "none applies"),
    )
    return Judgement(
        token.span,
        token.path,
        message=f"`{token.path}` is gone: {happened}",
        severity="P3" if quiet else None,
        certainty="maybe" if quiet else "certain",
        fix=_fix(token, place, successor, document),
        facts=facts,
    )


def _fix(token: Token, place: str, successor: str | None, document: Document) -> Fix | None:
    """The new path in the words of the old: relative to the same base."""
    if successor is None:
        return None
    written = token.path.rstrip("/")
    folder = document.path.rpartition("/")[0]
    if written.startswith(("./", "../")) and written.removeprefix("./") != place:
        new = posixpath.relpath(successor, folder or ".")
        new = f"./{new}" if written.startswith("./") and not new.startswith("../") else new
    elif written.lstrip("/") == place or written.removeprefix("./") == place:
        new = written[: len(written) - len(place)] + successor
    else:
        base = place[: len(place) - len(written)]
        if not successor.startswith(base):
            return None
        new = successor[len(base) :]
    safety = "unsafe" if token.tail else "safe"
    edit = Edit(token.span.start, token.span.end, new + "/" * token.is_folder)
    return Fix(f"write `{new}`", "unsafe" if safety == "unsafe" else "safe", (edit,))


def judge_short_paths(document: Document, repo: Repo) -> Iterator[Judgement]:
    """Paths in an agent guide that several files end in, or one, where short paths are unwanted."""
    if repo.tier(document) != "agent":
        return
    tokens = filter(None, (path_token(text, 0) for text in glance_codes(document.text)))
    if all(any(map(repo.holds, candidates(token.path, document.path.rpartition("/")[0]))) for token in tokens):
        return
    for token in path_tokens(document):
        places = candidates(token.path, document.path.rpartition("/")[0])
        if token.segments < 2 or any(map(repo.exists, places)):
            continue
        tail = token.path.strip("./")
        found = [path for path in repo.names.get(posixpath.basename(tail), ()) if path.endswith(f"/{tail}")]
        yield _judge_short(token, found, allowed=bool(repo.options.get("allow-short", True)))


def _judge_short(token: Token, found: list[str], *, allowed: bool) -> Judgement:
    if not found:
        return Judgement(token.span, token.path, "no path of the repository ends in it")
    if len(found) == 1 and allowed:
        return Judgement(token.span, token.path, f"it can only mean `{found[0]}`")
    if len(found) > 1:
        shown = ", ".join(f"`{path}`" for path in found[:3]) + (f" and {len(found) - 3} more" if len(found) > 3 else "")
        return Judgement(token.span, token.path, message=f"`{token.path}` may mean {shown}", certainty="likely")
    edit = Edit(token.span.start, token.span.end, found[0] + "/" * token.is_folder)
    fix = Fix(f"write `{found[0]}`", "safe", (edit,))
    return Judgement(token.span, token.path, message=f"`{token.path}` is short for `{found[0]}`", fix=fix)
