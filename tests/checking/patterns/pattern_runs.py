"""One pattern rule run on one text: where it hits, what it says, and the text with its fixes applied."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gardener.checking.hits import RuleHit, findings_of
from gardener.checking.patterns import compile_pattern
from gardener.checking.source import SourceFile
from gardener.core.lines import LineIndex
from gardener.core.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gardener.core.finding import Finding

RULE = Rule("example", "Example", "Because.")


@dataclass(frozen=True)
class Ran:
    """What one rule gave for one text."""

    findings: tuple[Finding, ...]
    fixed: str

    @property
    def lines(self) -> list[int]:
        """Lines of the findings, in file order, each once."""
        return sorted({finding.place.line for finding in self.findings})

    @property
    def messages(self) -> list[str]:
        """What was said, in file order."""
        return [finding.message for finding in self.findings]


def run(body: Mapping[str, Any] | str, code: str, *, without: frozenset[str] = frozenset()) -> Ran:
    """Match a whole module, without tiers. A string is a body with only a `pattern`."""
    keys = {"pattern": body} if isinstance(body, str) else body
    matcher = compile_pattern(keys, place="rules/example.md:1", without=without).matcher
    file = SourceFile.whole(code)
    hits = [
        RuleHit(RULE, hit)
        for node in file.nodes()
        if type(node) in matcher.node_types
        for hit in matcher.run(node, file)
    ]
    findings = findings_of(file, hits, LineIndex.of(code))
    return Ran(tuple(findings), _fixed(code, findings))


def rule_of(body: Mapping[str, Any]) -> Rule:
    """A rule as a page would give it."""
    message = body.get("message")
    keys = {key: value for key, value in body.items() if key != "message"}
    compiled = compile_pattern(body, place="rules/example.md:1")
    return Rule(
        "example",
        "Example",
        "Because.",
        message=message,
        plan=compiled.plan,
        digest=repr(sorted(body.items(), key=str)),
        body={"form": "pattern", **keys},
    )


def _fixed(code: str, findings: list[Finding]) -> str:
    """The text after the outermost, first fixes; overlapping ones wait for another round, as in a real run."""
    taken: list[tuple[int, int, str]] = []
    for finding in findings:
        edits = [(edit.start, edit.end, edit.text) for edit in finding.fix.edits] if finding.fix else []
        fresh = [edit for edit in edits if edit not in taken]
        if not any(
            start < other_end and other_start < end for start, end, _ in fresh for other_start, other_end, _ in taken
        ):
            taken += fresh
    for start, end, text in sorted(taken, reverse=True):
        code = code[:start] + text + code[end:]
    return code
