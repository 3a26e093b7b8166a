"""Findings, fixes, failures: plain data with text spans, never syntax nodes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["P0", "P1", "P2", "P3"]
Certainty = Literal["certain", "likely", "maybe"]
Origin = Literal["check", "document", "review", "ruff"]
Safety = Literal["safe", "unsafe", "shown"]
State = Literal["shadow", "warn", "error"]

SEVERITIES: tuple[Severity, ...] = ("P0", "P1", "P2", "P3")
CERTAINTIES: tuple[Certainty, ...] = ("certain", "likely", "maybe")


@dataclass(frozen=True, slots=True)
class Span:
    """Half-open range of 0-based code-point offsets into the decoded text (no BOM, newlines untranslated)."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Place:
    """1-based lines and columns; `end_column` is exclusive; columns count code points."""

    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace the code points `start` to `end` (exclusive) by `text`."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Fix:
    """A change of text that cures one finding.

    `safe` keeps behaviour and comments; `unsafe` may change behaviour; `shown` is displayed, never applied.
    The edits of one fix are sorted, disjoint, and refer to the same unchanged text.
    """

    title: str
    safety: Safety
    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True)
class Suppression:
    """Why a finding does not gate."""

    by: Literal["inline", "baseline", "deferral", "dispute"]
    reason: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One place that breaks one rule.

    `scope` is the qualified name of the enclosing definitions (`Class.method`, empty at module level) and
    `text` the normalised matched code: with rule, path and an ordinal they make the `fingerprint`.
    `reach` is the first and last physical line on which a comment may suppress the finding. `facts` are (name, value)
    of what decided, for those who ask why. `rank` puts findings of equal gravity in order, the highest first.
    """

    rule: str
    path: str
    span: Span
    place: Place
    message: str
    severity: Severity
    certainty: Certainty = "certain"
    origin: Origin = "check"
    belief: str | None = None
    remediation: str = ""
    state: State = "error"
    fix: Fix | None = None
    scope: str = ""
    text: str = ""
    reach: tuple[int, int] = (0, 0)
    fingerprint: str = ""
    suppressed: Suppression | None = None
    gates: bool = False
    facts: tuple[tuple[str, str], ...] = ()
    rank: float = 0.0


@dataclass(frozen=True, slots=True)
class Failure:
    """Something that could not be analysed. Never a finding, never silence."""

    reason: str
    path: str | None = None
    rule: str | None = None


def at_least(severity: Severity, floor: Severity) -> bool:
    """True when `severity` is as grave as `floor` or graver (P0 is the gravest)."""
    return SEVERITIES.index(severity) <= SEVERITIES.index(floor)
