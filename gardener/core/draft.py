"""Issue drafts: what should be done about one rule in one area, in a form that any tracker can carry."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from gardener.core.finding import Severity

Kind = Literal["rule", "clause", "theme", "dashboard"]
Size = Literal["S", "M", "L"]

MOST_PLACES = 10


def issue_fingerprint(kind: Kind, subject: str, area: str) -> str:
    """16 hex digits that identify an issue: of its kind, the rule, clause or theme it is about, and the area."""
    value = json.dumps([kind, subject, area], separators=(",", ":"))
    return hashlib.sha256(value.encode("ascii")).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class DraftPlace:
    """A place in the code; `url` leads there for ever (empty where nobody serves the repository)."""

    path: str
    line: int
    end_line: int
    url: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """One issue to be: everything somebody (or some agent) needs who never saw the finding.

    `title` is stable: it holds no numbers and no dates. `belief` is an id and `quote` what it says. Of `count` places
    `places` are the first. `before` and `after` are a few lines of code, `verify` is a command for a shell, whose
    silence shows that the work is done, `silence` says how nobody is ever asked again. All texts are as found: whoever
    renders a draft makes them harmless.
    """

    kind: Kind
    subject: str
    area: str
    title: str
    ask: str
    severity: Severity = "P2"
    why: str = ""
    belief: str = ""
    quote: str = ""
    places: tuple[DraftPlace, ...] = ()
    count: int = 0
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    how: str = ""
    verify: str = ""
    provenance: str = ""
    done_when: tuple[str, ...] = ()
    silence: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()

    @property
    def fingerprint(self) -> str:
        """What the issue is known by."""
        return issue_fingerprint(self.kind, self.subject, self.area)

    @property
    def size(self) -> Size:
        """How much work it looks like, by the number of places."""
        return "S" if self.count <= 3 else "M" if self.count <= MOST_PLACES else "L"
