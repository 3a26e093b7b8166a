"""What goes into an induction and what comes out of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gardener.core.feedback import Proof
    from gardener.core.rule import Rule


@dataclass(frozen=True, slots=True)
class Sample:
    """Code that was commented on and what it became, each a whole file or a piece of one.

    `after` is None when nobody knows; `focus` are the first and last line of `before` that the comment is about.
    """

    before: str
    after: str | None
    path: str = "example.py"
    focus: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a rule may find, and how long the search may take.

    `stray_per_kloc`: hits expected in 1,000 lines of ordinary code. `hits_per_kloc` and `hits`: on the repository, of
    which the larger counts. `seconds`: for the whole search. `file_kb`: larger sides of a sample are not read.
    """

    stray_per_kloc: float = 0.2
    hits_per_kloc: float = 0.2
    hits: int = 5
    seconds: float = 20.0
    file_kb: int = 512


@dataclass(frozen=True, slots=True)
class Induced:
    """A rule that was learned: the text of its page, the rule, and what it was shown to do.

    `family` is None for a pattern. `atoms` are the names, keywords and operators it insists on. `stray` is the number
    of hits expected in 1,000 lines of ordinary code, `places` are the lines it flags in the repository, by path.
    """

    page: str
    rule: Rule
    family: str | None
    fixes: bool
    atoms: tuple[str, ...]
    proof: Proof
    stray: float = 0.0
    places: Mapping[str, tuple[int, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NotInduced:
    """No rule: why, and every candidate that was tried with the reason for which it failed."""

    reason: str
    tried: tuple[tuple[str, str], ...] = ()
