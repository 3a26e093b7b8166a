"""The table of what libraries do without a timeout: read from TOML, extended by a team's settings, asked by name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from gardener.checking.packs import SHIPPED
from gardener.core.errors import GardenerError, ManyErrors, RuleError
from gardener.core.finding import Certainty  # noqa: TC001 - the hint is read at run time

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

Role = Literal["call", "client", "method", "deadline", "attribute", "factory"]
EXCUSES = (
    "adapter", "deadline", "dsn", "each-call", "later", "local", "option-files", "pool", "service-config",
    "settimeout", "socket-default", "transport", "websocket-default",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Library:
    """Where a library comes from: `distribution` (None: the standard library), the release that was `checked`."""

    source: str
    distribution: str | None = None
    checked: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """What is known of some calls. The comment at the head of `gardener/rules/network_calls.toml` explains the keys."""

    names: tuple[str, ...]
    library: str | None = None
    of: tuple[str, ...] = ()
    role: Role = "call"
    timeout: tuple[str, ...] = ("timeout",)
    position: int | None = None
    absent: Literal["unbounded", "bounded", "strict"] = "unbounded"
    none: Literal["unbounded", "default"] = "unbounded"
    zero: Literal["invalid", "unbounded", "fine"] = "invalid"
    parts: bool = False
    every: bool = False
    since: str | None = None
    until: str | None = None
    safe_if: tuple[str, ...] = ()
    object: str | None = None
    pattern: str | None = None
    unit: Literal["s", "ms"] = "s"
    certainty: Certainty = "certain"
    default: str = "no default timeout"
    instead: str | None = None
    note: str | None = None
    wraps: str | None = None

    def problems(self) -> list[tuple[str, str]]:
        """What does not fit together."""
        found = [("safe-if", f"knows no `{item}`") for item in self.safe_if if item not in EXCUSES]
        names = [name for name in (*self.names, *self.of) if not _is_dotted(name)]
        found += [("names", f"must be dotted names, not `{name}`") for name in names]
        found += [
            ("timeout", f"must name parameters, not `{name}`") for name in self.timeout if not name.isidentifier()
        ]
        found += [
            (key, f"must be a release such as `8.0`, not `{value}`")
            for key, value in (("since", self.since), ("until", self.until))
            if value is not None and not re.fullmatch(r"\d+(\.\d+)*", value)
        ]
        return found

    @property
    def qualified(self) -> tuple[str, ...]:
        """Every dotted name that the entry is about."""
        return tuple(f"{base}.{name}" for base in self.of for name in self.names) if self.of else self.names

    @property
    def title(self) -> str:
        """How messages call the library."""
        return self.library or self.qualified[0].partition(".")[0]


@dataclass(frozen=True, slots=True)
class Table:
    """Libraries by name, and entries."""

    libraries: Mapping[str, Library]
    entries: tuple[Entry, ...]

    def extended(self, entries: Iterable[Entry]) -> Table:
        """The table with more entries, which replace what it said of the same names."""
        more = tuple(entries)
        taken = {name for entry in more for name in entry.qualified}
        kept = (entry for entry in self.entries if not taken.intersection(entry.qualified))
        partly = (entry for entry in self.entries if taken.intersection(entry.qualified))
        rest = tuple(_without(entry, taken) for entry in partly if not taken.issuperset(entry.qualified))
        return Table(self.libraries, (*kept, *rest, *more))

    def by_name(self) -> dict[str, tuple[Entry, ...]]:
        """The entries about each dotted name; several where releases differ."""
        found: dict[str, list[Entry]] = {}
        for entry in self.entries:
            for name in entry.qualified:
                found.setdefault(name, []).append(entry)
        return {name: tuple(entries) for name, entries in found.items()}


def _without(entry: Entry, names: set[str]) -> Entry:
    from dataclasses import replace

    return replace(entry, of=(), names=tuple(name for name in entry.qualified if name not in names))


@cache
def shipped_table(name: str) -> Table:
    """The table `<name>.toml` of the shipped pack. Raises RuleError when there is none, or what is wrong with it."""
    path = SHIPPED / f"{name}.toml"
    if not name.isidentifier() or not path.is_file():
        raise RuleError(f"there is no table `{name}`", hint=f"known: {', '.join(sorted(_names()))}")
    return read_table(path.read_text(encoding="utf-8"), f"{SHIPPED.name}/{path.name}")


def _names() -> Iterable[str]:
    return (path.stem for path in SHIPPED.glob("*.toml"))


def read_table(text: str, path: str) -> Table:
    """A table from TOML. Raises RuleError, or ManyErrors, with file and line."""
    import tomllib

    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"at line (\d+)", str(error))
        raise RuleError(f"not valid TOML: {error}", at=f"{path}:{line[1] if line else 1}") from None
    lines = _Lines(text, path)
    errors: list[GardenerError] = []
    errors += [
        RuleError(f"unknown key `{key}`", at=lines.key(key), hint="known keys: libraries, entries")
        for key in content
        if key not in ("libraries", "entries")
    ]
    libraries: dict[str, Library] = {}
    for name, values in _table_of(content, "libraries", lines, errors).items():
        read = _reading(Library, values, lines.library(name), errors)
        libraries.update({name: read} if read else {})
    entries = read_entries(content.get("entries", []), lines.entry, errors)
    for number, entry in enumerate(entries):
        if entry.library is not None and entry.library not in libraries:
            place = lines.entry(number)("library")
            errors.append(RuleError(f"`library`: there is no `[libraries.{entry.library}]`", at=place))
    if errors:
        raise errors[0] if len(errors) == 1 else ManyErrors(errors)
    return Table(libraries, entries)


def _table_of(
    content: Mapping[str, Any], key: str, lines: _Lines, errors: list[GardenerError]
) -> Mapping[str, Mapping[str, Any]]:
    found = content.get(key, {})
    if isinstance(found, dict) and all(isinstance(item, dict) for item in found.values()):
        return found
    errors.append(RuleError(f"`{key}` must be a table of tables", at=lines.key(key)))
    return {}


def read_entries(
    values: object, at: Callable[[int], Callable[[str], str]], errors: list[GardenerError]
) -> tuple[Entry, ...]:
    """Entries from plain values; what is wrong goes into `errors`, placed by `at(number)(key)`."""
    if not isinstance(values, list | tuple):
        errors.append(RuleError("must be a list of tables", at=at(0)("")))
        return ()
    found = []
    for number, item in enumerate(values):
        if not isinstance(item, dict):
            errors.append(RuleError(f"entry {number + 1} must be a table", at=at(number)("")))
            continue
        read = _reading(Entry, item, at(number), errors)
        found += [read] if read else []
    return tuple(found)


def _reading(kind: type[Any], values: Mapping[str, Any], at: Callable[[str], str], errors: list[GardenerError]) -> Any:
    from gardener.checking.families._parameters import read_parameters

    # An empty list means that there is no such parameter; everywhere else a list says something.
    unnamed = values.get("timeout") == [] and kind is Entry
    given = {key.replace("-", "_"): value for key, value in values.items() if not (unnamed and key == "timeout")}
    try:
        made = read_parameters(kind, given, at=lambda key: at(key.replace("_", "-")))
    except ManyErrors as many:
        errors.extend(many.errors)
    except RuleError as error:
        errors.append(error)
    else:
        return _unnamed(made) if unnamed else made
    return None


def _unnamed(entry: Entry) -> Entry:
    from dataclasses import replace

    return replace(entry, timeout=())


class _Lines:
    """Where the keys of a table stand in its text."""

    def __init__(self, text: str, path: str) -> None:
        from gardener.repo.toml_lines import key_lines

        self._path = path
        self._keys = key_lines(text)
        self._text = text.split("\n")
        self._headers = [number for number, line in enumerate(self._text, 1) if line.strip() == "[[entries]]"]

    def key(self, *keys: str) -> str:
        """The place of a key, or of the nearest table around it."""
        found = next((self._keys[keys[:n]] for n in range(len(keys), 0, -1) if keys[:n] in self._keys), 1)
        return f"{self._path}:{found}"

    def library(self, name: str) -> Callable[[str], str]:
        """Places of the keys of a library."""
        return lambda key: self.key("libraries", name, key)

    def entry(self, number: int) -> Callable[[str], str]:
        """Places of the keys of an entry."""
        start = self._headers[number] if number < len(self._headers) else 1
        end = self._headers[number + 1] if number + 1 < len(self._headers) else len(self._text)
        spelled: Callable[[str], re.Pattern[str]] = lambda key: re.compile(rf"\s*{re.escape(key)}\s*=")  # noqa: E731

        def place(key: str) -> str:
            inside = (n for n in range(start, end) if key and spelled(key).match(self._text[n]))
            return f"{self._path}:{next(inside, start - 1) + 1}"

        return place


def _is_dotted(name: str) -> bool:
    return all(part.isidentifier() for part in name.split("."))


def holding(entries: Sequence[Entry], version: str | None, newest: str | None) -> tuple[Entry | None, bool]:
    """The entry that holds for a release, and whether it had to be assumed.

    Without a release, the strictest; it is no assumption where that one holds for the `newest` release too.
    """
    dated = [entry for entry in entries if entry.since or entry.until]
    if not dated:
        return entries[0], False
    numbers = _numbers(version)
    if numbers is None:
        strictest = min(entries, key=lambda entry: ("unbounded", "strict", "bounded").index(entry.absent))
        return strictest, not _holds(strictest, _numbers(newest) or ())
    return next((entry for entry in entries if _holds(entry, numbers)), None), False


def _holds(entry: Entry, version: tuple[int, ...]) -> bool:
    since, until = _numbers(entry.since), _numbers(entry.until)
    return (since is None or version >= since) and (until is None or version < until)


def _numbers(version: str | None) -> tuple[int, ...] | None:
    found = re.match(r"v?(?:\d+!)?(\d+(?:\.\d+)*)", version or "")
    if found is None:
        return None
    numbers = [int(part) for part in found[1].split(".")]
    while numbers and not numbers[-1]:
        numbers.pop()
    return tuple(numbers)
