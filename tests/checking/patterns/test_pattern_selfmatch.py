"""Real code, taken as a pattern, matches itself; and still does with a hole in it."""

from __future__ import annotations

import random
import sysconfig
from pathlib import Path
from typing import Any

import libcst as cst
import pytest

from gardener.checking.parsing import in_deep_stack
from gardener.checking.patterns import compile_pattern
from gardener.checking.patterns.roots import descendants, is_identifier
from gardener.checking.source import SourceFile

STDLIB = Path(sysconfig.get_paths()["stdlib"])
WHOLE = (
    cst.BaseCompoundStatement,
    cst.Assign,
    cst.Return,
    cst.Call,
    cst.Comparison,
    cst.Dict,
    cst.Subscript,
    cst.Lambda,
)


def matches(pattern: str, node: Any, file: SourceFile) -> bool:
    matcher = compile_pattern({"pattern": pattern, "syntactic": True}, place="x:1").matcher
    return type(node) in matcher.node_types and any(hit.node is node for hit in matcher.run(node, file))


def written(node: Any) -> str:
    bare = node.with_changes(leading_lines=()) if hasattr(node, "leading_lines") else node
    return cst.Module([]).code_for_node(bare).strip()


def with_hole(node: Any, file: SourceFile, choice: random.Random) -> str | None:
    inside = [
        item
        for item in descendants([node])
        if isinstance(item, (cst.Name, cst.Attribute, cst.Call, cst.SimpleString, cst.Integer))
        and not is_identifier(item, file)
        and not isinstance(file.parent(item), cst.ConcatenatedString)
    ]
    if not inside:
        return None
    return written(node.deep_replace(choice.choice(inside), cst.Name("METAVARIABLE"))).replace("METAVARIABLE", "$HOLE")


@pytest.mark.parametrize("name", ["bisect.py", "contextlib.py", "json/decoder.py", "shlex.py", "textwrap.py"])
def test_code_is_a_pattern_of_itself(name: str) -> None:
    choice = random.Random(7)  # a sample, no secret
    file = SourceFile.whole((STDLIB / name).read_text(encoding="utf-8"))
    nodes = [node for node in file.nodes() if isinstance(node, WHOLE)]
    for node in choice.sample(nodes, min(40, len(nodes))):
        code = written(node)
        if "..." in code or "$" in code:
            continue
        assert in_deep_stack(lambda code=code, node=node: matches(code, node, file)), code
        holed = with_hole(node, file, choice)
        if holed is not None:
            assert in_deep_stack(lambda holed=holed, node=node: matches(holed, node, file)), holed
