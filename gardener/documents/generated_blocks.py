"""Blocks between markers that a program keeps up to date: found in a document, and replaced whole."""

from __future__ import annotations

import re
from dataclasses import dataclass

from gardener.core.finding import Span

_OPEN = re.compile(r"<!--[ \t]*gardener:(toc|rules|tree|agents)(?:[ \t]+([\w./-]+))?[ \t]*-->")
_FENCED = re.compile(r"^([ \t]*)(`{3,}|~{3,})[^\n]*\n.*?(?:^[ \t]*\2|\Z)", re.MULTILINE | re.DOTALL)


_CODE = re.compile(r"(?<!`)(`+)(?!`)[^\n]*?(?<!`)\1(?!`)")


@dataclass(frozen=True, slots=True)
class Block:
    """A generated block: what it holds (`toc`, `rules`, `tree` or `agents`), what that is about, and where.

    `span` is what stands between its markers, None where the closing one is missing; `marker` is the opening one.
    """

    kind: str
    argument: str
    span: Span | None
    marker: Span


def find_blocks(text: str) -> tuple[Block, ...]:
    """The blocks of a document, in order. Markers in code do not count."""
    masked = _CODE.sub(_blank, _FENCED.sub(_blank, text))
    found: list[Block] = []
    for opening in _OPEN.finditer(masked):
        closing = re.compile(rf"<!--[ \t]*/[ \t]*gardener:{opening[1]}[ \t]*-->").search(masked, opening.end())
        following = _OPEN.search(masked, opening.end())
        closed = closing is not None and (following is None or closing.start() < following.start())
        span = Span(opening.end(), closing.start()) if closing is not None and closed else None
        found.append(Block(opening[1], opening[2] or "", span, Span(opening.start(), opening.end())))
    return tuple(found)


def _blank(match: re.Match[str]) -> str:
    return re.sub(r"[^\r\n]", " ", match[0])
