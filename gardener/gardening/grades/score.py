"""`gardener score`: the grades of a repository as it stands, or as it stood at a commit."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gardener.gardening.grades.gathering import gather, head_of, held_by
from gardener.gardening.grades.ledger import Night, night_of, read_nights, series, with_night
from gardener.gardening.grades.scoring import scores_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gardener.checking.request import Progress
    from gardener.core.report import Report
    from gardener.gardening.grades.gathering import Gathered
    from gardener.gardening.grades.records import Part, Scores
    from gardener.gardening.grades.scoring import Guardrails


@dataclass(frozen=True, slots=True)
class Graded:
    """Scores with their record, the records they continue (the present one at the end), and the report behind them."""

    scores: Scores
    night: Night
    series: tuple[Night, ...]
    parts: tuple[Part, ...]
    report: Report
    gathered: Gathered


def score(root: Path, *, at: str | None = None, progress: Progress | None = None) -> Graded:
    """Check a repository, as it stands or as it stood at the commit `at`, and grade it. Writes nothing.

    Raises GardenerError when settings, rules or documents are broken, or the commit is not known.
    """
    if at is None:
        return _scored(root, root, progress)
    from gardener.repo.past import checked_out

    with tempfile.TemporaryDirectory(prefix="gardener-") as made:
        folder = Path(made) / "then"
        checked_out(root, at, folder)
        return _scored(folder, root, progress)


def graded(
    root: Path,
    report: Report,
    *,
    ledger: Path | None = None,
    guardrails: Guardrails = (),
    cells: Mapping[str, Mapping[str, str]] | None = None,
) -> Graded:
    """Grade a repository from a report of its check; earlier records are those in `ledger` (default: its own)."""
    from gardener.repo.settings import read_settings
    from gardener.repo.trees import WorkingTree

    tree = WorkingTree(root)
    gathered = gather(tree, read_settings(tree), report, head=head_of(root), held=held_by(root))
    scores = scores_of(gathered.parts, gathered.evidence, guardrails, cells)
    night = night_of(scores, gathered, report)
    nights = read_nights(tree if ledger is None else WorkingTree(ledger))
    return Graded(scores, night, series(nights, night), gathered.parts, report, gathered)


def is_new(root: Path, night: Night) -> bool:
    """True unless the newest record of the formula, or any of the same commit, says the same. Raises ConfigError."""
    from gardener.gardening.grades.ledger import comparable
    from gardener.repo.trees import WorkingTree

    nights = comparable(read_nights(WorkingTree(root)))
    same = [known for known in nights if known.same == night.same]
    return not same or not (same[-1] is nights[-1] or any(known.commit == night.commit for known in same))


def record(root: Path, night: Night) -> bool:
    """Add a record to the ledger if it is new; return whether it was.

    Raises ConfigError for a ledger that cannot be read, RepoError when it cannot be written.
    """
    from gardener.core.errors import RepoError
    from gardener.gardening.grades.ledger import PATH
    from gardener.repo.files import write_atomic

    if not is_new(root, night):
        return False
    file = root / PATH
    try:
        file.parent.mkdir(exist_ok=True)
        text = file.read_bytes().decode("utf-8-sig") if file.exists() else ""
        write_atomic(file, with_night(text, night).encode(), root=root)
    except OSError as error:
        raise RepoError(f"cannot be written: {error.strerror}", at=PATH) from error
    return True


def _scored(root: Path, ledger: Path, progress: Progress | None) -> Graded:
    from gardener.checking.check import check
    from gardener.checking.request import CheckRequest
    from gardener.gardening.adoption.survey import uses_ruff
    from gardener.gardening.grades.guardrails import guardrail_cells
    from gardener.repo.trees import WorkingTree

    report = check(CheckRequest(root=root, ruff=uses_ruff(WorkingTree(root)) or None, progress=progress))
    guardrails, cells = guardrail_cells(root)
    return graded(root, report, ledger=ledger, guardrails=guardrails, cells=cells)
