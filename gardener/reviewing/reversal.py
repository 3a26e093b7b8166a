"""A rule's fix run backwards: code as the fix leaves it is found, and turned into what the rule flags."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gardener.core.rule import Rule

_INSTANCES = ("self", "cls")
# A dotted name, or a metavariable with what hangs on it, which is no import.
_DOTTED = re.compile(r"\$?[^\W\d]\w*(?:\.[^\W\d]\w*)+")


def reversed_rules(rule: Rule) -> tuple[Rule, ...]:
    """A rule for each pattern of `rule` that can be had back from its fix; none where the fix does not hold all of it.

    Each finds the fix and rewrites it to the pattern. What stands in a pattern without a name (`...`, `$_`) is lost.
    """
    from gardener.checking.compile import compile_rule
    from gardener.checking.patterns.text import variables_in
    from gardener.core.errors import RuleError

    fix = rule.body.get("fix")
    if rule.target != "python" or rule.body.get("form") != "pattern" or not fix or not fix.strip():
        return ()
    found: list[Rule] = []
    for number, pattern in enumerate(_patterns(rule)):
        if _nameless(pattern) or _nameless(fix) or set(variables_in(pattern)) != set(variables_in(fix)):
            continue
        body: dict[str, Any] = {"form": "pattern", "pattern": fix, "fix": pattern, "safety": "unsafe"}
        body |= {"imports": list(_imported(pattern))} if not rule.body.get("syntactic") else {"syntactic": True}
        made = replace(rule, id=f"reversed-{rule.id}-{number}", state="warn", python=None, body=body, message=None)
        try:
            compiled = compile_rule(made)
        except RuleError:
            # What a fix may say need not be a pattern: statements that define something, for example.
            continue
        found.append(replace(made, plan=compiled.plan, fixes=True))
    return tuple(found)


def _patterns(rule: Rule) -> list[str]:
    value = rule.body.get("pattern", rule.body.get("any", ()))
    return [value] if isinstance(value, str) else list(value)


def _nameless(text: str) -> bool:
    from gardener.checking.patterns.text import tokens_of

    return any(token.kind == "dots" or token.text in ("$_", "$..._") for token in tokens_of(text))


def _imported(pattern: str) -> Iterator[str]:
    """The dotted names of a pattern that mean imported things."""
    from gardener.checking.patterns.text import tokens_of

    code = "".join(" " if token.kind in ("string", "comment") else token.text for token in tokens_of(pattern))
    for match in dict.fromkeys(_DOTTED.findall(code)):
        if not match.startswith("$") and match.partition(".")[0] not in _INSTANCES:
            yield match
