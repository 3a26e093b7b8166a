"""Wilson's score interval: what a share seen in a sample says about the share behind it.

Unlike the normal approximation it stays inside 0 to 1 and says something sensible about few observations and about
shares of nothing and all (Wilson 1927; recommended for small samples by Brown, Cai and DasGupta 2001).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

# Quantiles of the normal distribution: 95 % between both bounds, and 90 % above a lower bound that stands alone.
Z_95 = 1.959964
Z_90_ONE_SIDED = 1.281552


@dataclass(frozen=True, slots=True)
class Interval:
    """The lower and upper bound of a share, both from 0 to 1."""

    low: float
    high: float


def interval(hits: float, total: float, z: float = Z_95) -> Interval:
    """The interval for `hits` of `total` observations; all of 0 to 1 where there are none.

    Neither needs to be whole: an average over repeats counts as the number it is. Raises ValueError for hits that
    are fewer than none or more than all.
    """
    if not 0 <= hits <= total:
        raise ValueError(f"{hits} of {total} is no share")
    if not total:
        return Interval(0.0, 1.0)
    share = hits / total
    weight = 1 + z * z / total
    middle = (share + z * z / (2 * total)) / weight
    reach = z / weight * math.sqrt(share * (1 - share) / total + z * z / (4 * total * total))
    # At both ends rounding would leave a bound just beside the share itself.
    low = 0.0 if hits == 0 else max(middle - reach, 0.0)
    return Interval(low, 1.0 if hits == total else min(middle + reach, 1.0))


def lower_bound(hits: float, total: float, z: float = Z_95) -> float:
    """The least share that `hits` of `total` observations speak for. Raises ValueError as `interval` does."""
    return interval(hits, total, z).low
