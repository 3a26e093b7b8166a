"""Which clauses have earned to be heard: what people made of their findings, and the order of findings by it.

A dispute says that the clause was wrong, a deferral that it was right and has to wait, and code that was changed until
the clause was kept that it was right. `allow` says neither: people allow what is right and what is wrong.

Both bounds are of Wilson's interval (see `gardener.core.wilson`) at 95 %, which is z = 1.96: unlike a plain share it
says little while there are few labels.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gardener.core.finding import CERTAINTIES, SEVERITIES
from gardener.core.wilson import interval

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from gardener.checking.deferrals import Record
    from gardener.checking.directives import Directive
    from gardener.core.finding import Finding
    from gardener.reviewing.settled import Settled

ENOUGH_LABELS = 10
LEAST_SHARE = 0.5

_KEPT = ("ok", "not_applicable")


@dataclass(frozen=True, slots=True)
class Labels:
    """How many findings of a clause people took as right, and how many as wrong."""

    right: int = 0
    wrong: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.right + self.wrong

    @property
    def least(self) -> float:
        """The share of right findings that the labels warrant: the lower bound of it, 0 without labels."""
        return interval(self.right, self.total).low

    @property
    def standing(self) -> float:
        """The share of right findings that the labels still allow: the upper bound of it, 1 without labels.

        Findings are ordered by this one, so that a clause starts out trusted, sinks with each dispute, and never sinks
        because a finding was accepted.
        """
        return interval(self.right, self.total).high


def labels_of(
    records: Iterable[Record], directives: Iterable[Directive], fixed: Iterable[str] = (), *, today: date
) -> dict[str, Labels]:
    """The labels by clause: of deferrals and disputes by command, of comments, and of `fixed`, a clause for each fix.

    What is past its date was right all the same when it was put off; a dispute that has ended is no dispute.
    """
    said = Counter(_said(records, directives, today))
    right = Counter({clause: number for (clause, wrong), number in said.items() if not wrong}) + Counter(fixed)
    wrong = {clause: number for (clause, is_wrong), number in said.items() if is_wrong}
    return {clause: Labels(right[clause], wrong.get(clause, 0)) for clause in sorted({*right, *wrong})}


def fixed_clauses(verdicts: Iterable[Settled]) -> Iterator[str]:
    """The clause of each violation, by clause and unit, that later code of the same name was found to keep.

    A violation that nobody could verify counts too: somebody changed the code. One that other judges saw differently
    in the same code is no fix.
    """
    by_place: dict[tuple[str, str, str], list[Settled]] = {}
    for verdict in verdicts:
        by_place.setdefault((verdict.clause, verdict.path, verdict.unit), []).append(verdict)
    for (clause, _, _), found in sorted(by_place.items(), key=lambda item: item[0]):
        newest = max(found, key=lambda one: (one.date, one.key))
        code = newest.ingredients.unit_hash
        if newest.verdict in _KEPT and any(
            one.verdict == "violation" and one.ingredients.unit_hash != code for one in found
        ):
            yield clause


def is_demoted(labels: Labels) -> bool:
    """True when a clause may only advise: ten labels or more warrant no share of right findings of at least a half."""
    return labels.total >= ENOUGH_LABELS and labels.least < LEAST_SHARE


def rank(findings: Sequence[Finding], labels: Mapping[str, Labels]) -> tuple[Finding, ...]:
    """The findings in the order in which people should see them: the gravest, the surest, those of trusted clauses.

    What was verified is `likely`, what was not is `maybe`; where all is equal, the order of files and lines holds.
    """

    def weight(finding: Finding) -> tuple[int, int, float, str, int, str]:
        standing = labels.get(finding.rule, Labels()).standing
        grave, sure = SEVERITIES.index(finding.severity), CERTAINTIES.index(finding.certainty)
        return (grave, sure, -standing, finding.path, finding.span.start, finding.rule)

    return tuple(sorted(findings, key=weight))


def _said(records: Iterable[Record], directives: Iterable[Directive], today: date) -> Iterator[tuple[str, bool]]:
    """(clause, whether it was wrong) of everything people said."""
    for record in records:
        if record.verb == "defer" or not record.expired(today):
            yield record.rule, record.verb == "dispute"
    for directive in directives:
        if directive.verb == "defer" or (directive.verb == "wrong" and not directive.expired(today)):
            yield from ((name, directive.verb == "wrong") for name in directive.rules)
