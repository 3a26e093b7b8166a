"""Other words for what was learned: of a rule page or of a belief, with everything else in it as it was."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from gardener.core.belief import Clause
from gardener.core.errors import GardenerError
from gardener.documents.belief_titles import slug_of
from gardener.documents.belief_writing import belief_source
from gardener.documents.normative import is_normative
from gardener.learning.drafting import held

if TYPE_CHECKING:
    from gardener.core.belief import Belief
    from gardener.core.rule import Rule

_PAGE = re.compile(
    r"\A# [^\n]*\n\n(?P<fence>(?P<ticks>`{3,})toml gardener\n.*?\n(?P=ticks))\n\n(?P<why>.+?)(?=\n\n`{3,}python )",
    re.DOTALL,
)
_MESSAGE = re.compile(r"^message = [^\n]*$", re.MULTILINE)
_PATH = "core-beliefs.md"


def reworded_page(page: str, name: str, title: str, message: str, why: str) -> str | None:
    """The page of the rule `name` in other words; None where it would not hold any more, or be another rule.

    An empty text leaves the old words, and so does a message where the page had none of its own.
    """
    match = _PAGE.match(page)
    old = held(page, name)
    if match is None or isinstance(old, str):
        return None
    fence = match["fence"]
    if message:
        line = f"message = {json.dumps(message, ensure_ascii=False)}"
        fence = _MESSAGE.sub(lambda _: line, fence, count=1)
    made = f"# {title or old.title}\n\n{fence}\n\n{why or match['why']}{page[match.end() :]}"
    new = held(made, name)
    return None if isinstance(new, str) or _substance(new) != _substance(old) else made


def reworded_belief(section: str, title: str, text: str) -> tuple[str, str] | None:
    """The id and the section of a belief with one clause in other words; None where it would ask for nothing."""
    old = _only(section)
    if old is None or len(old.clauses) != 1 or not title or not is_normative(text):
        return None
    name = slug_of(title)
    made = belief_source(replace(old, id=name, title=title, clauses=(Clause(f"{name}.1", text, 1),)))
    new = _only(made)
    same = new is not None and (new.scope, new.severity, new.enforced_by, new.status, new.guardrail) == (
        old.scope, old.severity, old.enforced_by, old.status, old.guardrail,
    )  # fmt: skip
    return (name, made) if same and new is not None and len(new.clauses) == 1 else None


def _substance(rule: Rule) -> tuple[object, ...]:
    """Everything about a rule that is not its words."""
    examples = tuple((each.kind, each.code, each.path) for each in rule.examples)
    return rule.body, examples, rule.state, rule.severity, rule.belief, rule.paths, rule.exclude, rule.fixes


def _only(section: str) -> Belief | None:
    from gardener.documents.core_beliefs import read_beliefs

    try:
        found = read_beliefs(f"# Core beliefs\n\n{section}", _PATH).beliefs
    except GardenerError:
        return None
    return found[0] if len(found) == 1 else None
