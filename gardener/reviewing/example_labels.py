"""Labels from the examples in the beliefs: a bad one breaks its clause, a good one does not.

A judge is shown the examples of a clause. So that it is not measured by what it was just told, they fall into two
halves, and while one is judged only the other is shown. A bad example and the good one beside it are of one half, and
never judged in one request.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gardener.documents.examples import files_of
from gardener.repo.overlay import EmptyTree, PatchedTree
from gardener.reviewing.labels import Label, Sitting, counts_for

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gardener.core.review import Criterion
    from gardener.core.rule import Example
    from gardener.core.settings import Settings
    from gardener.repo.trees import Tree
    from gardener.reviewing.labels import Expected
    from gardener.reviewing.selection import Selected

HALVES = 2


@dataclass(frozen=True, slots=True)
class _Item:
    """An example with the clauses it belongs to, the half it is of, and the sitting of that half it is judged in."""

    example: Example
    criteria: tuple[Criterion, ...]
    half: int
    turn: int


def example_sittings(
    criteria: Sequence[Criterion], tree: Tree, settings: Settings
) -> tuple[list[Sitting], tuple[str, ...]]:
    """The sittings for all examples of `criteria`, and notes on those that cannot be used.

    `tree` is what the second reader may look at besides.
    """
    items = list(_items(criteria))
    sittings: list[Sitting] = []
    notes: list[str] = []
    for half in range(HALVES):
        hidden = {id(item.example) for item in items if item.half == half}
        for turn in range(2):
            chosen = [item for item in items if (item.half, item.turn) == (half, turn)]
            sitting, more = _sitting(chosen, hidden, tree, settings)
            notes += more
            if sitting.labels:
                sittings.append(sitting)
    return sittings, tuple(notes)


def _items(criteria: Sequence[Criterion]) -> Iterator[_Item]:
    owners: dict[int, list[Criterion]] = {}
    examples: dict[int, Example] = {}
    for criterion in criteria:
        for example in criterion.examples:
            owners.setdefault(id(example), []).append(criterion)
            examples[id(example)] = example
    beliefs = list(dict.fromkeys(criterion.belief for criterion in criteria))
    seen: Counter[tuple[str, str]] = Counter()
    for key, example in examples.items():
        owned = tuple(owners[key])
        name = (counts_for(owned), example.kind)
        number, offset = seen[name], beliefs.index(owned[0].belief)
        seen[name] += 1
        turn = (offset + number // HALVES + (example.kind == "bad")) % 2
        yield _Item(example, owned, number % HALVES, turn)


def _sitting(items: Sequence[_Item], hidden: set[int], tree: Tree, settings: Settings) -> tuple[Sitting, list[str]]:
    """One sitting, and notes on examples without code that can be judged."""
    from gardener.reviewing.selection import select

    shown = _as_shown(items, hidden)
    labels: list[Label] = []
    contents: dict[str, bytes] = {}
    notes: list[str] = []
    for item in items:
        files = _files(item)
        data = {path: text.encode() for path, (text, _) in files.items()}
        criteria = [shown[criterion.id] for criterion in item.criteria]
        selected = select(PatchedTree(EmptyTree(tree.root), data), replace(settings, exclude=()), criteria)
        at = f"{item.criteria[0].path}:{item.example.line}"
        reason = _unusable(selected, criteria)
        if reason:
            notes.append(f"{at}: this example is left out: {reason}")
            continue
        contents |= data
        labels.append(_label(item, at, selected, files))
    return Sitting(tuple(labels), PatchedTree(tree, contents)), notes


def _unusable(selected: Selected, criteria: Sequence[Criterion]) -> str:
    """Why nothing can be learned from an example; where a `when` keeps the review from asking, something can."""
    if selected.failures:
        return selected.failures[0].reason
    asked = selected.pairs or any(criterion.when for criterion in criteria)
    return "" if asked else "it holds no code to judge"


def _as_shown(items: Sequence[_Item], hidden: set[int]) -> dict[str, Criterion]:
    """The clauses as the judge sees them: without the examples of this half; they hold wherever an example stands."""
    criteria = {criterion.id: criterion for item in items for criterion in item.criteria}
    return {
        name: replace(
            criterion,
            scope=(),
            examples=tuple(example for example in criterion.examples if id(example) not in hidden),
        )
        for name, criterion in criteria.items()
    }


def _files(item: _Item) -> dict[str, tuple[str, int]]:
    """The files of an example; the name of one without says nothing about what is expected."""
    return files_of(item.example, f"src/module_{item.example.line}.py")


def _label(item: _Item, at: str, selected: Selected, files: dict[str, tuple[str, int]]) -> Label:
    marked = {
        (path, mark - before)
        for path, (text, before) in files.items()
        for mark in item.example.marks
        if 0 < mark - before <= text.count("\n") + 1
    }
    expected: Expected = "violation" if item.example.kind == "bad" else "ok"
    return Label(counts_for(item.criteria), expected, selected.pairs, "example", at, frozenset(marked))
