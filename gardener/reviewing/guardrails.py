"""The columns of the generated grades that stand for guardrails, and the beliefs they name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gardener.core.errors import DocumentError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gardener.core.belief import Belief, Beliefs
    from gardener.core.settings import Settings
    from gardener.core.tracker import Tracker
    from gardener.repo.trees import Tree

# The columns that every matrix of grades has, in lower case.
FIXED_COLUMNS = frozenset(
    ("area", "grade", "score", "rules", "tests", "docs", "beliefs", "debt", "trend", "follow-ups", "")
)


def column_notes(tree: Tree, settings: Settings, beliefs: Beliefs) -> tuple[str, ...]:
    """A note for each column of the grades that names no guardrail. Raises ConfigError for a tracker that is gone."""
    from gardener.documents.tech_tracker import find_tech_tracker, read_tracker
    from gardener.repo.files import decode

    path = find_tech_tracker(tree.paths(), settings)
    if path is None:
        return ()
    try:
        text = decode(tree.read(path), cookie=False).text
        tracker = read_tracker(text, path)
    except (OSError, ValueError, DocumentError) as error:
        return (f"{path}: the grades cannot be read: {_reason(error)}",)
    return tuple(f"{path}:{line}: {reason}" for line, reason in _strangers(tracker, text, beliefs))


def _strangers(tracker: Tracker, text: str, beliefs: Beliefs) -> Iterable[tuple[int, str]]:
    """Columns of the generated block that are neither fixed nor a guardrail; other tables are people's own."""
    from gardener.core.lines import LineIndex

    block = tracker.grades_block
    if block is None:
        return
    place = LineIndex.of(text).place(block)
    columns: dict[str, int] = {}
    for row in tracker.grades:
        if place.line <= row.line <= place.end_line:
            for name in row.cells:
                columns.setdefault(name, place.line)
    for name, line in columns.items():
        if name.strip().lower() in FIXED_COLUMNS:
            continue
        belief = belief_of(name, beliefs)
        if belief is None:
            yield line, f"column `{name}` of the grades names no belief"
        elif not belief.guardrail:
            yield line, f"column `{name}` of the grades names belief `{belief.id}`, which is not marked as a guardrail"


def belief_of(column: str, beliefs: Beliefs) -> Belief | None:
    """The belief that a column stands for: by its id or its title."""
    from gardener.documents.vocabulary import key

    wanted = key(column)
    return next((one for one in beliefs.beliefs if wanted in (key(one.id), key(one.title))), None)


def _reason(error: Exception) -> str:
    if isinstance(error, DocumentError):
        return error.message
    return error.strerror or str(error) if isinstance(error, OSError) else str(error)
