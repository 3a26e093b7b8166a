"""Programs made at random from Python's grammar: the engine never breaks, and what its fixes write is Python."""

from __future__ import annotations

import ast
import warnings
from typing import TYPE_CHECKING

import hypothesmith
import pytest
from hypothesis import HealthCheck, given, settings

from gardener.checking.engine import Engine
from gardener.checking.fixing import fix_text
from gardener.checking.pages import read_page
from gardener.checking.selection import Selection
from gardener.core.settings import Settings

if TYPE_CHECKING:
    from gardener.checking.result import FileResult
    from gardener.core.finding import Finding
    from gardener.core.rule import Rule

pytestmark = pytest.mark.filterwarnings("ignore")

quickly = settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))

GREEDY = {
    "any-call": 'pattern = "$F(...)"\nsyntactic = true\nfix = "called($F)"',
    "any-sum": 'pattern = "$A + $B"\nfix = "total($A, $B)"',
    "any-negation": 'pattern = "not $A"\nfix = "$A is False"',
    "any-subscript": 'pattern = "$A[$B]"\nfix = "$A.get($B)"',
    "any-assignment": 'pattern = "$A = $B"',
    "any-return": 'pattern = "return $A"\ninside = "def $F(...): ..."',
    "any-function": 'pattern = "def $F(...): ..."',
    "any-class": 'pattern = "class $C(...): ..."',
    "any-loop": 'pattern = "for $A in $B: ..."\noutside = "class $C(...): ..."',
    "any-sequence": 'pattern = "$A\\n...\\n$B"',
    "any-equality": 'pattern = "$A == $A"\nfix = "True"',
    "any-comprehension": 'pattern = "[$A for $B in $C]"\nfix = "list($A for $B in $C)"',
    "any-lambda": 'pattern = "lambda: $A"\nfix = "later($A)"',
}


def rule(name: str, body: str) -> Rule:
    """A rule that matches one construct wherever it stands."""
    examples = "```python bad\npass\n```\n\n```python good\npass\n```"
    page = f'# {name}\n\n```toml gardener\nmessage = "found"\n{body}\n```\n\nWhy not.\n\n{examples}\n'
    return read_page(page, f"rules/{name}.md")


RULES = tuple(rule(name, body) for name, body in GREEDY.items())
ENGINES = [Engine(Selection(RULES, Settings()), tiers=tiers) for tiers in (True, False)]


def reads(text: str) -> bool:
    """Whether the running interpreter compiles a text."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            compile(text, "generated", "exec", flags=ast.PyCF_ONLY_AST)
        except (SyntaxError, ValueError):
            return False
    return True


def examine(text: str) -> FileResult:
    """What all greedy rules say, with and without slicing, which must be the same."""
    sliced, whole = (engine.examine("generated.py", text.encode("utf-8", "surrogatepass")) for engine in ENGINES)
    assert sliced.findings == whole.findings
    assert sliced.failures == whole.failures
    return sliced


@quickly
@given(hypothesmith.from_grammar())
def test_programs_from_the_grammar_are_analysed_alike_with_and_without_slicing(text: str) -> None:
    for failure in examine(text).failures:
        assert failure.rule is None, failure


@quickly
@given(hypothesmith.from_node())
def test_programs_from_syntax_trees_are_analysed_without_failure(text: str) -> None:
    result = examine(text)
    assert result.failures == ()
    for finding in result.findings:
        assert 0 <= finding.span.start <= finding.span.end <= len(text)


@quickly
@given(hypothesmith.from_node())
def test_every_fix_of_a_program_leaves_a_program(text: str) -> None:
    def find(changed: str) -> tuple[Finding, ...]:
        return ENGINES[0].examine("generated.py", changed.encode("utf-8", "surrogatepass")).findings

    fixed = fix_text(text, find, unsafe=True, max_rounds=20)
    assert reads(fixed.text), fixed.text
    assert (fixed.applied == 0) == (fixed.text == text)
