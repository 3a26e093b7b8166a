"""Deadlines that are compared with the wall clock."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from gardener import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gardener.checking.hit import Hit
    from gardener.checking.source import SourceFile


@rule(cst.Call, names=("time.time",), severity="P2", exclude=("tests/", "test/", "test_*.py"))
def deadline_on_wall_clock(call: cst.Call, file: SourceFile) -> Iterator[Hit]:
    """Deadline kept by the wall clock.

    The wall clock jumps: NTP corrects it, a virtual machine wakes up, somebody sets it. A deadline kept by it then
    comes hours late, which is a hang, or at once. `time.monotonic()` only ever goes on. In tests it hardly matters, and
    they are left alone.

    ~~~python bad
    import time


    def wait(job, seconds):
        deadline = time.time() + seconds
        while time.time() < deadline:  # here
            job.poll()
        while not job.done:
            if deadline <= time.time():  # here
                raise TimeoutError
            job.wait(deadline - time.time())  # here


    def watch(job, seconds):
        end = seconds + time.time()

        def late():
            return time.time() > end  # here

        return late
    ~~~

    ~~~python good
    import time


    def wait(job, seconds):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            job.poll()


    def fresh(token, start):
        later = start + 5
        end = time.time() + 5
        while len(token) < end:
            token.read(time.time())
        return time.time() < token.expires and time.time() < later and time.time() - later
    ~~~

    ~~~python good path=tests/jobs.py
    import time


    def test_job(job):
        deadline = time.time() + 5
        while time.time() < deadline:
            job.poll()
    ~~~

    ~~~python good path=test/jobs.py
    import time


    def test_job(job):
        deadline = time.time() + 5
        while time.time() < deadline:
            job.poll()
    ~~~

    ~~~python good path=jobs/test_jobs.py
    import time


    def test_job(job):
        deadline = time.time() + 5
        while time.time() < deadline:
            job.poll()
    ~~~
    """
    if file.name_of(call.func) != "time.time":
        return
    parent = file.parent(call)
    if isinstance(parent, cst.ComparisonTarget):
        parent = file.parent(parent)
    deadline = _other_side(call, parent)
    if deadline is not None and _is_set_by_clock(deadline, call, file):
        message = f"`{deadline.value}` moves when the clock is set: count with `time.monotonic()`"
        yield file.flag(parent or call, message)


def _other_side(call: cst.Call, parent: cst.CSTNode | None) -> cst.Name | None:
    """The name that `call` is compared with or subtracted from."""
    match parent:
        case cst.Comparison(left=left, comparisons=[cst.ComparisonTarget(comparator=right)]):
            other = right if left is call else left
        case cst.BinaryOperation(left=other, operator=cst.Subtract()):
            pass
        case _:
            return None
    return other if isinstance(other, cst.Name) else None


def _is_set_by_clock(name: cst.Name, call: cst.Call, file: SourceFile) -> bool:
    """Does a function around `call` set `name` to the present plus something?"""
    functions = {id(node) for node in file.ancestors(call) if isinstance(node, cst.FunctionDef)}
    for node in file.nodes() if functions else ():
        if not isinstance(node, cst.Assign) or not isinstance(node.value, cst.BinaryOperation):
            continue
        targets = [target.target for target in node.targets]
        named = any(isinstance(target, cst.Name) and target.value == name.value for target in targets)
        if named and id(file.enclosing(node, cst.FunctionDef)) in functions and _adds_to_clock(node.value, file):
            return True
    return False


def _adds_to_clock(value: cst.BinaryOperation, file: SourceFile) -> bool:
    sides = (value.left, value.right)
    return isinstance(value.operator, cst.Add) and any(
        isinstance(side, cst.Call) and file.name_of(side.func) == "time.time" for side in sides
    )
