"""What a piece of code is made of, as tokens that tell one construct from another. Nothing needs to parse."""

from __future__ import annotations

import keyword
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST_CODE = 8 * 1024

_STRING = re.compile(
    r"(?<!\w)([rbuf]{0,2})"
    r"(\"{3}(?:[^\\]|\\.)*?(?:\"{3}|\Z)|'{3}(?:[^\\]|\\.)*?(?:'{3}|\Z)"
    r"|\"(?:[^\"\\\n]|\\.)*\"?|'(?:[^'\\\n]|\\.)*'?)",
    re.DOTALL | re.IGNORECASE,
)
_COMMENT = re.compile(r"#([^\n]*)")
_NAME = re.compile(r"(?P<at>@?)(?P<chain>[^\W\d]\w*(?:\s*\.\s*[^\W\d]\w*)*)(?P<next>\s*\(|\s*=(?!=)|\s*:(?!=))?")
# A comment that holds code: an assignment, a call, or a header.
_CODE_NOTE = re.compile(
    r"^\s*(?:[\w.]+\s*=[^=]|[\w.]+\(.*\)\s*$|(?:def|class|if|for|while|with|return|import|from)\b.*[\w)\]:]$)"
)
_NUMBER = re.compile(r"(?<![\w.])(?:0[xX][\da-fA-F_]+|\d[\d_]*(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.])")
_PLAIN_NUMBERS = frozenset({"0", "1", "2", "-1"})
_SILENT = frozenset(
    {"and", "as", "if", "else", "elif", "in", "is", "not", "or", "return", "def", "self", "cls", "pass"}
)
_CLASS = re.compile(r"_*[A-Z]\w*[a-z]\w*")
# Constructs that reviewers talk about and no single name tells.
_SHAPES = (
    ("shape:bare-except", re.compile(r"\bexcept\s*:")),
    ("shape:broad-except", re.compile(r"\bexcept\s+(?:Base)?Exception\b")),
    ("shape:swallowed", re.compile(r"\bexcept\b[^\n]*:\s*(?:pass|continue|\.\.\.)")),
    ("shape:none-equality", re.compile(r"[!=]=\s*None\b")),
    ("shape:boolean-equality", re.compile(r"[!=]=\s*(?:True|False)\b")),
    ("shape:mutable-default", re.compile(r"\bdef\b[^\n]*=\s*(?:\[\]|\{\}|set\(\)|list\(\)|dict\(\))")),
    ("shape:length-test", re.compile(r"\blen\s*\([^()\n]*\)\s*(?:[=!<>]=?)\s*[01]\b")),
    ("shape:range-length", re.compile(r"\brange\s*\(\s*len\s*\(")),
    ("shape:type-comparison", re.compile(r"\btype\s*\([^()\n]*\)\s*(?:==|is\b|!=|in\b)")),
    ("shape:percent-format", re.compile(r"§s\s*%\s*[\w(\[{]")),
    ("shape:text-added", re.compile(r"§s\s*\+|\+\s*§s")),
    ("shape:star-import", re.compile(r"\bimport\s*\*")),
    ("shape:unannotated", re.compile(r"\bdef\s+\w+\s*\([^()\n]*\)\s*:")),
    ("shape:annotated-return", re.compile(r"\)\s*->")),
    ("shape:raise-from", re.compile(r"\braise\b[^\n]*\bfrom\b")),
    ("shape:dictionary", re.compile(r"[=(\[,:]\s*\{|\breturn\s*\{")),
    ("shape:tuple", re.compile(r"\breturn\s+[\w.]+\s*,")),
    ("shape:flag-argument", re.compile(r"\(\s*(?:True|False)\s*[,)]|,\s*(?:True|False)\s*[,)]")),
    ("shape:flag-default", re.compile(r"\bdef\b[^\n]*=\s*(?:True|False)\b")),
    ("shape:keyword-only", re.compile(r"\bdef\b[^\n]*[(,]\s*\*\s*,")),
    ("shape:endless-loop", re.compile(r"\bwhile\s+(?:True|1)\s*:")),
    ("shape:counting", re.compile(r"\b(\w+)\s*(?:\+=\s*1\b|=\s*\1\s*\+\s*1\b)")),
    ("shape:secret", re.compile(r"(?i)\b\w*(?:password|passwd|secret|token|api_?key|credential)\w*['\"]?\s*[=:]\s*§s")),
    ("shape:appending-loop", re.compile(r"\bfor\b[^\n]*:\s*\n?[^\n]*\.append\s*\(")),
    ("shape:constant-list", re.compile(r"^[A-Z_]{2,}\s*=\s*\[", re.MULTILINE)),
    ("shape:private-attribute", re.compile(r"(?<!\bself)(?<!\bcls)(?<!\bsuper\(\))\._(?!_)[a-z]\w*")),
    ("shape:constructor", re.compile(r"\bdef\s+__init__\b")),
    ("shape:nested-comprehension", re.compile(r"[\[({][^\[\](){}\n]*\bfor\b[^\n]*\bfor\b[^\n]*[\])}]")),
    ("shape:constant-index", re.compile(r"[\w)\]]\[-?\d+\]")),
    ("shape:text-index", re.compile(r"[\w)\]]\[\s*§s\s*\]")),
    ("shape:walrus", re.compile(r":=")),
    ("shape:nested-if", re.compile(r"^([ \t]*)if\b[^\n]*:\n\1[ \t]+if\b", re.MULTILINE)),
)


def code_tokens(code: str) -> frozenset[str]:
    """The distinct tokens of `code`, which may be a fragment, broken or hostile; only 8 KiB are looked at."""
    code = code[:LONGEST_CODE]
    marks: set[str] = set()

    def blank(match: re.Match[str]) -> str:
        marks.update(f"string:{letter}" for letter in match[1].lower() if letter in "fb")
        if len(match[2]) > 3 and match[2][:3] in ('"""', "'''"):
            marks.add("string:block")
        return " §s "

    bare = _STRING.sub(blank, code)
    for note in _COMMENT.findall(bare):
        marks.update(f"note:{word}" for word in ("type: ignore", "noqa", "TODO", "FIXME", "pragma") if word in note)
        marks.add("note:code" if _CODE_NOTE.search(note) else "note:text")
    bare = _COMMENT.sub("", bare)
    marks.update(name for name, shape in _SHAPES if shape.search(bare))
    marks.update("number" for number in _NUMBER.findall(bare) if number not in _PLAIN_NUMBERS)
    return frozenset(marks | set(_names(bare)))


def _names(code: str) -> Iterator[str]:
    for match in _NAME.finditer(code):
        chain = match["chain"].split(".")
        chain = [part.strip() for part in chain if part.strip() not in ("self", "cls")]
        if not chain:
            continue
        follower = (match["next"] or "").strip()
        if len(chain) == 1 and keyword.iskeyword(chain[0]):
            if chain[0] not in _SILENT:
                yield f"keyword:{chain[0]}"
            continue
        yield from _chain(chain, follower, decorates=bool(match["at"]))


def _chain(chain: list[str], follower: str, *, decorates: bool) -> Iterator[str]:
    last = chain[-1]
    if decorates:
        yield f"decorator:{last}"
    if follower == "(":
        yield f"call:{last}"
        if _CLASS.fullmatch(last):
            yield "shape:instance"
        if len(chain) > 1:
            yield f"call:{'.'.join(chain[-2:])}"
    elif follower == "=" and len(chain) == 1:
        yield f"argument:{last}"
    elif len(chain) > 1:
        yield f"attribute:{last}"
        yield f"name:{'.'.join(chain[-2:])}"
    else:
        yield f"name:{last}"
    if len(chain) > 1:
        yield f"root:{chain[0]}"
    yield from (f"attribute:{part}" for part in chain[1:-1])
