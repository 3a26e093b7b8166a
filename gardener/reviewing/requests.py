"""Which requests the cases still need, as far as it can be known now: the same for live runs and written ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gardener.reviewing.briefs import finder_ask
from gardener.reviewing.deciding import STAGES, Case, Decision, Row, Stage, decide
from gardener.reviewing.packing import Block, pack
from gardener.reviewing.refuter import refuter_ask

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from gardener.core.review import Criterion, Verdict
    from gardener.llm.ask import Ask


@dataclass(frozen=True, slots=True)
class Judge:
    """Who judges: the model that finds, the one that refutes, and how both are sampled."""

    model: str
    verify_model: str
    temperature: float | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """One request: its stage, the cases it settles a part of, and what is asked."""

    stage: Stage
    block: Block
    ask: Ask


def decisions(cases: Iterable[Case], rows: Mapping[str, Mapping[Stage, Row]]) -> list[tuple[Case, Decision]]:
    """What the known rows (by the key of a case) say about each case."""
    return [(case, decide(case, rows.get(case.key, {}))) for case in cases]


def requests_for(
    decided: Iterable[tuple[Case, Decision]], criteria: Sequence[Criterion], judge: Judge
) -> tuple[Request, ...]:
    """The requests that bring the open ones of the decided cases a stage further."""
    open_cases: dict[Stage, list[tuple[Case, Decision]]] = {stage: [] for stage in STAGES}
    for case, decision in decided:
        if decision.ask is not None:
            open_cases[decision.ask].append((case, decision))
    found: list[Request] = []
    for stage in STAGES:
        claims = {case.key: decision.claim for case, decision in open_cases[stage]}
        blocks = pack([case for case, _ in open_cases[stage]], stage, criteria)
        found += [Request(stage, block, ask_about(block, stage, judge, claims[block[0].key])) for block in blocks]
    return tuple(found)


def ask_about(block: Block, stage: Stage, judge: Judge, claim: Verdict | None = None) -> Ask:
    """The question about a block at a stage; `claim` is what a refuter is asked about."""
    if stage == "refute":
        quote = claim.code_quote if claim is not None else ""
        return refuter_ask(block[0].pair, quote, model=judge.verify_model, temperature=judge.temperature)
    pairs = [case.pair for case in block]
    return finder_ask(pairs, stage, model=judge.model, temperature=judge.temperature)
