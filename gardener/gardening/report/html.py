"""The report as one page of HTML: no script, nothing loaded from anywhere, and all foreign text escaped.

The page forbids scripts and loading by its own policy, too, so that a hole in the escaping would still do nothing.
"""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

from gardener.core.finding import SEVERITIES
from gardener.gardening.grades.records import NOT_GRADED
from gardener.gardening.report.cards import cards, failures
from gardener.gardening.report.heat_map import heat_map
from gardener.gardening.report.marks import text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gardener.gardening.report.content import Content

_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_STYLE = "page.css"


def page(content: Content) -> str:
    """The page, the same bytes for the same content."""
    style = files("gardener.gardening.report").joinpath(_STYLE).read_text(encoding="utf-8")
    body = f"{failures(content)}{heat_map(content)}{cards(content)}"
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>Garden of {text(content.name)}</title>\n<style>\n{style}</style>\n</head>\n<body>\n<main>\n"
        f"{_header(content)}{_tiles(content)}{body}{_footer(content)}</main>\n</body>\n</html>\n"
    )


def _header(content: Content) -> str:
    commit = f"commit <code>{text(content.commit[:9])}</code>" if content.commit else "nothing committed yet"
    day = f" of {text(content.day)}" if content.day else ""
    return f"<header><h1>Garden of {text(content.name)}</h1><p>{commit}{day}</p></header>\n"


def _tiles(content: Content) -> str:
    cells = "".join(
        f'<div class="tile"><dt>{name}</dt><dd>{value}<small>{more}</small></dd></div>'
        for name, value, more in _figures(content)
    )
    return f'<dl class="tiles">{cells}</dl>\n'


def _figures(content: Content) -> Iterator[tuple[str, str, str]]:
    """The few numbers that are read from across the room: name, number, what it is made of."""
    found = zip(SEVERITIES, content.findings, strict=True)
    by_severity = ", ".join(f"{count} {name}" for name, count in found if count)
    letters = [row.grade for row in content.rows if row.score is not None]
    graded = f"{len(letters)} of {len(content.rows)} areas graded"
    yield "Lowest grade", max(letters, default=NOT_GRADED), graded
    yield "Open findings", f"{sum(content.findings):,}", by_severity or f"in {content.files:,} files"
    yield "Gating", f"{content.gating:,}", f"{content.suppressed:,} suppressed"
    if content.clauses:
        kept, total = content.clauses.proven + content.clauses.labelled, content.clauses.total
        yield "Beliefs kept", f"{100 * kept // total} %", f"{kept} of {total} clauses"
    if content.tracked and content.points:
        yield "Open debt", f"{content.points[-1].open_debt:,}", "rows in the tech tracker"
    price = "unknown" if content.usd is None else f"${content.usd:.2f}"
    yield "Cost", price, f"{content.requests:,} requests, {content.tokens:,} tokens"


def _footer(content: Content) -> str:
    formula = f"Grades by formula {text(content.formula)}. " if content.formula else ""
    return f"<footer>{formula}Written by gardener from the repository alone.</footer>\n"
