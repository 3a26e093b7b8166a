"""Sleeps in tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from gardener import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gardener.checking.hit import Hit
    from gardener.checking.source import SourceFile


@rule(cst.Call, names=("time.sleep", "asyncio.sleep"), severity="P3", default=False)
def sleep_in_test(call: cst.Call, file: SourceFile) -> Iterator[Hit]:
    """Sleep in a test.

    A test that sleeps is slow every day and fails on the day the machine is busy. Wait for what should happen, with a
    time limit, or hand the code a clock that the test can set. A pause in such a loop is fine, and so is a stub that is
    slow on purpose. Off by default: teams differ in how much of this they bear.

    ~~~python bad path=tests/test_cache.py
    import asyncio
    import time


    def test_expiry(cache):
        time.sleep(2)  # here
        assert not cache


    async def test_refresh(cache):
        await asyncio.sleep(0.5)  # here
        assert cache
    ~~~

    ~~~python good path=tests/test_cache.py
    import asyncio
    import time


    def test_expiry(cache, clock):
        clock.forward(seconds=2)
        cache.rest(1)
        assert not cache


    async def test_refresh(cache):
        await asyncio.sleep(0)
        assert cache


    def test_load(cache):
        while not cache:
            time.sleep(0.01)


    def test_slow_answer(ask):
        def slow():
            time.sleep(1)

        assert ask(slow)


    time.sleep(1)
    ~~~
    """
    if file.name_of(call.func) not in {"time.sleep", "asyncio.sleep"}:
        return
    function = file.enclosing(call, cst.FunctionDef)
    if function is None or not function.name.value.startswith("test"):
        return
    yields_only = bool(call.args) and file.source(call.args[0].value) == "0"
    if not yields_only and file.enclosing(call, cst.While) is None:
        advice = "wait for the event itself, or set the clock"
        yield file.flag(call, f"too short on a busy machine and too long on all others: {advice}")
