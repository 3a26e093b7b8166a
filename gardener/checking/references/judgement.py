"""The verdict on one reference: what decided, and what to say."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gardener.core.finding import Certainty, Fix, Severity, Span
    from gardener.documents.document import Document, Note
    from gardener.repo.history import Commit, Removal


_MADE = re.compile(
    r"\b(?:auto-?)?generated\b|\bun-?track|\bgitignore\b|\bfrom (?:git|version control|the repo)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Judgement:
    """A reference at a span. `dismissed` says which guard keeps it from being a finding; empty for findings."""

    span: Span
    reference: str
    dismissed: str = ""
    message: str = ""
    severity: Severity | None = None
    certainty: Certainty = "certain"
    fix: Fix | None = None
    facts: tuple[tuple[str, str], ...] = ()


def notes(document: Document, judgements: Iterable[Judgement]) -> Iterator[Note]:
    """The findings among judgements."""
    for item in judgements:
        if not item.dismissed:
            yield document.flag(
                item.span,
                item.message,
                fix=item.fix,
                certainty=item.certainty,
                label=item.reference,
                severity=item.severity,
                facts=item.facts,
            )


def told(removal: Removal, successor: str | None) -> str:
    """What happened to a path, with the commit that did it."""
    who = by(removal.commit)
    if successor is not None:
        return f"{who} moved it, and it is now `{successor}`"
    return f"{who} {'removed' if removal.target is None else 'moved'} it" + (
        "" if removal.target is None else f" to `{removal.target}`, which is gone too"
    )


def emptied(last: Removal, successor: str | None) -> str:
    """What happened to a folder, with the commit that took the last file out of it."""
    now = f", and it is now `{successor}`" if successor is not None else ""
    return f"{by(last.commit)} took the last file out of it{now}"


def by(commit: Commit) -> str:
    """A commit in a sentence."""
    return f'{commit.sha[:9]} ({commit.date}, "{commit.subject}")' if commit.sha else "a change not committed yet"


def is_made(subject: str) -> bool:
    """True for the subject of a commit that took out what is made by a build."""
    return _MADE.search(subject) is not None
