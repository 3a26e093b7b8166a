"""What a judge gets to read: the contract, the clauses, the context, the units, always in this order.

The order, and that nothing in it depends on time or chance, let a provider reuse what it has read before: requests
about the same clauses share everything up to the end of the clauses.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import TYPE_CHECKING

from gardener.llm.ask import Ask, Message
from gardener.llm.tokens import estimate_tokens
from gardener.reviewing.answers import SCHEMA

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gardener.core.review import Criterion, Pair, Unit

# Most answers are short rows; a violation takes a few hundred tokens, and some models think before they answer.
ROW_TOKENS = 80
ANSWER_TOKENS = 2_000
REFUTER_TOKENS = 3_000
_CLOSING = {
    "find1": "Judge every unit by every clause: {rows} rows.",
    "find2": "Second reading, in another order and without regard to the first: judge every unit by every clause: "
    "{rows} rows.",
    "refute": "Does the claim stand that the marked lines break the clause? Answer with one row.",
}


@dataclass(frozen=True, slots=True)
class Sent:
    """A unit as it leaves the machine: secrets replaced, markup harmless, the lines those of the unit."""

    text: str
    context: str
    fence: str
    redacted: int = 0


@lru_cache(maxsize=4096)
def sent(unit: Unit) -> Sent:
    """The unit as a judge sees it. Depends on nothing but the unit."""
    from gardener.llm.fencing import fence_of, harmless
    from gardener.llm.redaction import Redactor

    redactor = Redactor()
    text = harmless(redactor.redact(unit.text))
    context = harmless(redactor.redact(unit.context))
    return Sent(text, context, fence_of(text), sum(redactor.counts.values()))


@lru_cache(maxsize=4096)
def clause_as_sent(text: str) -> str:
    """The text of a clause, or of an example, as a judge sees it: people write keys into documents, too."""
    from gardener.llm.fencing import harmless
    from gardener.llm.redaction import Redactor

    return harmless(Redactor().redact(text))


@cache
def contract(stage: str) -> str:
    """The system contract of a stage: what the judge is and how it answers."""
    name = "refuter.md" if stage == "refute" else "finder.md"
    return resources.files("gardener.reviewing").joinpath(name).read_text(encoding="utf-8").strip()


@cache
def prompt_version() -> str:
    """Identifies everything about a prompt but the clauses and units: another text gives another version."""
    import json

    parts = [contract("find1"), contract("refute"), json.dumps(SCHEMA, sort_keys=True), *_CLOSING.values()]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:12]


def finder_ask(pairs: Sequence[Pair], stage: str, *, model: str, temperature: float | None) -> Ask:
    """The question about every clause and every unit of `pairs`, which must be all combinations of both.

    Units are called `u1`, `u2` and so on in the order of `pairs`.
    """
    criteria, units = axes(pairs)
    body = [*_clauses(criteria), *_units(units), _CLOSING[stage].format(rows=len(criteria) * len(units))]
    return Ask(
        model=model,
        messages=(Message("system", contract(stage)), Message("user", "\n".join(body))),
        schema=SCHEMA,
        max_output=ANSWER_TOKENS + ROW_TOKENS * len(pairs),
        temperature=temperature,
        cache_key=_cache_key(criteria),
        purpose="find",
    )


def refuter_messages(pair: Pair, quote: str) -> tuple[Message, ...]:
    """The claim that the lines of `quote` break the clause, without anything the finder thought about it."""
    from gardener.llm.fencing import harmless

    marked = f"<marked>\n{harmless(quote)}\n</marked>"
    body = [*_clauses([pair.criterion]), *_units([pair.unit]), marked, _CLOSING["refute"]]
    return (Message("system", contract("refute")), Message("user", "\n".join(body)))


def axes(pairs: Iterable[Pair]) -> tuple[tuple[Criterion, ...], tuple[Unit, ...]]:
    """The clauses and the units of `pairs`, each once, in order."""
    criteria: dict[str, Criterion] = {}
    units: dict[int, Unit] = {}
    for pair in pairs:
        criteria.setdefault(pair.criterion.id, pair.criterion)
        units.setdefault(id(pair.unit), pair.unit)
    return tuple(criteria.values()), tuple(units.values())


def aliases(units: Sequence[Unit]) -> dict[str, Unit]:
    """What the units of a request are called in it."""
    return {f"u{number}": unit for number, unit in enumerate(units, 1)}


def clause_tokens(criterion: Criterion) -> int:
    """About how many tokens a clause and its examples take."""
    return estimate_tokens("\n".join(_clauses([criterion])))


def unit_tokens(unit: Unit) -> int:
    """About how many tokens a unit and its context take."""
    return estimate_tokens(unit.text) + estimate_tokens(unit.context) + _FRAME_TOKENS


_FRAME_TOKENS = 60


def _clauses(criteria: Sequence[Criterion]) -> list[str]:
    from gardener.documents.examples import unmarked
    from gardener.llm.fencing import attribute

    lines: list[str] = []
    examples: dict[tuple[str, str], list[str]] = {}
    for criterion in criteria:
        name, text = attribute(criterion.id), clause_as_sent(criterion.text)
        lines.append(f'<clause id="{name}" severity="{criterion.severity}">{text}</clause>')
        for example in criterion.examples:
            code = clause_as_sent(unmarked(example.code).strip("\n"))
            examples.setdefault((example.kind, code), []).append(name)
    for (kind, code), names in examples.items():
        lines.append(f'<example clauses="{" ".join(names)}" kind="{kind}">\n{code}\n</example>')
    return lines


def _units(units: Sequence[Unit]) -> list[str]:
    from gardener.llm.fencing import attribute

    lines: list[str] = []
    named = {alias: (unit, sent(unit)) for alias, unit in aliases(units).items()}
    shared: dict[str, list[str]] = {}
    for alias, (_, made) in named.items():
        if made.context:
            shared.setdefault(made.context, []).append(alias)
    lines += [f'<context units="{" ".join(names)}">\n{text}\n</context>' for text, names in shared.items()]
    for alias, (unit, made) in named.items():
        path = attribute(unit.path)
        lines.append(f'<unit id="{alias}" path="{path}" fence="{made.fence}">\n{made.text}\n</unit>')
    return lines


def _cache_key(criteria: Sequence[Criterion]) -> str:
    return hashlib.sha256("\0".join(criterion.id for criterion in criteria).encode()).hexdigest()[:16]
