"""Examining files in several processes.

A worker that dies takes nobody with it: its files are examined again one by one, and the one that kills its process
is a failure.
"""

from __future__ import annotations

import signal
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import active_children, get_context
from typing import TYPE_CHECKING

from gardener.checking.engine import Engine
from gardener.checking.figures import Figures
from gardener.checking.jobs import Examined, Job, Outcome, examine_chunk, forks
from gardener.checking.result import FileResult
from gardener.core.finding import Failure

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from multiprocessing.context import BaseContext


def _context() -> BaseContext:
    return get_context("fork" if forks() else "spawn")


def outcomes(job: Job, chunks: Sequence[list[str]], workers: int) -> Iterator[Outcome]:
    """What each chunk of paths gave, in no particular order."""
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
    return examine_chunk(_job, _engine, paths)
