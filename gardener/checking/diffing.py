"""What is new against a base: findings whose fingerprints a run over the base versions did not give."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from gardener.checking.fingerprints import order, under_path

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from gardener.core.finding import Finding

Place = tuple[str, str, str]


def new_findings(
    current: Sequence[Finding],
    base: Iterable[Finding],
    renames: Mapping[str, str] | None = None,
    texts: Mapping[str, str] | None = None,
) -> tuple[Finding, ...]:
    """The findings of `current` that the base run does not have, in file order.

    Both sides are all raw findings of the compared files, with fingerprints. `renames` maps new to old paths.
    `texts` holds current texts by path: there, a finding also counts as known when only the definition around it was
    renamed, that is when an equal finding vanished together with the definition it stood in.
    """
    renames = renames or {}
    vanished = {finding.fingerprint: finding for finding in base}
    unknown: list[Finding] = []
    for path, findings in _by_path(current).items():
        for finding, old in zip(findings, under_path(findings, renames.get(path, path)), strict=True):
            if vanished.pop(old, None) is None:
                unknown.append(finding)
    orphans = _orphans(vanished.values(), renames, texts or {})
    return tuple(finding for finding in unknown if not _taken(orphans, (finding.rule, finding.path, finding.text)))


def defines(text: str, scope: str) -> bool:
    """True when the text still holds a function or class of the name that the scope ends in."""
    name = re.escape(scope.rpartition(".")[2])
    return re.search(rf"^[ \t\f]*(?:async[ \t]+)?(?:def|class)[ \t]+{name}\b", text, re.MULTILINE) is not None


def _by_path(findings: Iterable[Finding]) -> dict[str, list[Finding]]:
    grouped: defaultdict[str, list[Finding]] = defaultdict(list)
    for finding in sorted(findings, key=order):
        grouped[finding.path].append(finding)
    return dict(grouped)


def _orphans(vanished: Iterable[Finding], renames: Mapping[str, str], texts: Mapping[str, str]) -> dict[Place, int]:
    """How many findings, by rule, current path and text, lost the definition that they stood in."""
    now = {old: new for new, old in renames.items()}
    counted: defaultdict[Place, int] = defaultdict(int)
    for finding in vanished:
        path = now.get(finding.path, finding.path)
        if finding.scope and path in texts and not defines(texts[path], finding.scope):
            counted[finding.rule, path, finding.text] += 1
    return counted


def _taken(orphans: dict[Place, int], key: Place) -> bool:
    if orphans.get(key, 0) == 0:
        return False
    orphans[key] -= 1
    return True
