"""Functions, classes, lambdas and their parameters. What a pattern leaves out of a signature may be there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gardener.checking.patterns.calls import arguments
from gardener.checking.patterns.compiler import Compiler, Handler, is_anything, maybe_more, structure
from gardener.checking.patterns.sequences import Spread, bind_nodes, subsequence, whole

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gardener.checking.patterns.state import Match, State, Then


def _function(node: Any, compiler: Compiler) -> Match:
    return structure(
        {"FunctionDef"},
        [
            ("asynchronous", compiler.optional(node.asynchronous, "optional-async")),
            ("name", compiler.identifier(node.name)),
            ("decorators", _decorators(node.decorators, compiler)),
            ("params", compiler.match(node.params)),
            ("returns", compiler.optional(node.returns, "optional-returns")),
            ("type_parameters", compiler.optional(node.type_parameters, "optional-type-parameters")),
            ("body", compiler.match(node.body)),
        ],
    )


def _class(node: Any, compiler: Compiler) -> Match:
    return structure(
        {"ClassDef"},
        [
            ("name", compiler.identifier(node.name)),
            ("decorators", _decorators(node.decorators, compiler)),
            ("bases", _some_arguments(node.bases, compiler)),
            ("keywords", _some_arguments(node.keywords, compiler)),
            ("type_parameters", compiler.optional(node.type_parameters, "optional-type-parameters")),
            ("body", compiler.match(node.body)),
        ],
    )


def _decorators(decorators: Sequence[Any], compiler: Compiler) -> Match:
    items = compiler.items(decorators)
    if not compiler.has("optional-decorators"):
        return whole(items)
    # Decorators stay where they are when a definition is rewritten, so leaving them out loses nothing.
    return subsequence(items, keeps=True)


def _some_arguments(args: Sequence[Any], compiler: Compiler) -> Match:
    """Bases or keywords of a class: those of the pattern, in any order, among those of the code."""
    if not compiler.has("optional-bases"):
        return arguments(args, compiler)
    items = compiler.items(args)
    spreads = [item for item in items if isinstance(item, Spread)]
    wanted = [item for item in items if not isinstance(item, Spread)]

    def match(found: Sequence[Any], state: State, then: Then) -> State | None:
        return take(0, list(found), state, then)

    def take(at: int, left: list[Any], state: State, then: Then) -> State | None:
        if at == len(wanted):
            return _finish(spreads, left, state, then)
        for index, arg in enumerate(left):
            others = left[:index] + left[index + 1 :]

            def go_on(current: State, others: list[Any] = others) -> State | None:
                return take(at + 1, others, current, then)

            result = wanted[at](arg, state, go_on)
            if result is not None:
                return result
        return None

    return match


def _finish(spreads: Sequence[Spread], left: list[Any], state: State, then: Then) -> State | None:
    if not spreads:
        return then(state.with_rest() if left else state)
    name = spreads[-1].name
    bound = state if name == "_" else bind_nodes(name, left, state)
    return None if bound is None else then(bound)


def parameters_of(params: Any) -> list[Any]:
    """The parameters in the order in which they are written, the markers `/` and `*` among them."""
    found = [*params.posonly_params]
    if type(params.posonly_ind).__name__ == "ParamSlash":
        found.append(params.posonly_ind)
    found += params.params
    if type(params.star_arg).__name__ in {"Param", "ParamStar"}:
        found.append(params.star_arg)
    found += params.kwonly_params
    return [*found, params.star_kwarg] if params.star_kwarg is not None else found


def _parameters(node: Any, compiler: Compiler) -> Match:
    wanted = parameters_of(node)
    has_slash = any(type(param).__name__ == "ParamSlash" for param in wanted)
    match_all = whole(compiler.items(wanted))

    def match(found: Any, state: State, then: Then) -> State | None:
        params = parameters_of(found)
        if not has_slash:
            params = [param for param in params if type(param).__name__ != "ParamSlash"]
        return match_all(params, state, then)

    return match


def _parameter(node: Any, compiler: Compiler) -> Match:
    star = node.star if isinstance(node.star, str) else ""
    has_any_default = is_anything(node.default) and compiler.has("any-value")
    match_rest = structure(
        {"Param"},
        [
            ("name", compiler.identifier(node.name)),
            ("annotation", compiler.optional(node.annotation, "optional-annotation")),
            ("default", _present if has_any_default else compiler.optional(node.default, "optional-default")),
        ],
    )

    def match(found: Any, state: State, then: Then) -> State | None:
        found_star = getattr(found, "star", "")
        if (found_star if isinstance(found_star, str) else "") != star:
            return None
        return match_rest(found, state, then)

    return match


def _present(node: Any, state: State, then: Then) -> State | None:
    return None if node is None else then(state)


def _lambda(node: Any, compiler: Compiler) -> Match:
    return structure({"Lambda"}, [("params", compiler.match(node.params)), ("body", compiler.match(node.body))])


def _comprehension_clause(node: Any, compiler: Compiler) -> Match:
    rest = compiler.generic(node, skip=("asynchronous",))
    if node.asynchronous is not None or not compiler.has("optional-async"):
        return compiler.generic(node)

    def match(found: Any, state: State, then: Then) -> State | None:
        return maybe_more(getattr(found, "asynchronous", None), state, lambda current: rest(found, current, then))

    return match


HANDLERS: dict[str, Handler] = {
    "FunctionDef": _function,
    "ClassDef": _class,
    "Parameters": _parameters,
    "Param": _parameter,
    "Lambda": _lambda,
    "CompFor": _comprehension_clause,
}
