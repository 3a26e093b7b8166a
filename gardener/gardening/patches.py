"""Patches: fixes as unified diffs that git applies, and the folder that they are put into."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gardener.core.edits import apply_edits, fits, merge
from gardener.core.errors import RepoError
from gardener.core.lines import split_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from gardener.core.finding import Edit, Finding
    from gardener.gardening.night import Tended
    from gardener.repo.trees import Tree

DRAFTS = ".gardener/drafts"
_OURS = re.compile(r"garden-[\w.-]+\.patch")
_PLAIN_PATH = re.compile(r"[\w./+@=-]+")


@dataclass(frozen=True, slots=True)
class Patch:
    """A diff, and how many fixes are in it."""

    text: str
    fixes: int


@dataclass(frozen=True, slots=True)
class Placed:
    """Whether patches were put anywhere, and which files that changed."""

    written: bool = False
    changes: tuple[str, ...] = ()


def patch_of(tree: Tree, findings: Iterable[Finding], most_lines: int) -> Patch | None:
    """The fixes of findings, file by file as long as they fit, as one diff; None when nothing fits.

    Files whose bytes are no plain UTF-8 with line feeds are left out: a diff could not name their lines.
    """
    by_path: dict[str, list[Finding]] = {}
    for finding in findings:
        by_path.setdefault(finding.path, []).append(finding)
    parts: list[str] = []
    fixes = room = 0
    for path, some in sorted(by_path.items()):
        text = _text(tree, path)
        if text is None:
            continue
        edits, count = _together(some, len(text))
        part, lines = _diff(path, text, apply_edits(text, edits))
        if count and lines and room + lines <= most_lines and _parses(path, apply_edits(text, edits)):
            parts.append(part)
            fixes, room = fixes + count, room + lines
    return Patch("".join(parts), fixes) if parts else None


def place_patches(tended: Tended) -> Placed:
    """Write tonight's patches into the folder of the report, else with `--apply` among the drafts.

    Patches of earlier nights that are none tonight are removed there. Raises RepoError.
    """
    request = tended.request
    if request.folder is None and not request.apply:
        return Placed()
    folder = request.root / DRAFTS if request.folder is None else request.folder / "patches"
    try:
        changes = _placed(folder, dict(tended.patches))
    except OSError as error:
        raise RepoError(f"cannot be written: {error.strerror}", at=str(folder)) from error
    # What stands beside the report is part of it, and no change of the repository.
    told = () if request.folder is not None else tuple(f"{did} {DRAFTS}/{name}" for did, name in changes)
    return Placed(written=True, changes=told)


def _placed(folder: Path, patches: dict[str, str]) -> list[tuple[str, str]]:
    from gardener.repo.files import write_atomic

    changes: list[tuple[str, str]] = []
    if patches:
        folder.mkdir(parents=True, exist_ok=True)
    for name, text in patches.items():
        file = folder / name
        if not file.exists() or file.read_bytes() != text.encode():
            write_atomic(file, text.encode())
            changes.append(("wrote", name))
    for file in sorted(folder.glob("garden-*.patch")) if folder.is_dir() else ():
        if file.name not in patches and _OURS.fullmatch(file.name) and file.is_file():
            file.unlink()
            changes.append(("removed", file.name))
    return changes


def _text(tree: Tree, path: str) -> str | None:
    try:
        data = tree.read(path)
        text = data.decode("utf-8")
    except (OSError, UnicodeDecodeError):
        return None
    plain = _PLAIN_PATH.fullmatch(path) and "\r" not in text and not text.startswith("\ufeff") and "\0" not in text
    return text if plain else None


def _together(findings: Sequence[Finding], size: int) -> tuple[list[Edit], int]:
    """The edits of all findings that do not touch each other, the first ones first."""
    edits: list[Edit] = []
    count = 0
    for finding in sorted(findings, key=lambda one: one.span.start):
        own = list(finding.fix.edits) if finding.fix else []
        merged = merge(edits, own) if own and fits(own, size) else None
        if merged is not None:
            edits, count = list(merged), count + 1
    return edits, count


def _parses(path: str, text: str) -> bool:
    from gardener.checking.fixing import parses_as_python

    return not path.endswith((".py", ".pyi")) or parses_as_python(text)


def _diff(path: str, before: str, after: str) -> tuple[str, int]:
    """A unified diff as git reads it, and how many lines it takes away and adds."""
    lines: list[str] = []
    changed = 0
    rows = difflib.unified_diff(list(split_lines(before)), list(split_lines(after)), f"a/{path}", f"b/{path}")
    for row in rows:
        ended = row.endswith("\n")
        lines.append(row if ended else f"{row}\n\\ No newline at end of file\n")
        changed += row.startswith(("+", "-")) and not row.startswith(("+++ b/", "--- a/"))
    return "".join(lines), changed
