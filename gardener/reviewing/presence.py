"""Whether what a judge says is missing is there after all, as the syntax tree of the unit has it.

Nothing is guessed: whatever could be meant in another way is `unknown`, and a finding lives on.
"""

from __future__ import annotations

import ast
import builtins
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from gardener.checking.parsing import parse_ast
from gardener.reviewing.claims import claims_in, named_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from gardener.core.review import Unit
    from gardener.reviewing.claims import Claim

    Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef

Presence = Literal["present", "absent", "unknown"]

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_TRIES = (ast.Try, ast.TryStar)
_WITHS = (ast.With, ast.AsyncWith)
# A call that is there may still be missing where the message means.
_SOMEWHERE = re.compile(
    r"\b(?:before|after|first|until|paths?|branch(?:es)?|every|each|all|always|when|if|errors?|exceptions?|fail\w*|case"
    r"|again|also|inside|outside|within)\b"
)


def presence_of(
    message: str, unit: Unit, lines: tuple[int, int], exists: Callable[[str], bool] | None = None
) -> Presence:
    """Whether what `message` says is missing is `present`, really `absent`, or neither can be told for sure.

    `lines` are the indexes of the first and last line of the unit's text that the judge quoted; `exists` tells whether
    a path is in the tree. Of several claims in one message all must be present for it to be false.
    """
    claims = claims_in(message)
    tree = parse_ast(unit.text) if claims else None
    if tree is None:
        return "unknown"
    quoted = _Quoted(tree, unit, lines[0] + 1, lines[1] + 1, message, exists)
    found = {quoted.presence_of(claim) for claim in claims}
    if len(found) == 1:
        return found.pop()
    return "unknown" if "present" in found else "absent" if "absent" in found else "unknown"


@dataclass(frozen=True, slots=True)
class _Quoted:
    """The lines of a unit that were quoted, 1-based."""

    tree: ast.Module
    unit: Unit
    first: int
    last: int
    message: str
    exists: Callable[[str], bool] | None

    def presence_of(self, claim: Claim) -> Presence:
        checks: dict[str, Callable[[str], Presence]] = {
            "argument": self._argument,
            "parameter": self._parameter,
            "decorator": self._decorator,
            "call": self._call,
            "clause": self._clause,
            "docstring": self._docstring,
            "returns": self._returns,
            "annotation": self._annotation,
            "file": self._file,
            "name": self._name,
        }
        if claim.value:
            return self._argument(claim.name, claim.value)
        check = checks.get(claim.kind)
        return check(claim.name) if check else "unknown"

    def _argument(self, name: str, value: str = "") -> Presence:
        calls = [node for node in self._beginning(ast.Call) if isinstance(node, ast.Call)]
        about = named_in(self.message)
        meant = [call for call in calls if any(_is_called(call, item) for item in about)]
        if meant:
            return _all_or_none([_takes(call, name, value) for call in meant])
        given = [call for call in calls if _takes(call, name, value) == "present"]
        if not given:
            return _all_or_none([_takes(call, name, value) for call in calls])
        others = [call for call in calls if call is not given[0]]
        return "present" if all(_is_beside_the_point(call) for call in others) else "unknown"

    def _parameter(self, name: str) -> Presence:
        definition = self._definition()
        if not isinstance(definition, _FUNCTIONS) or not self._shows_header(definition):
            return self._argument(name)
        return "present" if name in {item.arg for item in _parameters(definition)} else "unknown"

    def _decorator(self, name: str) -> Presence:
        definition = self._definition()
        if definition is None:
            return "unknown"
        found = any(_is_named(_called(item), name) for item in definition.decorator_list)
        return "present" if found else "absent"

    def _call(self, name: str) -> Presence:
        calls = [node for node in ast.walk(self.tree) if isinstance(node, ast.Call)]
        found = any(_is_called(call, name) for call in calls)
        if not found:
            return "unknown" if self._is_mentioned(name.rpartition(".")[2]) else "absent"
        somewhere = self.unit.kind != "function" or _SOMEWHERE.search(self.message)
        return "unknown" if somewhere or named_in(self.message) else "present"

    def _name(self, name: str) -> Presence:
        """A bare name: an argument or decorator that is there; absent when the unit does not hold the word at all."""
        if not self._is_mentioned(name):
            return "absent"
        definition = self._definition()
        decorated = definition is not None and any(_is_named(_called(one), name) for one in definition.decorator_list)
        return "present" if decorated or self._argument(name) == "present" else "unknown"

    def _docstring(self, _: str) -> Presence:
        if self.unit.kind == "module" and self.first == 1 and not self._headers():
            return "present" if ast.get_docstring(self.tree, clean=False) else "absent"
        definition = self._definition()
        if definition is None or self._is_elided(definition):
            return "unknown"
        return "present" if ast.get_docstring(definition, clean=False) else "absent"

    def _returns(self, _: str) -> Presence:
        definition = self._definition()
        if not isinstance(definition, _FUNCTIONS):
            return "unknown"
        return "present" if definition.returns is not None else "absent"

    def _annotation(self, name: str) -> Presence:
        definition = self._definition()
        if not isinstance(definition, _FUNCTIONS):
            return "unknown"
        found = [item for item in _parameters(definition) if item.arg == name]
        return "unknown" if not found else "present" if found[0].annotation is not None else "absent"

    def _file(self, path: str) -> Presence:
        if self.exists is None:
            return "unknown"
        return "present" if self.exists(path) else "absent"

    def _clause(self, word: str) -> Presence:
        checks: dict[str, Callable[[], Presence]] = {
            "from": self._cause,
            "await": self._awaited,
            "with": self._entered,
            "async": self._asynchronous,
        }
        if word in checks:
            return checks[word]()
        tries = [node for node in ast.walk(self.tree) if isinstance(node, _TRIES) and self._overlaps(node)]
        if word == "try":
            return "unknown" if tries else "absent"
        parts = [node.finalbody if word == "finally" else node.handlers for node in tries]
        return _all_or_none(["present" if part else "absent" for part in parts]) if tries else "absent"

    def _cause(self) -> Presence:
        raised = [node for node in self._beginning(ast.Raise) if isinstance(node, ast.Raise) and node.exc is not None]
        return _all_or_none(["present" if node.cause is not None else "absent" for node in raised])

    def _awaited(self) -> Presence:
        calls = self._beginning(ast.Call)
        awaits = [node for node in ast.walk(self.tree) if isinstance(node, ast.Await)]
        awaited = {id(node.value) for node in awaits}
        inside = {id(inner) for node in awaits for inner in ast.walk(node)}
        if any(id(call) in awaited for call in calls):
            return "present" if all(id(call) in inside for call in calls) else "unknown"
        return "absent" if calls and not inside & {id(call) for call in calls} else "unknown"

    def _entered(self) -> Presence:
        withs = [node for node in ast.walk(self.tree) if isinstance(node, _WITHS)]
        inside = {id(inner) for node in withs for item in node.items for inner in ast.walk(item.context_expr)}
        calls = self._beginning(ast.Call)
        if calls and all(id(call) in inside for call in calls):
            return "present"
        return "unknown" if any(self._overlaps(node) for node in withs) else "absent"

    def _asynchronous(self) -> Presence:
        definition = self._definition()
        if not isinstance(definition, _FUNCTIONS):
            return "unknown"
        return "present" if isinstance(definition, ast.AsyncFunctionDef) else "absent"

    def _definition(self) -> Definition | None:
        """The definition the quote is about: the one whose header it shows, else the unit's own function."""
        headers = self._headers()
        if headers or self.unit.kind != "function":
            return headers[0] if len(headers) == 1 else None
        own, *inner = self._definitions()
        return None if any(self._overlaps(node) for node in inner) else own

    def _definitions(self) -> list[Definition]:
        kinds = (*_FUNCTIONS, ast.ClassDef)
        return [node for node in ast.walk(self.tree) if isinstance(node, kinds)]

    def _headers(self) -> list[Definition]:
        return [node for node in self._definitions() if self._shows_header(node)]

    def _shows_header(self, node: Definition) -> bool:
        start = min([node.lineno, *(item.lineno for item in node.decorator_list)])
        end = max(node.lineno, node.body[0].lineno - 1)
        return start <= self.last and self.first <= end

    def _is_elided(self, node: Definition) -> bool:
        return not self.unit.lines[node.body[0].lineno - 1]

    def _is_mentioned(self, name: str) -> bool:
        return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", self.unit.text) is not None

    def _beginning(self, kind: type[ast.expr | ast.stmt]) -> list[ast.expr | ast.stmt]:
        """The nodes of a kind that begin on a quoted line."""
        return [
            node for node in ast.walk(self.tree) if isinstance(node, kind) and self.first <= node.lineno <= self.last
        ]

    def _overlaps(self, node: ast.stmt) -> bool:
        return node.lineno <= self.last and self.first <= (node.end_lineno or node.lineno)


def _all_or_none(found: Sequence[Presence]) -> Presence:
    return found[0] if len(set(found)) == 1 else "unknown"


def _takes(call: ast.Call, name: str, value: str) -> Presence:
    """Whether a call is given a keyword argument (of this value); a given None or False may be meant by missing."""
    given = {item.arg: item.value for item in call.keywords}
    if name not in given:
        return "unknown" if None in given else "absent"
    found = given[name]
    if value:
        return "present" if ast.unparse(found) == value.replace('"', "'") else "unknown"
    return "unknown" if isinstance(found, ast.Constant) and not found.value else "present"


def _is_beside_the_point(call: ast.Call) -> bool:
    """True for calls nobody can mean: of builtins, and without arguments on the result of another call."""
    if isinstance(call.func, ast.Name):
        return hasattr(builtins, call.func.id)
    return isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Call) and not call.args


def _called(node: ast.expr) -> ast.expr:
    return node.func if isinstance(node, ast.Call) else node


def _is_called(call: ast.Call, name: str) -> bool:
    return _is_named(call.func, name)


def _is_named(node: ast.expr, name: str) -> bool:
    """True when a dotted name, whole or its last parts, is `name`."""
    own = ".".join(reversed(list(_parts(node))))
    return own == name or own.endswith(f".{name}")


def _parts(node: ast.expr) -> Iterator[str]:
    while isinstance(node, ast.Attribute):
        yield node.attr
        node = node.value
    yield node.id if isinstance(node, ast.Name) else ""


def _parameters(node: ast.FunctionDef | ast.AsyncFunctionDef) -> list[ast.arg]:
    args = node.args
    found = [*args.posonlyargs, *args.args, *args.kwonlyargs, args.vararg, args.kwarg]
    return [item for item in found if item is not None]
