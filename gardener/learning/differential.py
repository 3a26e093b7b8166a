"""Differential execution: which rules tell the code that was commented on from what it became."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from gardener.checking.selection import Selection
    from gardener.learning.specimens import Lines, Specimen
    from gardener.repo.ruff_codes import RuffRule

# The share of the code before on which a rule has to fire. Comments of one theme are seldom all about one thing.
LEAST_SHARE = 0.7

Fired = dict[str, tuple[int, ...]]
Sides = tuple[Fired, Fired]


@dataclass(frozen=True, slots=True)
class Told:
    """What a rule does with the specimens of a theme: it flags some of the befores, and leaves afters clean.

    `missed` are the numbers of the specimens whose before it does not flag.
    """

    code: str
    befores: int
    flagged: int
    afters: int
    clean: int
    missed: tuple[int, ...] = ()

    @property
    def share(self) -> float:
        """How much of the code before it flags."""
        return self.flagged / self.befores if self.befores else 0.0

    @property
    def tells(self) -> bool:
        """Whether it fires on enough befores, and on no after."""
        return self.share >= LEAST_SHARE and self.clean == self.afters and self.flagged > 0


def told(specimens: Sequence[Specimen], sides: Sequence[Sides]) -> dict[str, Told]:
    """What every code that fires on some before does with all of them."""
    codes = sorted({code for before, _ in sides for code in before})
    return {code: _told(code, specimens, sides) for code in codes}


def ruff_sides(specimens: Iterable[Specimen], root: Path, rules: Mapping[str, RuffRule]) -> list[Sides] | None:
    """Where all of ruff's rules fire on both sides of each specimen, in one run; None when ruff cannot say."""
    from gardener.repo.ruff_codes import codes_fired

    wanted = list(specimens)
    texts = dict.fromkeys((each.path, text) for each in wanted for text in (each.before, each.after or ""))
    fired = codes_fired(texts, root, rules)
    if fired is None:
        return None
    by_text = dict(zip(texts, fired, strict=True))
    return [(by_text[each.path, each.before], by_text[each.path, each.after or ""]) for each in wanted]


def own_sides(specimens: Iterable[Specimen], selection: Selection) -> list[Sides]:
    """Where gardener's rules fire on both sides of each specimen, taken for files of their paths."""
    from gardener.checking.engine import Engine
    from gardener.checking.parsing import in_deep_stack

    engine = Engine(selection)

    def fired(path: str, text: str | None) -> Fired:
        found: dict[str, list[int]] = {}
        for finding in engine.examine(path, (text or "").encode("utf-8", "replace")).findings:
            found.setdefault(finding.rule, []).append(finding.place.line)
        return {code: tuple(lines) for code, lines in found.items()}

    return in_deep_stack(lambda: [(fired(each.path, each.before), fired(each.path, each.after)) for each in specimens])


def _told(code: str, specimens: Sequence[Specimen], sides: Sequence[Sides]) -> Told:
    missed: list[int] = []
    alarms = 0
    for number, (each, (before, after)) in enumerate(zip(specimens, sides, strict=True)):
        lines, left = before.get(code, ()), after.get(code, ())
        vanished = each.after is not None and len(left) < len(lines)
        if not (_within(lines, each.about) or (lines and vanished)):
            missed.append(number)
        if each.after is not None and left and (_within(left, each.about_after) or len(left) > len(lines)):
            # A rule about lines that were merely moved fires as often as before: that is no cure.
            alarms += 1
    afters = sum(each.after is not None for each in specimens)
    return Told(code, len(specimens), len(specimens) - len(missed), afters, afters - alarms, tuple(missed))


def _within(lines: Iterable[int], about: Lines | None) -> bool:
    return about is None or any(about[0] <= line <= about[1] for line in lines)


def counted(places: Mapping[str, tuple[int, ...]]) -> int:
    """How many lines are flagged in all files."""
    return sum(map(len, places.values()))
