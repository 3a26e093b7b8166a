"""What families share: sets of dotted names, messages with placeholders, values as rule pages write them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from gardener.core.errors import RuleError
from gardener.core.finding import CERTAINTIES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import libcst as cst

    from gardener.checking.hit import Resolution
    from gardener.checking.source import SourceFile

_PLACEHOLDER = re.compile(r"\$([A-Z]+)")
REGEX_SECONDS = 1.0


class Names:
    """Dotted names, and `a.b.*` for everything below `a.b`."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = tuple(names)
        self.exact = frozenset(name for name in self.names if not name.endswith(".*"))
        self.prefixes = tuple(name[:-1] for name in self.names if name.endswith(".*"))

    def __contains__(self, name: str) -> bool:
        return name in self.exact or name.startswith(self.prefixes)

    def match(self, found: Sequence[Resolution]) -> Resolution | None:
        """The surest of the resolutions whose name is in this set."""
        hits = [item for item in found if item.name in self]
        return min(hits, key=lambda item: CERTAINTIES.index(item.certainty)) if hits else None

    @property
    def words(self) -> tuple[tuple[str, ...], ...]:
        """For a plan: each name needs all its parts to occur in the text."""
        return tuple(dict.fromkeys(tuple(dict.fromkeys(parts_of(name))) for name in self.names))

    @property
    def planned(self) -> tuple[str, ...]:
        """For a plan: the names, unless some are open-ended."""
        return () if self.prefixes else tuple(dict.fromkeys(self.names))


def parts_of(name: str) -> list[str]:
    """The identifiers of a dotted name."""
    return [part for part in name.split(".") if part != "*"]


class Wording:
    """A message with `$PLACEHOLDER`s. Raises RuleError for one that the family does not fill."""

    def __init__(self, message: str | None, default: str, known: Sequence[str]) -> None:
        self.text = message or default
        unknown = [name for name in _PLACEHOLDER.findall(self.text) if name not in known]
        if unknown:
            listed = ", ".join(f"${name}" for name in known)
            raise RuleError(f"`message` uses `${unknown[0]}`, which is never filled", hint=f"known here: {listed}")

    def say(self, **values: object) -> str:
        """The message with its placeholders filled."""
        return _PLACEHOLDER.sub(lambda found: str(values[found[1]]), self.text)


def same_value(left: object, right: object) -> bool:
    """Equal, and not merely as `True == 1` is. In rule pages the string "None" stands for None."""
    left = None if left == "None" else left
    return isinstance(left, bool) == isinstance(right, bool) and left == right


def spelled(node: cst.CSTNode) -> str | None:
    """The dotted text of a name or attribute chain, as written."""
    import libcst as cst

    parts: list[str] = []
    while isinstance(node, cst.Attribute):
        parts.append(node.attr.value)
        node = node.value
    return ".".join([node.value, *reversed(parts)]) if isinstance(node, cst.Name) else None


def stands_for(node: cst.CSTNode, file: SourceFile, names: Names) -> bool:
    """Does a base class or decorator (called or not) mean one of `names`, also when it is defined in this file?"""
    import libcst as cst

    from gardener.checking.families._modules import module_of

    target = node.func if isinstance(node, cst.Call) else node
    target = target.value if isinstance(target, cst.Subscript) else target
    if names.match(file.resolve(target)):
        return True
    text = spelled(target)
    return text is not None and (text in names or f"{module_of(file.path)}.{text}" in names)


def regex_of(pattern: str) -> Any:
    """A compiled user regex; give its calls `timeout=REGEX_SECONDS`."""
    import regex

    return regex.compile(pattern)


def fullmatch(pattern: Any, text: str) -> bool:
    """Does `pattern` describe the whole of `text`? Raises RuleError when that takes too long."""
    try:
        return pattern.fullmatch(text, timeout=REGEX_SECONDS) is not None
    except TimeoutError:
        raise RuleError(f"regular expression `{pattern.pattern}` takes too long") from None
