"""`from gardener import rule`: marks a generator as a rule. Registers nothing, so importing a rule has no effect."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@dataclass(frozen=True, slots=True)
class PythonRule:
    """A rule function with what its decorator declares; calling it calls the function."""

    function: Callable[..., Iterator[Any]]
    targets: tuple[Any, ...]

    def __call__(self, *arguments: Any) -> Iterator[Any]:
        """What the function yields."""
        return self.function(*arguments)


def rule(*targets: Any, **_declared: Any) -> Callable[[Callable[..., Iterator[Any]]], PythonRule]:
    """Declare a rule over syntax nodes (`cst.Call`), over documents (`Document`) or over the repository (`Repo`).

    Keywords, all literals: `belief`, `mentions` (a word or several, one of which must occur in the file), `names`
    (dotted names to one of which a call or name must resolve), `severity`, `state`, `paths`, `exclude`, `python`,
    `default`, and `options` (names with default values). They are read from the source, without importing it.
    """

    def mark(function: Callable[..., Iterator[Any]]) -> PythonRule:
        return PythonRule(function, targets)

    return mark
