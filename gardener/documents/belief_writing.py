"""Beliefs written in the one form that gardener writes, and put into a document without touching the rest."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gardener.documents.belief_titles import slug_of
from gardener.documents.splicing import appended, newline_of

if TYPE_CHECKING:
    from gardener.core.belief import Belief, Beliefs, Clause, EnforcedBy
    from gardener.core.finding import Edit
    from gardener.core.rule import Example


def belief_source(belief: Belief) -> str:
    """A belief as a section of core-beliefs.md, with line feeds."""
    name = "" if belief.id == slug_of(belief.title) else f" {{#{belief.id}}}"
    parts = [f"## {_line(belief.title)}{name}"]
    single = len(belief.clauses) == 1
    if single:
        parts.append(_line(belief.clauses[0].text))
    bullets = [] if single else [_bullet(belief, clause) for clause in belief.clauses]
    parts.append("\n".join([*bullets, *_fields(belief)]))
    reasons = [
        f"**{name}.** {_line(text)}" for name, text in (("Why", belief.why), ("How to apply", belief.how)) if text
    ]
    parts += [" ".join(reasons)] if reasons else []
    parts += [_example(example) for example in belief.examples]
    return "\n\n".join(part for part in parts if part) + "\n"


def beliefs_source(beliefs: Beliefs, title: str = "Core beliefs") -> str:
    """A whole core-beliefs.md, with line feeds."""
    return "\n".join([f"# {title}\n", *(belief_source(belief) for belief in beliefs.beliefs)])


def add_belief(text: str, belief: Belief) -> Edit:
    """The edit that adds a belief at the end of a document, in its line ends."""
    return appended(text, belief_source(belief).replace("\n", newline_of(text)))


def enforced_source(by: EnforcedBy) -> str:
    """An enforcer as it is written behind `Enforced by:`."""
    name = f" `{by.name}`" if by.name else ""
    return f"{by.kind}{name}" + (f" ({_line(by.reason)})" if by.reason else "")


def _fields(belief: Belief) -> list[str]:
    values = {
        "Scope": ", ".join(f"`{glob}`" for glob in belief.scope),
        "Severity": belief.severity,
        "Enforced by": "; ".join(map(enforced_source, belief.enforced_by)),
        "Guardrail": "yes" if belief.guardrail else "",
        "Status": belief.status,
        "Evidence": _line(belief.evidence),
        "Exceptions": _line(belief.exceptions),
    }
    return [f"- **{name}:** {value}" for name, value in values.items() if value]


def _bullet(belief: Belief, clause: Clause) -> str:
    number = clause.id.removeprefix(f"{belief.id}.")
    name = "" if number.isdecimal() else f" {{#{number}}}"
    own = "" if clause.enforced_by == belief.enforced_by else "; ".join(map(enforced_source, clause.enforced_by))
    return f"- {_line(clause.text)}{name}" + (f" **Enforced by:** {own}" if own else "")


def _example(example: Example) -> str:
    longest = max((len(run) for run in re.findall(r"`+", example.code)), default=0)
    marks = "`" * max(3, longest + 1)
    path = f" path={example.path}" if example.path else ""
    return f"{marks}python {example.kind}{path}\n{example.code.rstrip()}\n{marks}"


def _line(text: str) -> str:
    return " ".join(text.split())
