"""The past, replayed: what a rule would have said about changes when they were merged, and what became of those lines.

A rule that would have flagged what people later changed by themselves, or asked to be changed, is right. What it would
have flagged and nobody ever touched was missed by people, or is wrong.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gardener.core.lines import split_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from gardener.core.feedback import Proposal, Theme
    from gardener.core.rule import Rule
    from gardener.learning.ground import Ground
    from gardener.learning.past_findings import Flagged
    from gardener.repo.merged_changes import MergedChange

CHANGES = 200
# A change of more files was made by a program, and nobody reviewed it line by line.
_MOST_FILES = 100
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Backtest:
    """What a rule would have flagged in `changes` changes: `flagged` lines in `concerned` of them.

    `fixed` of them were later changed, `commented` on otherwise; `standing` are the (path, line) of the others, as they
    were. `first` is the date of the first, `commit` its change.
    """

    changes: int
    concerned: int = 0
    flagged: int = 0
    fixed: int = 0
    commented: int = 0
    standing: tuple[tuple[str, int], ...] = ()
    first: str = ""
    commit: str = ""

    @property
    def said(self) -> str:
        """All of it in one sentence."""
        if not self.changes:
            return "there is no history to replay"
        if not self.flagged:
            return f"none of the last {_counted(self.changes, 'change')} would have been flagged"
        confirmed = self.fixed + self.commented or "none"
        shown = ", ".join(f"{path}:{line}" for path, line in self.standing[:_SHOWN])
        more = ", …" if len(self.standing) > _SHOWN else ""
        left = f"; {len(self.standing)} still stand, missed or wrong: {shown}{more}" if self.standing else ""
        return (
            f"would have flagged {_counted(self.flagged, 'line')} in {self.concerned} of the last "
            f"{_counted(self.changes, 'change')}, {confirmed} of them later changed or commented on{left}; "
            f"first seen {self.first} ({self.commit[:8]})"
        )


def backtests(proposals: Iterable[Proposal], ground: Ground, most: int = CHANGES) -> dict[str, Backtest]:
    """Replay the last `most` changes for every proposal that has a page, by theme."""
    from gardener.learning.drafting import held

    rules: dict[str, tuple[Rule, Theme]] = {}
    for proposal in proposals:
        if proposal.page is not None and proposal.target:
            rule = held(proposal.page, proposal.target)
            if not isinstance(rule, str):
                rules[proposal.theme.id] = (rule, proposal.theme)
    found = replay([rule for rule, _ in rules.values()], ground, most)
    return {identity: told_of(found[0], found[1].get(rule.id, ()), theme) for identity, (rule, theme) in rules.items()}


def replay(rules: Sequence[Rule], ground: Ground, most: int = CHANGES) -> tuple[int, Mapping[str, Sequence[Flagged]]]:
    """How many changes were looked at, and by rule the lines that each would have flagged in what they added."""
    from gardener.learning.past_findings import PastFindings
    from gardener.repo.merged_changes import merged_changes

    changes = merged_changes(ground.root, most) if rules else ()
    past = PastFindings(rules, ground)
    flagged = past.added_by([(change, _files(change)) for change in changes])
    past.remember()
    return len(changes), flagged


def _files(change: MergedChange) -> list[tuple[str | None, str]]:
    python = [(old, new) for old, new in change.files if new is not None and new.endswith((".py", ".pyi"))]
    return python if len(python) <= _MOST_FILES else []


def told_of(changes: int, flagged: Sequence[Flagged], theme: Theme) -> Backtest:
    """What became of the lines that were flagged in so many changes, those that the theme is about among them."""
    spoken = Counter(
        (each.feedback.path, line.strip()) for each in theme.evidence for line in set(split_lines(each.before or ""))
    )
    fixed = [one for one in flagged if one.is_gone]
    left = [one for one in flagged if not one.is_gone]
    commented = [one for one in left if spoken[one.path, one.line_text.strip()]]
    standing = sorted({(one.now, one.line) for one in left if one not in commented})
    first = flagged[0].change if flagged else None
    return Backtest(
        changes,
        len({one.change.commit for one in flagged}),
        len(flagged),
        len(fixed),
        len(commented),
        tuple(standing),
        first.date if first else "",
        first.commit if first else "",
    )


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
