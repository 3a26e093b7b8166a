"""What makes clauses hard to judge, or dear: said beside a plan, and never a reason to fail.

Broken ones do not come this far: an id that stands twice is noted where the clauses are compiled, and a pattern that
cannot be read stops the review.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gardener.core.globs import matches
from gardener.documents.vocabulary import plain

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from gardener.core.review import Criterion
    from gardener.reviewing.preparing import Prepared

_LABEL = re.compile(r"\s*(?:\*\*|__).+?[.:。\uff1a]?(?:\*\*|__)[.:。\uff1a]?\s*", re.DOTALL)
_CODE = re.compile(r"`[^`]*`|\"[^\"]*\"|\u201c[^\u201d]*\u201d|\([^()]*\)")
_SENTENCE = re.compile(r"(?<=[.!?])\s+|(?<=[。\uff01\uff1f])|;\s+|\uff1b")
_DEMAND = re.compile(
    r"^(?:do not|don't)\b|\b(?:must|shall|should|never|always|may not|forbidden)\b"
    r"|必须|必需|禁止|不得|不要|应该|应当|必ず|べき|てはならない|てはいけない",
    re.IGNORECASE,
)
# "must a and must b" asks twice, "must a and b" once.
_JOINED = re.compile(
    r"\b(?:must|shall|should|always|never)\b[^.;:]*?\s(?:and|but|or|nor)\s(?:[^\s.;:,]+\s){0,5}?"
    r"(?:must|shall|should|always|never|may not)\b",
    re.IGNORECASE,
)


def lint_notes(prepared: Prepared) -> tuple[str, ...]:
    """Notes on the clauses of a review. What no code answers to is known only where all code was looked at."""
    if prepared.request.paths:
        return lint(prepared.criteria, [path for path in prepared.tree.paths() if path.endswith(".py")])
    whole = prepared.changes.everything
    asked = {case.pair.criterion.id for case in prepared.cases} if whole else None
    return lint(prepared.criteria, prepared.selected.files, asked)


def lint(criteria: Sequence[Criterion], paths: Sequence[str], asked: Collection[str] | None = None) -> tuple[str, ...]:
    """Notes on `criteria`, as `file:line: what is wrong`, in their order.

    `paths` are the Python files there are; `asked` the ids of the clauses that some unit is asked about, None where
    not all of them were looked at.
    """
    notes = [
        (criterion, note)
        for criterion in criteria
        for note in (*_about_belief(criterion, criteria), *_about(criterion), *_unjudged(criterion, paths, asked))
    ]
    return tuple(f"{criterion.path}:{criterion.line}: {note}" for criterion, note in notes)


def questions_in(text: str) -> int:
    """How many things a clause asks for, as far as its words show: at least one."""
    bare = plain(_CODE.sub("x", _LABEL.sub("", text, count=1)))
    demands = [part for part in _SENTENCE.split(bare) if part and _DEMAND.search(part)]
    return max(1, len(demands) + sum(_JOINED.search(part) is not None for part in demands))


def _about_belief(criterion: Criterion, criteria: Iterable[Criterion]) -> Iterator[str]:
    """What holds for all clauses of a belief is said once, at the first of them."""
    siblings = [one for one in criteria if one.belief == criterion.belief]
    if siblings[0] is not criterion:
        return
    if not criterion.scope:
        yield f"belief `{criterion.belief}` has no scope: every piece of code is asked about it"
    if not any(one.examples for one in siblings):
        yield f"belief `{criterion.belief}` has no example that shows a judge where the line is"


def _about(criterion: Criterion) -> Iterator[str]:
    number = questions_in(criterion.text)
    if number > 1:
        advice = "write each as a bullet, and each is judged by itself"
        yield f"clause `{criterion.id}` seems to ask {number} things: {advice}"


def _unjudged(criterion: Criterion, paths: Iterable[str], asked: Collection[str] | None) -> Iterator[str]:
    if criterion.scope and not any(matches(criterion.scope, path) for path in paths):
        yield f"clause `{criterion.id}` is never judged: no Python file is in its scope"
    elif asked is not None and criterion.id not in asked:
        why = f"no code in its scope has `{criterion.when}`" if criterion.when else "there is no code in its scope"
        yield f"clause `{criterion.id}` is never judged: {why}"
