"""What a caller wants of a check, as one record."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from gardener.core.finding import Severity
    from gardener.repo.trees import WorkingTree

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class CheckRequest:
    """The options of `gardener check`; None means the settings decide.

    `paths` are as typed, relative to `cwd` (default: `root`). `progress` is called with (done, total) files. `tree` is
    the working tree under `root`, for callers that have begun to list it.
    """

    root: Path
    cwd: Path | None = None
    paths: tuple[str, ...] = ()
    staged: bool = False
    diff: str | None = None
    fix: bool = False
    unsafe_fixes: bool = False
    select: tuple[str, ...] | None = None
    ignore: tuple[str, ...] = ()
    fail_on: Severity | None = None
    min_severity: Severity | None = None
    cache: bool = True
    baseline: bool = True
    write_baseline: bool = False
    strict_baseline: bool = False
    add_allow: str | None = None
    profile: bool = False
    stdin: bytes | None = None
    stdin_filename: str | None = None
    jobs: int | None = None
    ruff: bool | None = None
    python_rules: bool | None = None
    policy_from: str | None = None
    documents: bool = True
    code: bool = True
    tiers: bool = True
    progress: Progress | None = None
    tree: WorkingTree | None = None
