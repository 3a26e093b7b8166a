"""Bad and good code out of a range of commits: what its Python files were, and what they became."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gardener.core.errors import SourceError
from gardener.learning.smell_names import title_of_rule

if TYPE_CHECKING:
    from pathlib import Path

MOST_FILES = 50
_PYTHON = (".py", ".pyi")


@dataclass(frozen=True, slots=True)
class CodePair:
    """Bad code and the good one, as whole files; `path` is where the good one stands."""

    path: str
    before: str
    after: str


def pairs_from(root: Path, commits: str) -> tuple[list[CodePair], str, tuple[str, ...]]:
    """The Python files that changed in a range `A..B`, what its last commit says, and what was left out.

    Raises SourceError for what is no range and one without changed Python, RepoError for unknown commits.
    """
    from gardener.repo.git import commit_of, output

    old, dots, new = commits.partition("..")
    if not (old and dots and new) or new.startswith("."):
        raise SourceError(f"`{commits}` is no range of commits", hint="write it as A..B")
    both = [each for each in _changed(root, commit_of(root, old), commit_of(root, new)) if each[1].endswith(_PYTHON)]
    pairs: list[CodePair] = []
    for was, path in both[:MOST_FILES]:
        before, after = _blob(root, old, was), _blob(root, new, path)
        if before is not None and after is not None and before != after:
            pairs.append(CodePair(path, before, after))
    if not pairs:
        raise SourceError(f"no Python file changed in `{commits}`", hint="both commits must have the file, changed")
    subject = output(root, "log", "-1", "--format=%s", commit_of(root, new), "--").strip()
    left = len(both) - MOST_FILES
    notes = (f"{left} changed files are left out: the first {MOST_FILES} teach",) if left > 0 else ()
    return pairs, title_of_rule(subject) or "What the commits change", notes


def _changed(root: Path, old: str, new: str) -> list[tuple[str, str]]:
    """The old and the new path of every file that both commits have and that differs, in order."""
    from gardener.repo.git import output

    listed = output(root, "diff", "--no-ext-diff", "--no-relative", "--ignore-submodules=all", "--name-status", "-z",
        "-M", "--diff-filter=MR", old, new, "--")  # fmt: skip
    fields = iter(listed.split("\0"))
    found: list[tuple[str, str]] = []
    for letter in fields:
        if letter:
            was = next(fields)
            found.append((was, next(fields) if letter.startswith("R") else was))
    return sorted(found, key=lambda paths: paths[1])


def _blob(root: Path, ref: str, path: str) -> str | None:
    from gardener.repo.files import decode
    from gardener.repo.git import show

    data = show(root, ref, path)
    try:
        return None if data is None else decode(data).text
    except ValueError:
        return None
