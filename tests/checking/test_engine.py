"""The tiers may only dismiss: with and without them, findings are the same, on real code and on odd code."""

from __future__ import annotations

import random
import sysconfig
from pathlib import Path

import pytest
from rule_pages import rule_of

from gardener.checking.engine import Engine, examine_rule
from gardener.checking.parsing import in_deep_stack
from gardener.checking.result import FileResult
from gardener.checking.selection import Selection
from gardener.core.settings import Settings

STDLIB = Path(sysconfig.get_paths()["stdlib"])
FENCES = {
    "named-call": (
        'family = "required-argument"\ncalls = ["subprocess.run", "open", "os.path.join", "re.compile"]\n'
        'argument = "encoding"\nvalue = 1'
    ),
    "instance-call": 'pattern = "threading.Thread.start(...)"',
    "method-of-result": 'pattern = "re.compile.match(...)"',
    "call-in-function": 'pattern = "os.environ.get(...)"\ninside = "def $F(...): ..."',
    "call-outside-main": 'pattern = "print(...)"\noutside = "def main(...): ..."',
    "assignment": 'pattern = "$X = open(...)"',
    "open-without-close": 'pattern = """\n$X = open(...)\n...\n$X.close()\n"""',
    "bare-except": 'pattern = """\ntry:\n    ...\nexcept:\n    ...\n"""',
    "method-naming": 'family = "naming"\nkind = "function"\npattern = "^[a-z_]+$"',
    "long-function": 'family = "size-limit"\nof = "function"\nlimit = 40',
    "self-attribute": 'pattern = "self.$X = None"\ninside = "class $C(...): ..."',
    "string-format": 'pattern = "$S % $X"\nwhere.S.kind = "string"',
    "constant-timeout": 'pattern = "time.sleep($T)"\nwhere.T.const = 0',
}


def files(number: int, seed: int) -> list[Path]:
    """A random sample of the standard library, its tests among them: small files, so that the test is quick."""
    found = sorted(path for path in STDLIB.rglob("*.py") if "site-packages" not in path.parts)
    small = [path for path in found if 500 < path.stat().st_size < 40_000 and "lib2to3" not in path.parts]
    return random.Random(seed).sample(small, number)


@pytest.fixture(scope="module")
def selection() -> Selection:
    rules = tuple(rule_of(fence, name) for name, fence in FENCES.items())
    return Selection(rules, Settings(), select=("all",))


@pytest.fixture(scope="module")
def expected(selection: Selection) -> dict[Path, FileResult]:
    """What all rules give for some files without tiers and slices."""
    whole = Engine(selection, tiers=False)
    return in_deep_stack(lambda: {path: whole.examine(path.name, path.read_bytes()) for path in files(30, seed=11)})


def test_slicing_is_invisible_on_real_code(selection: Selection, expected: dict[Path, FileResult]) -> None:
    engine = Engine(selection)
    found = in_deep_stack(lambda: {path: engine.examine(path.name, path.read_bytes()) for path in expected})
    assert {path: result.findings for path, result in found.items()} == {
        path: result.findings for path, result in expected.items()
    }


@pytest.mark.parametrize("name", FENCES)
def test_each_rule_alone_gives_the_same_from_slices(name: str, expected: dict[Path, FileResult]) -> None:
    engine = Engine(Selection((rule_of(FENCES[name], name),), Settings(), select=("all",)))
    for path, result in expected.items():
        wanted = tuple(finding for finding in result.findings if finding.rule == name)
        assert engine.examine(path.name, path.read_bytes()).findings == wanted, path


def test_the_sample_shows_something(expected: dict[Path, FileResult]) -> None:
    found = {finding.rule for result in expected.values() for finding in result.findings}
    assert len(found) >= len(FENCES) // 2


ODD = {
    "alias at module level": ("import subprocess as s\ndef f():\n    return s.run([])\n", [3]),
    "alias after the use": ("def f():\n    return run([])\nfrom subprocess import run\n", [2]),
    "shadowed by a parameter": ("import subprocess\ndef f(subprocess):\n    subprocess.run([])\n", []),
    "shadowed in a closure": (
        "import subprocess\ndef f():\n    subprocess = 1\n    def g():\n        subprocess.run([])\n",
        [],
    ),
    "two statements on a line": ("import subprocess; subprocess.run([]); x = 1\n", [1]),
    "statement after a multi-line string": (
        'import subprocess\nx = """\n"""; subprocess.run([\n])\n',
        [3],
    ),
    "one-line compound": ("import subprocess\nif 1: subprocess.run([])\n", [2]),
    "continued header": ("import subprocess\nif (1 and\n        2): subprocess.run([])\n", [3]),
    "deep in blocks": (
        (
            "import subprocess\nclass A:\n  def f(self):\n    while 1:\n      try:\n        pass\n"
            "      finally:\n        subprocess.run([])\n"
        ),
        [8],
    ),
    "tabs": ("import subprocess\ndef f():\n\tif 1:\n\t\tsubprocess.run([])\n", [4]),
    "in a decorator": ("import subprocess\n@subprocess.run([])\ndef f(): pass\n", [2]),
    "in a default": (
        "import subprocess\ndef f(a=subprocess.run([]),\n      b=lambda: subprocess.run([])): pass\n",
        [2, 3],
    ),
    "in a lambda in a decorator": ("import subprocess\n@(lambda: subprocess.run([]))\ndef f(): pass\n", [2]),
    "in a comprehension": (
        "import subprocess\nx = [subprocess.run(y) for y in z if (lambda: subprocess.run(1))]\n",
        [2, 2],
    ),
    "in an f-string": ("import subprocess\nx = f'''\n{subprocess.run([])}\n{1}\n'''\n", [3]),
    "form feed": ("import subprocess\n\f\ndef f():\n    subprocess.run([])\n", [4]),
    "carriage returns": ("import subprocess\r\ndef f():\r\n    subprocess.run([])\r\n", [3]),
    "lone carriage returns": ("import subprocess\rdef f():\r    subprocess.run([])\r", [3]),
    "backslash import": ("import os, \\\n  subprocess\nsubprocess.run([])\n", [3]),
    "relative import of another": ("from . import subprocess\nsubprocess.run([])\n", []),
    "star import": ("from subprocess import *\nrun([])\n", [2]),
    "compatibility import": (
        "try:\n    import subprocess\nexcept ImportError:\n    subprocess = None\nsubprocess.run([])\n",
        [5],
    ),
    "normalised identifier": ("import subprocess\nsubprocess.ｒun([])\n", [2]),
    "match statement": ("import subprocess\nmatch x:\n    case 1:\n        subprocess.run([])\n", [4]),
    "no final newline": ("import subprocess\nsubprocess.run([])", [2]),
    "byte order mark": ("\ufeffimport subprocess\nsubprocess.run([])\n", [2]),
    "newer grammar": ("import subprocess\ntype X = int\ndef f[T](x: T): subprocess.run([])\n", [3]),
}


@pytest.mark.parametrize("name", ODD)
@pytest.mark.parametrize("tiers", [True, False], ids=["tiers", "whole"])
def test_odd_code(name: str, tiers: bool) -> None:
    text, lines = ODD[name]
    rule = rule_of(FENCES["named-call"], "named-call")
    assert [finding.place.line for finding in examine_rule(rule, text, tiers=tiers)] == lines


def test_slices_and_modules_place_findings_alike() -> None:
    rule = rule_of(FENCES["named-call"], "named-call")
    text = (
        "import subprocess\n\nclass A:\n    def f(self):\n        x = [\n            subprocess.run('é')]\n"
        + "y = 1\n" * 40
    )
    (one,), (other,) = examine_rule(rule, text), examine_rule(rule, text, tiers=False)
    assert one == other
    assert text[one.span.start : one.span.end] == "subprocess.run('é')"
    assert (one.place.line, one.place.column, one.scope, one.reach) == (6, 13, "A.f", (5, 6))


def test_a_file_that_needs_a_tree_and_has_none_is_a_failure() -> None:
    rule = rule_of(FENCES["named-call"], "named-call")
    engine = Engine(Selection((rule,), Settings(), select=("all",)))
    result = engine.examine("a.py", b"import subprocess\nsubprocess.run(\n")
    (failure,) = result.failures
    assert failure.path == "a.py"
    assert failure.reason == "syntax error at line 2, column 15: '(' was never closed"
    assert engine.examine("b.py", b"def (:\n").failures == ()


def test_unparsable_globs_turn_failures_into_skips() -> None:
    rule = rule_of(FENCES["named-call"], "named-call")
    settings = Settings(unparsable=("bad/**",))
    engine = Engine(Selection((rule,), settings, select=("all",)))
    result = engine.examine("bad/a.py", b"import subprocess\nsubprocess.run(\n")
    assert result.failures == ()
    assert result.skipped
    assert "listed as unparsable" in result.skipped


def test_large_and_generated_files_are_skipped_with_a_reason() -> None:
    engine = Engine(Selection((), Settings(max_file_kb=1)))
    assert engine.examine("a.py", b"x" * 1025).skipped == "larger than 1 kB"
    assert engine.examine("a.py", b"# @generated\nx = 1\n").skipped == "generated"
