"""Documents: how many of the documents about an area say nothing that is wrong."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from gardener.gardening.grades.formula import minutes_for
from gardener.gardening.grades.records import Action, Measure

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from gardener.core.finding import Finding
    from gardener.gardening.grades.records import Evidence, Part

TITLE = "Docs"


def measure(part: Part, evidence: Evidence) -> Measure:
    """Documents without an open finding are sound; those with notes alone are half so."""
    found = _by_document(part, evidence)
    noted = sum(all(map(_is_note, some)) for some in found.values())
    inputs = {"documents": len(part.documents), "sound": len(part.documents) - len(found), "noted": noted}
    return Measure(score(inputs), inputs)


def score(inputs: Mapping[str, int]) -> int | None:
    """The share of sound documents; None where no document is about the area."""
    if not inputs["documents"]:
        return None
    return (100 * inputs["sound"] + 50 * inputs["noted"]) // inputs["documents"]


def actions(part: Part, evidence: Evidence) -> Iterator[Action]:
    """Put one document right."""
    now = measure(part, evidence)
    for path, some in sorted(_by_document(part, evidence).items()):
        noted = now.inputs["noted"] - all(map(_is_note, some))
        after = {**now.inputs, "sound": now.inputs["sound"] + 1, "noted": noted}
        number = "what is" if len(some) == 1 else f"the {len(some)} things that are"
        yield Action(part.name, "documents", f"put right {number} wrong in {path}", sum(map(minutes_for, some)), after)


def _by_document(part: Part, evidence: Evidence) -> dict[str, list[Finding]]:
    found: defaultdict[str, list[Finding]] = defaultdict(list)
    for finding in evidence.findings:
        if finding.path in part.documents and finding.suppressed is None and finding.state != "shadow":
            found[finding.path].append(finding)
    return found


def _is_note(finding: Finding) -> bool:
    return finding.severity == "P3" or finding.certainty == "maybe"
