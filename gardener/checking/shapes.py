"""The few shapes of an expression from which names are resolved.

`a or b` and `b if c else d` are `Either`, `a | b` is `Union`; what has no name or literal in it is `Other`.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

# Only of these calls do the arguments say what comes back.
_TELLING = frozenset(
    {
        "__import__", "aclosing", "cast", "closing", "enter_async_context", "enter_context",
        "getattr", "import_module", "importorskip",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Name:
    """A bare name."""

    id: str


@dataclass(frozen=True, slots=True)
class Attribute:
    """`base.name`."""

    base: Expression
    name: str


@dataclass(frozen=True, slots=True)
class Call:
    """`func(…)`; `args` are the positional arguments of the calls whose arguments matter, else empty."""

    func: Expression
    args: tuple[Expression, ...] = ()


@dataclass(frozen=True, slots=True)
class Subscript:
    """`base[index]`; several indices are a `Tuple`."""

    base: Expression
    index: Expression


@dataclass(frozen=True, slots=True)
class Constant:
    """A literal, also a tuple or dict of literals. Equal by type and spelling: `1`, `1.0` and `True` differ."""

    value: Any = field(compare=False)
    text: str = field(init=False, repr=False)

    def __post_init__(self) -> None:
        try:
            text = repr(self.value)
        except ValueError:  # an integer beyond the digit limit for decimal text
            text = f"{type(self.value).__name__} {hash(self.value)}"
        object.__setattr__(self, "text", text)


@dataclass(frozen=True, slots=True)
class Tuple:
    """A tuple of which some element is not a literal."""

    items: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Await:
    """`await value`."""

    value: Expression


@dataclass(frozen=True, slots=True)
class Either:
    """One of several values: the operands of `or`, or the arms of a conditional expression."""

    options: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Union:
    """`a | b | …`, which matters in annotations."""

    options: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Other:
    """Anything else."""


Expression = Name | Attribute | Call | Subscript | Constant | Tuple | Await | Either | Union | Other
OTHER = Other()


def identifier(text: str) -> str:
    """A name as Python compares it; only `ast` gives names in that form."""
    return text if text.isascii() else unicodedata.normalize("NFKC", text)


def call_of(func: Expression, arguments: Callable[[], Iterator[Expression]]) -> Expression:
    """A call; the arguments are read only when they matter."""
    name = func.name if type(func) is Attribute else func.id if type(func) is Name else ""
    return Call(func, tuple(arguments()) if name in _TELLING else ())


def tuple_of(items: Sequence[Expression]) -> Expression:
    """A tuple, constant when all its items are."""
    values = [item.value for item in items if type(item) is Constant]
    return Constant(tuple(values)) if len(values) == len(items) else Tuple(tuple(items))


def dict_of(pairs: Sequence[tuple[Expression, Expression]]) -> Expression:
    """A dict of literals; `Other` when anything in it is none."""
    try:
        found = {k.value: v.value for k, v in pairs if type(k) is Constant and type(v) is Constant}
    except TypeError:  # an unhashable key
        return OTHER
    constant = all(type(side) is Constant for pair in pairs for side in pair)
    return Constant(found) if constant else OTHER


def signed(operand: Expression, *, negative: bool) -> Expression:
    """A number with a sign before it."""
    if type(operand) is not Constant or type(operand.value) not in {int, float, complex}:
        return OTHER
    return Constant(-operand.value if negative else operand.value)


def operands(node: Any, split: Callable[[Any], Sequence[Any] | None]) -> list[Any]:
    """The operands of nested operations of one kind, left to right."""
    found, stack = [], [node]
    while stack:
        parts = split(top := stack.pop())
        if parts is None:
            found.append(top)
        else:
            stack.extend(reversed(parts))
    return found
