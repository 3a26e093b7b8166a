"""What a judge is told around a unit: only what it mentions, without bodies, in a fixed order."""

from __future__ import annotations

import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gardener.reviewing.context import MORE, MOST_BYTES, units_with_context
from gardener.reviewing.mentions import mentions

CODE = '''\
"""Talking to the service.

Nothing of this second paragraph is shown.
"""

from __future__ import annotations

import json
import os.path
import time as clock
from typing import (
    TYPE_CHECKING,
    Any,  # everything
)

if TYPE_CHECKING:
    from elsewhere import Reply as Answer

LIMIT = 3
SECRET_LIMIT = 4  # gardener: allow[a-b] here


def encode(value: Any) -> bytes:
    """Make bytes of a value.

    At length.
    """
    return json.dumps(value).encode()


def unused() -> None:
    """Nobody calls this."""


class Base:
    """What all share."""

    def __init__(self, name: str) -> None:
        self.name = name


class Client(Base):
    """A client.

    In detail.
    """

    retries: int = LIMIT
    other: int = 2

    def __init__(self, url: str) -> None:
        """Set up."""
        self.url = url  # gardener: wrong[b.1] no
        self.unused = 1

    @property
    def address(self) -> str:
        return self.url

    def _connect(
        self,
        deadline: float,
    ) -> Answer:
        """Connect."""
        return Base("a").name

    def send(self, value: Any) -> Answer:
        """Send it."""
        for _ in range(self.retries):
            reply = self._connect(clock.time() + SECRET_LIMIT)
            reply.post(f"{self.url}/{os.path.sep}", encode(value))
        return reply
'''


def contexts(code: str) -> dict[str, str]:
    return {unit.name: unit.context for unit in units_with_context("a.py", code)}


def test_a_method_comes_with_its_class_its_imports_and_what_it_calls() -> None:
    assert contexts(CODE)["Client.send"] == textwrap.dedent('''\
        """Talking to the service."""
        import os.path
        import time as clock
        from elsewhere import Reply as Answer
        from typing import Any
        SECRET_LIMIT = 4
        def encode(value: Any) -> bytes:
            """Make bytes of a value."""
        class Client(Base):
            """A client."""
            retries: int = LIMIT
            def _connect(
                self,
                deadline: float,
            ) -> Answer:
                """Connect."""
            def __init__(self, url: str) -> None:
                """Set up."""
                self.url = url''')


def test_a_class_of_the_module_is_shown_with_how_it_is_made() -> None:
    assert contexts(CODE)["Client._connect"] == textwrap.dedent('''\
        """Talking to the service."""
        from elsewhere import Reply as Answer
        class Base:
            """What all share."""
            def __init__(self, name: str) -> None:
        class Client(Base):
            """A client."""''')


def test_a_class_comes_with_what_its_headers_mention_and_a_module_with_nothing() -> None:
    found = contexts(CODE)
    assert found["Client"] == textwrap.dedent('''\
        """Talking to the service."""
        from elsewhere import Reply as Answer
        from typing import Any
        LIMIT = 3
        class Base:
            """What all share."""
            def __init__(self, name: str) -> None:''')
    assert found[""] == ""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Nothing of this", "Not a word of this"),
        ("return json.dumps(value).encode()", "return b''"),
        ("    At length.", "    Shortly."),
        ("import json\n", "import json\nimport more\n"),
        ("Any,  # everything", "Any, List, NoReturn"),
        ("other: int = 2", "other: int = 3\n    more: int = 4"),
        ("self.unused = 1", "self.unused = 2"),
        ("def unused() -> None:", "def unused(value: int) -> None:"),
        ("LIMIT = 3\n", "LIMIT = 33\nMORE = 1\n"),
        ("# gardener: allow[a-b] here", ""),
        ("        return reply\n", "        return reply\n\n    def more(self): return self.send(1)\n"),
    ],
)
def test_a_context_does_not_change_with_what_it_does_not_show(old: str, new: str) -> None:
    assert old in CODE
    assert contexts(CODE.replace(old, new, 1))["Client.send"] == contexts(CODE)["Client.send"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Talking to", "Speaking to"),
        ("import time as clock", "import monotime as clock"),
        ("SECRET_LIMIT = 4", "SECRET_LIMIT = 5"),
        ("def encode(value: Any)", "def encode(value: Any, indent: int = 2)"),
        ("class Client(Base):", "class Client(Base, Other):"),
        ("retries: int = LIMIT", "retries: int = 7"),
        ("deadline: float", "deadline: float | None"),
        ("self.url = url", "self.url = url.strip()"),
    ],
)
def test_a_context_changes_with_what_it_shows(old: str, new: str) -> None:
    assert contexts(CODE.replace(old, new, 1))["Client.send"] != contexts(CODE)["Client.send"]


def test_the_class_around_a_method_is_the_one_it_stands_in() -> None:
    code = (
        "if a:\n    class A(B):\n        def f(self): return 1\nelse:\n    class A(C):\n        def g(self): return 2\n"
    )
    found = {unit.name: unit.context for unit in units_with_context("a.py", code)}
    assert found["A.f"] == "class A(B):"
    assert found["A.g"] == "class A(C):"


def test_classes_inside_classes_are_shown_from_the_outermost() -> None:
    code = "class A:\n    class B:\n        limit = 1\n        def f(self):\n            return self.limit\n"
    assert contexts(code)["A.B.f"] == "class A:\n    class B:\n        limit = 1"


def test_a_context_has_an_end_and_says_what_it_leaves_out() -> None:
    names = [f"a_rather_long_name_number_{number}" for number in range(400)]
    code = "".join(f"from package.module_{name} import {name}\n" for name in names)
    code += "class A(B):\n    def f(self):\n" + "".join(f"        {name}()\n" for name in names)
    context = contexts(code)["A.f"]
    assert len(context.encode()) <= MOST_BYTES
    lines = context.split("\n")
    assert lines[-2:] == ["class A(B):", MORE]
    assert lines[0] == f"from package.module_{names[0]} import {names[0]}"
    long = f"def g({', '.join(names)}):\n    pass\ndef f():\n    g()\n"
    assert len(contexts(long)["f"]) < 200


def test_contexts_do_not_depend_on_the_parser() -> None:
    newer = "\n\ndef newer[T](x: T) -> T:\n    return x\n"
    known = contexts(CODE)
    assert {name: text for name, text in contexts(CODE + newer).items() if name in known} == known


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("a.b.c(d)", {"a.b.c", "d"}),
        ("f().x.y", {"f"}),
        ("f(key=1, other==2)", {"f", "other"}),
        ("x = y", {"y"}),
        ("a \\\n .b", {"a"}),
        ("'a' + b'''c\n' d''' + e  # f", {"e"}),
        ('f\'{a.b!r:>{width}} {c}\' + rf"""{d}\n""" + r\'{e}\'', {"a.b", "r", "width", "c", "d"}),
        ("conf'x'", {"conf"}),
        ("größe.x", {"größe.x"}),
        ("1e5 + 0xab", set()),
    ],
)
def test_mentions_are_the_dotted_names_of_code(code: str, names: set[str]) -> None:
    assert mentions(code) == names


@given(st.text(alphabet="ab.'\"\\\n{}#f =(", max_size=60))
def test_any_text_has_mentions(code: str) -> None:
    assert all(name.replace(".", "_").isidentifier() for name in mentions(code))
