"""The part of an issue's body that gardener writes; everything outside it is the human's.

It begins with `<!-- gardener:v1 fp=<16 hex> body=<8 hex> -->` on a line of its own and ends with
`<!-- /gardener -->`. `body` are the first hex digits of sha256 over the text between, so that a region in which a
person wrote is known as such and left alone. Ticked boxes and line ends do not count: trackers and people set them.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

END = "<!-- /gardener -->"

_START = re.compile(r"^<!-- gardener:v1 fp=([0-9a-f]{16}) body=([0-9a-f]{8}) -->[ \t]*$", re.MULTILINE)
_END = re.compile(r"^<!-- /gardener -->[ \t]*$", re.MULTILINE)
_TICKED = re.compile(r"^(\s*[-*] )\[[xX]\]", re.MULTILINE)
_COMMIT = re.compile(r"\b[0-9a-f]{40}(?:[0-9a-f]{24})?\b")
_LINES = re.compile(r"#L\d+(?:-L?\d+)?|(?<=:)\d+(?:-\d+)?(?=`)")


@dataclass(frozen=True, slots=True)
class Region:
    """A region in a body: its place, its fingerprint, its text, and whether it is as gardener wrote it."""

    start: int
    end: int
    fingerprint: str
    text: str
    intact: bool


def region_of(body: str) -> Region | None:
    """The region of a body: the first that is intact, else the first; None where there is none.

    Line ends count as `\\n`, so that offsets are into the body with its line ends made so.
    """
    text = _normal(body)
    found: list[Region] = []
    for match in _START.finditer(text):
        end = _END.search(text, match.end())
        if end is None:
            continue
        inner = text[match.end() : end.start()].strip("\n")
        found.append(Region(match.start(), end.end(), match[1], inner, intact=digest_of(inner) == match[2]))
    return next((one for one in found if one.intact), found[0] if found else None)


def marked(fingerprint: str, text: str) -> str:
    """`text` as a region."""
    inner = _normal(text).strip("\n")
    return f"<!-- gardener:v1 fp={fingerprint} body={digest_of(inner)} -->\n{inner}\n\n{END}"


def spliced(body: str, region: str) -> str:
    """`body` with `region` in place of its own; the human's text around it stays. Without one it goes first."""
    text = _normal(body)
    known = region_of(text)
    if known is None:
        return f"{region}\n\n{text}" if text.strip() else f"{region}\n"
    return text[: known.start] + region + text[known.end :]


def says_the_same(one: str, other: str) -> bool:
    """True for texts of regions that differ in nothing but commits, line numbers and ticks.

    Links that are pinned to a commit stay right, so that lines which only moved are no reason to write.
    """
    return _essence(one) == _essence(other)


def digest_of(text: str) -> str:
    """8 hex digits of what stands in a region."""
    plain = "\n".join(line.rstrip() for line in _TICKED.sub(r"\1[ ]", _normal(text)).strip("\n").split("\n"))
    return hashlib.sha256(plain.encode("utf-8", "surrogatepass")).hexdigest()[:8]


def _normal(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _essence(text: str) -> str:
    return digest_of(_LINES.sub("", _COMMIT.sub("", text)))
