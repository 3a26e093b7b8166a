"""Running rules written in Python: their module is imported when a candidate exists, and whatever it raises is told.

What a rule raises becomes a RuleError that names the line in the rule.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from gardener.core.errors import GardenerError, RuleError
from gardener.core.rule import Plan

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from types import ModuleType

    import libcst as cst

    from gardener.checking.compile import Compiled
    from gardener.checking.decorator import PythonRule
    from gardener.checking.hit import Hit
    from gardener.checking.source import SourceFile

Item = TypeVar("Item")


def load_function(body: Mapping[str, Any], *, place: str) -> PythonRule:
    """Run a rule's module and return what its decorator made. Raises RuleError when that does not work."""
    from gardener.checking.decorator import PythonRule

    path = place.rpartition(":")[0] or place
    try:
        module = _import_source(body["source"], body["function"], path)
    except Exception as error:
        raise RuleError(f"importing the rule failed: {describe(error)}", at=_line_in(error, path) or place) from error
    found = getattr(module, body["function"], None)
    if not isinstance(found, PythonRule):
        raise RuleError(f"`{body['function']}` is not made by `gardener.rule`", at=place)
    return found


def _import_source(source: str, name: str, path: str) -> ModuleType:
    """A module from source text, also when it stands in no file, as in a commit."""
    import sys
    from importlib.abc import InspectLoader
    from importlib.util import module_from_spec, spec_from_loader

    class Text(InspectLoader):
        def get_source(self, fullname: str) -> str:  # noqa: ARG002 - the loader protocol
            return source

        def get_code(self, fullname: str) -> Any:  # noqa: ARG002 - the loader protocol
            return self.source_to_code(source, path)

    loader = Text()
    spec = spec_from_loader(f"_gardener_rule_{name}", loader, origin=path)
    if spec is None:
        raise ImportError(path)
    module = module_from_spec(spec)
    sys.modules[spec.name] = module
    loader.exec_module(module)
    return module


def describe(error: BaseException) -> str:
    """An exception in one line."""
    text = str(error)
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def _line_in(error: BaseException, path: str) -> str | None:
    """`file:line` of the last frame of the error that stands in `path`."""
    import traceback

    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == path]
    return f"{path}:{lines[-1]}" if lines and lines[-1] else None


def guarded(run: Callable[..., Iterator[Item]], arguments: tuple[Any, ...], place: str) -> Iterator[Item]:
    """What a rule function yields; what it raises becomes a RuleError that names the line in the rule."""
    from gardener.checking.source import NeedsModule

    path = place.rpartition(":")[0] or place
    try:
        yield from run(*arguments)
    except (NeedsModule, GardenerError, RecursionError):
        raise
    except Exception as error:
        raise RuleError(f"the rule raised {describe(error)}", at=_line_in(error, path) or place) from error


def compile_python(body: Mapping[str, Any], *, place: str) -> Compiled:
    """The matcher of a Python rule over syntax nodes. Imports the rule's module. Raises RuleError."""
    import libcst as cst

    from gardener.checking.compile import Compiled
    from gardener.checking.hit import Matcher

    types = []
    for name in body["nodes"]:
        kind = getattr(cst, name, None)
        if not (isinstance(kind, type) and issubclass(kind, cst.CSTNode)):
            raise RuleError(f"libcst has no node `{name}`", at=place)
        types.append(kind)
    function = load_function(body, place=place)
    defaults = body["options"]

    def run(node: cst.CSTNode, file: SourceFile) -> Iterator[Hit]:
        if defaults:
            file.options = {**defaults, **file.options}
        return guarded(function, (node, file), place)

    return Compiled(Matcher(tuple(types), run), Plan())
