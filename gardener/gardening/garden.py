"""The nightly story, read from top to bottom: check everything, report."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from gardener.checking.request import Progress
    from gardener.core.report import Report

REPORTS = {"report.json": "json", "report.md": "markdown"}


def garden(root: Path, *, apply: bool = False, folder: Path | None = None, progress: Progress | None = None) -> Report:
    """Check the whole tree under `root`, the project's own ruff rules included.

    `apply` applies the safe fixes; `folder` receives `report.json` and `report.md`.
    Raises GardenerError when settings or rules are broken, or the folder cannot be written.
    """
    from gardener.checking.check import check
    from gardener.checking.request import CheckRequest
    from gardener.gardening.chores import stale_library_table

    report = check(CheckRequest(root=root, ruff=True, fix=apply, progress=progress))
    report = replace(report, notes=(*report.notes, *stale_library_table.run()))
    if folder is not None:
        keep(report, folder)
    return report


def keep(report: Report, folder: Path) -> None:
    """Write the report into `folder`, once for programs and once for people. Raises RepoError."""
    from gardener.core import family
    from gardener.core.errors import RepoError
    from gardener.repo.files import write_atomic

    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, form in REPORTS.items():
            text: str = family.load("gardener.outputs", form).render(report)
            write_atomic(folder / name, text.encode("utf-8", "backslashreplace"))
    except OSError as error:
        raise RepoError(f"cannot write the report: {error.strerror}", at=str(folder)) from error
