"""Labels from a file: one JSON object a line.

{"clause": "bounded-calls.1", "path": "src/app.py", "unit": "Client.get", "line": 12, "label": "violation"}
{"clause": "bounded-calls.1", "code": "def f():\\n    return 1\\n", "label": "ok"}
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from gardener.core.errors import DocumentError, GardenerError, ManyErrors
from gardener.core.globs import matches
from gardener.repo.overlay import EmptyTree, PatchedTree
from gardener.reviewing.labels import EXPECTED, Label, Sitting, smallest_around

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from gardener.core.review import Criterion, Unit
    from gardener.core.settings import Settings
    from gardener.repo.trees import Tree
    from gardener.reviewing.selection import Selected

KEYS = {"clause": str, "path": str, "code": str, "unit": str, "line": int, "label": str}
SITTINGS = 2


class _Unusable(ValueError):
    """A line that cannot be used; the message says why."""


@dataclass(frozen=True, slots=True)
class _Row:
    """One line that is as it should be: where it stands, and what it says."""

    at: str
    number: int
    values: Mapping[str, Any]


def file_sittings(file: Path, criteria: Sequence[Criterion], tree: Tree, settings: Settings) -> list[Sitting]:
    """The sittings for the labels in a file.

    Raises DocumentError, or ManyErrors, with file and line for whatever cannot be used.
    """
    known = {criterion.id: criterion for criterion in criteria}
    errors: list[GardenerError] = []
    turns: list[list[Label]] = [[] for _ in range(SITTINGS)]
    contents: dict[str, bytes] = {}
    seen: dict[tuple[str, bool], int] = {}
    reader = _Reader(known, tree, settings)
    for number, line in _lines(file):
        at = f"{file.name}:{number}"
        try:
            row = _Row(at, number, _values(line, known))
            label, data = reader.label(row)
        except _Unusable as why:
            errors.append(DocumentError(str(why), at=at))
            continue
        contents |= data
        kind = (label.clause, label.expected == "violation")
        # The n-th violation and the n-th clean label of a clause may be one piece of code before and after.
        turns[(seen.setdefault(kind, 0) + kind[1]) % SITTINGS].append(label)
        seen[kind] += 1
    if errors:
        raise errors[0] if len(errors) == 1 else ManyErrors(errors)
    return [Sitting(tuple(labels), PatchedTree(tree, contents)) for labels in turns if labels]


def _lines(file: Path) -> Iterator[tuple[int, str]]:
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise DocumentError(f"the labels cannot be read: {error.strerror}", at=str(file)) from None
    except UnicodeDecodeError:
        raise DocumentError("the labels are not UTF-8", at=str(file)) from None
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            yield number, line


def _values(line: str, known: Mapping[str, Criterion]) -> dict[str, Any]:
    """What a line says. Raises _Unusable."""
    try:
        values = json.loads(line)
    except (ValueError, RecursionError):
        raise _Unusable("this line is no JSON") from None
    if not isinstance(values, dict):
        raise _Unusable("this line is no JSON object")
    _check_types(values)
    if ("path" in values) == ("code" in values):
        raise _Unusable("a label has either `path` or `code`")
    if values["label"] not in EXPECTED:
        raise _Unusable(f"`label` is none of {', '.join(EXPECTED)}")
    if values["clause"] not in known:
        raise _Unusable(f"there is no clause `{values['clause']}`{_near(values['clause'], known)}")
    return values


def _check_types(values: Mapping[str, Any]) -> None:
    for key, value in values.items():
        if key not in KEYS:
            raise _Unusable(f"unknown key `{key}`{_near(key, KEYS)}")
        if type(value) is not KEYS[key]:
            raise _Unusable(f"`{key}` must be a {'number' if KEYS[key] is int else 'text'}")
    for key in ("clause", "label"):
        if key not in values:
            raise _Unusable(f"`{key}` is missing")


def _near(name: str, names: Mapping[str, object]) -> str:
    found = get_close_matches(name, names, n=1)
    return f"; did you mean `{found[0]}`?" if found else ""


class _Reader:
    """Turns lines into labels; files that several labels are about are read once."""

    def __init__(self, known: Mapping[str, Criterion], tree: Tree, settings: Settings) -> None:
        self._known = known
        self._tree = tree
        self._settings = settings
        self._read: dict[tuple[str, str], Selected] = {}

    def label(self, row: _Row) -> tuple[Label, dict[str, bytes]]:
        """The label of a line, and the file that its code stands for. Raises _Unusable."""
        values = row.values
        selected, path, data = self._code(row) if "code" in values else (*self._file(row), {})
        units = _chosen(selected.units.get(path, ()), values, path)
        wanted = {id(unit) for unit in units}
        pairs = tuple(pair for pair in selected.pairs if id(pair.unit) in wanted)
        broken = values["label"] == "violation" and "line" in values
        lines = frozenset({(path, values["line"])} if broken else ())
        return Label(values["clause"], values["label"], pairs, "file", row.at, lines), data

    def _code(self, row: _Row) -> tuple[Selected, str, dict[str, bytes]]:
        from gardener.reviewing.selection import select

        path = f"src/module_{row.number}.py"
        data = {path: row.values["code"].encode("utf-8", "surrogatepass")}
        criterion = replace(self._known[row.values["clause"]], scope=())
        settings = replace(self._settings, exclude=())
        return _usable(select(PatchedTree(EmptyTree(self._tree.root), data), settings, [criterion]), path), path, data

    def _file(self, row: _Row) -> tuple[Selected, str]:
        from gardener.reviewing.selection import select

        path, criterion = row.values["path"], self._known[row.values["clause"]]
        if path not in self._tree.paths():
            raise _Unusable(f"there is no file `{path}`")
        if criterion.scope and not matches(criterion.scope, path):
            raise _Unusable(f"`{path}` lies outside the scope of `{criterion.id}`")
        if (path, criterion.id) not in self._read:
            self._read[path, criterion.id] = select(self._tree, self._settings, [criterion], paths=[path])
        return _usable(self._read[path, criterion.id], path), path


def _usable(selected: Selected, path: str) -> Selected:
    """What was selected, when the file could be read. Raises _Unusable."""
    if selected.failures:
        raise _Unusable(f"the code cannot be judged: {selected.failures[0].reason}")
    if selected.skipped:
        raise _Unusable(f"`{path}` is never judged: {selected.skipped[0][1]}")
    return selected


def _chosen(units: Sequence[Unit], values: Mapping[str, Any], path: str) -> list[Unit]:
    """The units a label is about: that of its name, else the one around its line, else all. Raises _Unusable."""
    name, line = values.get("unit"), values.get("line")
    named = [unit for unit in units if name is None or unit.name == name]
    if name is not None and not named and units:
        raise _Unusable(f"there is no unit `{name}` in `{path}`{_near(name, {unit.name: unit for unit in units})}")
    if line is None:
        return named
    around = smallest_around(named, line)
    if around is None and named:
        raise _Unusable(f"line {line} stands in no unit that is meant")
    return [] if around is None else [around]
