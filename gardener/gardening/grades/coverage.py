"""What tests ran through, from the `coverage.xml` that coverage tools write in the format of Cobertura."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from gardener.core.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

NAME = "coverage.xml"
LARGEST_FILE = 64 * 1024 * 1024
# Coverage tools declare the document type of Cobertura. Entities are what could hurt, and nobody declares any.
_ENTITY = b"<!ENTITY"


def read_coverage(root: Path, paths: Collection[str]) -> dict[str, tuple[int, int]] | None:
    """(lines that ran, lines that could) by path, for those of `paths` that were measured; None without the file.

    Raises SourceError for a file that is no coverage report.
    """
    file = root / NAME
    try:
        if file.stat().st_size > LARGEST_FILE:
            raise SourceError(f"is larger than {LARGEST_FILE} bytes", at=NAME)
        data = file.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise SourceError(f"cannot be read: {error.strerror}", at=NAME) from None
    return _measured(_parsed(data), root, frozenset(paths))


def _parsed(data: bytes) -> ET.Element:
    if _ENTITY in data:
        raise SourceError("declares entities, which coverage reports have no use for", at=NAME)
    try:
        tree = ET.fromstring(data)  # noqa: S314 - no entity is declared in it
    except (ET.ParseError, ValueError, LookupError, RecursionError) as error:
        raise SourceError(f"is no XML: {error}", at=NAME) from None
    if tree.tag != "coverage":
        raise SourceError("is no coverage report", at=NAME, hint="write one with `coverage xml`")
    return tree


def _measured(tree: ET.Element, root: Path, paths: frozenset[str]) -> dict[str, tuple[int, int]]:
    folders = [_below(root, (source.text or "").strip()) for source in tree.iter("source")] or [""]
    ran: dict[str, set[str]] = {}
    known: dict[str, set[str]] = {}
    for one in tree.iter("class"):
        path = next((path for path in _places(one.get("filename", ""), folders) if path in paths), None)
        if path is None:
            continue
        for line in one.iter("line"):
            number = line.get("number", "")
            known.setdefault(path, set()).add(number)
            if line.get("hits", "0") != "0":
                ran.setdefault(path, set()).add(number)
    return {path: (len(ran.get(path, ())), len(lines)) for path, lines in known.items()}


def _places(name: str, folders: list[str]) -> Iterator[str]:
    """Where a file may be that a report names: below one of its sources, or as named."""
    plain = name.replace("\\", "/")
    yield from (f"{folder}/{plain}" if folder else plain for folder in folders)
    yield plain


def _below(root: Path, source: str) -> str:
    """A source folder relative to the root; reports often come from another machine, so the end of it must do."""
    from pathlib import PurePath

    plain = PurePath(source.replace("\\", "/"))
    try:
        return plain.relative_to(root).as_posix().removeprefix(".")
    except ValueError:
        parts = plain.parts
        tails = ("/".join(parts[at:]) for at in range(1, len(parts)))
        return next((tail for tail in tails if (root / tail).is_dir()), "")
