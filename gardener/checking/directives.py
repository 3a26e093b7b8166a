"""Finding the push-back directives in a text: in the comments of Python, in the HTML comments of Markdown."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from gardener.core.finding import Place, Span
from gardener.core.lines import LineIndex

if TYPE_CHECKING:
    from collections.abc import Iterator

Range = tuple[int, int]

VERBS = ("allow", "allow-file", "defer", "wrong")
FORM = "allow[rule-id] reason"
NOWHERE = (0, 0)

# The reason goes on to the next `#`, but `#123` is an issue and part of it.
_DIRECTIVE = re.compile(r"gardener:[ \t]*(?P<verb>[\w-]+)[ \t]*\[(?P<rules>[^\]#\n]*)\](?P<rest>(?:[^#\n]|#(?=\d))*)")
_UNCLOSED = re.compile(r"gardener:[ \t]*(?P<verb>[\w-]+)[ \t]*\[[^\]#\n]*")
# Prose may say "gardener: allow me"; a word in kebab-case, or nothing, after the verb is a directive without brackets.
_BARE = re.compile(r"gardener:[ \t]*(?P<verb>allow-file|allow|defer|wrong)(?=[ \t]*(?:$|#|[:(=]|[ \t]\w+-[\w-]+))")
_RULE_ID = re.compile(r"(?:[\w-]+:)?[A-Za-z0-9][\w.-]*")
_UNTIL = re.compile(r"(?:^|(?<=\s))until=(\S*)")
_LEAD = " \t:-\u2013\u2014"

_LINE_END = re.compile(r"\r\n?|\n")
_TOKENS = re.compile(
    r"(?P<comment>\#[^\r\n]*)"
    r'|"""(?:\\.|[^\\])*?(?:"""|\Z)' + r"|'''(?:\\.|[^\\])*?(?:'''|\Z)"
    r'|"(?:\\(?:\r\n|.)|[^"\\\r\n])*"?' + r"|'(?:\\(?:\r\n|.)|[^'\\\r\n])*'?",
    re.DOTALL,
)
_HTML_COMMENT = re.compile(r"<!--(?P<inner>.*?)-->", re.DOTALL)
_FENCE = re.compile(r"[ ]{0,3}(?:>[ ]?)*[ ]*(?:[-*+][ ]+|\d+[.)][ ]+)?(?P<mark>`{3,}|~{3,})")


@dataclass(frozen=True, slots=True)
class Directive:
    """One piece of push-back. `problem` says why it cannot be used.

    `span` and `place` are those of the directive's own words, `source` is their text. A directive alone in its comment
    stands `over` a first and last line: the statement below, or in Markdown the whole fenced block below.
    """

    verb: str
    rules: tuple[str, ...]
    reason: str
    until: date | None
    span: Span
    place: Place
    source: str
    over: Range = NOWHERE
    problem: str = ""

    @property
    def head(self) -> str:
        """`allow[a, b]`, without date and reason."""
        return f"{self.verb}[{', '.join(self.rules)}]"

    def expired(self, today: date) -> bool:
        """True from the day after the date."""
        return self.until is not None and today > self.until


@dataclass(frozen=True, slots=True)
class Lexed:
    """Where the comments (`#` included) and the strings of a Python text stand."""

    comments: tuple[Span, ...]
    strings: tuple[Span, ...]


def read_directives(text: str, *, markdown: bool = False) -> tuple[Directive, ...]:
    """All directives of a text, in order. Never raises: what cannot be read comes back with its `problem`."""
    if "gardener:" not in text:
        return ()
    lines = LineIndex.of(text)
    found: list[Directive] = []
    for span, over in _html_comments(lines) if markdown else _comments(lines):
        found += _in_comment(lines, span, over)
    return tuple(found)


def lex(text: str) -> Lexed:
    """The comments and strings of a Python text, also of one that does not parse."""
    import io
    import tokenize

    # tokenize versions differ on lone carriage returns; with line feeds lines and columns stay as they are.
    source = "\n".join(_LINE_END.split(text))
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(source).readline))
    except (tokenize.TokenError, SyntaxError):
        return _scan(text)
    lines = LineIndex.of(text)
    comments: list[Span] = []
    strings: list[Span] = []
    opened: list[int] = []
    for token in tokens:
        name = tokenize.tok_name[token.type]
        if name in {"COMMENT", "STRING"}:
            span = Span(_offset(lines, token.start), _offset(lines, token.end))
            (comments if name == "COMMENT" else strings).append(span)
        elif name.endswith("STRING_START"):
            opened.append(_offset(lines, token.start))
        elif name.endswith("STRING_END"):
            strings.append(Span(opened.pop(), _offset(lines, token.end)))
    return Lexed(tuple(comments), tuple(strings))


def _offset(lines: LineIndex, position: tuple[int, int]) -> int:
    return lines.offset(position[0], position[1] + 1)


def _scan(text: str) -> Lexed:
    matches = list(_TOKENS.finditer(text))
    return Lexed(
        tuple(Span(*match.span()) for match in matches if match["comment"]),
        tuple(Span(*match.span()) for match in matches if not match["comment"]),
    )


def _comments(lines: LineIndex) -> Iterator[tuple[Span, Range]]:
    for span in lex(lines.text).comments:
        line, column = lines.position(span.start)
        alone = not lines.line(line)[: column - 1].strip()
        yield span, _statement_below(lines, line) if alone else NOWHERE


def _statement_below(lines: LineIndex, line: int) -> Range:
    while line < len(lines):
        line += 1
        if not lines.line(line).lstrip().startswith("#"):
            return line, line
    return NOWHERE


def _html_comments(lines: LineIndex) -> Iterator[tuple[Span, Range]]:
    code = _fenced_lines(lines)
    for match in _HTML_COMMENT.finditer(lines.text):
        (first, column), (last, end_column) = lines.position(match.start()), lines.position(match.end())
        before, after = lines.line(first)[: column - 1], lines.line(last)[end_column - 1 :]
        if first in code or before.count("`") % 2:
            continue
        alone = not before.strip() and not after.strip()
        yield Span(*match.span("inner")), _block_below(lines, last, code) if alone else NOWHERE


def _block_below(lines: LineIndex, line: int, code: set[int]) -> Range:
    # Formatters put a blank line between a comment and what follows; other comments may stand between, too.
    blank = 0
    while line < len(lines) and blank <= 1:
        line += 1
        content = lines.line(line).strip()
        if content and not (content.startswith("<!--") and content.endswith("-->")):
            last = line
            while line in code and last + 1 in code:
                last += 1
            return line, last
        blank += not content
    return NOWHERE


def _fenced_lines(lines: LineIndex) -> set[int]:
    inside: set[int] = set()
    mark = ""
    for number, start in enumerate(lines.starts, start=1):
        match = _FENCE.match(lines.text, start)
        if mark or match:
            inside.add(number)
        if not mark:
            mark = match["mark"] if match else ""
        elif match and match["mark"].startswith(mark):
            mark = ""
    return inside


def _in_comment(lines: LineIndex, span: Span, over: Range) -> Iterator[Directive]:
    at = span.start
    while (at := lines.text.find("gardener:", at, span.end)) >= 0:
        for pattern, read in ((_DIRECTIVE, _read), (_UNCLOSED, _unclosed), (_BARE, _bare)):
            match = pattern.match(lines.text, at, span.end)
            if match:
                stop = match.start() + len(match[0].rstrip())
                yield _placed(read(match), Span(at, stop), over, lines)
                at = stop
                break
        else:
            at += 1


@dataclass(frozen=True, slots=True)
class _Words:
    verb: str
    rules: tuple[str, ...] = ()
    reason: str = ""
    until: date | None = None
    problem: str = ""


def _read(match: re.Match[str]) -> _Words:
    verb = match["verb"]
    rules = tuple(name.strip() for name in match["rules"].split(",") if name.strip())
    dated = _UNTIL.search(match["rest"])
    reason = " ".join(_UNTIL.sub("", match["rest"]).split()).strip(_LEAD)
    problem = _wrong_verb(verb) or _wrong_rules(verb, rules)
    until = None
    if dated:
        try:
            until = date.fromisoformat(dated[1])
        except ValueError:
            problem = problem or f"`until={dated[1]}` is no date: write until=2027-01-31"
    return _Words(verb, rules, reason, until, problem)


def _unclosed(match: re.Match[str]) -> _Words:
    return _Words(match["verb"], problem=f"the bracket after `{match['verb']}` is not closed: write {FORM}")


def _bare(match: re.Match[str]) -> _Words:
    return _Words(match["verb"], problem=f"`{match['verb']}` names no rule in brackets: write {FORM}")


def _wrong_verb(verb: str) -> str:
    if verb in VERBS:
        return ""
    from difflib import get_close_matches

    near = get_close_matches(verb.lower(), VERBS, n=1)
    return f"`{verb}` is no push-back" + (f"; did you mean `{near[0]}`?" if near else f": write {FORM}")


def _wrong_rules(verb: str, rules: tuple[str, ...]) -> str:
    if not rules:
        return f"`{verb}[]` names no rule: write {FORM}"
    wrong = next((name for name in rules if not _RULE_ID.fullmatch(name)), None)
    return f"`{wrong}` cannot be the id of a rule" if wrong else ""


def _placed(words: _Words, span: Span, over: Range, lines: LineIndex) -> Directive:
    return Directive(
        words.verb,
        words.rules,
        words.reason,
        words.until,
        span,
        lines.place(span),
        lines.text[span.start : span.end],
        over,
        words.problem,
    )
