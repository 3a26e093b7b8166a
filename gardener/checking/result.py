"""What examining one file gave, before suppressions: the unit of caching and of work between processes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gardener.core.finding import Failure, Finding


@dataclass(frozen=True, slots=True)
class FileResult:
    """Raw findings in file order, failures, and why the file was skipped, if it was.

    `parsed` tells whether a syntax tree was needed; `directives` whether the text holds gardener comments; `notes`
    are to be said once in a run.
    """

    findings: tuple[Finding, ...] = ()
    failures: tuple[Failure, ...] = ()
    skipped: str | None = None
    parsed: bool = False
    directives: bool = False
    notes: tuple[str, ...] = ()


CLEAN = FileResult()
