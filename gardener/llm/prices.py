"""What a call costs. Prices are data with a date (`prices.toml`), and settings override them; unknown is never free."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gardener.core.settings import PriceSettings
    from gardener.llm.ask import Usage

_MILLION = 1_000_000
_DATED = re.compile(r"-\d{4}-\d{2}-\d{2}$")
_BATCH = 0.5


@dataclass(frozen=True, slots=True)
class Price:
    """US dollars per million tokens. Without a price of their own, cached tokens and cache writes cost as input does.

    `batch` is the part of it that a batch costs, `checked` the day it was compared with the provider's page (empty
    for prices from settings), `up_to` the longest input to which it holds.
    """

    input: float
    output: float
    cached: float | None = None
    cache_write: float | None = None
    batch: float = _BATCH
    checked: str = ""
    up_to: int | None = None


@dataclass(frozen=True, slots=True)
class Prices:
    """Prices by model. Names are tried as they are, without a date at their end, and without `openai/` before them."""

    of_settings: Mapping[str, Price]
    known: Mapping[str, Price]

    def price(self, *models: str) -> Price | None:
        """The price of the first of `models` that has one; None is unknown."""
        for model in models:
            for name in _names(model):
                found = self.of_settings.get(name) or self.known.get(name)
                if found is not None:
                    return found
        return None

    @property
    def dearest(self) -> Price:
        """A price that no known model exceeds: what a model of unknown price counts as where a cap must hold."""
        every = [*self.known.values(), *self.of_settings.values()]
        writes = [price.cache_write for price in every if price.cache_write is not None]
        return Price(
            input=max([*(price.input for price in every), *writes], default=0.0),
            output=max((price.output for price in every), default=0.0),
        )


def load_prices(overrides: Mapping[str, PriceSettings] | None = None) -> Prices:
    """The shipped prices, with those of `[tool.gardener.review.prices]` before them."""
    own = {
        model.lower(): Price(one.input, one.output, one.cached, one.cache_write)
        for model, one in (overrides or {}).items()
    }
    return Prices(own, _shipped())


def cost(usage: Usage, price: Price | None, *, batch: bool = False) -> float | None:
    """US dollars that a call cost; None when the price is unknown, also because the input was too long for it."""
    if price is None or (price.up_to is not None and usage.input > price.up_to):
        return None
    cached = min(max(usage.cached, 0), max(usage.input, 0))
    written = min(max(usage.cache_write, 0), max(usage.input, 0) - cached)
    plain = max(usage.input, 0) - cached - written
    dollars = (
        plain * price.input
        + cached * (price.input if price.cached is None else price.cached)
        + written * (price.input if price.cache_write is None else price.cache_write)
        + max(usage.output, 0) * price.output
    ) / _MILLION
    return dollars * price.batch if batch else dollars


def worst_cost(tokens_in: int, tokens_out: int, price: Price) -> float:
    """The most a call of that many tokens can cost: nothing comes from the cache, and all of it is written there."""
    dearest_input = max(price.input, price.cache_write or 0.0)
    return (tokens_in * dearest_input + tokens_out * price.output) / _MILLION


def _names(model: str) -> list[str]:
    name = model.lower().strip()
    plain = name.removeprefix("openai/")
    return list(dict.fromkeys(part for one in (name, plain) for part in (one, _DATED.sub("", one)) if part))


@cache
def _shipped() -> Mapping[str, Price]:
    import tomllib

    data = tomllib.loads((files("gardener.llm") / "prices.toml").read_text(encoding="utf-8"))
    found: dict[str, Price] = {}
    for model, row in data["models"].items():
        price = _price(row, data["batch"])
        found |= dict.fromkeys([model, *row.get("as", ())], price)
    return found


def _price(row: Mapping[str, Any], batch: float) -> Price:
    return Price(
        input=row["input"],
        output=row["output"],
        cached=row.get("cached"),
        cache_write=row.get("cache_write"),
        batch=row.get("batch", batch),
        checked=row["checked"].isoformat(),
        up_to=row.get("up_to"),
    )
