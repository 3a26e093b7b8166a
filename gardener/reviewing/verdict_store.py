"""The verdict store: `.gardener/verdicts/*.jsonl`, committed, so that a review can be replayed without asking anybody.

Readers do not mind what merges, editors and platforms do to lines: duplicates, disorder, blank lines, CRLF, a byte
order mark. What they cannot read stops the run with file and line, for a verdict that vanishes looks like none.
"""

from __future__ import annotations

import gc
import json
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from gardener.core.errors import ConfigError
from gardener.core.review import ANSWERS
from gardener.reviewing.settled import as_row, from_row, line_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from gardener.core.review import Answer
    from gardener.repo.trees import Tree
    from gardener.reviewing.settled import Ingredients, Settled

FOLDER = ".gardener/verdicts"
SHARDS = tuple(f"{FOLDER}/{digit:x}.jsonl" for digit in range(16))

Why = Literal["", "context", "read", "version"]

_MERGE_MARKS = ("<<<<<<<", "=======", ">>>>>>>", "|||||||")
# Where dates and keys are equal, the graver answer counts.
_GRAVITY: dict[Answer, int] = {"violation": 3, "unsure": 2, "ok": 1, "not_applicable": 0}


@dataclass(frozen=True, slots=True)
class Found:
    """What the store knows about a pair. `exact`: nothing it depends on has changed.

    `stale`: the same clause and unit were judged otherwise: `why` says whether the context changed, files that the
    refuter read, or only the version of the judge (prompt, models, sampling).
    """

    settled: Settled
    state: Literal["exact", "stale"]
    why: Why = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a shard: its JSON object, its text, and where it stands."""

    row: dict[str, Any]
    text: str
    at: str

    def record(self) -> Settled:
        """The record that stands there. Raises ConfigError with file and line."""
        try:
            return from_row(self.row)
        except ValueError as error:
            raise ConfigError(f"this verdict cannot be used: {error}", at=self.at, hint=_ASK_AGAIN) from None


_ASK_AGAIN = "delete the line; its pair is judged again the next time verdicts are filled in"


class VerdictStore:
    """Verdicts by the clause and the unit they are about. Lines are read at once, and understood when asked for."""

    def __init__(self, lines: dict[tuple[str, str], list[Line]] | None = None) -> None:
        self._lines = lines or {}

    @classmethod
    def read(cls, tree: Tree) -> VerdictStore:
        """The store of a tree; empty when it has none. Raises ConfigError for an unfinished merge or a broken line."""
        found: dict[tuple[str, str], list[Line]] = {}
        with _uncollected():
            for path, data in _shards(tree):
                for line in read_lines(data, path):
                    found.setdefault((line.row["clause_hash"], line.row["unit_hash"]), []).append(line)
        return cls(found)

    def plus(self, records: Iterable[Settled]) -> VerdictStore:
        """This store with more records."""
        lines = {pair: list(known) for pair, known in self._lines.items()}
        for record in records:
            row = as_row(record)
            made = record.ingredients
            lines.setdefault((made.clause_hash, made.unit_hash), []).append(Line(row, line_of(record), FOLDER))
        return VerdictStore(lines)

    def union(self, other: VerdictStore) -> VerdictStore:
        """Everything that stands in this store or in another."""
        lines = {pair: list(known) for pair, known in self._lines.items()}
        for pair, known in other._lines.items():
            lines.setdefault(pair, []).extend(known)
        return VerdictStore(lines)

    def missing_from(self, other: VerdictStore) -> list[Settled]:
        """The records of this store of which the other has no equal line."""
        there = {line.text for known in other._lines.values() for line in known}
        lines = (line for known in self._lines.values() for line in known if line.text not in there)
        return list(dict.fromkeys(line.record() for line in lines))

    def find(
        self,
        ingredients: Ingredients,
        current_hash_of: Callable[[str], str | None],
        trusted: Callable[[Settled], bool] | None = None,
    ) -> Found | None:
        """The verdict for a pair, the newest of several; a trusted one before any that is not.

        `current_hash_of` gives the hash of a file's content now (see `content_hash`), None for one that is gone.
        """
        known = sorted(self.about(ingredients.clause_hash, ingredients.unit_hash), key=newest_last)
        if trusted is not None:
            known.sort(key=trusted)
        same = {path: current_hash_of(path) for record in known for path, _ in record.reads}
        stale: Found | None = None
        for record in reversed(known):
            read = all(same[path] == seen for path, seen in record.reads)
            if record.ingredients == ingredients and read:
                return Found(record, "exact")
            if stale is None:
                stale = Found(record, "stale", _why(record, ingredients, read=read))
        return stale

    def contrary(
        self,
        clause_hash: str,
        unit_hash: str,
        verdict: Answer,
        trusted: Callable[[Settled], bool] | None = None,
    ) -> Settled | None:
        """The newest (trusted) verdict for a clause and a unit that says something else.

        Where there is one, `verdict` raises no new gate: neither the clause nor the unit has changed since.
        """
        others = [
            record
            for record in self.about(clause_hash, unit_hash)
            if record.verdict != verdict and (trusted is None or trusted(record))
        ]
        return max(others, key=newest_last, default=None)

    def about(self, clause_hash: str, unit_hash: str) -> list[Settled]:
        """Every verdict for a clause and a unit, whatever else it depends on."""
        return [line.record() for line in self._lines.get((clause_hash, unit_hash), ())]

    def records(self) -> Iterator[Settled]:
        """Every verdict, each once, in no order that means anything."""
        for lines in self._lines.values():
            yield from dict.fromkeys(line.record() for line in lines)

    def __len__(self) -> int:
        return sum(len({line.text for line in lines}) for lines in self._lines.values())


def newest_last(record: Settled) -> tuple[str, str, int, str]:
    """The order of age: by date, then key; of equal ones the graver counts as newer."""
    return record.date, record.key, _GRAVITY[record.verdict], line_of(record)


def read_lines(data: bytes, path: str) -> list[Line]:
    """The lines of a shard. Raises ConfigError with file and line."""
    try:
        text = data.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "surrogatepass")
    except UnicodeDecodeError as error:
        number = data.count(b"\n", 0, error.start) + 1
        raise ConfigError("this line is not UTF-8", at=f"{path}:{number}", hint=_ASK_AGAIN) from None
    numbered = [(number, line) for number, raw in enumerate(text.split("\n"), 1) if (line := raw.strip(" \t\r"))]
    rows = _rows([line for _, line in numbered])
    return [
        Line(_checked(row, line, f"{path}:{number}"), line, f"{path}:{number}")
        for (number, line), row in zip(numbered, rows, strict=True)
    ]


def _rows(lines: Sequence[str]) -> Sequence[Any]:
    """The JSON value of each line; None for one that is none. All at once is a third faster than one by one."""
    rows = _value(f"[{','.join(lines)}]")
    return rows if isinstance(rows, list) and len(rows) == len(lines) else [_value(line) for line in lines]


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without the garbage collector, which would look through thousands of new rows again and again."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _checked(row: Any, line: str, at: str) -> dict[str, Any]:
    """`row`, when it looks like a record. Raises ConfigError."""
    if isinstance(row, dict) and row.get("verdict") in ANSWERS:
        if isinstance(row.get("clause_hash"), str) and isinstance(row.get("unit_hash"), str):
            return row
        raise ConfigError("this verdict does not say what it is about", at=at, hint=_ASK_AGAIN)
    if line.startswith(_MERGE_MARKS):
        hint = "delete the conflict marks; keeping the lines of both sides is right"
        raise ConfigError("an unfinished merge", at=at, hint=hint)
    raise ConfigError("this line is no verdict", at=at, hint=_ASK_AGAIN)


def _shards(tree: Tree) -> Iterator[tuple[str, bytes]]:
    """Every file of the store; also where the folder is ignored by git, and shards that a later version may make."""
    listed = [path for path in tree.paths() if path.startswith(f"{FOLDER}/") and path.endswith(".jsonl")]
    preload = getattr(tree, "preload", None)
    if preload is not None:
        preload(listed)
    for path in sorted({*SHARDS, *listed}):
        try:
            yield path, tree.read(path)
        except FileNotFoundError:
            continue
        except OSError as error:
            raise ConfigError(f"cannot be read: {error.strerror}", at=path) from None


def _why(record: Settled, wanted: Ingredients, *, read: bool) -> Why:
    if record.ingredients.context_hash != wanted.context_hash:
        return "context"
    return "version" if read else "read"
