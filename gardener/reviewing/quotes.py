"""Quotes: whether the words a judge quotes really stand where it says, and where that is in the file.

Only white space is forgiven, and only blanks, tabs and line ends: a look-alike is another character.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gardener.core.finding import Span
from gardener.core.lines import LineIndex

if TYPE_CHECKING:
    from gardener.core.finding import Place
    from gardener.core.review import Unit

_BLANKS = " \t\r\n\f"
_RUN = re.compile(r"[ \t\r\n\f]+")
_TELLING = re.compile(r"\w")
LEAST_TELLING = 2


def find_quote(quote: str, text: str) -> Span | None:
    """Where `quote` first stands in `text`: exactly, else with every run of white space counted as one blank.

    White space around the quote does not count. None when it stands nowhere, or when it holds fewer than two letters
    or digits: a bracket is found everywhere and proves nothing.
    """
    wanted = quote.strip(_BLANKS)
    if len(_TELLING.findall(wanted)) < LEAST_TELLING:
        return None
    at = text.find(wanted)
    if at >= 0:
        return Span(at, at + len(wanted))
    pieces = _RUN.split(wanted)
    if len(pieces) == 1:
        return None
    found = re.search(r"[ \t\r\n\f]++".join(map(re.escape, pieces)), text)
    return Span(*found.span()) if found else None


def stands_in(quote: str, text: str) -> bool:
    """True when `quote` stands in the text of a clause: verbatim, except that lines may be wrapped elsewhere."""
    return find_quote(quote, text) is not None


def lines_of(span: Span, text: str) -> tuple[int, int]:
    """Index of the first and of the last line of `text` (which has line feeds only) that a span lies on."""
    first = text.count("\n", 0, span.start)
    return first, first + text.count("\n", span.start, max(span.end - 1, span.start))


def place_of(unit: Unit, span: Span, sent_text: str, file_text: str) -> tuple[Span, Place]:
    """Where in the file a quote stands that was found at `span` of the unit's text as it was sent.

    `sent_text` has the lines of `unit.text`, though secrets in them may have been replaced. Columns are those of the
    quoted words where they stand verbatim on their lines of the file; else the whole lines count, white space aside.
    """
    lines = sent_text.split("\n")
    first, last = lines_of(span, sent_text)
    before = sent_text.rfind("\n", 0, span.start) + 1
    left = span.start - before
    right = span.end - (sent_text.rfind("\n", 0, max(span.end - 1, 0)) + 1)
    index = LineIndex.of(file_text)
    shown = [at for at in range(first, last + 1) if unit.lines[at]] or [_shown_before(unit, first)]
    head = lines[first][left : right if first == last else None] if shown[0] == first else ""
    tail = lines[last][left if first == last else 0 : right] if shown[-1] == last else ""
    start = _columns(index.line(unit.lines[shown[0]]), unit.text.split("\n")[shown[0]], head, left)[0]
    end = _columns(index.line(unit.lines[shown[-1]]), unit.text.split("\n")[shown[-1]], tail, left * (first == last))[1]
    found = Span(index.offset(unit.lines[shown[0]], start + 1), index.offset(unit.lines[shown[-1]], end + 1))
    return found, index.place(found)


def _shown_before(unit: Unit, at: int) -> int:
    """The nearest line above an elided one that stands in the file, else the nearest below."""
    above = (number for number in range(at, -1, -1) if unit.lines[number])
    below = (number for number in range(at, len(unit.lines)) if unit.lines[number])
    return next(above, None) or next(below)


def _columns(line: str, own: str, words: str, column: int) -> tuple[int, int]:
    """0-based columns of `words` in a line of the file: where they stand in the unit's own line, else the first."""
    if words.strip(_BLANKS):
        shift = max(line.find(own), 0)
        at = column + shift if line.startswith(words, column + shift) else line.find(words)
        if at >= 0:
            return at, at + len(words)
    stripped = line.strip(_BLANKS)
    return line.find(stripped), line.find(stripped) + len(stripped)
