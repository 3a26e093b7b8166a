"""What a run has spent so far, by model and purpose."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gardener.llm.ask import Usage


@dataclass(frozen=True, slots=True)
class Spending:
    """What one model took for one purpose. `usd` is None as soon as the price of a single request is unknown.

    `estimated` is True when a provider did not say how many tokens it took.
    """

    model: str
    purpose: str
    requests: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    cached: int = 0
    usd: float | None = 0.0
    estimated: bool = False

    def plus(self, usage: Usage, usd: float | None, requests: int) -> Spending:
        """With one more call; one that used nothing cost nothing, whatever its price."""
        free = not usage.input and not usage.output
        more = 0.0 if free else usd
        return replace(
            self,
            requests=self.requests + requests,
            tokens_in=self.tokens_in + usage.input,
            tokens_out=self.tokens_out + usage.output,
            cached=self.cached + usage.cached,
            usd=None if self.usd is None or more is None else self.usd + more,
            estimated=self.estimated or usage.estimated,
        )


@dataclass(frozen=True, slots=True)
class Spent:
    """All spendings of a run, sorted by model and purpose, and their sums."""

    by: tuple[Spending, ...] = ()

    @property
    def requests(self) -> int:
        """Requests that went over the wire, tries that failed included."""
        return sum(one.requests for one in self.by)

    @property
    def tokens_in(self) -> int:
        """Tokens sent, cached ones included."""
        return sum(one.tokens_in for one in self.by)

    @property
    def tokens_out(self) -> int:
        """Tokens received."""
        return sum(one.tokens_out for one in self.by)

    @property
    def cached(self) -> int:
        """Tokens sent that the provider had already."""
        return sum(one.cached for one in self.by)

    @property
    def usd(self) -> float | None:
        """Dollars, or None when the price of any request is unknown."""
        known = [one.usd for one in self.by if one.usd is not None]
        return sum(known) if len(known) == len(self.by) else None

    @property
    def estimated(self) -> bool:
        """True when some of the tokens are only estimated."""
        return any(one.estimated for one in self.by)
