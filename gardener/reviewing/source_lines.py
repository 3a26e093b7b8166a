"""The lines of a Python file in the form that is judged: push-back comments gone, no white space at line ends.

Strings that span lines are left as they are: their white space is part of what the code does.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gardener.core.lines import LineIndex

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from gardener.core.finding import Span

Range = tuple[int, int]

BLANKS = " \t\f"
MARKER = "gardener:"
_CONTINUED = re.compile(r"\\(?:\r\n?|\n)")
# A formatted string may hold other strings with the same quotes inside its braces: only the tokenizer tells.
_FORMATTED = re.compile(r"(?:\b[rR]?[fFtT][rR]?)(?:\"\"\"|''')")
_STRINGS = re.compile(
    r"#[^\r\n]*"
    r'|"""[^"\\]*+(?:(?:\\.|"(?!""))[^"\\]*+)*+(?:"""|\Z)'
    r"|'''[^'\\]*+(?:(?:\\.|'(?!''))[^'\\]*+)*+(?:'''|\Z)"
    r'|"(?:\\(?:\r\n|.)|[^"\\\r\n])*+"?'
    r"|'(?:\\(?:\r\n|.)|[^'\\\r\n])*+'?",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class SourceLines:
    """The lines of one text, by 1-based number.

    `cleaned` holds those that differ from the file (None: the line is a push-back comment and nothing else);
    `inside` are the lines that begin inside a string.
    """

    index: LineIndex
    raw: tuple[str, ...]
    cleaned: Mapping[int, str | None]
    inside: frozenset[int]

    @classmethod
    def of(cls, text: str, comments: Collection[int] | None = None) -> SourceLines:
        """Read the lines of a decoded text. `comments` are the offsets at which its comments start, where known.

        Without them they are found by the running interpreter's tokenizer, which must then know the grammar of the
        text: else a string that looks like a comment could hide code from a judge.
        """
        index = LineIndex.of(text)
        raw = tuple(re.split(r"\r\n?|\n", text))
        inside = frozenset(number for first, last in _long_strings(index) for number in range(first + 1, last + 1))
        changed = _without_push_back(index, raw, comments)
        return cls(index, raw, changed | dict(_cleaned(raw, inside, changed)), inside)

    def __len__(self) -> int:
        return len(self.raw)

    def indent(self, number: int) -> str:
        """The white space before the code on a line; what stands before a form feed does not count."""
        line = self.raw[number - 1]
        return line[: len(line) - len(line.lstrip(BLANKS))].rpartition("\f")[2]

    def canonical(self, number: int, indent: str = "", docstring: Range = (0, 0)) -> str | None:
        """A line without `indent`; None when nothing is left of it but what it said to gardener.

        Lines inside a string keep their white space, except in the `docstring` (its first and last line), where it
        is layout: there `indent` goes from every line that has it.
        """
        line = self.cleaned.get(number, self.raw[number - 1])
        if line is None or not indent or not line:
            return line
        if line.startswith(indent):
            is_text = number in self.inside and not docstring[0] < number <= docstring[1]
            return line if is_text else line[len(indent) :]
        if number in self.inside:
            return line
        shared = next(at for at, (one, other) in enumerate(zip(line, indent + "\n", strict=False)) if one != other)
        return line[shared:]


def _cleaned(raw: tuple[str, ...], inside: frozenset[int], known: Collection[int]) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(raw, start=1):
        if number in known:
            continue
        clean = line if number + 1 in inside else line.rstrip(BLANKS)
        if "\f" in clean and number not in inside:
            clean = without_form_feed(clean)
        if clean != line:
            yield number, clean


def without_form_feed(line: str) -> str:
    """A line of code without what stands before a form feed in its indentation: Python counts anew from there."""
    body = line.lstrip(BLANKS)
    return line[: len(line) - len(body)].rpartition("\f")[2] + body


def _without_push_back(
    index: LineIndex, raw: tuple[str, ...], comments: Collection[int] | None
) -> dict[int, str | None]:
    """The lines that carry push-back, without it; None for those that hold nothing else."""
    if MARKER not in index.text:
        return {}
    from gardener.checking.directives import read_directives

    found: dict[int, str | None] = {}
    started = None if comments is None else {index.position(at)[0]: at for at in comments}
    for directive in reversed(read_directives(index.text)):
        number = directive.place.line
        if started is not None and started.get(number, len(index.text)) > directive.span.start:
            continue
        line = found.get(number) or raw[number - 1]
        start, end = directive.place.column - 1, directive.place.end_column - 1
        mark = line.rfind("#", 0, start)
        if not line[mark + 1 : start].strip():
            start = mark
        before, after = line[:start], line[end:].strip(BLANKS)
        if before.strip(BLANKS):
            before = before.rstrip(BLANKS) + "  " * bool(after)
        rest = (before + after).rstrip(BLANKS)
        found[number] = without_form_feed(rest) if rest else None
    return found


def _long_strings(index: LineIndex) -> Iterator[Range]:
    """First and last line of every string token that spans lines."""
    text = index.text
    if '"""' not in text and "'''" not in text and not _CONTINUED.search(text):
        return
    for start, end in _strings(text):
        first, last = index.position(start)[0], index.position(end)[0]
        if last > first:
            yield first, last


def _strings(text: str) -> Iterator[Range]:
    if _FORMATTED.search(text):
        from gardener.checking.directives import lex

        spans: tuple[Span, ...] = lex(text).strings
        yield from ((span.start, span.end) for span in spans)
        return
    for match in _STRINGS.finditer(text):
        if not match.group().startswith("#"):
            yield match.span()
