"""Foreign text in HTML, and the few shapes that everything on the page is made of."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from gardener.outputs._visible import sentence

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

SHOWN = 25


def text(foreign: str) -> str:
    """Foreign text on one line, with nothing in it that HTML or a reader's eye would be misled by."""
    return escape(sentence(foreign), quote=True)


def prose(foreign: str) -> str:
    """The same, where code between backticks is set as code."""
    pieces = text(foreign).split("`")
    if len(pieces) % 2 == 0:
        return "`".join(pieces)
    return "".join(f"<code>{piece}</code>" if number % 2 else piece for number, piece in enumerate(pieces))


def card(title: str, body: str, kind: str = "") -> str:
    """A part of the page with a title; `kind` are its classes. Title and body are HTML."""
    classes = f' class="{kind}"' if kind else ""
    return f"<section{classes}><h2>{title}</h2>{body}</section>\n"


def quiet(words: str) -> str:
    """A remark that stands back. `words` are HTML."""
    return f'<p class="quiet">{words}</p>'


def listed(items: Sequence[str], *, numbered: bool = False) -> str:
    """A list of HTML items; what is beyond those shown is counted."""
    more = len(items) - SHOWN
    rows = "".join(f"<li>{item}</li>" for item in (*items[:SHOWN], *([f"and {more:,} more"] if more > 0 else [])))
    return f"<ol>{rows}</ol>" if numbered else f'<ul class="plain">{rows}</ul>'


def keys(pairs: Iterable[tuple[str, str]]) -> str:
    """What the colours of a plot mean: (class, words)."""
    swatch = '<svg aria-hidden="true" viewBox="0 0 12 12"><rect class="{}" width="12" height="12" rx="2"/></svg>'
    return f'<ul class="keys">{"".join(f"<li>{swatch.format(name)}{text(said)}</li>" for name, said in pairs)}</ul>'
