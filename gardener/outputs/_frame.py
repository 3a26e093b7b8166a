"""A window on the code around a finding, with the offending span marked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from gardener.outputs._visible import code, crop, width

if TYPE_CHECKING:
    from gardener.core.finding import Place
    from gardener.core.lines import LineIndex

BEFORE = 1
AFTER = 1
SPAN_LINES = 5

Kind = Literal["context", "code", "carets", "elision"]


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a frame: `gutter` to the left of the bar, `text` to the right of it."""

    kind: Kind
    gutter: str
    text: str


def frame(lines: LineIndex, place: Place, room: int) -> list[Row]:
    """The rows around `place`, `room` columns of code wide: nothing when the text has no such line.

    Long lines are cut to the window that shows where the span starts; long spans to their first lines.
    """
    first, last = place.line, min(max(place.line, _last_line(place)), len(lines))
    if not 1 <= first <= len(lines):
        return []
    shown = last if last - first < SPAN_LINES else first + SPAN_LINES - 2
    stop = place.end_column - 1 if place.end_line == first else len(lines.line(first))
    start = min(max(place.column - 1, 0), len(lines.line(first)))
    shift = _shift(lines.line(first), start, stop, room)
    pad = len(str(last + AFTER))
    rows: list[Row] = []
    for number in range(first - BEFORE, shown + 1):
        if number < first and not _has_code(lines, number):
            continue
        kind: Kind = "code" if number >= first else "context"
        mark = ">" if kind == "code" and last > first else " "
        rows.append(Row(kind, f"{mark} {number:>{pad}}", cut(lines.line(number), shift, room)))
        if number == first:
            rows.append(Row("carets", " " * (pad + 2), _carets(lines.line(first), start, stop, shift, room)))
    if shown < last:
        rows.append(Row("elision", " " * (pad + 2), f"... {last - shown} more lines"))
    rows += [
        Row("context", f"  {number:>{pad}}", cut(lines.line(number), shift, room))
        for number in range(last + 1, last + 1 + AFTER)
        if _has_code(lines, number)
    ]
    return rows


def _last_line(place: Place) -> int:
    return place.end_line - 1 if place.end_column <= 1 and place.end_line > place.line else place.end_line


def _has_code(lines: LineIndex, number: int) -> bool:
    return 1 <= number <= len(lines) and bool(lines.line(number).strip())


def _shift(line: str, start: int, stop: int, room: int) -> int:
    # Zero-width characters let more code points than columns fit; beyond four times as many nobody reads them.
    if stop <= 4 * room and width("".join(code(line[:stop]))) < room:
        return 0
    if start < room // 2:
        return 0
    return start - room // 4


def cut(line: str, shift: int, room: int) -> str:
    """What is shown of a line of code from its code point `shift` on, in at most `room` columns."""
    text = "".join(code(line[shift : shift + 4 * room])).rstrip()
    return crop("…" + text if shift and text else text, room)


def _carets(line: str, start: int, stop: int, shift: int, room: int) -> str:
    piece = line[shift : shift + 4 * room]
    cells = code(piece)
    lead = width("".join(cells[: start - shift])) + (1 if shift else 0)
    length = width("".join(cells[start - shift : max(stop - shift, 0)]))
    lead = min(lead, max(room - 1, 0))
    return " " * lead + "^" * max(1, min(length, room - lead))
