"""From the keys of a pattern rule to a matcher."""

from __future__ import annotations

from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from gardener.checking.canonical import statements
from gardener.checking.compile import Compiled
from gardener.checking.hit import Hit, Matcher
from gardener.checking.patterns import (
    calls,
    definitions,
    import_statements,
    literals,
    names,
)
from gardener.checking.patterns import statements as statement_handlers
from gardener.checking.patterns.body import Body, read_body
from gardener.checking.patterns.compiler import Compiler
from gardener.checking.patterns.conditions import (
    Condition,
    Subject,
    contains,
    inside,
    meets_all,
    none_matches,
    outside,
    where,
)
from gardener.checking.patterns.constraints import compile_check
from gardener.checking.patterns.plan import plan_of
from gardener.checking.patterns.rewriting import fix_for
from gardener.checking.patterns.roots import Root, compile_root, is_rooted
from gardener.checking.patterns.sources import shortened, source_of
from gardener.checking.patterns.state import Budget, State, Then
from gardener.checking.patterns.templates import Template, parse_template
from gardener.checking.patterns.text import variables_in
from gardener.core.errors import RuleError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import libcst as cst

    from gardener.checking.source import SourceFile

HANDLERS = {
    **names.HANDLERS,
    **literals.HANDLERS,
    **calls.HANDLERS,
    **definitions.HANDLERS,
    **statement_handlers.HANDLERS,
    **import_statements.HANDLERS,
}
NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _Rule:
    """A compiled body, ready to be asked of nodes."""

    body: Body
    place: str
    roots: tuple[Root, ...]
    condition: Condition
    message: str
    template: Template | None = None
    without: frozenset[str] = field(default=NOTHING)

    def run(self, node: cst.CSTNode, file: SourceFile) -> Iterator[Hit]:
        for root in self.roots:
            if root.form == "sequence":
                yield from self._sequences(root, node, file)
            elif is_rooted(node, root, file) and root.match is not None:
                subject = Subject(node, node)
                found = root.match(node, self._state(file), self._checked(subject))
                if found is not None:
                    yield self._hit(subject, found, file)
                    return

    def _sequences(self, root: Root, node: cst.CSTNode, file: SourceFile) -> Iterator[Hit]:
        if type(node).__name__ not in root.kinds or root.match_statements is None:
            return
        if node is file.root and file.is_slice:
            return
        block = tuple(statements(node))
        for start in range(len(block)):
            ended: list[Subject] = []

            def finish(end: int, state: State, start: int = start, ended: list[Subject] = ended) -> State | None:
                subject = Subject(block[start], block[end - 1], block, start)
                found = self.condition(subject, state, lambda final: final)
                if found is not None:
                    ended.append(subject)
                return found

            found = root.match_statements(block, start, self._state(file), finish)
            if found is not None:
                yield self._hit(ended[-1], found, file)

    def _state(self, file: SourceFile) -> State:
        return State(file, Budget(self.place))

    def _checked(self, subject: Subject) -> Then:
        return lambda state: self.condition(subject, state, lambda final: final)

    def _hit(self, subject: Subject, state: State, file: SourceFile) -> Hit:
        message = _filled(self.message, state)
        fix = None
        if self.template is not None:
            keeps = "partial" in self.without
            fix = fix_for(self.template, self.body.safety, subject, state, keeps_partial=keeps)
        last = None if subject.last is subject.node else subject.last
        return file.flag(subject.node, message, fix=fix, certainty=state.certainty, last=last)


def compile_pattern(body: Mapping[str, Any], *, place: str, without: frozenset[str] = NOTHING) -> Compiled:
    """Compile the keys of a pattern rule. Raises RuleError, with `place`, for whatever cannot be used.

    `without` switches features of the language off (see FEATURES), so that tests can show they are needed.
    """
    read = read_body(body, place=place)
    key = "pattern" if "pattern" in body else "any"
    roots = [_root(text, read, key, place, without) for text in read.patterns]
    around = {
        name: [_root(text, read, name, place, without) for text in texts]
        for name, texts in (("inside", read.inside), ("contains", read.contains))
    }
    bound = _always_bound(roots) | {name for found in around.values() for name in _always_bound(found)}
    excluded = [_root(text, read, "not", place, without) for text in read.excluded]
    _check_excluded(excluded, roots, place)
    surrounding = [_root(text, read, "outside", place, without) for text in read.outside]
    condition = meets_all(
        [*_conditions(read, around, bound, place, without), *_negative(excluded, surrounding, without)]
    )
    message = read.message or f"matches `{_first_line(read.patterns[0])}`"
    _check_variables(read.message or "", "message", bound, place)
    template = _template(read, [*roots, *around["inside"], *around["contains"]], bound, place, without)
    rule = _Rule(read, place, tuple(roots), condition, message, template, without)
    plan = plan_of(read, roots, around["inside"], around["contains"])
    return Compiled(Matcher(_node_types(roots), rule.run), plan, template is not None)


def _template(
    body: Body, roots: Sequence[Root], bound: frozenset[str], place: str, without: frozenset[str]
) -> Template | None:
    if body.fix is None:
        return None
    _check_variables(body.fix, "fix", bound, place)
    nodes = [node for root in roots for node in root.nodes]
    if any(getattr(node, "decorators", ()) for node in nodes):
        raise RuleError("a `fix` cannot rewrite decorators", at=place, hint="match the definition without them")
    compiler = Compiler(HANDLERS, body.syntactic, without)
    return parse_template(body.fix, compiler, nodes, body.imports, place=place)


def _root(text: str, body: Body, key: str, place: str, without: frozenset[str]) -> Root:
    syntactic = body.syntactic and "syntactic" not in without
    return compile_root(text, Compiler(HANDLERS, syntactic, without), key=key, place=place)


def _always_bound(roots: Sequence[Root]) -> frozenset[str]:
    """Metavariables that every alternative binds."""
    return frozenset.intersection(*(root.bound for root in roots)) if roots else NOTHING


def _conditions(
    body: Body, around: Mapping[str, Sequence[Root]], bound: frozenset[str], place: str, without: frozenset[str]
) -> Iterator[Condition]:
    makers = {"inside": inside, "contains": contains}
    late = []
    for name, entry in body.where.items():
        if name not in bound:
            raise RuleError(f"`where.{name}`: {_unbound(name, bound)}", at=place)
        for key, value in entry.items():
            check = compile_check(key, value, place=place)
            if f"where-{key}" not in without:
                late.append(where(name, check))
    for key, roots in around.items():
        if roots and key not in without:
            yield makers[key](roots)
    yield from late


def _negative(excluded: Sequence[Root], surrounding: Sequence[Root], without: frozenset[str]) -> Iterator[Condition]:
    if excluded and "not" not in without:
        yield none_matches(excluded)
    if surrounding and "outside" not in without:
        yield outside(surrounding)


def _check_excluded(excluded: Sequence[Root], roots: Sequence[Root], place: str) -> None:
    for root in excluded:
        same_form = [main for main in roots if main.form == "sequence" or root.form != "sequence"]
        if not any(main.form == "sequence" or main.kinds & root.kinds for main in same_form):
            raise RuleError(
                f"`not` can never match the code that the pattern matches: `{_first_line(root.text)}`",
                at=place,
                hint="`outside` excludes by what stands around a match",
            )


def _check_variables(text: str, key: str, bound: frozenset[str], place: str) -> None:
    for name in variables_in(text):
        if name not in bound:
            raise RuleError(f"`{key}` uses `${name}`: {_unbound(name, bound)}", at=place)


def _unbound(name: str, bound: frozenset[str]) -> str:
    near = get_close_matches(name, sorted(bound), n=1)
    hint = f"; did you mean `${near[0]}`?" if near else ""
    return f"no metavariable `${name}` is bound by every match{hint}"


def _filled(message: str, state: State) -> str:
    from gardener.checking.patterns.text import METAVARIABLE

    def source(name: str) -> str:
        return shortened(source_of(state.bindings[name], state.file))

    return METAVARIABLE.sub(lambda match: source(match[1]) if match[1] in state.bindings else match[0], message)


def _node_types(roots: Sequence[Root]) -> tuple[type[cst.CSTNode], ...]:
    import libcst as cst

    kinds = sorted({kind for root in roots for kind in root.kinds})
    return tuple(getattr(cst, kind) for kind in kinds)


def _first_line(text: str) -> str:
    return text.strip().partition("\n")[0]
