"""Additions to files: text put behind what is there, shown as a diff that git can apply, written whole."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gardener.core.errors import RepoError
from gardener.core.lines import split_lines
from gardener.repo.files import decode, encode, newline_of, write_atomic

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Addition:
    """A file that changes: its path, its present bytes (None for a new file), and its bytes to be."""

    path: str
    old: bytes | None
    new: bytes

    @property
    def diff(self) -> str:
        """The change as a unified diff."""
        import difflib

        before = split_lines(decode(self.old or b"", cookie=False).text.replace("\r\n", "\n"))
        after = split_lines(decode(self.new, cookie=False).text.replace("\r\n", "\n"))
        source = "/dev/null" if self.old is None else f"a/{self.path}"
        text = "".join(difflib.unified_diff(_ended(before), _ended(after), source, f"b/{self.path}"))
        return text if text.endswith("\n") else text + "\n"


def present(root: Path, path: str) -> bytes | None:
    """The bytes of a file; None where there is none. Raises RepoError for one that cannot be read."""
    full = root / path
    if not os.path.lexists(full):
        return None
    try:
        return full.read_bytes()
    except OSError as error:
        raise RepoError(f"cannot be read: {error.strerror}", at=path) from error


def text_of(path: str, data: bytes | None) -> str | None:
    """The text of a file; None where there is none. Raises RepoError for what is no text."""
    if data is None:
        return None
    try:
        return decode(data, cookie=False).text
    except ValueError as error:
        raise RepoError(f"{error}", at=path) from None


def behind(path: str, old: bytes | None, text: str) -> Addition:
    """`text` behind what a file holds, in its line ends; a table of settings stands apart by an empty line."""
    if not old:
        return Addition(path, old, text.encode())
    decoded = decode(old, cookie=False)
    end = newline_of(decoded.text)
    before = decoded.text if decoded.text.endswith(("\n", "\r")) else decoded.text + end
    gap = end if path.endswith(".toml") else ""
    return Addition(path, old, encode(before + gap + text.replace("\n", end), decoded))


def instead(path: str, old: bytes | None, text: str) -> Addition:
    """The whole `text` of a file, in the encoding of what it holds."""
    return Addition(path, old, text.encode() if old is None else encode(text, decode(old, cookie=False)))


def write(root: Path, additions: Iterable[Addition]) -> None:
    """Write them all. Raises RepoError for the first that cannot be written."""
    for addition in additions:
        path = root / addition.path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_atomic(path, addition.new, root=root)
        except OSError as error:
            raise RepoError(f"cannot be written: {error.strerror}", at=addition.path) from error


def _ended(lines: list[str]) -> list[str]:
    return [line if line.endswith("\n") else line + "\n\\ No newline at end of file\n" for line in lines]
