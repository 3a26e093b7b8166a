"""Findings of other tools that failed a build, from their SARIF reports."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from gardener.core.errors import SourceError
from gardener.core.feedback import Batch, Feedback, Skipped
from gardener.sources._records import WrongRecord, feedback_from, start_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

LARGEST_FILE = 64 * 1024 * 1024
_FAILING = frozenset({"error", "warning"})


def read(place: str, root: Path, since: str = "", cursor: str = "") -> Iterator[Batch]:  # noqa: ARG001 - read anew
    """The results in the file `place` that are no mere notes and that nobody suppressed; a program said them.

    Raises SourceError for a file that cannot be read or is no SARIF.
    """
    start = start_of(since)
    path = root / place
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise SourceError(f"`{place}` is larger than {LARGEST_FILE} bytes")
        data = json.loads(path.read_bytes())
    except OSError as error:
        raise SourceError(f"`{place}` cannot be read: {error.strerror or error}") from error
    except (ValueError, RecursionError):
        raise SourceError(f"`{place}` is no JSON") from None
    runs = data.get("runs") if isinstance(data, dict) else None
    if not isinstance(runs, list):
        raise SourceError(f"`{place}` is no SARIF: it has no `runs`")
    for number, run in enumerate(runs):
        yield _batch(f"{place}: run {number + 1}", run, start)


def _batch(at: str, run: Any, since: str) -> Batch:
    found: dict[str, Feedback] = {}
    skipped: list[Skipped] = []
    try:
        tool = run["tool"]["driver"]["name"]
        results = list(enumerate(run.get("results") or ()))
        date = ((run.get("invocations") or [{}])[0] or {}).get("endTimeUtc") or ""
    except (KeyError, TypeError, AttributeError, IndexError):
        return Batch(skipped=(Skipped(at, "no run of a tool"),))
    for number, result in results:
        try:
            if _counts(result):
                each = _feedback(tool, result, date)
                if not each.created_at or each.created_at >= since:
                    found[each.id] = each
        except (WrongRecord, KeyError, TypeError, AttributeError, IndexError) as error:
            reason = str(error) if isinstance(error, WrongRecord) else "a field is missing or of the wrong type"
            skipped.append(Skipped(f"{at}, result {number + 1}", reason))
    return Batch(tuple(found.values()), skipped=tuple(skipped))


def _counts(result: Mapping[str, Any]) -> bool:
    return result.get("level", "warning") in _FAILING and not result.get("suppressions")


def _feedback(tool: str, result: Mapping[str, Any], date: str) -> Feedback:
    place = ((result.get("locations") or [{}])[0] or {}).get("physicalLocation") or {}
    path = (place.get("artifactLocation") or {}).get("uri") or ""
    region = place.get("region") or {}
    rule = result.get("ruleId") or (result.get("rule") or {}).get("id") or ""
    text = result["message"]["text"]
    prints = result.get("partialFingerprints") or {}
    identity = json.dumps([tool, rule, path, prints or [region.get("startLine"), text]], sort_keys=True)
    return feedback_from(
        {
            "id": f"sarif-{hashlib.sha256(identity.encode('utf-8', 'replace')).hexdigest()[:16]}",
            "source": "sarif",
            "body": f"`{rule}`: {text}" if rule else text,
            "author": tool,
            "author_kind": "bot",
            "created_at": date or None,
            "path": path,
            "line": region.get("startLine"),
            "before": (region.get("snippet") or {}).get("text"),
        }
    )
