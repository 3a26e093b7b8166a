"""Push-back as feedback: what people answered to findings, in the form that learning takes from every source."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from gardener.checking.directives import read_directives
from gardener.core.feedback import Feedback
from gardener.reviewing.reach import LogicalLines
from gardener.reviewing.source_lines import SourceLines

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from gardener.checking.deferrals import Record
    from gardener.core.finding import Finding

_VERB = {"defer": "defer", "dispute": "wrong"}


def feedback_lines(
    texts: Mapping[str, str], records: Iterable[Record], findings: Iterable[Finding] = ()
) -> tuple[Feedback, ...]:
    """All push-back in Python `texts` (by path) and on record; `findings` tell which code a record is about.

    The body is `VERB[id] reason`, as in a comment: who reads it can tell a finding that was put off, and so was right,
    from one that was wrong. `before` is the code that was pushed back on, where it is known; nobody is named.
    """
    comments = (one for path in sorted(texts) for one in _comments(path, texts[path]))
    by_fingerprint = {finding.fingerprint: finding for finding in findings}
    known = (_of_record(record, by_fingerprint.get(record.fingerprint), texts) for record in records)
    return (*comments, *known)


def _comments(path: str, text: str) -> Iterator[Feedback]:
    directives = [one for one in read_directives(text) if not one.problem]
    if not directives:
        return
    logical = LogicalLines.of(text)
    seen: Counter[str] = Counter()
    for directive in directives:
        body = f"{directive.head} {directive.reason}".rstrip()
        line = directive.over[0] or directive.place.line
        yield Feedback(
            id=_digest(path, body, seen[body]),
            source="review",
            body=body,
            path=path,
            line=directive.place.line,
            before=None if directive.verb == "allow-file" else _code(text, *logical.around((line, line))),
        )
        seen[body] += 1


def _code(text: str, first: int, last: int) -> str:
    """Lines of a text without the push-back in them."""
    lines = SourceLines.of(text)
    shown = (lines.canonical(number) for number in range(first, min(last, len(lines)) + 1))
    return "\n".join(line for line in shown if line is not None)


def _of_record(record: Record, finding: Finding | None, texts: Mapping[str, str]) -> Feedback:
    told = Feedback(
        id=record.fingerprint,
        source="review",
        body=f"{_VERB[record.verb]}[{record.rule}] {record.reason}",
        created_at=record.opened.isoformat(),
        path=record.path,
    )
    if finding is None:
        return told
    place = finding.place
    code = _code(texts[finding.path], place.line, place.end_line) if finding.path in texts else None
    return replace(told, path=finding.path, line=place.line, before=code)


def _digest(*parts: object) -> str:
    return hashlib.sha256(json.dumps(parts, separators=(",", ":")).encode("ascii")).hexdigest()[:32]
