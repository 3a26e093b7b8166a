"""Teaching a rule by example: bad files and the good ones beside them, against the repository they are for."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gardener.core.errors import SourceError
from gardener.learning.induce import Induced, Limits, NotInduced, Sample, induce

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

# Whoever teaches sees the hits: how many there are is for a person to judge.
LIMITS = replace(Limits(), hits=1_000_000, seconds=10.0)


def teach(root: Path, pairs: Sequence[tuple[Path, Path]], *, title: str, why: str = "") -> Induced | NotInduced:
    """The rule that tells each bad file from its good one: its page with tests, and its hits under `root`.

    Raises SourceError for a file that cannot be read, and GardenerError when the repository cannot be.
    """
    from gardener.repo.discovery import discover
    from gardener.repo.narrowed import NarrowedTree
    from gardener.repo.settings import read_settings
    from gardener.repo.trees import WorkingTree

    samples = [Sample(_text(bad), _text(good), _path(root, bad)) for bad, good in pairs]
    tree = WorkingTree(root)
    python = discover(tree, read_settings(tree)).python
    taught = {_path(root, path) for pair in pairs for path in pair}
    code = NarrowedTree(tree, [path for path in python if path not in taught])
    return induce(samples, title=title, why=why, repository=code, limits=LIMITS)


def _text(path: Path) -> str:
    from gardener.repo.files import decode

    try:
        return decode(path.read_bytes()).text
    except OSError as error:
        raise SourceError(f"`{path}` cannot be read: {error.strerror or error}") from error
    except ValueError as error:
        raise SourceError(f"`{path}` {error}") from error


def _path(root: Path, path: Path) -> str:
    full, base = path.resolve(), root.resolve()
    return full.relative_to(base).as_posix() if full.is_relative_to(base) else path.name
