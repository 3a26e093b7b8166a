"""Offsets agree with LibCST's own position provider on real code."""

from __future__ import annotations

import sysconfig
from pathlib import Path

import libcst as cst
import pytest
from libcst.metadata import MetadataWrapper, PositionProvider

from gardener.checking.parsing import in_deep_stack
from gardener.checking.positions import TextDiffers, offsets_of
from gardener.core.lines import LineIndex

STDLIB = Path(sysconfig.get_paths()["stdlib"])


@pytest.mark.parametrize("name", ["argparse.py", "contextlib.py", "test/test_patma.py", "asyncio/base_events.py"])
def test_offsets_are_those_of_the_position_provider(name: str) -> None:
    path = STDLIB / name
    if not path.exists():
        pytest.skip(f"this Python has no {name}")
    text = path.read_text(encoding="utf-8")

    def compare() -> list[object]:
        module = cst.parse_module(text)
        lines = LineIndex.of(text)
        expected = MetadataWrapper(module, unsafe_skip_copy=True).resolve(PositionProvider)
        nodes = [node for node in expected if isinstance(node, (cst.BaseExpression, cst.BaseStatement, cst.Arg))]
        offsets = offsets_of(module, nodes, text)
        return [
            node
            for node in nodes
            if (offsets[id(node)].start, offsets[id(node)].end)
            != (
                lines.offset(expected[node].start.line, expected[node].start.column + 1),
                lines.offset(expected[node].end.line, expected[node].end.column + 1),
            )
        ]

    assert in_deep_stack(compare) == []


def test_a_tree_that_is_not_the_text_is_refused() -> None:
    module = cst.parse_module("x = 1\n")
    with pytest.raises(TextDiffers):
        offsets_of(module, [module], "x = 2\n")
