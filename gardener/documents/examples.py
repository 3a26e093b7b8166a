"""Bad and good examples in fences: documentation and tests at once, in rule pages and in docstrings alike.

An example's info string is a language, `bad` or `good`, and optionally `path=src/app.py`, the file it stands for, and
`repeat=500`, which stands for the code that many times over.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from gardener.core.rule import Example

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gardener.documents.markdown import Fence

_MARK = re.compile(r"[ \t]*(?:#[ \t]*here|<!--[ \t]*here[ \t]*-->)[ \t]*$", re.MULTILINE)

_MOST_REPEATS = 2000


def read_example(fence: Fence) -> Example | None:
    """The example that a fence holds, or None when it is any other fence."""
    words = fence.info.split()
    kind: Literal["bad", "good"]
    match words[1:2]:
        case ["bad" | "good" as kind]:
            pass
        case _:
            return None
    more = dict(word.split("=", 1) for word in words[2:] if "=" in word)
    times = more.get("repeat", "1")
    code = fence.code * (min(int(times), _MOST_REPEATS) if times.isdecimal() else 1)
    marks = tuple(code.count("\n", 0, mark.start()) + 1 for mark in _MARK.finditer(code))
    return Example(kind, code, line=fence.line + 1, marks=marks, path=more.get("path"))


def read_examples(fences: Iterable[Fence]) -> tuple[Example, ...]:
    """The examples among `fences`, in order."""
    found = (read_example(fence) for fence in fences)
    return tuple(example for example in found if example is not None)


def unmarked(code: str) -> str:
    """`code` without its `# here` (in Markdown `<!-- here -->`) marks and the blanks before them."""
    return _MARK.sub("", code)


def files_of(example: Example, default: str) -> dict[str, tuple[str, int]]:
    """The files that an example stands for, each with the number of lines of the example before it.

    A line `=== path` begins a file; without any, the example is one file called `default`, or as its `path` says.
    """
    found: dict[str, tuple[str, int]] = {}
    name, start = example.path or default, 0
    lines = unmarked(example.code).split("\n")
    for number, line in enumerate([*lines, "=== "]):
        if line.startswith("=== "):
            text = "\n".join(lines[start:number]) + ("\n" if number < len(lines) else "")
            if text.strip() or number == len(lines):
                found[name] = (text, start)
            name, start = line[4:].strip(), number + 1
    return found
