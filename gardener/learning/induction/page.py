"""The page of a learned rule, as a person would have written it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gardener.core.rule import Rule

_ORDER = (
    *("family", "pattern", "any", "not", "inside", "outside", "contains", "where", "fix", "imports", "syntactic"),
    *("calls", "decorators", "bases", "attributes", "modules"),
)
SEVERITY = "P2"


@dataclass(frozen=True, slots=True)
class Words:
    """What people say about a rule: its title, why it is there, the belief it stands for, and where it came from."""

    title: str
    why: str
    belief: str | None
    provenance: str

    @property
    def id(self) -> str:
        """The id that the title makes; it reads after "allow"."""
        from gardener.documents.slugs import github_slug

        slug = re.sub(r"[^a-z0-9]+", "-", github_slug(self.title).encode("ascii", "ignore").decode()).strip("-")
        return slug[:60].strip("-") or "learned-rule"


def page_text(words: Words, body: Mapping[str, Any], message: str | None, examples: Sequence[tuple[str, str]]) -> str:
    """The page: `examples` are pairs of `bad` or `good` and code, bad ones with their marks."""
    keys = dict(body["parameters"] if body["form"] == "family" else body)
    keys.pop("form", None)
    if body["form"] == "family":
        keys = {"family": body["family"], **keys}
    lines = [f"# {words.provenance}"]
    for key in sorted(keys, key=lambda name: _ORDER.index(name) if name in _ORDER else len(_ORDER)):
        lines += _entry(key, keys[key])
    if words.belief:
        lines.append(f"belief = {json.dumps(words.belief)}")
    lines += [f'severity = "{SEVERITY}"', 'state = "shadow"']
    if message:
        lines.append(f"message = {_text(message)}")
    fences = [_fence(kind, code) for kind, code in examples]
    parts = [f"# {_one_line(words.title)}", _fenced("toml gardener", "\n".join(lines)), _prose(words.why), *fences]
    return "\n\n".join(part for part in parts if part) + "\n"


def read_rule(page: str, name: str) -> Rule:
    """The rule of a page, compiled. Raises RuleError or ManyErrors."""
    from gardener.checking.compile import compile_rule
    from gardener.checking.pages import read_page

    rule = read_page(page, f"rules/{name}.md")
    made = compile_rule(rule)
    return replace(rule, plan=made.plan, fixes=made.has_fix)


def _entry(key: str, value: Any) -> list[str]:
    if key == "where":
        entries = [(name, check, wanted) for name, entry in value.items() for check, wanted in entry.items()]
        return [f"where.{name}.{check} = {_value(wanted)}" for name, check, wanted in entries]
    return [f"{key} = {_value(value)}"]


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, list):
        return f"[{', '.join(_value(item) for item in value)}]"
    return repr(value)


def _text(value: str) -> str:
    """A TOML string: of several lines where the value has several, with the quotes that need no escapes."""
    if "\n" in value:
        escaped = value.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
        return f'"""\n{escaped}\n"""'
    if '"' in value and "'" not in value and value.isprintable():
        return f"'{value}'"
    return json.dumps(value, ensure_ascii=False)


def _fence(kind: str, code: str) -> str:
    return _fenced(f"python {kind}", code.strip("\n"))


def _fenced(info: str, text: str) -> str:
    longest = max((len(found) for found in re.findall(r"`{3,}", text)), default=2)
    ticks = "`" * (longest + 1)
    return f"{ticks}{info}\n{text}\n{ticks}"


def _one_line(text: str) -> str:
    return " ".join(text.split()) or "Learned rule"


def _prose(text: str) -> str:
    """The why, which must not open fences, headings or comments of its own."""
    lines = []
    for line in re.split(r"\r\n?|\n", text.strip()):
        clean = line.replace("<!--", "< !--").rstrip()
        lines.append(re.sub(r"^(\s*)([`~]{3,}|#{1,6}(?=\s|$)|[=-]{2,}\s*$)", r"\1\\\2", clean))
    return "\n".join(lines)
