"""Code that gives orders to whoever reviews it: it may cost itself a good reading, and nobody else.

What only looks like an order is lost to the reader as well, where it is shown beside other code; it is judged all the
same where it stands.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gardener.core.review import Unit

WITHHELD = "(withheld: it speaks to whoever reads it)"


@lru_cache(maxsize=16_384)
def orders_in(text: str) -> tuple[str, ...]:
    """What a text says to its reviewer, as far as it reads like an order."""
    from gardener.llm.suspicion import suspicious

    return suspicious(text)


def orders_of(unit: Unit) -> tuple[str, ...]:
    """What a unit says to its reviewer, with its path and its text."""
    return orders_in(f"{unit.path}\n{unit.text}")


def without_orders(lines: Sequence[str]) -> list[str]:
    """Lines as they may be shown beside other code: as many, what gives orders replaced."""
    if not orders_in("\n".join(lines)):
        return list(lines)
    kept = [WITHHELD if orders_in(line) else line for line in lines]
    return kept if not orders_in("\n".join(kept)) else [WITHHELD] * len(lines)
