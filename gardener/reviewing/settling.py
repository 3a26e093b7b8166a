"""From cases to verdicts that stand: what the store knows, and what a judge is asked to add to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from gardener.reviewing import pending
from gardener.reviewing.orders import orders_of
from gardener.reviewing.requests import decisions
from gardener.reviewing.settled import Settled
from gardener.reviewing.verdict_store import Found
from gardener.reviewing.verdict_writing import write_verdicts

if TYPE_CHECKING:
    from gardener.llm.spent import Spent
    from gardener.reviewing.asking import Asking
    from gardener.reviewing.deciding import Case, Decision, Row, Stage
    from gardener.reviewing.judging import Judging
    from gardener.reviewing.preparing import Prepared

Decided = Sequence[tuple["Case", "Decision"]]
Rows = dict[str, dict["Stage", "Row"]]
Keep = Callable[[Sequence[tuple[str, "Stage", "Row"]]], None]


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known about each case in the end, by its key; why the judge gave no answer; what it cost; remarks."""

    found: Mapping[str, Found | None]
    unanswered: Mapping[str, str] = field(default_factory=dict)
    spent: Spent | None = None
    notes: tuple[str, ...] = ()


def open_cases(prepared: Prepared) -> tuple[Case, ...]:
    """The cases that are to be judged, each key once: those without an exact verdict, or all when that is asked for."""
    cases = {case.key: case for case in prepared.cases}
    if prepared.mode == "refresh":
        return tuple(cases.values())
    exact = {case.key for case in exact_cases(prepared)}
    return tuple(case for key, case in cases.items() if key not in exact)


def exact_cases(prepared: Prepared) -> list[Case]:
    """The cases with an exact verdict, each key once."""
    cases = {case.key: case for case in prepared.cases}
    exact = {key for key, found in prepared.found.items() if found is not None and found.state == "exact"}
    return [case for key, case in cases.items() if key in exact]


def undecided(prepared: Prepared) -> list[tuple[Case, Decision]]:
    """The open cases, with what is to ask about them next by the rows that are known already."""
    return decisions(open_cases(prepared), known_rows(prepared))


def standing_after(prepared: Prepared, decided: Decided) -> Standing:
    """What the store knows, and what the decided cases add to it."""
    records = ((case.key, record_of(prepared, case, decision)) for case, decision in decided)
    return Standing({**prepared.found, **{key: Found(one, "exact") for key, one in records if one is not None}})


def frozen(prepared: Prepared) -> Standing:
    """What the store knows. Asks nobody."""
    return Standing(prepared.found)


def filled(prepared: Prepared) -> Standing:
    """The same after the model was asked about every open case; verdicts are kept as soon as they stand.

    Raises ConfigError and RepoError; what the model does wrong is in `unanswered`.
    """
    cases = open_cases(prepared)
    if not cases:
        return frozen(prepared)
    rows = known_rows(prepared)
    with ExitStack() as stack:
        asking = stack.enter_context(asking_for(prepared))
        # An interrupt must not cost what was settled before it.
        stack.callback(lambda: settle(prepared, decisions(cases, rows)))
        judging = judging_with(asking, prepared, rows, lambda new: pending.add(prepared.request.root, new))
        decided = judging.run(cases)
        notes = (*dropped_notes(decided), *attention_notes(cases), *asking.notes)
        known = standing_after(prepared, decided)
        return replace(known, unanswered=judging.given_up, spent=asking.spent(), notes=notes)


def asking_for(prepared: Prepared) -> Asking:
    """The way to the model of a review. Raises ConfigError and RepoError."""
    from gardener.reviewing.asking import Asking

    request = prepared.request
    return Asking(request.root, prepared.settings.review, request.environ, request.announce, request.log)


def judging_with(asking: Asking, prepared: Prepared, rows: Rows, keep: Keep) -> Judging:
    """What carries a review out; `rows` are those known already, `keep` is given each new one."""
    from gardener.reviewing.judging import Judging
    from gardener.reviewing.refuter_tools import Toolbox

    return Judging(
        judge=prepared.judge,
        model=asking,
        toolbox=Toolbox(prepared.tree, prepared.settings),
        criteria=prepared.criteria,
        rows=rows,
        keep=keep,
        concurrency=prepared.settings.review.concurrency,
        progress=asking.telling(prepared.request.progress),
    )


def known_rows(prepared: Prepared) -> Rows:
    """Rows that came in earlier and were not settled; none when everything is to be judged anew."""
    return {} if prepared.mode == "refresh" else pending.read(prepared.request.root)


def settle(prepared: Prepared, decided: Decided) -> tuple[Settled, ...]:
    """Write what the decided cases settle into the store, and forget the rows it was made of."""
    records = tuple(record for case, decision in decided if (record := record_of(prepared, case, decision)) is not None)
    write_verdicts(prepared.request.root, records)
    pending.forget(prepared.request.root, [case.key for case, decision in decided if decision.ask is None])
    return records


def attention_notes(cases: Iterable[Case]) -> list[str]:
    """What to say about code that gives orders to its reader: people should look at it, whatever was judged."""
    units = {id(case.pair.unit): case.pair.unit for case in cases if orders_of(case.pair.unit)}
    return [
        f"attention: {unit.path}{f':{unit.name}' if unit.name else ''} speaks to its reviewer: "
        f"`{orders_of(unit)[0]}`; it was read twice"
        for unit in units.values()
    ]


def record_of(prepared: Prepared, case: Case, decision: Decision) -> Settled | None:
    """The record of a settled case, signed when there is a key to sign with."""
    from gardener.reviewing.verdict_trust import VARIABLE, signed

    verdict = decision.settled
    if verdict is None:
        return None
    unit = case.pair.unit
    record = Settled(
        clause=case.pair.criterion.id,
        path=unit.path,
        unit=unit.name,
        ingredients=prepared.ingredients[case.key],
        verdict=verdict.verdict,
        date=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        reads=tuple(sorted(decision.reads.items())),
        verified=decision.verified,
        code_quote=verdict.code_quote,
        clause_quote=verdict.clause_quote,
        message=verdict.message,
        fix_hint=verdict.fix_hint,
    )
    key = prepared.request.environ.get(VARIABLE, "").strip()
    return signed(record, key) if key else record


def dropped_notes(decided: Decided) -> list[str]:
    """What to say about claims that did not pass the gate."""
    reasons = [decision.dropped for _, decision in decided if decision.dropped]
    if not reasons:
        return []
    listed = ", ".join(f"{reason} ({reasons.count(reason)})" for reason in dict.fromkeys(reasons))
    return [f"{len(reasons)} claimed violation{'s' * (len(reasons) > 1)} did not hold and count as unjudged: {listed}"]
