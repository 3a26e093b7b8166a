"""On which line of a TOML text a key stands: `tomllib` does not say, and an error message should."""

from __future__ import annotations

import json
import re
import tomllib
from typing import Any

_BARE = r"""(?:"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|[\w-]+)"""
_KEYS = rf"{_BARE}(?:[ \t]*\.[ \t]*{_BARE})*"
_HEADER = re.compile(rf"[ \t]*\[\[?[ \t]*({_KEYS})[ \t]*\]")
_PAIR = re.compile(rf"[ \t]*({_KEYS})[ \t]*=")

Keys = tuple[str, ...]


def line_of(text: str, keys: Keys) -> int:
    """The 1-based line of a key, or of the nearest table around it; 1 when nothing of it can be found."""
    lines = key_lines(text)
    for length in range(len(keys), 0, -1):
        if keys[:length] in lines:
            return lines[keys[:length]]
    return 1


def key_lines(text: str) -> dict[Keys, int]:
    """The first line of every key and table that is written at the start of a line."""
    lines: dict[Keys, int] = {}
    table: Keys = ()
    for number, line in enumerate(text.split("\n"), 1):
        if header := _HEADER.match(line):
            table = _parts(header[1])
            found = table
        elif pair := _PAIR.match(line):
            found = (*table, *_parts(pair[1]))
        else:
            continue
        for length in range(1, len(found) + 1):
            lines.setdefault(found[:length], number)
    return lines


def _parts(dotted: str) -> Keys:
    try:
        node: Any = tomllib.loads(f"{dotted} = 0")
    except tomllib.TOMLDecodeError:
        return ()
    parts: list[str] = []
    while isinstance(node, dict):
        key, node = next(iter(node.items()))
        parts.append(key)
    return tuple(parts)


def spell(keys: Keys) -> str:
    """Keys as TOML writes them: dotted, quoted where needed."""
    return ".".join(key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else _quoted(key) for key in keys)


def _quoted(key: str) -> str:
    return json.dumps(key, ensure_ascii=False).replace("\x7f", "\\u007f")
