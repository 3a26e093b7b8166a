"""Globs as `.gitignore` reads them, compiled to one regular expression that cannot be made slow.

A glob without a slash, or with one only at its end, matches at any depth (`*.py`, `migrations`, `tests/`); any other is
anchored at the root (`src/**`, `/setup.py`). What matches a folder matches everything below it. `*` and `?` stay
within one folder, `**` spans folders, `[a-z]`, `[!a]` and `{a,b}` work as in a shell.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_SPECIAL = frozenset("*?[]{},!\\#")
_LIMIT = 256
_LENGTH = 1000


@dataclass(frozen=True, slots=True)
class Globs:
    """Compiled globs; `matches` is true for a path (relative to the root, with `/`) that one of them matches."""

    patterns: tuple[str, ...]
    regex: re.Pattern[str] | None

    def matches(self, path: str) -> bool:
        """True when one of the globs matches `path`."""
        return self.regex is not None and self.regex.match(path) is not None

    def __bool__(self) -> bool:
        return self.regex is not None


def compile_globs(patterns: Iterable[str]) -> Globs:
    """Compile globs to one matcher; no globs match nothing. Raises ValueError for a glob that makes no sense."""
    return _compiled(tuple(patterns))


def matches(patterns: tuple[str, ...], path: str) -> bool:
    """True when one of `patterns` matches `path`. Raises ValueError for a glob that makes no sense."""
    return _compiled(patterns).matches(path)


def problem(pattern: str) -> str | None:
    """Why a glob cannot be used, or None."""
    try:
        _compiled((pattern,))
    except ValueError as error:
        return str(error)
    return None


@lru_cache(maxsize=512)
def _compiled(patterns: tuple[str, ...]) -> Globs:
    if not patterns:
        return Globs((), None)
    alternatives = dict.fromkeys(_translate(plain) for pattern in patterns for plain in _plain(pattern))
    return Globs(patterns, re.compile("(?s:" + "|".join(alternatives) + r")\Z"))


def _plain(pattern: str) -> list[str]:
    if not pattern.strip("/."):
        raise ValueError(f"glob `{pattern}` names nothing; write `**` for everything")
    if len(pattern) > _LENGTH:
        raise ValueError(f"glob `{pattern[:60]}` is longer than {_LENGTH} characters")
    if pattern.startswith("!"):
        raise ValueError(f"glob `{pattern}` starts with `!`, and there is no negation")
    if ".." in pattern.split("/"):
        raise ValueError(f"glob `{pattern}` climbs out of the root")
    return _expand(pattern.removeprefix("./"))


def _expand(pattern: str) -> list[str]:
    """The globs that braces stand for: `{a,b}` expanded, so that no alternative is left to backtrack into."""
    done: list[str] = []
    waiting = [pattern]
    while waiting:
        glob = waiting.pop()
        group = _first_group(glob)
        if group is None:
            done.append(glob)
        else:
            start, end, parts = group
            waiting.extend(glob[:start] + part + glob[end:] for part in parts)
        if len(done) + len(waiting) > _LIMIT:
            raise ValueError(f"glob `{pattern[:60]}` stands for more than {_LIMIT} alternatives")
    return done


def _first_group(glob: str) -> tuple[int, int, list[str]] | None:
    """Start, end and alternatives of the first outermost `{...}`."""
    depth = start = 0
    cuts: list[int] = []
    for at, char in _unescaped(glob):
        if char == "{":
            depth += 1
            if depth == 1:
                start, cuts = at, [at]
        elif char == "," and depth == 1:
            cuts.append(at)
        elif char == "}" and depth:
            depth -= 1
            if not depth:
                bounds = [*cuts, at]
                return start, at + 1, [glob[a + 1 : b] for a, b in pairwise(bounds)]
    if depth:
        raise ValueError(f"glob `{glob}` has an unclosed `{{`")
    return None


def _unescaped(glob: str) -> Iterator[tuple[int, str]]:
    at = 0
    while at < len(glob):
        if glob[at] == "\\":
            at += 2
            continue
        yield at, glob[at]
        at += 1


def _translate(glob: str) -> str:
    """A regular expression for one brace-free glob, to be followed by the end of the path."""
    folder = glob.endswith("/")
    body = glob.strip("/")
    anchored = "/" in glob.rstrip("/")
    segments = [segment for segment in body.split("/") if segment not in ("", ".")]
    if not anchored:
        segments.insert(0, "**")
    below = "/.+" if folder else "(?:/.+)?"
    if segments[-1] == "**":
        below = "" if len(segments) == 1 else below
    return _joined(segments) + below


def _joined(segments: list[str]) -> str:
    """Match leftmost after every `**` and never reconsider: a later start cannot help what follows."""
    trailing = segments[-1] == "**"
    while segments and segments[-1] == "**":
        segments = segments[:-1]
    chunks: list[list[str]] = [[]]
    for segment in segments:
        if segment == "**":
            chunks.append([])
        else:
            chunks[-1].append(_segment(segment))
    first, *rest = chunks
    text = "".join(piece + "/" for piece in first)
    for number, chunk in enumerate(rest):
        if not chunk:
            continue
        pieces = "".join(piece + "/" for piece in chunk)
        last = number == len(rest) - 1
        text += f"(?:[^/]++/)*?{pieces}" if last else f"(?>(?:[^/]++/)*?{pieces})"
    if trailing:
        return text + ".+"
    return text.removesuffix("/")


def _segment(segment: str) -> str:
    """One folder or file name: fixed chunks between stars, each matched leftmost, the last one at the end."""
    chunks: list[str] = [""]
    at = 0
    while at < len(segment):
        piece, at = _token(segment, at)
        if piece == "*":
            chunks.append("")
        else:
            chunks[-1] += piece
    first, *rest = chunks
    middle = "".join(f"(?>[^/]*?{chunk})" for chunk in rest[:-1] if chunk)
    return first + middle + (f"[^/]*{rest[-1]}" if rest else "")


def _token(segment: str, at: int) -> tuple[str, int]:
    char = segment[at]
    if char == "*":
        return "*", at + 1
    if char == "?":
        return "[^/]", at + 1
    if char == "[":
        return _class(segment, at)
    if char == "\\":
        if at + 1 == len(segment) or segment[at + 1] not in _SPECIAL:
            raise ValueError(f"glob `{segment}` has a backslash: write `/` between folders")
        return re.escape(segment[at + 1]), at + 2
    return re.escape(char), at + 1


def _class(segment: str, at: int) -> tuple[str, int]:
    end = segment.find("]", at + 3 if segment[at + 1 : at + 2] in ("!", "^") else at + 2)
    if end < 0:
        return r"\[", at + 1
    inner = segment[at + 1 : end]
    negated = inner[:1] in ("!", "^")
    members = "".join(char if char == "-" else re.escape(char) for char in inner[negated:])
    text = f"[^/{members}]" if negated else f"(?!/)[{members}]"
    try:
        re.compile(text)
    except re.error:
        raise ValueError(f"glob `{segment}` has an impossible range `[{inner}]`") from None
    return text, end + 1
