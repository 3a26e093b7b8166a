"""Wall clock and memory of whole commands, run side by side so that a busy machine slows all of them alike."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True)
class Command:
    """A program to time: what to run, where, and which exit codes mean that it did its work."""

    name: str
    arguments: tuple[str, ...]
    cwd: Path
    good: tuple[int, ...] = (0, 1)
    environment: Mapping[str, str] | None = None


@dataclass(frozen=True)
class Sample:
    """One run: seconds of wall clock, peak megabytes of the whole process tree, exit code, and what it printed."""

    seconds: float
    megabytes: float
    code: int
    out: str
    err: str


class CommandFailed(Exception):
    """A command that did not do its work cannot be compared."""


def run(command: Command, *, memory: bool = False) -> Sample:
    """Run to the end. With `memory`, watch the process tree (costs a little time)."""
    started = time.perf_counter()
    process = subprocess.Popen(
        command.arguments,
        cwd=command.cwd,
        env=os.environ | dict(command.environment or {}),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    watch = Watch(process.pid) if memory else None
    out, err = (stream.decode(errors="replace") for stream in process.communicate())
    seconds = time.perf_counter() - started
    peak = watch.stop() if watch else 0.0
    if process.returncode not in command.good:
        raise CommandFailed(f"{command.name} ended with {process.returncode}: {err[-2000:]}")
    return Sample(seconds, peak, process.returncode, out, err)


def interleave(commands: Sequence[Command], rounds: int) -> dict[str, list[Sample]]:
    """Run every command once a round, so that the i-th samples of all commands were taken under the same load."""
    samples: dict[str, list[Sample]] = {command.name: [] for command in commands}
    for turn in range(rounds):
        ordered = commands if turn % 2 == 0 else list(reversed(commands))
        for command in ordered:
            samples[command.name].append(run(command))
    return samples


def seconds(samples: Sequence[Sample]) -> float:
    """The median of the wall clocks."""
    return median(sample.seconds for sample in samples)


def ratio(ours: Sequence[Sample], theirs: Sequence[Sample]) -> float:
    """The median of the ratios of paired runs."""
    return median(one.seconds / other.seconds for one, other in zip(ours, theirs, strict=True))


class Watch:
    """Samples the memory of a process and its descendants until stopped (Linux; elsewhere it reports 0)."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.peak = 0.0
        self.done = threading.Event()
        self.thread = threading.Thread(target=self._poll, daemon=True)
        self.thread.start()

    def _poll(self) -> None:
        while not self.done.is_set():
            self.peak = max(self.peak, sum(proportional_megabytes(pid) for pid in family(self.pid)))
            self.done.wait(0.01)

    def stop(self) -> float:
        """Stop watching and return the peak in megabytes."""
        self.done.set()
        self.thread.join()
        return self.peak


def family(pid: int) -> list[int]:
    """A process and all its descendants that are alive."""
    try:
        children = [
            int(child)
            for task in Path(f"/proc/{pid}/task").iterdir()
            for child in (task / "children").read_text().split()
        ]
    except OSError:
        return [pid]
    return [pid, *(member for child in children for member in family(child))]


def proportional_megabytes(pid: int) -> float:
    """Memory of a process, with shared pages divided among those who share them."""
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0.0
    kilobytes = next((line.split()[1] for line in rollup.splitlines() if line.startswith("Pss:")), "0")
    return int(kilobytes) * 1024 / 1e6
