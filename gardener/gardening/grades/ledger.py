"""`.gardener/scores.jsonl`: the grades of earlier nights, a line whenever something had changed.

    {"formula", "figures", "commit", "on": TIME OF COMMIT, "gardener", "rules": DIGEST, "areas": {NAME: AREA},
     "findings": {SEVERITY: COUNT}, "suppressed", "fired": {RULE: COUNT}, "clauses": {...},
     "debt": {"open": [IDS], "resolved": COUNT}}

where AREA is {"score", "grade", "caps", "measures": {DIMENSION: {"score", ...INPUTS}}, "guardrails": {BELIEF: TEXT}}.

Lines are only added, and kept from both sides of a merge: their order in the file means nothing. Whoever reads trends
uses the lines of one version of the formula.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from gardener.core.errors import ConfigError
from gardener.core.finding import SEVERITIES
from gardener.core.ledgers import records
from gardener.gardening.grades.formula import VERSION, digest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gardener.core.report import Report
    from gardener.core.tracker import TrackerRow
    from gardener.gardening.grades.gathering import Gathered
    from gardener.gardening.grades.records import AreaScore, Scores
    from gardener.repo.trees import Tree

PATH = ".gardener/scores.jsonl"
# What may differ between two records that say the same.
_CIRCUMSTANCES = ("commit", "on", "gardener")


@dataclass(frozen=True, slots=True)
class Night:
    """One line: when, and what was found. `content` is the whole of it, as JSON values."""

    on: str
    commit: str
    formula: int
    content: Mapping[str, Any] = field(default_factory=dict)

    def score(self, area: str) -> int | None:
        """The score that an area had."""
        found = self._table("areas").get(area)
        value = found.get("score") if isinstance(found, dict) else None
        return value if isinstance(value, int) else None

    def count(self, *keys: str) -> int:
        """A number in it, such as `count("findings", "P1")`; 0 where there is none."""
        value: Any = self.content
        for key in keys:
            value = value.get(key) if isinstance(value, dict) else None
        return value if isinstance(value, int) else 0

    @property
    def open_debt(self) -> frozenset[str]:
        """The rows of debt that were open, by id or mark."""
        found = self._table("debt").get("open")
        return frozenset(item for item in found if isinstance(item, str)) if isinstance(found, list) else frozenset()

    @property
    def same(self) -> str:
        """Equal for records that say the same."""
        rest = {key: value for key, value in self.content.items() if key not in _CIRCUMSTANCES}
        return json.dumps(rest, sort_keys=True)

    def _table(self, key: str) -> Mapping[str, Any]:
        found = self.content.get(key)
        return found if isinstance(found, dict) else {}


def read_nights(tree: Tree) -> tuple[Night, ...]:
    """All lines in the order of their commits, equal ones once. Raises ConfigError with file and line."""
    try:
        text = tree.read(PATH).decode("utf-8-sig")
    except OSError:
        return ()
    except UnicodeDecodeError:
        raise ConfigError("not valid UTF-8", at=PATH) from None
    found = {line_of(night): night for night in (_night(data, at) for at, data in records(text, at=PATH, hint=_HINT))}
    return tuple(sorted(found.values(), key=lambda night: night.on))


def night_of(scores: Scores, gathered: Gathered, report: Report) -> Night:
    """The record of a state of the repository."""
    evidence = gathered.evidence
    listed = [finding for finding in evidence.findings if finding.suppressed is None and finding.state != "shadow"]
    fired = Counter(finding.rule for finding in evidence.findings)
    content: dict[str, Any] = {
        "formula": VERSION,
        "figures": digest(),
        "commit": gathered.head.commit,
        "on": gathered.head.on,
        "gardener": report.version,
        "rules": _rules_digest(report),
        "areas": {area.area: _area(area) for area in scores.areas},
        "findings": {name: sum(one.severity == name for one in listed) for name in SEVERITIES},
        "suppressed": sum(finding.suppressed is not None for finding in evidence.findings),
        "fired": dict(sorted(fired.items())),
        "clauses": asdict(evidence.held.coverage) if evidence.held else {},
        "debt": _debt(gathered),
    }
    return Night(gathered.head.on, gathered.head.commit, VERSION, content)


def line_of(night: Night) -> str:
    """The line of a record, with its line end."""
    return json.dumps(night.content, ensure_ascii=False, separators=(", ", ": ")) + "\n"


def with_night(text: str, night: Night) -> str:
    """The ledger with one more line; what stood there keeps its bytes."""
    gap = "" if not text or text.endswith("\n") else "\n"
    return f"{text}{gap}{line_of(night)}"


def comparable(nights: tuple[Night, ...]) -> tuple[Night, ...]:
    """Those of this version of the formula."""
    return tuple(night for night in nights if night.formula == VERSION)


def series(nights: tuple[Night, ...], now: Night) -> tuple[Night, ...]:
    """The nights of this formula with the present one at the end, where it says something new."""
    known = comparable(nights)
    return known if known and known[-1].same == now.same else (*known, now)


def mark_of(row: TrackerRow) -> str:
    """What identifies a row of debt from night to night: its id, else a digest of its title."""
    return row.id or hashlib.sha256(row.title.encode("utf-8", "replace")).hexdigest()[:8]


_HINT = "delete the line"


def _night(data: Mapping[str, Any], at: str) -> Night:
    if not isinstance(data.get("formula"), int) or not isinstance(data.get("areas"), dict):
        raise ConfigError("this is no record of grades", at=at, hint=_HINT)
    return Night(str(data.get("on") or ""), str(data.get("commit") or ""), data["formula"], data)


def _area(area: AreaScore) -> dict[str, Any]:
    return {
        "score": area.score,
        "grade": area.grade,
        "caps": list(area.caps),
        "measures": {name: {"score": one.score, **one.inputs} for name, one in area.measures.items()},
        "guardrails": dict(area.guardrails),
    }


def _debt(gathered: Gathered) -> dict[str, Any]:
    tracker = gathered.evidence.tracker
    rows = tracker.rows if tracker else ()
    waiting = sorted({mark_of(row) for row in rows if row.status != "resolved"})
    return {"open": waiting, "resolved": sum(row.status == "resolved" for row in rows)}


def _rules_digest(report: Report) -> str:
    told = sorted((rule.id, rule.digest, rule.state, rule.severity) for rule in report.rules)
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:12]
