"""Examining many files: from the cache where that is certain, in this process or in several, as it pays.

The result is the same whatever the number of processes.
"""

from __future__ import annotations

import gc
import os
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gardener.checking.cache import digest
from gardener.checking.engine import Engine
from gardener.checking.figures import Figures
from gardener.checking.parsing import in_deep_stack
from gardener.checking.result import FileResult
from gardener.core.finding import Failure

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from gardener.checking.request import Progress
    from gardener.checking.selection import Selection
    from gardener.repo.trees import Tree

# A forked worker costs about 0.02 s, a spawned one the start of Python and the imports again.
FORK_PAYS = 150
SPAWN_PAYS = 1500
CHUNK = 64


@dataclass(frozen=True, slots=True)
class Job:
    """What every process needs to know to examine files of one tree.

    `known` are digests of contents, by path, whose results the caller has: those files are read, not examined.
    """

    tree: Tree
    selection: Selection
    tiers: bool = True
    profile: bool = False
    known: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Examined:
    """A file's result (None: the caller has it) and the digest of what was read (empty: nothing could be)."""

    result: FileResult | None
    digest: str = ""


Outcome = tuple[dict[str, Examined], Figures]


def examine_all(
    job: Job, paths: Sequence[str], *, jobs: int | None = None, progress: Progress | None = None
) -> tuple[dict[str, Examined], Figures]:
    """What was found for every path, in the order given, and where the time went."""
    figures = Figures()
    results: dict[str, Examined] = {}
    if not paths:
        return results, figures
    for done, (found, spent) in enumerate(_outcomes(job, paths, _workers(jobs, len(paths))), start=1):
        results |= found
        figures.add(spent)
        if progress:
            progress(min(done * CHUNK, len(paths)), len(paths))
    return {path: results[path] for path in paths}, figures


def _workers(jobs: int | None, files: int) -> int:
    if jobs is not None:
        return max(1, min(jobs, files))
    pays = FORK_PAYS if forks() else SPAWN_PAYS
    return max(1, min(os.cpu_count() or 1, files // (pays // 2))) if files >= pays else 1


def forks() -> bool:
    """Whether workers are forked; GARDENER_START_METHOD=spawn makes Linux behave as other systems do."""
    return sys.platform == "linux" and os.environ.get("GARDENER_START_METHOD", "fork") == "fork"


def _outcomes(job: Job, paths: Sequence[str], workers: int) -> Iterator[Outcome]:
    chunks = [list(paths[start : start + CHUNK]) for start in range(0, len(paths), CHUNK)]
    if workers > 1:
        from gardener.checking.processes import outcomes

        yield from outcomes(job, chunks, workers)
        return
    engine = Engine(job.selection, tiers=job.tiers, profile=job.profile)
    for chunk in chunks:
        yield examine_chunk(job, engine, chunk)


def examine_chunk(job: Job, engine: Engine, paths: Sequence[str]) -> Outcome:
    """What was found for these files, and the figures of this chunk alone."""
    collecting = gc.isenabled()
    gc.disable()
    engine.figures = Figures()
    try:
        results = in_deep_stack(lambda: {path: _examine(job, engine, path) for path in paths})
    finally:
        if collecting:
            gc.enable()
    return results, engine.figures


def _examine(job: Job, engine: Engine, path: str) -> Examined:
    try:
        data = job.tree.read(path)
    except OSError as error:
        reason = f"cannot be read: {error.strerror or error}"
        return Examined(FileResult(failures=(Failure(reason, path=path),)))
    content = digest(data)
    return Examined(None if job.known.get(path) == content else engine.examine(path, data), content)
