"""What all of ruff's rules say about code that stands in no repository, and about the repository as it is.

The project's configuration is asked for what changes the meaning of rules (the oldest Python, the line length), and is
otherwise left alone: rules that are off are tried like those that are on.
"""

from __future__ import annotations

import json
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gardener.repo.ruff import answer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_ROW = re.compile(r"(.+?):(\d+):\d+: (?:([A-Z]+\d+)(?= )|([a-z0-9-]+)(?=: ))")
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,80}\.pyi?")
_CHECK = ("check", "--output-format=concise", "--no-fix", "--exit-zero", "--quiet", "--no-cache")

Fired = dict[str, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class RuffRule:
    """One of ruff's rules: its code, name, one-line summary, documentation, and whether it is still a preview."""

    code: str
    name: str
    summary: str
    text: str
    preview: bool = False
    fixable: bool = False


def known_rules(root: Path) -> Mapping[str, RuffRule]:
    """Every rule of the ruff that would run in `root`, by code; none where there is no ruff."""
    shown = answer(["rule", "--all", "--output-format=json"], root)
    try:
        rows = json.loads(shown or "[]")
    except ValueError:
        return {}
    return {row["code"]: _rule(row) for row in rows if isinstance(row.get("code"), str)}


def codes_fired(texts: Iterable[tuple[str, str]], root: Path, rules: Mapping[str, RuffRule]) -> list[Fired] | None:
    """For each (path, text), taken for a file of the project in `root`, the lines on which each code fires.

    All of it takes one run of ruff, on a temporary folder; `rules` are the known ones. None when there is no ruff, or
    it fails.
    """
    written = list(texts)
    found: list[dict[str, list[int]]] = [{} for _ in written]
    with tempfile.TemporaryDirectory(prefix="gardener-") as made:
        folder = Path(made)
        for number, (path, text) in enumerate(written):
            place = folder / str(number)
            place.mkdir()
            (place / _name(path)).write_bytes(text.encode("utf-8", "replace"))
        options = ["--isolated", "--preview", "--select=ALL", "--no-respect-gitignore", *_dialect(root)]
        shown = answer([*_CHECK, *options, "--", "."], folder)
    if shown is None:
        return None
    for path, line, code in _rows(shown, rules):
        found[int(path.split("/")[0])].setdefault(code, []).append(line)
    return [{code: tuple(lines) for code, lines in each.items()} for each in found]


def places_fired(
    root: Path, codes: Iterable[str], rules: Mapping[str, RuffRule]
) -> dict[str, dict[str, tuple[int, ...]]]:
    """Where each code would fire in the project in `root`, by code and path, with the project's own excludes."""
    chosen = sorted(set(codes))
    if not chosen:
        return {}
    shown = answer([*_CHECK, "--preview", "--force-exclude", f"--select={','.join(chosen)}", "--", "."], root)
    found: dict[str, dict[str, list[int]]] = {}
    for path, line, code in _rows(shown or "", rules):
        if code in chosen:
            found.setdefault(code, {}).setdefault(path, []).append(line)
    return {code: {path: tuple(lines) for path, lines in paths.items()} for code, paths in found.items()}


def _rule(row: Mapping[str, object]) -> RuffRule:
    text, status = str(row.get("explanation") or ""), row.get("status")
    preview = bool(row.get("preview")) or (isinstance(status, dict) and "Preview" in status)
    fixable = str(row.get("fix_availability") or "None") != "None"
    return RuffRule(str(row["code"]), str(row["name"]), str(row.get("summary") or ""), text, preview, fixable)


def _name(path: str) -> str:
    """The file's own name, which some rules look at, where it can do no harm."""
    name = path.rpartition("/")[2]
    return name if _NAME.fullmatch(name) else "example.py"


def _dialect(root: Path) -> list[str]:
    """The options that make ruff read code as it reads that of the project."""
    shown = answer(["check", "--show-settings", "--quiet", "--", "."], root) or ""
    version = re.search(r"^linter\.unresolved_target_version = (\d)\.(\d+)$", shown, re.MULTILINE)
    length = re.search(r"^linter\.line_length = (\d+)$", shown, re.MULTILINE)
    options = [f"--target-version=py{version[1]}{version[2]}"] if version else []
    return [*options, f"--config=line-length={length[1]}"] if length else options


def _rows(shown: str, rules: Mapping[str, RuffRule]) -> Iterator[tuple[str, int, str]]:
    """Path, line and code of what ruff printed; with its previews on, it prints the names of rules."""
    codes = {rule.name: code for code, rule in rules.items()}
    for line in shown.split("\n"):
        match = _ROW.match(line)
        code = (match[3] or codes.get(match[4])) if match else None
        if match and code:
            yield match[1].replace("\\", "/").removeprefix("./"), int(match[2]), code
