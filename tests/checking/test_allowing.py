from __future__ import annotations

import ast
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gardener.checking.allowing import add_allow
from gardener.checking.directives import read_directives
from gardener.checking.suppressions import apply
from gardener.core.edits import apply_edits
from gardener.core.errors import ConfigError
from gardener.core.finding import Finding, Place, Span

Examine = Callable[..., tuple[Finding, ...]]

RULES = {"shell-call", "spawn-call"}
LONG = "an_argument_that_has_a_very_long_name, another_argument_that_has_a_very_long_name"


def allowed(examine: Examine, text: str, reason: str = "why") -> str:
    return apply_edits(text, add_allow(text, examine(text), reason))


def judged(examine: Examine, text: str) -> tuple[list[bool], tuple[Finding, ...]]:
    marked, about = apply(
        examine(text), read_directives(text), known=RULES, ran=RULES, today=date(2026, 1, 1), path="a.py"
    )
    return [finding.suppressed is not None for finding in marked], about


CASES = [
    pytest.param("os.system(x)\n", "os.system(x)  # gardener: allow[shell-call] why\n", id="at the end of the line"),
    pytest.param(
        "os.system(x)  # noqa: S605\n",
        "os.system(x)  # noqa: S605  # gardener: allow[shell-call] why\n",
        id="after a comment",
    ),
    pytest.param("os.system(x)", "os.system(x)  # gardener: allow[shell-call] why", id="no final newline"),
    pytest.param(
        "os.system(x)\r\ny = 1\r\n", "os.system(x)  # gardener: allow[shell-call] why\r\ny = 1\r\n", id="CRLF"
    ),
    pytest.param(
        "os.system(x), os.spawnl(y)\n",
        "os.system(x), os.spawnl(y)  # gardener: allow[shell-call, spawn-call] why\n",
        id="two rules on one line",
    ),
    pytest.param(
        f"if x:\n    os.system({LONG})\n",
        f"if x:\n    # gardener: allow[shell-call] why\n    os.system({LONG})\n",
        id="above a long line",
    ),
    pytest.param(
        f"if x:\r\n\tos.system({LONG})\r\n",
        f"if x:\r\n\t# gardener: allow[shell-call] why\r\n\tos.system({LONG})\r\n",
        id="above a long line, tabs and CRLF",
    ),
    pytest.param(
        "y = os.system('''\n  text\n''')\n",
        "# gardener: allow[shell-call] why\ny = os.system('''\n  text\n''')\n",
        id="above a line that ends inside a string",
    ),
    pytest.param(
        "y = 1 + \\\n    os.system(x)\n",
        "y = 1 + \\\n    os.system(x)  # gardener: allow[shell-call] why\n",
        id="at the end of the finding's own line",
    ),
    pytest.param(
        "y = os.system(x) + \\\n    1\n",
        "# gardener: allow[shell-call] why\ny = os.system(x) + \\\n    1\n",
        id="above a line that ends in a backslash",
    ),
    pytest.param(
        "if x: \\\n    os.system('''\n''')\n",
        "if x: \\\n    os.system('''\n''')  # gardener: allow[shell-call] why\n",
        id="at the last line where nothing else is possible",
    ),
    pytest.param(
        "@deco(os.system(x))\ndef f():\n    pass\n",
        "@deco(os.system(x))  # gardener: allow[shell-call] why\ndef f():\n    pass\n",
        id="a decorator",
    ),
    pytest.param(
        "while os.system(x):\n    pass\n",
        "while os.system(x):  # gardener: allow[shell-call] why\n    pass\n",
        id="a header",
    ),
    pytest.param(
        "if a:\n    pass\nelif os.system(\n    x\n):\n    pass\n",
        "if a:\n    pass\nelif os.system(  # gardener: allow[shell-call] why\n    x\n):\n    pass\n",
        id="an elif over lines",
    ),
    pytest.param("os.system(x)  \n", "os.system(x)  # gardener: allow[shell-call] why  \n", id="trailing blanks"),
    pytest.param(
        "os.system(x), os.spawnl(y)  # gardener: allow[shell-call] why\n",
        "os.system(x), os.spawnl(y)  # gardener: allow[shell-call, spawn-call] why\n",
        id="joins a directive with the same reason",
    ),
    pytest.param(
        "os.system(x), os.spawnl(y)  # gardener: allow[shell-call] other\n",
        "os.system(x), os.spawnl(y)  # gardener: allow[shell-call] other  # gardener: allow[spawn-call] why\n",
        id="stands beside a directive with another reason",
    ),
    pytest.param(
        f"# gardener: allow[spawn-call] why\nos.system(os.spawnl({LONG}))\n",
        f"# gardener: allow[spawn-call, shell-call] why\nos.system(os.spawnl({LONG}))\n",
        id="joins a directive above",
    ),
]


@pytest.mark.parametrize(("before", "after"), CASES)
def test_the_comment_stands_where_it_can(examine: Examine, before: str, after: str) -> None:
    newline = "\r\n" if "\r\n" in before else "\n"
    head = f"import os{newline}"
    assert allowed(examine, head + before) == head + after


@pytest.mark.parametrize(("before", "after"), CASES)
def test_the_comment_suppresses_and_nothing_is_added_twice(examine: Examine, before: str, after: str) -> None:
    text = allowed(examine, "import os\n" + before)
    suppressed, about = judged(examine, text)
    assert all(suppressed)
    assert about == ()
    assert add_allow(text, examine(text), "why") == ()
    assert ast.dump(ast.parse(text)) == ast.dump(ast.parse("import os\n" + before))


FORMATTED = [
    *(case.values[0] for case in CASES),
    f"def f(a, b):\n    return os.system({LONG}[:90], a, b)\n",
    f"with os.system({LONG[:60]}) as one, open(b) as two:\n    pass\n",
    "x = {'a': os.system(b), 'c': [os.system(d) for d in e if os.spawnl(d)]}\n",
    "assert os.system(x), os.spawnl(y)\n",
    "lambda: os.system(x)\n",
    "class A(os.system(x)):\n    y: int = os.spawnl(z)\n",
    "def f(a=os.system(x)) -> os.spawnl(y): return z\n",
    "from a import b\nfor x in y: os.spawnl(x)\n",
    "try:\n    pass\nexcept os.system(x):\n    pass\n",
    "return_value = (yield_from or os.system(the_first_argument)) and os.spawnl(the_second, argument)\n",
]


FORMATTERS = [
    pytest.param([sys.executable, "-m", "ruff", "format", "--isolated"], id="ruff"),
    pytest.param(
        [shutil.which("black") or "", "-q"],
        id="black",
        marks=pytest.mark.skipif(shutil.which("black") is None, reason="black is not installed"),
    ),
]


@pytest.mark.parametrize("formatter", FORMATTERS)
@pytest.mark.parametrize("width", [60, 88, 120])
@pytest.mark.parametrize("before", FORMATTED)
def test_the_comment_still_suppresses_after_formatting(
    examine: Examine, before: str, width: int, formatter: list[str]
) -> None:
    text = allowed(examine, "import os\n" + before, "checked by hand, see #12")
    command = [*formatter, "--line-length", str(width), "-"]
    formatted = subprocess.run(command, input=text.encode(), capture_output=True, check=True).stdout.decode()
    suppressed, about = judged(examine, formatted)
    assert all(suppressed), formatted
    assert about == ()


def test_the_comment_is_no_dead_code_and_leaves_noqa_alone(examine: Examine) -> None:
    text = "import os\n\nos.system(x)  # noqa: S605, F821\n# gardener: allow[shell-call] why\nos.system(y)  # noqa\n"
    after = allowed(examine, text, "checked by hand")
    command = [sys.executable, "-m", "ruff", "check", "--isolated", "--preview", "--select", "ERA,RUF100,F,S605", "-"]
    done = subprocess.run(command, input=after.encode(), capture_output=True, check=False)
    assert done.returncode == 0, done.stdout.decode()


@pytest.mark.parametrize("reason", ["", "  ", "two\nlines", "because # it is", "ends --> here", "until=2027-01-01 x"])
def test_a_reason_that_a_comment_cannot_hold_is_refused(examine: Examine, reason: str) -> None:
    with pytest.raises(ConfigError, match="reason"):
        allowed(examine, "import os\nos.system(x)\n", reason)


def test_in_markdown_the_comment_is_html() -> None:
    text = "# Title\n\nSee `a.py`.\n"
    found = Finding("stale-path", "a.md", Span(13, 17), Place(3, 5, 3, 9), "m", "P2", reach=(3, 3))
    edits = add_allow(text, [found], "it is generated", markdown=True)
    assert apply_edits(text, edits) == ("# Title\n\nSee `a.py`. <!-- gardener: allow[stale-path] it is generated -->\n")


def block(head: str, body: str) -> str:
    return f"{head}:\n{textwrap.indent(body, '    ')}    pass\n"


HEADS = ["if os.system(a)", "def f(a=os.spawnl(b))", "for i in os.system(\n    c\n)", "class A"]
LINES = [
    "os.system(x)\n",
    "y = os.spawnl(\n    a,\n)\n",
    "z = os.system('''\n{x}\n''')\n",
    "a = os.system(\\\nb)\n",
    "# c\n",
]
programs = st.recursive(
    st.sampled_from(LINES), lambda inner: st.builds(block, st.sampled_from(HEADS), inner), max_leaves=3
)


@given(st.lists(programs, min_size=1, max_size=4))
def test_any_program_is_allowed_and_still_parses(examine: Examine, parts: list[str]) -> None:
    text = "import os\n" + "".join(parts)
    after = allowed(examine, text)
    assert ast.dump(ast.parse(after)) == ast.dump(ast.parse(text))
    assert all(judged(examine, after)[0])
