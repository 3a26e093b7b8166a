"""Differences of two readings of the wall clock."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from gardener import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gardener.checking.hit import Hit
    from gardener.checking.source import SourceFile


@rule(cst.Call, names=("time.time",), severity="P3", exclude=("tests/", "test/", "test_*.py"))
def stopwatch_on_wall_clock(call: cst.Call, file: SourceFile) -> Iterator[Hit]:
    """Time taken measured by the wall clock.

    The wall clock jumps: NTP corrects it, a virtual machine wakes up, somebody sets it. Differences then come out
    negative or hours long, in reports that nobody believes any more and in time limits that never end.
    `time.perf_counter()` and `time.monotonic()` only ever go on. Both readings have to change together. In tests it
    hardly matters, and they are left alone.

    ~~~python bad
    import time
    from time import time as now


    def load(table):
        start = time.time()
        table.load()
        while not table.ready:
            if time.time() - start > 60:  # here
                raise TimeoutError
        print(f"loaded in {now() - start:.1f} s")  # here


    class Job:
        def begin(self):
            self.started = time.time()

        def age(self):
            return time.time() - self.started  # here
    ~~~

    ~~~python good
    import time


    def load(table):
        start = time.perf_counter()
        table.load()
        print(f"loaded in {time.perf_counter() - start:.1f} s")


    def age(path, start):
        elapsed = path.now() - time.time(), start - time.time(), time.time()
        return elapsed, time.time() - path.stat().st_mtime, time.time() - start


    def ahead():
        start = time.time()
        return time.time() + start
    ~~~

    ~~~python good path=tests/jobs.py
    import time

    start = time.time()
    assert time.time() - start < 5
    ~~~

    ~~~python good path=test/jobs.py
    import time

    start = time.time()
    assert time.time() - start < 5
    ~~~

    ~~~python good path=jobs/test_jobs.py
    import time

    start = time.time()
    assert time.time() - start < 5
    ~~~
    """
    difference = file.parent(call)
    if not isinstance(difference, cst.BinaryOperation) or not isinstance(difference.operator, cst.Subtract):
        return
    if difference.left is not call or file.name_of(call.func) != "time.time":
        return
    start = file.receiver(difference.right)
    if start is not None and start.name == "time.time":
        advice = "measure with `time.perf_counter()`, keep limits with `time.monotonic()`"
        yield file.flag(difference, f"the clock may be set in between: {advice}", certainty=start.certainty)
