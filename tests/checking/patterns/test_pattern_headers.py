"""Definitions in a pattern may leave out their colon and body."""

from __future__ import annotations

import pytest
from pattern_runs import run

CODE = """\
class A:
    pass


class B(Base, metaclass=M):
    x = 1


def f(a, b=1):
    return a


async def g(): ...
"""


@pytest.mark.parametrize(
    "header",
    ["class $C(...)", "class $C", "class $C(Base, ...)", "def $F(...)", "async def $F(...)", "def $F($A, ...)"],
)
def test_a_header_stands_for_a_definition_with_any_body(header: str) -> None:
    assert run({"pattern": header}, CODE).lines == run({"pattern": f"{header}: ..."}, CODE).lines != []


def test_any_class_is_matched_whatever_its_bases() -> None:
    assert run({"pattern": "class $C(...)"}, CODE).lines == [1, 5]
