"""The table `issues` of the settings: which tracker keeps issues, how they are marked, and how many a run may touch."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from gardener.core.settings import IssueSettings
from gardener.repo.settings_keys import Problems, Unexpected, flag, kind, severity, string, strings
from gardener.repo.settings_review import count

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_TRACKER = re.compile(r"[a-z][a-z0-9-]*")
_PROJECT = re.compile(r"[\w.-]+(?:/[\w.-]+)*")
LONGEST_LABEL = 50


def tracker(value: Any) -> str:
    """The name of a tracker; whether there is one of that name is seen when it is used."""
    text = string(value)
    if not _TRACKER.fullmatch(text):
        raise Unexpected(f"the name of a tracker, such as folder, github or gitlab, not {kind(value)}")
    return text


def project(value: Any) -> str:
    """The path of a project."""
    text = string(value)
    if not _PROJECT.fullmatch(text) or {".", ".."} & set(text.split("/")):
        raise Unexpected(f'the path of a project, such as "acme/shop", not {kind(value)}')
    return text


def label(value: Any) -> str:
    """A label that every tracker can carry: printable, without commas, not too long."""
    text = string(value)
    if "," in text or not text.isprintable() or text != text.strip() or len(text) > LONGEST_LABEL:
        raise Unexpected(f"a label of at most {LONGEST_LABEL} characters without commas, not {kind(value)}")
    return text


def labels(value: Any) -> tuple[str, ...]:
    """A list of labels."""
    return tuple(dict.fromkeys(label(item) for item in strings(value)))


KEYS: Mapping[str, Callable[[Any], Any]] = {
    "tracker": tracker,
    "project": project,
    "label": label,
    "labels": labels,
    "creates": count,
    "updates": count,
    "closes": count,
    "min-severity": severity,
    "dashboard": flag,
}


def read_issues(table: Any, problems: Problems) -> IssueSettings:
    """The settings of the issues; what is wrong is added to `problems`."""
    if not isinstance(table, dict):
        problems.wrong(("issues",), f"a table, not {kind(table)}")
        return IssueSettings()
    values: dict[str, Any] = {}
    for written, value in table.items():
        keys, name = ("issues", written), written.replace("_", "-")
        if name not in KEYS:
            problems.unknown(keys, KEYS)
            continue
        try:
            values[name.replace("-", "_")] = KEYS[name](value)
        except Unexpected as expected:
            problems.wrong(keys, str(expected))
    return IssueSettings(**values)
