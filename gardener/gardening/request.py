"""What a caller wants of a night, as one record."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from gardener.core.events import silent

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from gardener.checking.request import Progress
    from gardener.core.events import Log


@dataclass(frozen=True, slots=True)
class GardenRequest:
    """The options of `gardener garden`. Nothing but `.gardener/cache` and `folder` is written without `apply`.

    `environ` is where keys and endpoints come from, `announce` is given the line that names an endpoint before anything
    is sent, `progress` (done, total) files, `watch` the name of each step as it begins. `log` is told of every step.
    """

    root: Path
    apply: bool = False
    folder: Path | None = None
    environ: Mapping[str, str] = field(default_factory=dict)
    announce: Callable[[str], None] | None = None
    progress: Progress | None = None
    watch: Callable[[str], None] | None = None
    log: Log = silent
    clock: Callable[[], float] = time.monotonic
    today: date = field(default_factory=date.today)
