"""JSON out of what a model wrote around it."""

from __future__ import annotations

import json
import math
import re
from typing import Any

MOST_CHARACTERS = 4_000_000
DEEPEST = 64
_MOST_STARTS = 1_000
_START = re.compile(r"[{\[]")


def extract_json(text: str) -> Any | None:
    """The object or array that a text is or contains; the longest of several. None when there is none.

    Fences, prose and the thoughts of a reasoning model around it do not matter. What is longer than 4 million
    characters or deeper than 64 levels, and numbers no machine has, are none. Half a surrogate pair, which no file
    holds, becomes a question mark. The time taken is linear in the size.
    """
    if len(text) > MOST_CHARACTERS:
        return None
    found = _found(text)
    return _writable(found) if "\\ud" in text.lower() else found


def _found(text: str) -> Any | None:
    # Only at the start: an answer may quote code that holds the tag.
    if text.lstrip().startswith("<think>"):
        found = _longest(text.partition("</think>")[2])
        if found is not None:
            return found
    return _longest(text)


def _longest(text: str) -> Any | None:
    decoder = json.JSONDecoder(parse_constant=_refuse, parse_float=_finite)
    best: Any = None
    best_size = position = 0
    effort = 3 * len(text) + 1_000
    for _ in range(_MOST_STARTS):
        match = _START.search(text, position)
        if match is None or effort < 0:
            break
        start = match.start()
        try:
            value, position = decoder.raw_decode(text, start)
        except json.JSONDecodeError as error:
            effort -= error.pos - start
            position = start + 1
        except (ValueError, RecursionError):
            effort -= DEEPEST
            position = start + 1
        else:
            if position - start > best_size and _is_shallow(value):
                best, best_size = value, position - start
    return best


def _refuse(name: str) -> float:
    raise ValueError(name)


def _finite(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise ValueError(digits)
    return value


def _writable(value: Any) -> Any:
    if isinstance(value, dict):
        return {_writable(name): _writable(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_writable(inner) for inner in value]
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value


def _is_shallow(value: Any) -> bool:
    level = [value]
    for _ in range(DEEPEST):
        level = [
            inner
            for outer in level
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(inner, dict | list)
        ]
        if not level:
            return True
    return False
