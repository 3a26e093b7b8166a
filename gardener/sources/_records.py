"""From a decoded JSON object to a record: every field has its type, or the record is refused with a reason."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, get_args

from gardener.core.errors import ConfigError
from gardener.core.feedback import AuthorKind, Feedback, Origin

if TYPE_CHECKING:
    from collections.abc import Mapping

_ORIGINS = frozenset(get_args(Origin))
_KINDS = frozenset(get_args(AuthorKind))
_TEXTS = ("url", "pr", "author", "association", "created_at", "path")
_CODE = ("before", "after", "before_file", "after_file")
LONGEST_BODY = 256 * 1024
LONGEST_CODE = 4 * 1024 * 1024


class WrongRecord(ValueError):
    """A record that cannot be used; the message says why."""


def feedback_from(data: Any) -> Feedback:
    """The record of a decoded object. Raises WrongRecord for a missing `id` or `body`, or a value of the wrong type.

    What is only too long to be of use is cut (`body`) or left out (code). Unknown fields are ignored: other tools may
    add theirs.
    """
    if not isinstance(data, dict):
        raise WrongRecord("no JSON object")
    texts = {name: _text(data, name) for name in _TEXTS}
    texts["created_at"] = moment(texts["created_at"])
    code = {name: _code(data, name) for name in _CODE}
    return Feedback(
        id=_required(data, "id"),
        source=_choice(data, "source", _ORIGINS, "jsonl"),
        body=_required(data, "body")[:LONGEST_BODY],
        author_kind=_choice(data, "author_kind", _KINDS, "human"),
        line=_line(data),
        resolved=_resolved(data),
        **texts,
        before=code["before"],
        after=code["after"],
        before_file=code["before_file"],
        after_file=code["after_file"],
    )


def moment(text: str) -> str:
    """A date or time in the one form that sorts: UTC to the second, `2026-01-31T08:00:00Z`.

    Empty for an empty text. Raises WrongRecord for what is no date.
    """
    if not text:
        return ""
    try:
        parsed = datetime.fromisoformat(text)
        aware = parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed.astimezone(UTC)
    except (ValueError, OverflowError):
        raise WrongRecord("`created_at` is no ISO 8601 date") from None
    return aware.strftime("%Y-%m-%dT%H:%M:%SZ")


def start_of(since: str) -> str:
    """A user's date in the form of `moment`. Raises ConfigError for what is none."""
    try:
        return moment(since.strip())
    except WrongRecord:
        raise ConfigError(f"`{since}` is no date", hint="write 2026-01-31") from None


def _required(data: Mapping[str, Any], name: str) -> str:
    value = data.get(name)
    if value is None:
        raise WrongRecord(f"`{name}` is missing")
    # Numbers serve as ids in many exports.
    if name == "id" and isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str):
        raise WrongRecord(f"`{name}` is no text")
    if not value.strip():
        raise WrongRecord(f"`{name}` is empty")
    return _clean(value)


def _text(data: Mapping[str, Any], name: str) -> str:
    value = data.get(name)
    if value is None:
        return ""
    if name == "pr" and isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str):
        raise WrongRecord(f"`{name}` is no text")
    return _clean(value)


def _code(data: Mapping[str, Any], name: str) -> str | None:
    value = data.get(name)
    if value is not None and not isinstance(value, str):
        raise WrongRecord(f"`{name}` is no text")
    # What holds a null byte is no source code.
    return None if value is None or len(value) > LONGEST_CODE or "\0" in value else _sound(value)


def _line(data: Mapping[str, Any]) -> int:
    value = data.get("line")
    if value is None:
        return 0
    if isinstance(value, bool) or not isinstance(value, int):
        raise WrongRecord("`line` is no number")
    return max(value, 0)


def _resolved(data: Mapping[str, Any]) -> bool | None:
    value = data.get("resolved")
    if value is not None and not isinstance(value, bool):
        raise WrongRecord("`resolved` is neither true, false nor null")
    return value


def _choice(data: Mapping[str, Any], name: str, known: frozenset[Any], default: str) -> Any:
    value = data.get(name)
    if value is None:
        return default
    if not isinstance(value, str) or value not in known:
        raise WrongRecord(f"`{name}` is none of {', '.join(sorted(known))}")
    return value


def _clean(text: str) -> str:
    return _sound(text).replace("\0", "")


def _sound(text: str) -> str:
    """The text without halves of surrogate pairs, which JSON can spell and UTF-8 cannot."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()
