"""Findings of a review that people acted on: violations once, and found to hold after the code changed."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from gardener.core.errors import ConfigError
from gardener.core.feedback import Feedback, Skipped
from gardener.core.ledgers import records
from gardener.sources._records import WrongRecord, moment

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

FOLDER = ".gardener/verdicts"

_TEXTS = ("clause", "path", "unit", "unit_hash", "verdict", "date")


def accepted(root: Path, since: str) -> tuple[list[Feedback], list[Skipped]]:
    """The findings among the stored verdicts that were followed by a change, and the lines that cannot be used.

    A model said them, so they never carry a theme; that somebody changed the code makes them evidence for one.
    """
    skipped: list[Skipped] = []
    judged: dict[tuple[str, str, str], list[Mapping[str, Any]]] = {}
    for row in _rows(root, skipped):
        judged.setdefault((row["clause"], row["path"], row["unit"]), []).append(row)
    found: dict[str, Feedback] = {}
    for key in sorted(judged):
        for row in judged[key]:
            if _was_acted_on(row, judged[key]) and row["date"] >= since:
                each = _feedback(row)
                found[each.id] = each
    return list(found.values()), skipped


def _rows(root: Path, skipped: list[Skipped]) -> Iterator[Mapping[str, Any]]:
    for file in sorted((root / FOLDER).glob("*.jsonl")):
        at = f"{FOLDER}/{file.name}"
        try:
            text = file.read_bytes().decode("utf-8-sig", "replace")
        except OSError as error:
            skipped.append(Skipped(at, error.strerror or str(error)))
            continue
        for number, line in enumerate(text.replace("\r\n", "\n").split("\n"), start=1):
            try:
                yield from (_checked(row) for _, row in records(line, at=at))
            except (ConfigError, WrongRecord) as error:
                reason = error.message if isinstance(error, ConfigError) else str(error)
                skipped.append(Skipped(f"{at}:{number}", reason))


def _checked(row: Mapping[str, Any]) -> Mapping[str, Any]:
    wrong = [name for name in _TEXTS if not isinstance(row.get(name), str)]
    if wrong:
        raise WrongRecord(f"{' and '.join(wrong)} missing or no text")
    return {**row, "date": moment(row["date"])}


def _was_acted_on(row: Mapping[str, Any], others: Sequence[Mapping[str, Any]]) -> bool:
    """True where other code in the same place was found to hold later, and no refuter disagreed with the finding."""
    return (
        row["verdict"] == "violation"
        and row.get("verified") is not False
        and any(
            other["verdict"] == "ok" and other["date"] > row["date"] and other["unit_hash"] != row["unit_hash"]
            for other in others
        )
    )


def _feedback(row: Mapping[str, Any]) -> Feedback:
    identity = json.dumps([row["clause"], row["path"], row["unit"], row["unit_hash"]])
    quote, message = row.get("code_quote"), row.get("message")
    return Feedback(
        id=f"review-{hashlib.sha256(identity.encode('utf-8', 'replace')).hexdigest()[:16]}",
        source="review",
        body=message if isinstance(message, str) and message.strip() else f"breaks `{row['clause']}`",
        author="review",
        author_kind="bot",
        created_at=row["date"],
        path=row["path"],
        resolved=True,
        before=quote if isinstance(quote, str) and quote.strip() else None,
    )
