"""Calls that wait for a peer must say how long; what each library does otherwise stands in a table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from gardener.checking.compile import Compiled
from gardener.checking.families._matching import Wording
from gardener.checking.families._parameters import Source
from gardener.core.errors import GardenerError, ManyErrors
from gardener.core.rule import Plan

if TYPE_CHECKING:
    from collections.abc import Callable

    from gardener.checking.timeouts.table import Entry, Table

_SECONDS = Source("10")


@dataclass(frozen=True, slots=True)
class PARAMETERS:
    """`table`: a table of the shipped pack. `libraries`: more entries of the same shape, which win over the table's.

    `wrappers`: functions that must be given `timeout`. `safe_wrappers`: functions, classes and context managers that
    bound the calls they make, hold or surround. `value`: Python source for the fix. `max`: the longest timeout in
    seconds. `splat`: what to say of a call whose `*` or `**` may hold the timeout. `strict`: also ask for a timeout
    where the default is only long, or bounds only some phases. `socket_default`: the program calls
    `socket.setdefaulttimeout` when it starts. `pinned`: distributions whose release in use the entries ask about.
    """

    table: str | None = None
    libraries: tuple[Any, ...] = ()
    wrappers: tuple[str, ...] = ()
    safe_wrappers: tuple[str, ...] = ()
    value: Source = _SECONDS
    max: int | None = None
    splat: Literal["ignore", "maybe", "likely"] = "maybe"
    strict: bool = False
    socket_default: bool = False
    pinned: tuple[str, ...] = ()

    def problems(self) -> list[tuple[str, str]]:
        """What does not fit together."""
        errors: list[GardenerError] = []
        _own_entries(self.libraries, errors)
        found = [("libraries", _in_words(error)) for error in errors]
        names = (("wrappers", self.wrappers), ("safe_wrappers", self.safe_wrappers))
        wrong = [(key, name) for key, given in names for name in given if not _is_dotted(name)]
        found += [(key, f"must hold dotted names, not `{name}`") for key, name in wrong]
        if self.max is not None and self.max <= 0:
            found.append(("max", "must be above 0"))
        if not (self.table or self.libraries or self.wrappers):
            found.append(("table", "is missing, and so are `libraries` and `wrappers`"))
        return found


def compile_family(parameters: PARAMETERS, *, message: str | None) -> Compiled:
    """Flags calls that can wait for ever. Message placeholders: `$CALL`, and `$REASON` for what is said of the call.

    Raises RuleError or ManyErrors when the table or an entry is wrong.
    """
    import libcst as cst

    from gardener.checking.hit import Matcher
    from gardener.checking.timeouts.case import Terms
    from gardener.checking.timeouts.excuses import EXCUSES
    from gardener.checking.timeouts.judge import Judge
    from gardener.checking.timeouts.matching import Listing

    table = table_for(parameters)
    terms = Terms(
        parameters.splat,
        parameters.strict,
        parameters.max,
        parameters.socket_default,
        frozenset(parameters.safe_wrappers),
    )
    wording = Wording(message, "$REASON", ("CALL", "REASON"))
    judge = Judge(Listing(table.by_name(), table.libraries, terms), parameters.value, EXCUSES, wording)
    return Compiled(Matcher((cst.Call, cst.Assign), judge.run), plan_for(table), has_fix=True)


def table_for(parameters: PARAMETERS) -> Table:
    """The table with what the parameters add. Raises RuleError or ManyErrors."""
    from gardener.checking.timeouts.table import Entry, Table, shipped_table

    errors: list[GardenerError] = []
    more = list(_own_entries(parameters.libraries, errors))
    if errors:
        raise errors[0] if len(errors) == 1 else ManyErrors(errors)
    more += [Entry((name,), default="no timeout of its own") for name in parameters.wrappers]
    start = shipped_table(parameters.table) if parameters.table else Table({}, ())
    return start.extended(more)


def plan_for(table: Table) -> Plan:
    """A file concerns the rule when it names, and imports from, what some entry is about."""
    names = tuple(dict.fromkeys(name for entry in table.entries for name in entry.qualified))
    words = dict.fromkeys(tuple(dict.fromkeys(name.split("."))) for name in names)
    return Plan(tuple(words), ("Call", "Attribute", "Name"), names, "toplevel")


def _own_entries(values: tuple[Any, ...], errors: list[GardenerError]) -> tuple[Entry, ...]:
    from gardener.checking.timeouts.table import read_entries

    at: Callable[[int], Callable[[str], str]] = lambda number: lambda _: f"entry {number + 1}"  # noqa: E731
    return read_entries(list(values), at, errors)


def _in_words(error: GardenerError) -> str:
    return f"of {error.at} are wrong: {error.message}"


def _is_dotted(name: str) -> bool:
    return all(part.isidentifier() for part in name.split("."))
