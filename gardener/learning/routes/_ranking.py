"""Which of ruff's rules that tell the code apart is the one that people mean."""

from __future__ import annotations

import ast
import re
import warnings
from typing import TYPE_CHECKING

from gardener.learning.differential import counted
from gardener.learning.words import stems

if TYPE_CHECKING:
    from gardener.learning.case import Case
    from gardener.learning.differential import Told
    from gardener.repo.ruff_codes import RuffRule

# What a formatter settles: white space, quotes, commas, line lengths, the order of imports.
_FORMATTING = re.compile(r"E[123]\d|E501|W[1235]\d|Q00|COM81(?!8)|D20[6-9]|D21|D300|I00|ISC00")
# Without an after, a rule has to be spoken of by name: nearly everything breaks some rule.
_NAMED = 0.5


def best_ruff_codes(case: Case) -> list[Told]:
    """The rules that fire on the befores and on no after, the most fitting first."""
    found = [told for told in (case.ruff or {}).values() if told.tells and _is_meant(told, case)]
    return sorted(found, key=lambda told: _key(told, case))


def is_formatting(code: str) -> bool:
    """Whether a code is about what a formatter settles."""
    return _FORMATTING.match(code) is not None


def _is_meant(told: Told, case: Case) -> bool:
    if is_formatting(told.code) and not _same_meaning(case):
        return False
    rule = case.ground.ruff_rules.get(told.code)
    if told.afters * 2 < told.befores:
        return named_share(rule, case) >= _NAMED
    return rule is None or not case.said or bool(_all_words(rule) & case.said)


def named_share(rule: RuffRule | None, case: Case) -> float:
    """How much of a rule's name was said."""
    name = frozenset(stems(rule.name.replace("-", " "))) if rule else frozenset()
    return len(name & case.said) / len(name) if name else 0.0


def _key(told: Told, case: Case) -> tuple[object, ...]:
    rule = case.ground.ruff_rules.get(told.code)
    spoken = round(named_share(rule, case) * 4)
    hits = counted(case.trials.places.get(told.code, {}))
    seldom = (case.trials.frequency.get(told.code, 0), hits)
    return (is_formatting(told.code), -told.share, -spoken, *seldom, rule is not None and rule.preview, told.code)


def _all_words(rule: RuffRule) -> frozenset[str]:
    return frozenset(stems(f"{rule.name.replace('-', ' ')} {rule.summary} {rule.text}"))


def _same_meaning(case: Case) -> bool:
    """True when all that changed is how the code is laid out."""
    return all(each.after is not None and _dump(each.before) == _dump(each.after) for each in case.specimens)


def _dump(text: str) -> str:
    """What the code means; in texts, as in docstrings, white space at the edges and indents mean nothing."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            node.value = " ".join(node.value.split())
    return ast.dump(tree)
