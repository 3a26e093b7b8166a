"""The settings that a repository begins with: what to leave out, the gate, the areas that are graded."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from gardener.repo.toml_lines import spell

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gardener.gardening.adoption.survey import Survey

NETWORK_RULE = "network-call-without-timeout"


def settings_text(found: Survey, unparsable: Sequence[str], *, prefix: tuple[str, ...], quiet_tests: bool) -> str:
    """The settings as TOML, below the table `prefix` (none in a file of gardener's own).

    With `quiet_tests` calls without a timeout are left alone in tests.
    """
    blocks = [_top(found, unparsable, prefix)]
    named = [area for area in found.areas if area.globs != ("**",)]
    if named:
        rows = [f"{spell((area.name,))} = {_list(area.globs)}" for area in named]
        blocks.append("\n".join(["# The parts that are graded.", _header(prefix, "areas"), *rows]))
    if quiet_tests:
        reason = "# A test that hangs is stopped by whoever runs it."
        blocks += [
            f'{reason}\n{_header(prefix, "per-path", glob)}\nignore = ["{NETWORK_RULE}"]' for glob in found.tests
        ]
    return "\n\n".join(blocks) + "\n"


def _top(found: Survey, unparsable: Sequence[str], prefix: tuple[str, ...]) -> str:
    lines = [_header(prefix)] if prefix else []
    lines += [
        "# Globs as in .gitignore: what no rule looks at.",
        f"exclude = {_list(found.vendored)}",
        "# The gate: findings this grave or graver end a run with exit code 1.",
        'fail-on = "P2"',
    ]
    if found.python:
        lines += ["# The oldest Python that is supported.", f"python = {_text(found.python)}"]
    if unparsable:
        lines += ["# These could not be parsed, and need not be.", f"unparsable = {_list(unparsable)}"]
    return "\n".join(lines)


def _header(prefix: tuple[str, ...], *keys: str) -> str:
    return f"[{spell((*prefix, *keys))}]"


def _list(values: Sequence[str]) -> str:
    return "[" + ", ".join(map(_text, values)) + "]"


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
