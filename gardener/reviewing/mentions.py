"""The names that a piece of code mentions, told by its words: fast, and for any grammar.

May name too much (a local variable that is called like an import), which costs a line of context and nothing else.
"""

from __future__ import annotations

import re

_WORDS = re.compile(
    r"#[^\n]*"
    r"|(?P<string>(?:(?<!\w)[rRbBuUfFtT]{1,2})?(?:"
    r'"""[^"\\]*+(?:(?:\\.|"(?!""))[^"\\]*+)*+(?:"""|\Z)'
    r"|'''[^'\\]*+(?:(?:\\.|'(?!''))[^'\\]*+)*+(?:'''|\Z)"
    r'|"(?:\\.|[^"\\\n])*+"?'
    r"|'(?:\\.|[^'\\\n])*+'?))"
    # Neither the name of a keyword argument nor a target is mentioned here, nor an attribute of some expression.
    r"|(?<![\w.])(?P<name>[^\W\d]\w*+(?:\s*+\.\s*+[^\W\d]\w*+)*+)(?!\s*+=(?!=))",
    re.DOTALL,
)
_IN_BRACES = re.compile(r"\{([^{}]+)")
_FORMATTED = re.compile(r"[rR]?[fFtT]")
_SPACE = re.compile(r"\s+")


def mentions(code: str) -> frozenset[str]:
    """Dotted names as they stand in `code` (`self.limit`, `json.dumps`), also those in formatted strings."""
    found: set[str] = set()
    waiting = [code]
    while waiting:
        for match in _WORDS.finditer(waiting.pop()):
            if match["name"]:
                found.add(_SPACE.sub("", match["name"]))
            elif match["string"] and _FORMATTED.match(match["string"]):
                waiting.extend(_IN_BRACES.findall(match["string"]))
    return frozenset(found)
