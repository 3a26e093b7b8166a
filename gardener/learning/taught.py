"""Teaching: bad and good code, side by side, as the theme that one person has in mind."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

from gardener.core.errors import SourceError
from gardener.core.feedback import Evidence, Feedback, Theme
from gardener.learning.smell_names import title_of_rule

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from gardener.learning.ground import Ground


def taught_theme(pairs: Sequence[tuple[str, str]], cwd: Path) -> Theme:
    """The theme of some (bad, good) files, named by the comment that the first bad one begins with, if there is one.

    Raises SourceError for a file that cannot be read.
    """
    evidence = [_evidence(number, bad, good, cwd) for number, (bad, good) in enumerate(pairs, 1)]
    digest = hashlib.sha256("\0".join(each.feedback.before_file or "" for each in evidence).encode()).hexdigest()
    return Theme(f"T{digest[:8]}", evidence[0].text, tuple(evidence))


def ground_for(pairs: Sequence[tuple[str, str]], cwd: Path, ground: Ground) -> Ground:
    """The repository without the files that teach, and without a limit on hits: whoever teaches looks at them."""
    taught = {(cwd / name).resolve() for pair in pairs for name in pair}
    python = tuple(path for path in ground.python if (ground.root / path).resolve() not in taught)
    return replace(ground, python=python, most_hits=None)


def _evidence(number: int, bad: str, good: str, cwd: Path) -> Evidence:
    before, after = _text(cwd, bad), _text(cwd, good)
    said = _said(before) or f"Code as in {bad.rpartition('/')[2]}"
    feedback = Feedback(
        f"taught-{number}", "jsonl", said, pr=str(number), path=bad, before_file=before, after_file=after
    )
    return Evidence(feedback, said, before=before, after=after, tier="T2", fate="addressed")


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
