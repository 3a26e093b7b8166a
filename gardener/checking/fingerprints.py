"""The identity of a finding across time: no line numbers, so that code may move and be reformatted.

A fingerprint is the first 32 hex digits of sha256 over `[rule, path, scope, text, ordinal]` as compact JSON with
everything beyond ASCII escaped (`json.dumps(value, separators=(",", ":"))`). The ordinal counts equal
`(rule, path, scope, text)` in file order over all raw findings, so equal findings keep different fingerprints.

A fingerprint cannot be read backwards: where only fingerprints are known (the baseline) a finding can be re-matched
when its file was renamed, or when an equal finding before it went away, by computing what it used to be. A renamed
function needs the old findings themselves; see `gardener.checking.diffing`.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from gardener.core.finding import Finding

Key = tuple[str, str, str, str]

# How far equal findings may have shifted and still be recognised: in their own file, and when the file moved too.
_ORDINALS_HERE = 32
_ORDINALS_MOVED = 4


def fingerprint_of(rule: str, path: str, scope: str, text: str, ordinal: int) -> str:
    """32 hex digits that identify one finding."""
    value = json.dumps([rule, path, scope, text, ordinal], separators=(",", ":"))
    return hashlib.sha256(value.encode("ascii")).hexdigest()[:32]


def order(finding: Finding) -> tuple[str, int, int, str, str]:
    """Sorts findings by path, position, rule and message."""
    return (finding.path, finding.span.start, finding.span.end, finding.rule, finding.message)


def assign(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings in file order, each with its fingerprint. Wants all raw findings of a file at once."""
    return tuple(
        replace(finding, fingerprint=fingerprint_of(*_key(finding), ordinal))
        for finding, ordinal in _with_ordinals(sorted(findings, key=order))
    )


def under_path(findings: Sequence[Finding], path: str) -> list[str]:
    """The fingerprints that the findings of one file, in file order, would have if the file were called `path`."""
    return [
        fingerprint_of(finding.rule, path, finding.scope, finding.text, ordinal)
        for finding, ordinal in _with_ordinals(findings)
    ]


def rematch(
    unclaimed: Mapping[str, tuple[str, str]],
    findings: Sequence[Finding],
    old_paths: Callable[[Finding], Iterable[str]],
) -> dict[str, str]:
    """Which unclaimed old fingerprint belongs to which new one, as new fingerprint -> old fingerprint.

    `unclaimed` maps old fingerprints to (rule, path), `findings` are those nobody knows yet, in file order, and
    `old_paths` says what the file of a finding may have been called before. Path and ordinal may have changed, scope
    and text must not. Each old fingerprint is given away once.
    """
    left = dict(unclaimed)
    worth = set(unclaimed.values())
    matched: dict[str, str] = {}
    for finding in findings:
        paths = [path for path in (*old_paths(finding), finding.path) if (finding.rule, path) in worth]
        old = next((old for old in _former(finding, paths) if old in left), None)
        if old is not None:
            del left[old]
            matched[finding.fingerprint] = old
    return matched


def _key(finding: Finding) -> Key:
    return (finding.rule, finding.path, finding.scope, finding.text)


def _with_ordinals(findings: Iterable[Finding]) -> Iterator[tuple[Finding, int]]:
    seen: Counter[Key] = Counter()
    for finding in findings:
        key = _key(finding)
        yield finding, seen[key]
        seen[key] += 1


def _former(finding: Finding, paths: Iterable[str]) -> Iterator[str]:
    for path in paths:
        for ordinal in range(_ORDINALS_HERE if path == finding.path else _ORDINALS_MOVED):
            yield fingerprint_of(finding.rule, path, finding.scope, finding.text, ordinal)
