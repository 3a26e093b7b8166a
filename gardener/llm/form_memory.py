"""Which form each endpoint took, kept between runs so that it is found out once."""

from __future__ import annotations

import json
import os
import tempfile
import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gardener.llm.form import DROPPABLE, LIMITS, RUNGS, Form

VERSION = 1


@dataclass(frozen=True, slots=True)
class Known:
    """A form that an endpoint took; `proven` once it has given the JSON that was asked for."""

    form: Form
    proven: bool = False


class FormMemory:
    """Forms by key, in memory and in a file. A file that cannot be read or written only costs requests."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._known = _read(path)

    def recall(self, key: str) -> Known | None:
        """The form that last worked."""
        with self._lock:
            return self._known.get(key)

    def learn(self, key: str, form: Form, *, proven: bool) -> None:
        """Remember a form that worked; what other runs have learnt meanwhile is kept."""
        with self._lock:
            before = self._known.get(key)
            known = Known(form, proven or (before is not None and before == Known(form, proven=True)))
            if before == known:
                return
            self._known = _read(self._path) | self._known | {key: known}
            if self._path is not None:
                with suppress(OSError):
                    _write(self._path, self._known)


def _read(path: Path | None) -> dict[str, Known]:
    if path is None:
        return {}
    try:
        data = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    entries = data.get("forms") if isinstance(data, dict) and data.get("version") == VERSION else None
    if not isinstance(entries, dict):
        return {}
    return {key: known for key, value in entries.items() if (known := _known(value)) is not None}


def _known(value: Any) -> Known | None:
    if not isinstance(value, dict) or value.get("rung") not in RUNGS or value.get("limit") not in LIMITS:
        return None
    names = value.get("without")
    if not isinstance(names, list) or not all(isinstance(name, str) and name in DROPPABLE for name in names):
        return None
    return Known(Form(value["rung"], frozenset(names), value["limit"]), proven=value.get("proven") is True)


def _write(path: Path, known: dict[str, Known]) -> None:
    entries = {
        key: {
            "rung": one.form.rung,
            "limit": one.form.limit,
            "without": sorted(one.form.without),
            "proven": one.proven,
        }
        for key, one in sorted(known.items())
    }
    text = json.dumps({"version": VERSION, "forms": entries}, indent=1) + "\n"
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with open(handle, "w", encoding="utf-8") as file:  # noqa: PTH123 - made by mkstemp
            file.write(text)
        os.replace(temporary, path)  # noqa: PTH105
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
