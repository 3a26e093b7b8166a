"""From verdicts that stand to a report: findings with places, what may stop a merge, and what is to be said beside it.

A finding gates when it is grave, verified, on lines that count as changed, pushed back by nobody, and new: where the
same clause and the same code were judged otherwise before, or in circumstances that are no longer these, it is advice.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from gardener import __version__
from gardener.checking.deferrals import deferrals_of
from gardener.checking.fingerprints import order
from gardener.core.finding import Failure, Finding
from gardener.core.report import Counts, Report
from gardener.core.rule import Rule
from gardener.reviewing.findings import could_gate, finding_of
from gardener.reviewing.pushback import Said, push_back
from gardener.reviewing.ranking import Labels, fixed_clauses, is_demoted, labels_of, rank

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gardener.checking.directives import Directive
    from gardener.core.review import Criterion
    from gardener.reviewing.deciding import Case
    from gardener.reviewing.preparing import Prepared
    from gardener.reviewing.pushback import PushedBack
    from gardener.reviewing.settling import Standing
    from gardener.reviewing.verdict_store import Found

NAMES_SHOWN = 3
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
_STALE = {
    "": "something has changed",
    "context": "the code around it has changed",
    "read": "a file that the second reader looked at has changed",
    "version": "it was judged by another prompt, model or sampling",
}
_KEPT = ("ok", "not_applicable")


def report_of(prepared: Prepared, standing: Standing, *, today: date | None = None) -> Report:
    """The report of a review."""
    judged = [(case, found) for case in prepared.cases if (found := standing.found.get(case.key)) is not None]
    placed = [(case, finding) for case, found in judged if (finding := _finding(prepared, case, found)) is not None]
    lost = _unplaceable(judged, {id(case) for case, _ in placed})
    shown = [finding for _, finding in placed if _on_changed_lines(prepared, finding)]
    pushed = _pushed_back(prepared, shown, [(case, found) for case, found in judged], today or date.today())
    findings = tuple(sorted((*pushed.findings, *pushed.about), key=order))
    unjudged = [case for case in prepared.cases if standing.found.get(case.key) is None or id(case) in lost]
    spent = standing.spent
    return Report(
        findings=findings,
        failures=(*prepared.selected.failures, *_failures(prepared, standing, unjudged)),
        notes=(
            *standing.notes,
            *prepared.compiled.notes,
            *_claimed(prepared, judged),
            *prepared.trusted.notes,
            *pushed.notes,
            *_skipped(prepared),
        ),
        counts=Counts(
            files=len(prepared.selected.files),
            analysed=len(prepared.selected.analysed),
            findings=sum(finding.suppressed is None for finding in findings),
            suppressed=sum(finding.suppressed is not None for finding in findings),
            judged=len(prepared.cases) - len(unjudged),
            unjudged=len(unjudged),
            stale=sum(found.state == "stale" and id(case) not in lost for case, found in judged),
            requests=spent.requests if spent else 0,
            tokens_in=spent.tokens_in if spent else 0,
            tokens_out=spent.tokens_out if spent else 0,
            usd=spent.usd if spent else 0.0,
        ),
        rules=tuple(rule_of(criterion) for criterion in prepared.criteria),
        texts={path: prepared.selected.texts[path] for path in {finding.path for finding in findings}},
        version=__version__,
        limit=prepared.settings.review.show,
    )


def rule_of(criterion: Criterion) -> Rule:
    """A clause in the shape of a rule, for the formats that list the rules of a run."""
    return Rule(
        criterion.id,
        title=criterion.text,
        why=_asking(criterion.text),
        severity=criterion.severity,
        belief=criterion.belief,
        pack="beliefs",
        place=f"{criterion.path}:{criterion.line}",
        examples=criterion.examples,
        body={"form": "clause"},
    )


def _asking(text: str) -> str:
    """The sentence of a clause that asks for something, which says more to a reader than the one it begins with."""
    from gardener.documents.normative import is_normative

    sentences = _SENTENCE_END.split(text)
    return next((sentence for sentence in sentences if is_normative(sentence)), text)


def _finding(prepared: Prepared, case: Case, found: Found) -> Finding | None:
    """What a violation looks like in the file; None for every other verdict."""
    settled = found.settled
    if settled.verdict != "violation":
        return None
    sure = settled.verified is True or (settled.verified is None and not case.severe)
    made = settled.ingredients
    contrary = prepared.store.contrary(made.clause_hash, made.unit_hash, "violation", prepared.trusted.stood_before)
    # A judge of another version said the same about the same material: its word holds until it is asked again.
    current = found.state == "exact" or found.why == "version"
    certain = sure and current and contrary is None
    finding = finding_of(case.pair, settled, prepared.selected.texts[case.pair.unit.path], certain=certain)
    if finding is None:
        return None
    facts = (
        ("judged by", " and ".join(dict.fromkeys(made.models))),
        ("judged on", settled.date),
        ("verified", {True: "yes", False: "no", None: "not asked"}[settled.verified]),
        ("verdict", f"stale: {_STALE[found.why]}" if found.state == "stale" else "exact"),
        ("judged otherwise", f"{contrary.verdict} on {contrary.date}" if contrary else ""),
    )
    return replace(finding, facts=(*finding.facts, *((name, value) for name, value in facts if value)))


def _unplaceable(judged: Iterable[tuple[Case, Found]], placed: set[int]) -> set[int]:
    """The cases with a violation whose quote does not stand in the code: nobody judged that."""
    return {id(case) for case, found in judged if found.settled.verdict == "violation" and id(case) not in placed}


def _on_changed_lines(prepared: Prepared, finding: Finding) -> bool:
    place = finding.place
    return prepared.changes.touches_lines(finding.path, place.line, place.end_line)


def _pushed_back(
    prepared: Prepared, findings: Sequence[Finding], judged: Sequence[tuple[Case, Found]], today: date
) -> PushedBack:
    """The findings with all that people said about them, ranked by it, and gating where they may."""
    clean = [case.pair for case, found in judged if found.state == "exact" and found.settled.verdict in _KEPT]
    known = {clause.id for _, clause in prepared.compiled.beliefs.clauses}
    records = deferrals_of(prepared.policy)
    pushed = push_back(findings, prepared.selected, Said(known, clean, records, prepared.tree.exists), today=today)
    # A change may push back on what is found in it, and not on the standing of a clause.
    directives = [one for path, one in pushed.directives if not _is_of_the_change(prepared, path, one)]
    disputed = any(one.verb == "dispute" for one in records) or any(one.verb == "wrong" for one in directives)
    # What was fixed speaks for a clause only where somebody spoke against it.
    fixed = fixed_clauses(prepared.store.records()) if findings and disputed else ()
    labels = labels_of(records, directives, fixed, today=today)
    ranked = rank(pushed.findings, labels)
    return replace(
        pushed,
        findings=tuple(
            replace(
                finding,
                rank=float(len(ranked) - number),
                gates=could_gate(finding) and not is_demoted(labels.get(finding.rule, Labels())),
            )
            for number, finding in enumerate(ranked)
        ),
    )


def _is_of_the_change(prepared: Prepared, path: str, directive: Directive) -> bool:
    changes, place = prepared.changes, directive.place
    return not changes.everything and changes.touches_lines(path, place.line, place.end_line)


def _failures(prepared: Prepared, standing: Standing, unjudged: Sequence[Case]) -> list[Failure]:
    """Why the exit code is 2: the model was asked and did not answer, or everything had to be judged."""
    reasons = Counter(standing.unanswered[case.key] for case in unjudged if case.key in standing.unanswered)
    failures = [Failure(f"{_pairs(number)} unjudged: {reason}") for reason, number in sorted(reasons.items())]
    if prepared.request.require_judged and unjudged:
        shown = ", ".join(f"{case.pair.criterion.id} in {_where(case)}" for case in unjudged[:NAMES_SHOWN])
        more = f" and {len(unjudged) - NAMES_SHOWN} more" if len(unjudged) > NAMES_SHOWN else ""
        failures.append(Failure(f"{_pairs(len(unjudged))} without a verdict, and all are required: {shown}{more}"))
    return failures


def _claimed(prepared: Prepared, judged: Iterable[tuple[Case, Found]]) -> list[str]:
    """What the change says of itself: verdicts without a violation that it adds, unsigned."""
    claimed = [case for case, found in judged if prepared.trusted.claimed(found.settled)]
    if not claimed:
        return []
    shown = ", ".join(dict.fromkeys(_where(case) for case in claimed[: 2 * NAMES_SHOWN]))
    return [f"claimed: this change itself says that {_pairs(len(claimed))} hold, unsigned ({shown}, ...)"]


def _skipped(prepared: Prepared) -> list[str]:
    reasons: dict[str, list[str]] = {}
    for path, reason in prepared.selected.skipped:
        reasons.setdefault(reason, []).append(path)
    return [
        f"skipped, {reason}: {', '.join(paths[:NAMES_SHOWN])}"
        + (f" and {len(paths) - NAMES_SHOWN} more" if len(paths) > NAMES_SHOWN else "")
        for reason, paths in sorted(reasons.items())
    ]


def _where(case: Case) -> str:
    unit = case.pair.unit
    return f"{unit.path}:{unit.name}" if unit.name else unit.path


def _pairs(number: int) -> str:
    return f"{number} pair{'s' * (number != 1)}"
