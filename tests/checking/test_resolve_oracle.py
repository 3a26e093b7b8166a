"""Our names against LibCST's QualifiedNameProvider: the same for imports, and a list of where and why not."""

from __future__ import annotations

import ast
import sysconfig
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import libcst as cst
import pytest
from libcst.metadata import MetadataWrapper, QualifiedNameProvider, QualifiedNameSource

from gardener.checking.expressions import from_cst
from gardener.checking.resolve import Resolver
from gardener.checking.scopes_ast import facts_from_ast
from gardener.checking.scopes_cst import walk_scopes_cst

if TYPE_CHECKING:
    from collections.abc import Iterator

STDLIB = Path(sysconfig.get_paths()["stdlib"])


def compared(code: str) -> Iterator[tuple[cst.BaseExpression, set[str], dict[str, str]]]:
    """For the function of every call: itself, LibCST's imported names, and ours with their certainty."""
    wrapper = MetadataWrapper(cst.parse_module(code), unsafe_skip_copy=True)
    provided = wrapper.resolve(QualifiedNameProvider)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        facts = facts_from_ast(ast.parse(code), "pkg")
    resolver = Resolver(facts)
    for node, parent, scope in walk_scopes_cst(wrapper.module, facts):
        if isinstance(parent, cst.Call) and node is parent.func:
            value = provided.get(node, ())
            theirs = {n.name for n in (value() if callable(value) else value) if n.source is QualifiedNameSource.IMPORT}
            ours = {item.name: item.certainty for item in resolver.resolve(scope, from_cst(node))}
            yield parent.func, theirs, ours


def is_dotted(node: cst.CSTNode) -> bool:
    """True for `a` and `a.b.c`."""
    while isinstance(node, cst.Attribute):
        node = node.value
    return isinstance(node, cst.Name)


def sample() -> list[Path]:
    """Sixty middling files of the interpreter's own library, evenly spread."""
    files = [path for path in sorted(STDLIB.glob("*.py")) if 2_000 < path.stat().st_size < 30_000]
    return files[:: max(1, len(files) // 60)][:60]


@pytest.mark.parametrize("paths", [sample()[part::4] for part in range(4)], ids="abcd")
def test_imported_names_are_those_of_libcst(paths: list[Path]) -> None:
    agreed = 0
    for path in paths:
        for node, theirs, ours in compared(path.read_text(encoding="utf-8")):
            if not is_dotted(node):
                continue
            assert theirs <= set(ours), (path.name, cst.Module([]).code_for_node(node))
            if theirs:
                agreed += 1
                extra = {name for name in set(ours) - theirs if ours[name] == "certain"}
                assert not extra, (path.name, cst.Module([]).code_for_node(node))
    assert agreed > 100


DISAGREEMENTS = {
    "a relative import is named by the package of the file": (
        "from .m import f\nf()",
        {".m.f"},
        {"pkg.m.f": "certain"},
    ),
    "a subscript may hold anything": ("import os\nos.environ['A'].split()", {"os.environ.split"}, {}),
    "a star import may hold the name": ("from m import *\nf()", set(), {"m.f": "maybe"}),
    "an alias is followed": ("import a\ng = a.b\ng()", set(), {"a.b": "likely"}),
    "an instance is followed": ("import a\ns = a.S()\ns.m()", set(), {"a.S.m": "likely"}),
    "an attribute of self is followed": (
        "import a\nclass A:\n s = a.S()\n def f(self): self.s.m()",
        set(),
        {"a.S.m": "likely"},
    ),
    "an annotation is read": ("import a\ndef f(s: a.S): s.m()", set(), {"a.S.m": "likely"}),
    "a base class is looked into": ("import a\nclass A(a.S): ...\nA.m()", set(), {"a.S.m": "likely"}),
    "a builtin is its own name": ("print()", set(), {"print": "certain"}),
    "a stand-in for a missing import costs certainty": (
        "try: import a\nexcept ImportError: a = None\na.f()",
        {"a.f"},
        {"a.f": "likely"},
    ),
}


@pytest.mark.parametrize(("code", "theirs", "ours"), DISAGREEMENTS.values(), ids=DISAGREEMENTS)
def test_where_and_why_they_differ(code: str, theirs: set[str], ours: dict[str, str]) -> None:
    found = [(said, meant) for node, said, meant in compared(code) if not (meant == {"a.S": "certain"} and said)]
    assert found == [(theirs, ours)]
