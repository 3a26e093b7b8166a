"""Bytes to text and back without loss, and writes that happen whole or not at all."""

from __future__ import annotations

import codecs
import errno
import os
import re
import secrets
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_LINE_END = re.compile(r"\r\n?|\n")
_BYTE_LINE_END = re.compile(rb"\r\n?|\n")
# In these every text has one spelling in bytes, so that what was decoded encodes to the same bytes again.
_EXACT = frozenset({"utf-8", "ascii", "iso8859-1"})


@dataclass(frozen=True, slots=True)
class Decoded:
    """A file's text, without its byte order mark, newlines untouched, and what is needed to encode it again."""

    text: str
    encoding: str = "utf-8"
    bom: bool = False


def decode(data: bytes, *, cookie: bool = True) -> Decoded:
    """Decode a file as Python would: byte order mark, then the encoding its first two lines name, then UTF-8.

    `cookie=False` is for files that are not Python: UTF-8 only. Raises ValueError with the reason for null bytes,
    unknown encodings and bytes that are none in the encoding.
    """
    bom = data.startswith(codecs.BOM_UTF8)
    body = data[3:] if bom else data
    if b"\0" in body:
        raise ValueError("contains null bytes")
    encoding = _declared(body, bom=bom) if cookie else "utf-8"
    try:
        text = body.decode(encoding)
    except UnicodeDecodeError as error:
        raise ValueError(f"is not valid {encoding}: {error.reason} at byte {error.start + 3 * bom}") from None
    except (LookupError, UnicodeError):
        raise ValueError(f"names `{encoding}`, which is no text encoding") from None
    if encoding not in _EXACT and _encoded(text, encoding) != body:
        raise ValueError(f"would not survive being written back as {encoding}")
    return Decoded(text, encoding, bom)


def encode(text: str, decoded: Decoded) -> bytes:
    """The bytes of `text` in the encoding of `decoded`; the exact inverse of `decode`.

    Raises ValueError when the encoding has no bytes for the text.
    """
    try:
        body = text.encode(decoded.encoding)
    except UnicodeEncodeError as error:
        char = text[error.start]
        raise ValueError(f"{decoded.encoding} cannot spell {char!r}") from None
    return codecs.BOM_UTF8 + body if decoded.bom else body


def newline_of(text: str) -> str:
    """The line end a text uses: its first one, or `\\n`."""
    match = _LINE_END.search(text)
    return match[0] if match else "\n"


def write_atomic(path: Path, data: bytes, *, root: Path | None = None) -> None:
    """Replace or create a file in one step: readers see the old or the new content, also after a crash.

    Keeps the mode. A link stays a link and its target changes; with `root`, a target outside raises OSError.
    """
    target = os.path.realpath(path)
    if root is not None and not target.startswith(os.path.join(os.path.realpath(root), "")):  # noqa: PTH118
        raise OSError(errno.EPERM, "lies outside the root", os.fspath(path))
    mode = _writable_mode(target)
    folder, name = os.path.split(target)
    temporary = os.path.join(folder, f".{name[:100]}.{secrets.token_hex(6)}.tmp")  # noqa: PTH118
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
    try:
        with open(handle, "wb") as file:  # noqa: PTH123 - opened exclusively
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if mode is not None:
            os.chmod(temporary, mode)  # noqa: PTH101
        os.replace(temporary, target)  # noqa: PTH105
    except BaseException:
        os.unlink(temporary)  # noqa: PTH108
        raise


def _writable_mode(target: str) -> int | None:
    """The mode of an existing file. Raises OSError for what is no file or must not be written."""
    try:
        mode = os.stat(target).st_mode  # noqa: PTH116
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(mode):
        raise OSError(errno.EINVAL, "is no regular file", target)
    if not os.access(target, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), target)
    return stat.S_IMODE(mode)


def _declared(body: bytes, *, bom: bool) -> str:
    """The encoding the first two lines name, normalised."""
    first_lines = _BYTE_LINE_END.split(body, maxsplit=2)[:2]
    if not any(b"coding" in line for line in first_lines):
        return "utf-8"
    import tokenize

    mark = codecs.BOM_UTF8 if bom else b""
    rows = iter([mark + first_lines[0] + b"\n", *(line + b"\n" for line in first_lines[1:])])
    try:
        named, _ = tokenize.detect_encoding(lambda: next(rows, b""))
    except SyntaxError as error:
        raise ValueError(str(error)) from None
    return codecs.lookup(named).name.removesuffix("-sig")


def _encoded(text: str, encoding: str) -> bytes | None:
    try:
        return text.encode(encoding)
    except UnicodeError:
        return None
