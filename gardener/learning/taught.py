"""Teaching: bad and good code, side by side, as the theme that one person has in mind."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gardener.core.errors import SourceError
from gardener.core.feedback import Evidence, Feedback, Theme
from gardener.learning.commit_pairs import CodePair, pairs_from
from gardener.learning.smell_names import title_of_rule

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from gardener.learning.ground import Ground


@dataclass(frozen=True, slots=True)
class Lesson:
    """What is taught, the ground it is for, and what was left out of it."""

    theme: Theme
    ground: Ground
    notes: tuple[str, ...] = ()


def taught(files: Sequence[tuple[str, str]], commits: str, cwd: Path, ground: Ground) -> Lesson:
    """The lesson of (bad, good) files, or of the Python files that changed in a range of commits.

    A theme is named by the comment that the first bad file begins with, else by the last commit or the file. There is
    no limit on hits, as whoever teaches looks at them, and the files that teach are not looked at.

    Raises SourceError for a file that cannot be read and a range without changed Python, RepoError for unknown commits.
    """
    if commits:
        pairs, named, notes = pairs_from(ground.root, commits)
        return Lesson(_theme(pairs, named), replace(ground, most_hits=None), notes)
    pairs = [CodePair(bad, _text(cwd, bad), _text(cwd, good)) for bad, good in files]
    teaching = {(cwd / name).resolve() for pair in files for name in pair}
    python = tuple(path for path in ground.python if (ground.root / path).resolve() not in teaching)
    named = f"Code as in {files[0][0].rpartition('/')[2]}"
    return Lesson(_theme(pairs, named), replace(ground, python=python, most_hits=None))


def _theme(pairs: Sequence[CodePair], named: str) -> Theme:
    title = _said(pairs[0].before) or named
    evidence = tuple(_evidence(number, pair, title) for number, pair in enumerate(pairs, 1))
    digest = hashlib.sha256("\0".join(pair.before for pair in pairs).encode("utf-8", "replace")).hexdigest()
    return Theme(f"T{digest[:8]}", title, evidence)


def _evidence(number: int, pair: CodePair, title: str) -> Evidence:
    said = _said(pair.before) or title
    feedback = Feedback(
        f"taught-{number}", "jsonl", said, pr=str(number), path=pair.path,
        before_file=pair.before, after_file=pair.after,
    )  # fmt: skip
    return Evidence(feedback, said, before=pair.before, after=pair.after, tier="T2", fate="addressed")


def _text(cwd: Path, name: str) -> str:
    from gardener.repo.files import decode

    try:
        return decode((cwd / name).read_bytes()).text
    except OSError as error:
        raise SourceError(f"`{name}` cannot be read: {error.strerror or error}") from error
    except ValueError as error:
        raise SourceError(f"`{name}` {error}") from error


def _said(text: str) -> str:
    """What the file says about itself: its first line, where that is a comment."""
    first = text.lstrip("\n").partition("\n")[0]
    return title_of_rule(first.lstrip("# ")) if first.startswith("# ") else ""
