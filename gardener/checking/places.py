"""On which line of a TOML text a key stands, so that messages can point at it."""

from __future__ import annotations

import re

_KEY = re.compile(r"""^[ \t]*(?:(\[\[?)[ \t]*)?(["']?)([A-Za-z0-9_-]+)\2[ \t]*[.=\]]""")


class KeyPlaces:
    """The lines of the keys in a TOML text that starts on line `first` of the file `path`."""

    def __init__(self, text: str, path: str, first: int) -> None:
        self._path = path
        self._first = first
        self._keys: dict[str, int] = {}
        self._entries: list[tuple[int, dict[str, int]]] = []
        keys = self._keys
        for number, line in enumerate(re.split(r"\r\n?|\n", text)):
            found = _KEY.match(line)
            if found is None:
                continue
            if found[1] == "[[":
                keys = {}
                self._entries.append((number, keys))
            elif found[1] == "[":
                keys = self._keys
            keys.setdefault(found[3], number)

    def at(self, key: str, entry: int | None = None) -> str:
        """`file:line` of `key`, first looked for in the array table number `entry`; else the text's first line."""
        number = 0
        if entry is not None and entry < len(self._entries):
            start, keys = self._entries[entry]
            number = keys.get(key, self._keys.get(key, start))
        else:
            number = self._keys.get(key, 0)
        return f"{self._path}:{self._first + number}"
