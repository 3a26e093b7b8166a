"""Why something was flagged: one finding, found again by its fingerprint, with everything that decided about it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gardener.checking.describe import as_page, pick, rules_of
from gardener.core.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from gardener.core.finding import Finding
    from gardener.core.report import Report
    from gardener.core.rule import Rule

    Finder = Callable[[], Report]

SHORTEST, FULL = 6, 32


def explain(root: Path, subject: str, finders: Iterable[Finder]) -> str:
    """What there is to say about a rule, or about the finding whose fingerprint starts with `subject`.

    Raises ConfigError when there is no such rule or finding, or several findings.
    """
    rules = rules_of(root)
    if any(rule.id == subject for rule in rules) or not is_fingerprint(subject):
        return as_page(pick(rules, subject))
    return as_text(*look_up(subject, finders))


def look_up(start: str, finders: Iterable[Finder]) -> tuple[Finding, Report]:
    """The finding whose fingerprint begins with `start`, and its report; the finders are asked in turn.

    A whole fingerprint ends the search as soon as it is found. Raises ConfigError when it is not exactly one.
    """
    start = start.lower()
    found: dict[str, tuple[Finding, Report]] = {}
    for find in finders:
        report = find()
        found |= {one.fingerprint: (one, report) for one in report.findings if one.fingerprint.startswith(start)}
        if found and len(start) == FULL:
            break
    return found[by_fingerprint([finding for finding, _ in found.values()], start).fingerprint]


def is_fingerprint(text: str) -> bool:
    """True for hexadecimal digits, enough of them to mean a finding."""
    return re.fullmatch(rf"[0-9a-fA-F]{{{SHORTEST},32}}", text) is not None


def by_fingerprint(findings: Iterable[Finding], start: str) -> Finding:
    """The finding whose fingerprint begins with `start`. Raises ConfigError when it is not exactly one."""
    found = [finding for finding in findings if finding.fingerprint.startswith(start)]
    if not found:
        raise ConfigError(
            f"no finding has the fingerprint `{start}`", hint="it may be fixed, or its code or scope may have changed"
        )
    if len(found) > 1:
        several = ", ".join(f"{item.path}:{item.place.line} {item.fingerprint}" for item in found[:5])
        raise ConfigError(f"{len(found)} findings have a fingerprint that starts with `{start}`", hint=several)
    return found[0]


def as_text(finding: Finding, report: Report) -> str:
    """The finding, its code, why the rule exists, why it gates or not, and what can be done."""
    rule = next((rule for rule in report.rules if rule.id == finding.rule), None)
    place = finding.place
    facts = {
        "rule": finding.rule,
        "severity": finding.severity,
        "certainty": finding.certainty,
        "state": finding.state,
        "scope": finding.scope or "module",
        "fingerprint": finding.fingerprint,
        "gate": gate(finding),
        "belief": finding.belief,
        "fix": f"{finding.fix.title} ({finding.fix.safety})" if finding.fix else None,
    }
    facts |= dict(finding.facts)
    width = max(len(name) for name, value in facts.items() if value)
    lines = [f"{finding.path}:{place.line}:{place.column}: {finding.message}", ""]
    lines += [*code(finding, report.texts.get(finding.path)), ""]
    lines += [f"{name:<{width}}  {printable(value)}" for name, value in facts.items() if value]
    return "\n".join([*lines, "", *advice(finding, rule)]) + "\n"


def code(finding: Finding, text: str | None) -> list[str]:
    """The lines of the finding, at most ten, with their numbers."""
    if text is None:
        return []
    lines = re.split(r"\r\n?|\n", text)
    numbers = range(finding.place.line, min(finding.place.end_line, finding.place.line + 9) + 1)
    return [f"  {number:>5} | {printable(lines[number - 1])}" for number in numbers if number <= len(lines)]


def printable(text: str) -> str:
    """Text without control characters: what stands in a file must not drive a terminal."""
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode() for char in text.expandtabs(4)
    )


def gate(finding: Finding) -> str:
    """Whether the finding makes its command fail, and why not."""
    if finding.gates:
        return f"fails the {_command(finding)}"
    if finding.suppressed:
        reason = f": {finding.suppressed.reason}" if finding.suppressed.reason else ""
        return f"does not fail: suppressed ({finding.suppressed.by}){reason}"
    if finding.state != "error":
        return f"does not fail: the rule's state is `{finding.state}`"
    if finding.certainty == "maybe":
        what = "nobody confirmed it as it stands" if finding.origin == "review" else "the match is only a maybe"
        return f"does not fail: {what}"
    return f"does not fail: {finding.severity} is below the gate"


def advice(finding: Finding, rule: Rule | None) -> list[str]:
    """Why the rule exists, and the commands a person may want next."""
    why = [rule.why.strip().split("\n\n")[0], ""] if rule is not None and rule.why.strip() else []
    commands = _again(finding)
    commands.append(f"  allow    # gardener: allow[{finding.rule}] reason")
    commands.append(f"  defer    gardener defer {finding.fingerprint[:12]} --reason TEXT")
    commands.append(f"  dispute  gardener dispute {finding.fingerprint[:12]} --reason TEXT")
    commands.append(f"  {_source(finding)}")
    return [*why, *commands]


def _again(finding: Finding) -> list[str]:
    """The commands that look at the finding again, and that fix it."""
    if finding.origin == "review":
        return [f"  review   gardener review {finding.path}"]
    commands = [f"  check    gardener check {finding.path} --select {finding.rule}"]
    if finding.fix is not None and finding.fix.safety != "shown":
        unsafe = " --unsafe-fixes" if finding.fix.safety == "unsafe" else ""
        commands.append(f"  fix      gardener check {finding.path} --select {finding.rule} --fix{unsafe}")
    return commands


def _source(finding: Finding) -> str:
    """The command that shows what was broken."""
    if finding.origin == "review" and finding.belief:
        return f"clause   gardener beliefs show {finding.rule}"
    return f"rule     gardener rules explain {finding.rule}"


def _command(finding: Finding) -> str:
    return "review" if finding.origin == "review" else "check"
