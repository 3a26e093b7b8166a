"""What was spent on models so far, read from the ledger: by day, model and purpose."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gardener.core.errors import ModelError
from gardener.llm.ledger import opened

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_QUERY = """
SELECT substr(at, 1, 10), model, purpose, sum(requests), sum(tokens_in), sum(tokens_out),
    CASE WHEN count(usd) = count(*) THEN sum(usd) END
FROM exchanges WHERE at >= ? GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""
_HEAD = ("day", "model", "purpose", "requests", "tokens in", "tokens out", "cost")
# So many columns hold words; the others hold figures.
_WORDS = 3


@dataclass(frozen=True, slots=True)
class Costs:
    """What was spent on one day with one model for one purpose; `usd` is None when a price was not known."""

    day: str
    model: str
    purpose: str
    requests: int
    tokens_in: int
    tokens_out: int
    usd: float | None


def costs(path: Path, since: str = "") -> tuple[Costs, ...]:
    """What the ledger at `path` has since the day `since` (`2027-01-31`), by day, model and purpose.

    Raises ModelError for a file that is no ledger.
    """
    from sqlite3 import Error

    if not path.exists():
        return ()
    try:
        connection = opened(path)
        try:
            return tuple(Costs(*row) for row in connection.execute(_QUERY, (since,)))
        finally:
            connection.close()
    except Error as error:
        raise ModelError(f"is no ledger: {error}", at=str(path), hint="delete it; a new one is begun") from None


def as_text(spent: Sequence[Costs]) -> str:
    """The costs as a table for people, with a total."""
    if not spent:
        return "nothing was spent so far\n"
    rows = [_HEAD, *((one.day, one.model, one.purpose, *_figures(one)) for one in (*spent, total(spent)))]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "".join("  ".join(_aligned(row, widths)).rstrip() + "\n" for row in rows)


def total(spent: Sequence[Costs]) -> Costs:
    """All of it together; its price is unknown when one of them is."""
    known = [one.usd for one in spent if one.usd is not None]
    return Costs(
        day="total",
        model="",
        purpose="",
        requests=sum(one.requests for one in spent),
        tokens_in=sum(one.tokens_in for one in spent),
        tokens_out=sum(one.tokens_out for one in spent),
        usd=sum(known) if len(known) == len(spent) else None,
    )


def _figures(spent: Costs) -> tuple[str, str, str, str]:
    price = "unknown" if spent.usd is None else f"${spent.usd:.4f}"
    return f"{spent.requests:,}", f"{spent.tokens_in:,}", f"{spent.tokens_out:,}", price


def _aligned(row: Sequence[str], widths: Sequence[int]) -> list[str]:
    padded = zip(row, widths, strict=True)
    return [cell.ljust(width) if at < _WORDS else cell.rjust(width) for at, (cell, width) in enumerate(padded)]
