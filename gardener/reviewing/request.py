"""What a caller wants of a review, as one record."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from gardener.core.events import silent

if TYPE_CHECKING:
    from pathlib import Path

    from gardener.core.events import Log

Mode = Literal["frozen", "fill", "refresh"]
Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class ReviewRequest:
    """The options of `gardener review`. Without a `mode` the model is asked when one is set and there is a key.

    `paths` are as typed, relative to `cwd` (default: `root`). `environ` is where key and endpoint come from, `announce`
    is given the line that names the endpoint before anything is sent, `progress` (pairs judged, all pairs, the rest of
    the line). `audit` is the share of verdicts to judge again. `log` is told of every exchange with a model.
    """

    root: Path
    cwd: Path | None = None
    paths: tuple[str, ...] = ()
    staged: bool = False
    diff: str | None = None
    mode: Mode | None = None
    plan: bool = False
    emit: Path | None = None
    ingest: Path | None = None
    audit: float | None = None
    require_judged: bool = False
    max_usd: float | None = None
    policy_from: str | None = None
    environ: Mapping[str, str] = field(default_factory=dict)
    announce: Callable[[str], None] | None = None
    progress: Progress | None = None
    log: Log = silent
