"""The project's own ruff, run beside gardener and reported in its terms. Nothing of ruff's configuration is changed."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gardener.core.finding import Edit, Failure, Finding, Fix, Place, Span
from gardener.core.lines import LineIndex
from gardener.repo.files import decode

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from gardener.core.finding import Safety, Severity

# What would break or leak when it runs. All else is P2, and so gates: the project has chosen to be told.
_P1 = re.compile(r"E9|F(?:50|63|7|82)|S(?:10[2-7]|113|3|50|60[1-5]|608|61|70)")
_SAFETY: Mapping[str, Safety] = {"safe": "safe", "unsafe": "unsafe"}
_ARGUMENTS = 24_000


def run_ruff(root: Path, paths: Sequence[str] | None = None) -> tuple[list[Finding], list[Failure]]:
    """Findings of `ruff check` with the project's configuration, for `paths` (relative to `root`; None: everything).

    Ruff's own excludes hold for named paths too; nothing is fixed. A ruff that is missing, cannot read its
    configuration or a file, is a Failure. Findings carry no fingerprint yet.
    """
    if paths is not None and not paths:
        return [], []
    program = _program()
    if program is None:
        return [], [Failure("ruff is not installed; install it, or leave out --ruff", rule="ruff")]
    rows: list[dict[str, Any]] = []
    failures: list[Failure] = []
    for chunk in _chunks(paths):
        found, failed = _run(program, root, chunk)
        rows += found
        failures += failed
    findings = _Reader(root, failures).findings(rows)
    return findings, failures


def severity_of(code: str) -> Severity:
    """P1 for what would break or leak when it runs, P2 for the rest."""
    return "P1" if _P1.match(code) else "P2"


def _program() -> list[str] | None:
    """The ruff on PATH, else the one installed beside gardener; never one that merely lies in the working folder."""
    folders = [part for part in os.get_exec_path() if os.path.isabs(part)]  # noqa: PTH117
    found = shutil.which("ruff", path=os.pathsep.join(folders)) if folders else None
    if found and os.path.dirname(found) in folders:  # noqa: PTH120
        return [found]
    return [sys.executable, "-P", "-m", "ruff"] if importlib.util.find_spec("ruff") else None


def _chunks(paths: Sequence[str] | None) -> Iterator[list[str]]:
    """Argument lists short enough for every platform."""
    if paths is None:
        yield ["."]
        return
    chunk: list[str] = []
    size = 0
    for path in paths:
        if chunk and size + len(path) > _ARGUMENTS:
            yield chunk
            chunk, size = [], 0
        chunk.append(path)
        size += len(path) + 3
    yield chunk


def _run(program: list[str], root: Path, paths: list[str]) -> tuple[list[dict[str, Any]], list[Failure]]:
    import subprocess

    options = ["--output-format=json", "--force-exclude", "--no-fix", "--exit-zero", "--no-show-fixes", "--quiet"]
    command = [*program, "check", *options, "--", *paths]
    environment = {key: value for key, value in os.environ.items() if key != "RUFF_OUTPUT_FORMAT"}
    try:
        done = subprocess.run(  # noqa: S603 - a fixed program with separate arguments
            command, cwd=root, env=environment, capture_output=True, check=False, stdin=subprocess.DEVNULL
        )
    except OSError as error:
        return [], [Failure(f"ruff cannot be started: {error.strerror}", rule="ruff")]
    try:
        rows = json.loads(done.stdout) if done.stdout.strip() or not done.returncode else None
    except ValueError:
        rows = None
    if not isinstance(rows, list) or done.returncode:
        return [], [Failure(f"ruff failed: {_complaint(done)}", rule="ruff")]
    return rows, []


def _complaint(done: subprocess.CompletedProcess[bytes]) -> str:
    said = re.sub(r"\x1b\[[0-9;]*m", "", done.stderr.decode(errors="replace")).strip()
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    return ": ".join(lines[:3])[:500] or f"it ended with status {done.returncode} and said nothing"


class _Reader:
    """Ruff's rows as findings; every file is read once."""

    def __init__(self, root: Path, failures: list[Failure]) -> None:
        self._prefix = (os.path.join(os.path.realpath(root), ""), os.path.join(root, ""))  # noqa: PTH118
        self._failures = failures
        self._indexes: dict[str, LineIndex | None] = {}

    def findings(self, rows: list[dict[str, Any]]) -> list[Finding]:
        found = [item for row in rows if (item := self._finding(row)) is not None]
        return sorted(found, key=lambda item: (item.path, item.span.start, item.rule))

    def _finding(self, row: dict[str, Any]) -> Finding | None:
        full = row["filename"]
        path = next((full[len(start) :] for start in self._prefix if full.startswith(start)), full)
        path = path.replace(os.sep, "/")
        code = row.get("code")
        if code in (None, "invalid-syntax", "E902", "io-error"):
            if not any(failure.path == path for failure in self._failures):
                self._failures.append(Failure(f"ruff: {_message(row['message'])}", path=path))
            return None
        index = self._index(full, path)
        if index is None or path.endswith(".ipynb"):
            return None
        span = _span(row["location"], row["end_location"], index)
        place = index.place(span)
        return Finding(
            rule=f"ruff:{code}",
            path=path,
            span=span,
            place=place,
            message=_message(row["message"]),
            severity=severity_of(code),
            origin="ruff",
            remediation=row.get("url") or "",
            fix=_fix(row.get("fix"), index),
            text=" ".join(index.line(place.line).split()),
            reach=(place.line, max(place.line, _noqa_line(row, place))),
        )

    def _index(self, full: str, path: str) -> LineIndex | None:
        if full not in self._indexes:
            try:
                with open(full, "rb") as file:  # noqa: PTH123
                    self._indexes[full] = LineIndex.of(decode(file.read()).text)
            except (OSError, ValueError) as error:
                self._failures.append(Failure(f"ruff reports findings here, but the file {error}", path=path))
                self._indexes[full] = None
        return self._indexes[full]


def _noqa_line(row: dict[str, Any], place: Place) -> int:
    line = row.get("noqa_row")
    return line if isinstance(line, int) else place.line


def _span(start: dict[str, int], end: dict[str, int], index: LineIndex) -> Span:
    first = _offset(start, index)
    return Span(first, max(first, _offset(end, index)))


def _offset(location: dict[str, int], index: LineIndex) -> int:
    """Ruff counts lines and columns from 1; a place past the end is the end."""
    if location["row"] > len(index):
        return len(index.text)
    return min(index.offset(location["row"], location["column"]), len(index.text))


def _message(text: str) -> str:
    """Ruff's message in the manner of ours: one line without a full stop."""
    return " ".join(text.split()).removesuffix(".")


def _fix(fix: dict[str, Any] | None, index: LineIndex) -> Fix | None:
    if not fix or not fix.get("edits"):
        return None
    spans: Callable[[dict[str, Any]], Span] = lambda edit: _span(edit["location"], edit["end_location"], index)  # noqa: E731
    edits = sorted(
        (Edit(span.start, span.end, edit["content"]) for edit in fix["edits"] for span in (spans(edit),)),
        key=lambda edit: (edit.start, edit.end),
    )
    title = fix.get("message") or "apply ruff's fix"
    return Fix(title, _SAFETY.get(fix.get("applicability", ""), "shown"), tuple(edits))


@dataclass(frozen=True, slots=True)
class RuffRules:
    """The codes that a project's ruff has switched on, and for which globs some of them are ignored."""

    enabled: frozenset[str]
    ignored: tuple[tuple[str, frozenset[str]], ...] = ()


def enabled_rules(root: Path, path: str) -> RuffRules | None:
    """What the project's configuration switches on for the Python file at `path`; None when ruff cannot say."""
    import subprocess

    program = _program()
    if program is None:
        return None
    command = [*program, "check", "--show-settings", "--quiet", "--", path]
    try:
        done = subprocess.run(command, cwd=root, capture_output=True, check=False, stdin=subprocess.DEVNULL)  # noqa: S603
    except OSError:
        return None
    return None if done.returncode else read_rules(done.stdout.decode(errors="replace"))


def settings_stamp(root: Path, path: str) -> str | None:
    """Identifies the ruff that runs and all its settings for the Python file at `path`; None when ruff cannot say.

    Settings come from many files, some outside of the repository: ruff itself is asked what they add up to.
    """
    import hashlib
    import subprocess

    program = _program()
    if program is None:
        return None
    digest = hashlib.sha256()
    for arguments in (["--version"], ["check", "--show-settings", "--quiet", "--", path]):
        try:
            done = subprocess.run([*program, *arguments], cwd=root, capture_output=True, check=False)  # noqa: S603
        except OSError:
            return None
        if done.returncode:
            return None
        digest.update(done.stdout)
    return digest.hexdigest()


def codes_for(root: Path, path: str, data: bytes, *, ignore: Sequence[str] = ()) -> frozenset[str] | None:
    """The codes that the project's ruff finds in `data`, were it the file at `path`; None when ruff cannot say."""
    import subprocess

    program = _program()
    if program is None:
        return None
    command = [*program, "check", "--output-format=json", "--no-fix", "--exit-zero", "--quiet", "--no-cache"]
    command += [f"--extend-ignore={','.join(ignore)}"] if ignore else []
    command += ["--stdin-filename", path, "-"]
    try:
        done = subprocess.run(command, cwd=root, capture_output=True, check=False, input=data)  # noqa: S603
        rows = json.loads(done.stdout or b"[]")
    except (OSError, ValueError):
        return None
    return None if done.returncode else frozenset(str(row["code"]) for row in rows if row.get("code"))


def answer(arguments: Sequence[str], root: Path) -> str | None:
    """What ruff prints when it is run in `root` with these arguments; None when it cannot be run or fails."""
    import subprocess

    program = _program()
    if program is None:
        return None
    environment = {key: value for key, value in os.environ.items() if not key.startswith("RUFF_")}
    command = [*program, *arguments]
    try:
        done = subprocess.run(  # noqa: S603 - a fixed program with separate arguments
            command, cwd=root, env=environment, capture_output=True, check=False, stdin=subprocess.DEVNULL
        )
    except OSError:
        return None
    return None if done.returncode else done.stdout.decode(errors="replace")


def read_rules(shown: str) -> RuffRules | None:
    """The rules in what `ruff check --show-settings` prints; None when it has no such list."""
    enabled = re.search(r"^linter\.rules\.enabled = \[(.*?)^\]", shown, re.MULTILINE | re.DOTALL)
    if enabled is None:
        return None
    ignores = re.search(r"^linter\.per_file_ignores = \{(.*?)^\}", shown, re.MULTILINE | re.DOTALL)
    entry = r'^basename_matcher = "(.*?)"\nnegated = false\ndata = \[(.*?)^\]'
    entries = re.finditer(entry, ignores[1] if ignores else "", re.MULTILINE | re.DOTALL)
    return RuffRules(_codes(enabled[1]), tuple((found[1], _codes(found[2])) for found in entries))


def _codes(block: str) -> frozenset[str]:
    return frozenset(re.findall(r"\(([A-Z]+\d+)\)", block))
