"""Names for learned rules: what is wrong, so that it reads after `allow`, as in `allow clock-read-without-zone`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from gardener.core.rule import Rule

LONGEST = 60
_SPELLED = 5
_TELLING = 8
_POLITE = re.compile(
    r"^(?:(?:please|pls|can|could|would|should|shall|let's|lets|maybe|perhaps|also|again|and|you|we|i'd|just|"
    r"nit|rather)\b[\s,:]*)+",
    re.IGNORECASE,
)
_UNSAFE = re.compile(r"[^\w\s.,;:()'\"`=/+*%!?@&-]")


def rule_name(rule: Rule, title: str, taken: Collection[str]) -> str:
    """An id that is free: from the family's parameters or the pattern, where they say enough, else from the title."""
    body = rule.body
    family = _FAMILIES.get(str(body.get("family")))
    told = family(body.get("parameters") or {}) if family else _spelled(body.get("pattern"))
    name = _slug(told) or _slug(title) or "learned-rule"
    found, number = name, 2
    while found in taken:
        found, number = f"{name}-{number}", number + 1
    return found


def title_of_rule(text: str) -> str:
    """A comment's sentence as the title of a rule: without courtesies, and without what Markdown would act on."""
    bare = " ".join(_UNSAFE.sub(" ", text).split())
    said = _POLITE.sub("", bare).strip(" .,:;-") or bare
    return said[:1].upper() + said[1:]


def _spelled(pattern: object) -> str:
    """The names and keywords that a pattern spells out, as far as they make a name."""
    bare = re.sub(r"\$\w+|\$?\.\.\.\w*", " ", str(pattern or "").partition("\n")[0])
    words = list(dict.fromkeys(re.findall(r"[A-Za-z_]\w*|\d+", bare)))[:_SPELLED]
    return " ".join(words) if len(words) > 1 and len("".join(words)) >= _TELLING else ""


def _slug(text: str) -> str:
    words = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
    if len(words) <= LONGEST:
        return words
    return words[: LONGEST + 1].rpartition("-")[0] or words[:LONGEST]


def _short(parameters: Mapping[str, Any], key: str, most: int = 2) -> str:
    """The last two parts of the first name of a list; what several names share, where they do."""
    names = [str(name) for name in parameters.get(key) or ()]
    if not names:
        return ""
    first = names[0].split(".")[-most:]
    shared = [part for part in first if all(part in name.split(".") for name in names)]
    return " ".join(shared or first)


_FAMILIES: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "forbidden-call": lambda of: f"call of {_short(of, 'calls')}",
    "required-argument": lambda of: f"{_short(of, 'calls')} without {of.get('argument')}",
    "forbidden-argument-value": lambda of: (
        f"{_short(of, 'calls')} with {of.get('argument')} {' '.join(str(value) for value in of.get('values') or ())}"
    ),
    "forbidden-import": lambda of: f"import of {_short(of, 'modules', 3)}",
    "required-decorator": lambda of: f"{of.get('on') or 'function'} without {_short(of, 'decorators', 1)}",
    "required-base": lambda of: f"class without {_short(of, 'bases', 1)}",
    "forbidden-attribute": lambda of: f"use of {_short(of, 'attributes')}",
    "must-call-within": lambda of: f"{_short(of, 'calls')} outside {' '.join(map(str, of.get('within') or ()))}",
}
