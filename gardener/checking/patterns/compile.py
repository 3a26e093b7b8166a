"""From the keys of a pattern rule to a matcher and a plan."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from gardener.checking.compile import Compiled
from gardener.checking.hit import Matcher
from gardener.checking.patterns import calls, conditions, definitions, import_statements, literals, names, statements
from gardener.checking.patterns.body import Body, read_body
from gardener.checking.patterns.compiler import Compiler
from gardener.checking.patterns.constraints import compile_check
from gardener.checking.patterns.features import FEATURES
from gardener.checking.patterns.matching import PatternMatcher
from gardener.checking.patterns.plan import plan_of
from gardener.checking.patterns.roots import Root, compile_root
from gardener.checking.patterns.templates import Template, parse_template
from gardener.checking.patterns.text import variables_in
from gardener.core.errors import RuleError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import libcst as cst

    from gardener.checking.patterns.conditions import Condition
    from gardener.checking.patterns.constraints import Check

HANDLERS = {
    **names.HANDLERS,
    **literals.HANDLERS,
    **calls.HANDLERS,
    **definitions.HANDLERS,
    **statements.HANDLERS,
    **import_statements.HANDLERS,
}
NOTHING: frozenset[str] = frozenset()


def compile_pattern(body: Mapping[str, Any], *, place: str, without: frozenset[str] = NOTHING) -> Compiled:
    """Compile the keys of a pattern rule. Raises RuleError, with `place`, for whatever cannot be used.

    `without` switches features of the language off (see FEATURES), so that tests can show they are needed.
    """
    unknown = without - set(FEATURES)
    if unknown:
        raise KeyError(*sorted(unknown))
    return _BodyCompiler(read_body(body, place=place), place, without).compile()


@dataclass(frozen=True, slots=True)
class _BodyCompiler:
    body: Body
    place: str
    without: frozenset[str]

    def compile(self) -> Compiled:
        body = self.body
        roots = self._roots("any" if len(body.patterns) > 1 else "pattern", body.patterns)
        if "any" in self.without:
            roots = roots[:1]
        inside, contained = self._roots("inside", body.inside), self._roots("contains", body.contains)
        bound = _always_bound(roots) | _always_bound(inside) | _always_bound(contained)
        sequences = frozenset().union(*(root.sequences for root in [*roots, *inside, *contained]))
        found = [
            *self._constraints(bound, sequences, within=_always_bound(roots), early=True),
            *self._around("inside", inside),
            *self._around("contains", contained),
            *self._constraints(bound, sequences, within=_always_bound(roots), early=False),
            *self._excluded(roots),
            *self._around("outside", self._roots("outside", body.outside)),
        ]
        matcher = PatternMatcher(
            self.place,
            tuple(roots),
            conditions.meets_all(found),
            self._message(bound),
            self._template([*roots, *inside, *contained], bound),
            body.safety,
            backtracks="backtracking" not in self.without,
            keeps_partial="partial" in self.without,
        )
        plan = plan_of(body, roots, inside, contained)
        return Compiled(Matcher(_node_types(roots), matcher.run), plan, matcher.template is not None)

    def _compiler(self) -> Compiler:
        return Compiler(HANDLERS, self.body.syntactic and "syntactic" not in self.without, self.without)

    def _roots(self, key: str, texts: Sequence[str]) -> list[Root]:
        return [compile_root(text, self._compiler(), key=key, place=self.place) for text in texts]

    def _around(self, key: str, roots: Sequence[Root]) -> Iterator[Condition]:
        if any(root.form == "sequence" for root in roots) and "around-sequence" in self.without:
            raise RuleError(f"`{key}` takes no sequence", at=self.place)
        makers = {"inside": conditions.inside, "contains": conditions.contains, "outside": conditions.outside}
        if roots and key not in self.without:
            yield self._shared(makers[key](roots))

    def _excluded(self, roots: Sequence[Root]) -> Iterator[Condition]:
        excluded = self._roots("not", self.body.excluded)
        for root in excluded:
            if not any(_can_be_same(root, main) for main in roots):
                raise RuleError(
                    f"`not` can never match what the pattern matches: `{_first_line(root.text)}`",
                    at=self.place,
                    hint="`outside` excludes by what stands around a match",
                )
        if excluded and "not" not in self.without:
            yield self._shared(conditions.none_matches(excluded))

    def _shared(self, condition: Condition) -> Condition:
        return conditions.isolated(condition) if "shared-variables" in self.without else condition

    def _constraints(
        self, bound: frozenset[str], sequences: frozenset[str], *, within: frozenset[str], early: bool
    ) -> Iterator[Condition]:
        """The `where` conditions: early those on what the pattern itself binds, then those on all else."""
        for name, entry in self.body.where.items():
            if name not in bound:
                raise RuleError(f"`where.{name}`: {_unbound(name, bound)}", at=self.place)
            for key, value in entry.items() if (name in within) is early else ():
                if name in sequences and key != "regex":
                    raise RuleError(f"`where.{name}.{key}`: `$...{name}` is no single expression", at=self.place)
                check = self._check(name, key, value)
                if f"where-{key}" not in self.without:
                    yield conditions.where(name, check)

    def _check(self, name: str, key: str, value: object) -> Check:
        try:
            return compile_check(key, value, place=self.place)
        except RuleError as error:
            raise RuleError(f"`where.{name}`: {error.message}", at=self.place, hint=error.hint) from None

    def _message(self, bound: frozenset[str]) -> str:
        self._check_variables("message", self.body.message or "", bound)
        return self.body.message or f"matches `{_first_line(self.body.patterns[0])}`"

    def _template(self, roots: Sequence[Root], bound: frozenset[str]) -> Template | None:
        if self.body.fix is None:
            return None
        self._check_variables("fix", self.body.fix, bound)
        nodes = [node for root in roots for node in root.nodes]
        if any(getattr(node, "decorators", ()) for node in nodes):
            raise RuleError("a `fix` cannot rewrite decorators", at=self.place, hint="leave them out of the pattern")
        return parse_template(self.body.fix, self._compiler(), nodes, self.body.imports, place=self.place)

    def _check_variables(self, key: str, text: str, bound: frozenset[str]) -> None:
        for name in variables_in(text):
            if name not in bound:
                raise RuleError(f"`{key}` uses `${name}`: {_unbound(name, bound)}", at=self.place)


def _always_bound(roots: Sequence[Root]) -> frozenset[str]:
    """Metavariables that every alternative binds."""
    return frozenset.intersection(*(root.bound for root in roots)) if roots else NOTHING


def _can_be_same(excluded: Root, main: Root) -> bool:
    if main.form == "sequence":
        return True
    return excluded.form != "sequence" and bool(main.kinds & excluded.kinds)


def _unbound(name: str, bound: frozenset[str]) -> str:
    near = get_close_matches(name, sorted(bound), n=1)
    hint = f"; did you mean `${near[0]}`?" if near else ""
    return f"no metavariable `${name}` is bound by every match{hint}"


def _node_types(roots: Sequence[Root]) -> tuple[type[cst.CSTNode], ...]:
    import libcst as cst

    kinds = sorted({kind for root in roots for kind in root.kinds})
    return tuple(getattr(cst, kind) for kind in kinds)


def _first_line(text: str) -> str:
    return text.strip().partition("\n")[0]
