"""Plots as SVG: shapes only, stretched to the room there is. Words stand beside them in HTML, where they can be read.

Every plot says in its label what it shows, so that nobody needs to see it.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gardener.gardening.report.content import Clauses, Point

WIDTH, HEIGHT = 600, 160
_GAP = 0.25
_SPARK = (72, 24)


def findings_plot(points: Sequence[Point]) -> str:
    """Open findings night by night, stacked by severity, the gravest at the bottom."""
    most = max((sum(point.findings) for point in points), default=0) or 1
    step = WIDTH / max(len(points), 1)
    bars: list[str] = []
    for number, point in enumerate(points):
        top = float(HEIGHT)
        for severity, count in enumerate(point.findings):
            height = HEIGHT * count / most
            top -= height
            if count:
                bars.append(_rect(number * step + step * _GAP / 2, top, step * (1 - _GAP), height, f"p{severity}"))
    first, last = sum(points[0].findings), sum(points[-1].findings)
    label = (
        f"Open findings over {len(points)} nights: {first} at first, {last} now, {most if most > 1 else last} at most"
    )
    return _svg(label, WIDTH, HEIGHT, "".join(bars))


def debt_plot(points: Sequence[Point]) -> str:
    """Rows of debt that were opened (upwards) and closed (downwards) night by night."""
    most = max((max(point.opened, point.closed) for point in points), default=0) or 1
    step, middle = WIDTH / max(len(points), 1), HEIGHT / 2
    shapes: list[str] = []
    for number, point in enumerate(points):
        left, wide = number * step + step * _GAP / 2, step * (1 - _GAP)
        up, down = (middle - 4) * point.opened / most, (middle - 4) * point.closed / most
        shapes += [_rect(left, middle - up, wide, up, "opened")] if point.opened else []
        shapes += [_rect(left, middle, wide, down, "closed")] if point.closed else []
    shapes.append(f'<line class="axis" x1="0" x2="{WIDTH}" y1="{_number(middle)}" y2="{_number(middle)}"/>')
    opened, closed = sum(point.opened for point in points), sum(point.closed for point in points)
    label = f"Debt over {len(points)} nights: {opened} rows opened, {closed} closed, {points[-1].open_debt} open now"
    return _svg(label, WIDTH, HEIGHT, "".join(shapes), kind="plot level")


def clauses_plot(clauses: Clauses) -> str:
    """All clauses as one bar, divided by what keeps them."""
    shapes: list[str] = []
    left = 0.0
    for name, count in parts_of(clauses):
        wide = WIDTH * count / max(clauses.total, 1)
        shapes += [_rect(left, 0, wide, 28, name)] if count else []
        left += wide
    said = ", ".join(f"{count} {name}" for name, count in parts_of(clauses))
    return _svg(f"{clauses.total} clauses: {said}", WIDTH, 28, "".join(shapes), kind="bar")


def parts_of(clauses: Clauses) -> tuple[tuple[str, int], ...]:
    """The parts of the bar in order, with their counts."""
    return (
        ("proven", clauses.proven),
        ("labelled", clauses.labelled),
        ("review", clauses.review),
        ("nothing", clauses.nothing),
    )


def sparkline(values: Sequence[int | None]) -> str:
    """Scores of an area as a line, the newest last; a dot for the newest."""
    wide, high = _SPARK
    known = [(at, value) for at, value in enumerate(values) if value is not None]
    if not known:
        return ""
    low, most = min(value for _, value in known), max(value for _, value in known)
    reach = max(most - low, 10)
    step = (wide - 8) / max(len(values) - 1, 1)

    def place(at: int, value: int) -> tuple[str, str]:
        # A line that hardly moves is drawn flat, in the middle.
        return _number(4 + at * step), _number(high - 4 - (high - 8) * (value - low + (reach - most + low) / 2) / reach)

    dots = [place(at, value) for at, value in known]
    line = " ".join(",".join(dot) for dot in dots)
    shapes = f'<polyline points="{line}"/>' if len(dots) > 1 else ""
    shapes += f'<circle cx="{dots[-1][0]}" cy="{dots[-1][1]}" r="2.5"/>'
    label = f"{known[0][1]} at first, {known[-1][1]} now, over {len(known)} nights"
    return (
        f'<svg class="spark" role="img" aria-label="{label}" viewBox="0 0 {wide} {high}" '
        f'width="{wide}" height="{high}">{shapes}</svg>'
    )


def _svg(label: str, width: int, height: int, shapes: str, *, kind: str = "plot") -> str:
    return (
        f'<svg class="{kind}" role="img" aria-label="{escape(label)}" viewBox="0 0 {width} {height}" '
        f'preserveAspectRatio="none">{shapes}</svg>'
    )


def _rect(left: float, top: float, wide: float, high: float, name: str) -> str:
    places = f'x="{_number(left)}" y="{_number(top)}" width="{_number(wide)}" height="{_number(high)}"'
    return f'<rect class="{name}" {places}/>'


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
