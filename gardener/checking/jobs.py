"""Examining many files: from the cache where that is certain, in this process or in several, as it pays.

The result is the same whatever the number of processes. A worker that dies takes nobody with it: its files are
examined again one by one, and the one that kills its process is a failure.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import active_children, get_context
from typing import TYPE_CHECKING

from gardener.checking.cache import digest
from gardener.checking.engine import Engine
from gardener.checking.figures import Figures
from gardener.checking.parsing import in_deep_stack
from gardener.checking.result import FileResult
from gardener.core.finding import Failure

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from multiprocessing.context import BaseContext

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
    for done, (found, spent) in enumerate(_outcomes(job, paths, _workers(jobs, len(paths))), start=1):
        results |= found
        figures.add(spent)
        if progress:
            progress(min(done * CHUNK, len(paths)), len(paths))
    return {path: results[path] for path in paths}, figures


def _workers(jobs: int | None, files: int) -> int:
    if jobs is not None:
        return max(1, min(jobs, files))
    pays = FORK_PAYS if _forks() else SPAWN_PAYS
    return max(1, min(os.cpu_count() or 1, files // (pays // 2))) if files >= pays else 1


def _forks() -> bool:
    return sys.platform == "linux" and os.environ.get("GARDENER_START_METHOD", "fork") == "fork"


def _context() -> BaseContext:
    return get_context("fork" if _forks() else "spawn")


def _outcomes(job: Job, paths: Sequence[str], workers: int) -> Iterator[Outcome]:
    chunks = [list(paths[start : start + CHUNK]) for start in range(0, len(paths), CHUNK)]
    if workers == 1:
        engine = Engine(job.selection, tiers=job.tiers, profile=job.profile)
        for chunk in chunks:
            yield _examine_chunk(job, engine, chunk)
        return
    unfinished: list[list[str]] = []
    pool = ProcessPoolExecutor(workers, mp_context=_context(), initializer=_start, initargs=(job,))
    try:
        with _interrupts_held():
            waiting: dict[Future[Outcome], list[str]] = {pool.submit(_work, chunk): chunk for chunk in chunks}
        for future in as_completed(waiting):
            try:
                yield future.result()
            except BrokenProcessPool:
                unfinished.append(waiting[future])
    except (KeyboardInterrupt, GeneratorExit):
        for worker in active_children():
            worker.kill()
        pool.shutdown(wait=False, cancel_futures=True)
        raise
    pool.shutdown()
    for chunk in unfinished:
        yield _one_by_one(job, chunk)


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Hold interrupts back while workers start: they inherit that, so that only the main process is interrupted."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _one_by_one(job: Job, paths: Sequence[str]) -> Outcome:
    """Files of a worker that died, each in a process of its own."""
    figures = Figures()
    results: dict[str, Examined] = {}
    for path in paths:
        with ProcessPoolExecutor(1, mp_context=_context(), initializer=_start, initargs=(job,)) as pool:
            try:
                found, spent = pool.submit(_work, [path]).result()
            except BrokenProcessPool:
                failure = Failure("the process that examined it died", path=path)
                found, spent = {path: Examined(FileResult(failures=(failure,), parsed=True))}, Figures()
        results |= found
        figures.add(spent)
    return results, figures


_job: Job | None = None
_engine: Engine | None = None


def _start(job: Job) -> None:
    global _job, _engine
    _job, _engine = job, Engine(job.selection, tiers=job.tiers, profile=job.profile)


def _work(paths: list[str]) -> Outcome:
    if _job is None or _engine is None:
        raise RuntimeError("a worker that was never started")
    return _examine_chunk(_job, _engine, paths)


def _examine_chunk(job: Job, engine: Engine, paths: Sequence[str]) -> Outcome:
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
