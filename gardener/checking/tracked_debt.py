"""What is worth saying about the rows of the tech tracker, and about debt in the code that has no row."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gardener.checking.repository import Repo
    from gardener.core.finding import Severity
    from gardener.core.tracker import Tracker, TrackerRow

_MARK = re.compile(r"#[^\n]*?\b(TODO|FIXME|XXX|HACK)\b[ \t]*(?:[(\[:]?[ \t]*([A-Za-z]{1,6}-\d+))?")
_AGAIN = "is the id of another row"


@dataclass(frozen=True, slots=True)
class Remark:
    """Something about a line of a file."""

    path: str
    line: int
    said: str
    label: str
    severity: Severity | None = None


def unparsed(tracker: Tracker) -> Iterator[Remark]:
    """What the reader could not understand."""
    found = [problem for problem in tracker.unread if _AGAIN not in problem.reason]
    for problem in found:
        yield Remark(tracker.path, problem.line, f"this is not read: {problem.reason}", problem.reason)


def wrong_rows(repo: Repo) -> Iterator[Remark]:
    """Rows with ids that are missing or taken, with a status that contradicts itself, or a belief that is not there."""
    tracker = repo.tracker
    if tracker is None:
        return
    first: dict[tuple[str, str], int] = {}
    identified = sum(bool(row.id) for row in tracker.rows)
    for row in tracker.rows:
        place = (row.id.lower(), row.section)
        # A list of what is resolved, or a section of its own, repeats rows on purpose.
        if row.id and row.status != "resolved" and (line := first.setdefault(place, row.line)) != row.line:
            yield Remark(
                tracker.path, row.line, f"`{row.id}` is the id of the row on line {line}, too", f"again {row.id}"
            )
        elif not row.id and row.layout == "table" and 2 * identified > len(tracker.rows):
            yield Remark(tracker.path, row.line, "this row has no id, and the others have", f"no id: {row.title[:80]}")
        yield from _doubts(row, repo, tracker)


def _doubts(row: TrackerRow, repo: Repo, tracker: Tracker) -> Iterator[Remark]:
    name = row.id or row.title[:60]
    if row.conflict:
        yield Remark(
            tracker.path, row.line, f"the status of `{name}` is unclear: {row.conflict}", f"status {name}", "P3"
        )
    if row.belief and repo.beliefs is not None and row.status != "resolved":
        slug = re.sub(r"^.*#|[`\[\]]|\(.*\)$", "", row.belief).strip()
        if slug and re.fullmatch(r"[\w.-]+", slug) and repo.beliefs.find(slug) is None:
            said = f"`{name}` names the belief `{slug}`, which is not in `{repo.beliefs.path}`"
            yield Remark(tracker.path, row.line, said, f"belief {name}", "P3")


def untracked(repo: Repo, most: int) -> Iterator[Remark]:
    """Marks in the code that name a row which is not there or is resolved; and files with more than `most` others."""
    tracker = repo.tracker
    if tracker is None or not tracker.rows:
        return
    prefixes = {row.id.partition("-")[0].lower() for row in tracker.rows if "-" in row.id}
    for path in repo.paths:
        if not path.endswith(".py") or not re.search(rb"TODO|FIXME|XXX|HACK", _bytes(repo, path)):
            continue
        text = repo.text(path) or ""
        bare: Counter[str] = Counter()
        for match in _MARK.finditer(text):
            line = text.count("\n", 0, match.start(1)) + 1
            name = match[2]
            if name is None:
                bare[path] += 1
            elif name.partition("-")[0].lower() in prefixes:
                yield from _named(path, line, name, tracker)
        if most and bare[path] > most:
            name = f"`TODO({tracker.prefix}-1)`"
            said = f"{bare[path]} marks of debt have no row in `{tracker.path}`: write one, and name it as in {name}"
            yield Remark(path, 1, said, "marks of debt")


def _named(path: str, line: int, name: str, tracker: Tracker) -> Iterator[Remark]:
    row = tracker.find(name)
    if row is None:
        yield Remark(path, line, f"`{name}` is no row of `{tracker.path}`", name)
    elif row.status == "resolved":
        yield Remark(path, line, f"`{name}` is resolved in `{tracker.path}`, and this still waits for it", name)


def _bytes(repo: Repo, path: str) -> bytes:
    try:
        return repo.read(path)
    except OSError:
        return b""
