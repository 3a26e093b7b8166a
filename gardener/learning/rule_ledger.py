"""`.gardener/rules.jsonl`: what people decided about rules, one line for each decision, never rewritten.

    {"on": DATE, "event": "accepted|rejected", "rule": ID, "theme": ID, "from": STATE|null,
     "to": STATE|null, "reason": TEXT, "evidence": COUNT, "digest": HEX}

Lines are added at the end and kept from both sides of a merge: twice the same line is one decision, and their order in
the file means nothing.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, cast, get_args

from gardener.core.errors import ConfigError
from gardener.core.ledgers import records

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from gardener.repo.trees import Tree

PATH = ".gardener/rules.jsonl"

Kind = Literal["accepted", "rejected"]


@dataclass(frozen=True, slots=True, order=True)
class Event:
    """One decision. `rule` or `theme` may be empty, not both; `evidence` is how many comments there were then."""

    on: str
    event: Kind
    rule: str = ""
    theme: str = ""
    before: str | None = None
    after: str | None = None
    reason: str = ""
    evidence: int = 0
    digest: str = ""


def read_events(tree: Tree) -> tuple[Event, ...]:
    """All decisions in order of their dates; none where there is no ledger. Raises ConfigError with file and line."""
    try:
        text = tree.read(PATH).decode("utf-8-sig")
    except OSError:
        return ()
    except UnicodeDecodeError:
        raise ConfigError("not valid UTF-8", at=PATH) from None
    found = {_event(record, at) for at, record in records(text, at=PATH, hint="delete the line")}
    return tuple(sorted(found, key=_order))


def with_event(text: str, event: Event) -> str:
    """The ledger with one more line; what stood there keeps its bytes."""
    gap = "" if not text or text.endswith("\n") else "\n"
    return f"{text}{gap}{line_of(event)}"


def line_of(event: Event) -> str:
    """The line of a decision, with its line end."""
    fields = {
        "on": event.on,
        "event": event.event,
        "rule": event.rule,
        "theme": event.theme,
        "from": event.before,
        "to": event.after,
        "reason": event.reason,
        "evidence": event.evidence,
        "digest": event.digest,
    }
    return json.dumps(fields, ensure_ascii=False) + "\n"


def rejection_of(events: Iterable[Event], theme: str, evidence: int) -> Event | None:
    """The decision that keeps a theme from being proposed again, until there is twice as much evidence as there was.

    Where nobody counted it, the theme stays rejected.
    """
    about = [event for event in events if event.theme == theme]
    last = max(about, key=_order, default=None)
    if last is None or last.event != "rejected" or 0 < 2 * last.evidence <= evidence:
        return None
    return last


def _order(event: Event) -> tuple[str, ...]:
    return (event.on, event.event, event.rule, event.theme, event.before or "", event.after or "", event.reason)


def _event(record: Mapping[str, Any], at: str) -> Event:
    texts = {name: record.get(name) or "" for name in ("on", "rule", "theme", "reason", "digest")}
    wrong = [name for name, value in texts.items() if not isinstance(value, str)]
    if wrong or record.get("event") not in get_args(Kind) or not (texts["rule"] or texts["theme"]):
        raise ConfigError("this is no decision about a rule", at=at, hint="delete the line")
    count = record.get("evidence")
    return Event(
        texts["on"],
        cast("Kind", record["event"]),
        texts["rule"],
        texts["theme"],
        _state(record.get("from")),
        _state(record.get("to")),
        texts["reason"],
        count if isinstance(count, int) else 0,
        texts["digest"],
    )


def _state(value: object) -> str | None:
    return value if isinstance(value, str) else None
