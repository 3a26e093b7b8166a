"""Beliefs as text for people, as data for programs, and as orders for coding agents."""

from __future__ import annotations

import json
import shlex
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from gardener.outputs._visible import paragraph

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gardener.checking.beliefs import Held
    from gardener.core.belief import Belief, Clause, Enforcement

_WIDTH = 100


def as_json(held: Held) -> str:
    """The beliefs and their coverage as JSON."""
    beliefs = [_belief(held, belief) for belief in held.beliefs.beliefs]
    return json.dumps({"beliefs": beliefs, "coverage": asdict(held.coverage)}, indent=2, ensure_ascii=False) + "\n"


def _belief(held: Held, belief: Belief) -> dict[str, Any]:
    return {
        "id": belief.id,
        "title": belief.title,
        "path": belief.path,
        "line": belief.line,
        "scope": list(belief.scope),
        "severity": belief.severity,
        "status": belief.status,
        "clauses": [_clause(held, clause) for clause in belief.clauses],
    }


def _clause(held: Held, clause: Clause) -> dict[str, Any]:
    enforced_by = [
        {"kind": one.by.kind, "name": one.by.name, "resolved": one.resolved, "proven": one.proven}
        for one in held.enforcement.get(clause.id, ())
    ]
    return {"id": clause.id, "text": clause.text, "line": clause.line, "enforced_by": enforced_by}


def as_text(held: Held) -> str:
    """One line a clause: id, severity, where it applies, what enforces it; then the totals."""
    lines: list[str] = []
    for belief in held.beliefs.beliefs:
        scope = ", ".join(belief.scope) or "everywhere"
        state = "" if belief.status == "active" else f", {belief.status}"
        lines.append(f"{belief.id}  {belief.severity}{state}  {scope}")
        for clause in belief.clauses:
            lines.append(f"  {clause.id}  {belief.path}:{clause.line}")
            lines.append(f"    {_cut(clause.text)}")
            lines += [f"    {line}" for line in _enforcement(held, clause)]
        lines.append("")
    return paragraph("\n".join([*lines, totals(held), *_notes(held)])) + "\n"


def as_page(held: Held) -> str:
    """Everything there is to say about beliefs, as Markdown."""
    parts: list[str] = []
    for belief in held.beliefs.beliefs:
        facts = {
            "Belief": f"`{belief.id}` ({belief.path}:{belief.line})",
            "Severity": belief.severity,
            "Status": belief.status,
            "Scope": ", ".join(f"`{glob}`" for glob in belief.scope) or "everywhere",
            "Guardrail": "yes" if belief.guardrail else "",
            "Evidence": " ".join(belief.evidence.split()),
            "Exceptions": " ".join(belief.exceptions.split()),
        }
        parts.append(f"# {belief.title}")
        parts.append("\n".join(f"- **{name}:** {value}" for name, value in facts.items() if value))
        parts += [_clause_page(held, clause) for clause in belief.clauses]
        parts += [f"**{name}.** {value}" for name, value in (("Why", belief.why), ("How", belief.how)) if value]
        parts += [f"```python {example.kind}\n{example.code.rstrip()}\n```" for example in belief.examples]
    return paragraph("\n\n".join([*parts, *_notes(held)])) + "\n"


def _clause_page(held: Held, clause: Clause) -> str:
    lines = "\n".join(f"- {line}" for line in _enforcement(held, clause))
    return f"## {clause.id}\n\n{clause.text}\n\n{lines}"


def as_agent(held: Held) -> str:
    """What to do in few words: one line a clause, the gravest first, then the commands that verify them all.

    Why is said where there is one belief only; `gardener beliefs show` has all of it.
    """
    rows = [(belief, clause) for belief in held.beliefs.beliefs for clause in belief.clauses]
    rows.sort(key=lambda row: row[0].severity)
    lines = [f"{belief.severity} {_short_id(belief, clause)}: {_flat(clause.text)}" for belief, clause in rows]
    if len(held.beliefs.beliefs) == 1 and held.beliefs.beliefs[0].why:
        lines.append(f"why: {_flat(held.beliefs.beliefs[0].why)}")
    named = dict.fromkeys(one for _, clause in rows for one in held.enforcement.get(clause.id, ()))
    lines += [f"verify: {command}" for command in _commands(named)]
    return paragraph("\n".join([f"{held.beliefs.path}: {len(rows)} to keep", *lines, *_notes(held)])) + "\n"


def _short_id(belief: Belief, clause: Clause) -> str:
    return belief.id if len(belief.clauses) == 1 else clause.id


def totals(held: Held) -> str:
    """The coverage in a sentence."""
    found = held.coverage
    share = f" ({100 * found.enforced // found.clauses} %)" if found.clauses else ""
    return (
        f"{found.clauses} clauses: {found.enforced} enforced{share}, {found.proven} of them proven, "
        f"{found.review} left to review, {found.nothing} kept by nothing"
    )


def _enforcement(held: Held, clause: Clause) -> list[str]:
    found = held.enforcement.get(clause.id, ())
    if not found:
        return ["kept by nothing" if clause.normative else "says nothing that could be enforced"]
    return [_line(one) for one in found]


def _line(one: Enforcement) -> str:
    detail = one.reason or one.by.reason
    state = "" if one.resolved else "does not hold: "
    proof = {True: ", proven", False: ", not proven", None: ""}[one.proven]
    return f"{one.by}{proof}" + (f" ({state}{detail})" if detail else "")


def _commands(found: Iterable[Enforcement]) -> list[str]:
    """One command a tool. Several tests of one file are verified by the file."""
    named = dict.fromkeys((one.by.kind, one.by.name) for one in found if one.resolved and one.by.name)
    names = {wanted: [name for kind, name in named if kind == wanted] for wanted in ("rule", "ruff", "test")}
    files = [name.partition("::")[0] for name in names["test"]]
    pairs = zip(names["test"], files, strict=True)
    tests = dict.fromkeys(name if files.count(file) == 1 else file for name, file in pairs)
    commands = [
        f"{program} {shlex.quote(','.join(names[kind]))}"
        for kind, program in (("rule", "gardener check --select"), ("ruff", "ruff check --select"))
        if names[kind]
    ]
    return [*commands, *([f"python -m pytest {shlex.join(tests)}"] if tests else [])]


def _notes(held: Held) -> list[str]:
    return [f"note: {note}" for note in held.notes]


def _flat(text: str) -> str:
    return " ".join(text.split())


def _cut(text: str) -> str:
    flat = _flat(text)
    return flat if len(flat) <= _WIDTH else flat[: _WIDTH - 1].rstrip() + "…"
