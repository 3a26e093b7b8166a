"""What people said about findings of a review: comments that name a clause, and deferrals and disputes by command.

A check judges the form of every comment, its reason and its date. Only a review knows which clauses there are and what
was found under them: it reports comments about clauses that are not there, and about clauses that are kept.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gardener.checking import deferrals
from gardener.checking.baseline import Scope
from gardener.checking.directives import read_directives
from gardener.checking.fingerprints import assign
from gardener.checking.suppressions import about, mark
from gardener.reviewing.reach import NOWHERE, LogicalLines

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence
    from datetime import date

    from gardener.checking.directives import Directive
    from gardener.core.finding import Finding
    from gardener.core.review import Pair, Unit
    from gardener.reviewing.selection import Selected

    Used = set[tuple[Directive, str]]
    _Key = tuple[str, str, str, int]

UNKNOWN = "unknown-rule-in-suppression"
UNUSED = "unused-suppression"


@dataclass(frozen=True, slots=True)
class PushedBack:
    """The findings, marked where somebody pushed back; findings about comments; notes; and every comment by its path.

    The comments are those that can be read and name a clause.
    """

    findings: tuple[Finding, ...]
    about: tuple[Finding, ...] = ()
    notes: tuple[str, ...] = ()
    directives: tuple[tuple[str, Directive], ...] = ()


@dataclass(frozen=True, slots=True)
class Said:
    """What is on record and what is known: the `clauses` that exist, by id, the pairs that are settled as `clean`.

    A pair is clean when its exact verdict is that the clause is kept or does not apply. `exists` says whether a path
    is in the tree, so that records follow a file that was renamed.
    """

    clauses: Collection[str]
    clean: Sequence[Pair] = ()
    records: Sequence[deferrals.Record] = ()
    exists: Callable[[str], bool] = bool


def push_back(findings: Sequence[Finding], selected: Selected, said: Said, *, today: date) -> PushedBack:
    """Apply comments, then records, to the findings of a review of `selected`; nothing is dropped."""
    found: list[Finding] = []
    judged: list[Finding] = []
    named: list[tuple[str, Directive]] = []
    of_file: dict[str, list[Finding]] = {path: [] for path in selected.texts}
    for finding in findings:
        of_file.setdefault(finding.path, []).append(finding)
    for path, own in of_file.items():
        directives = clause_directives(selected.texts.get(path, ""))
        if directives:
            file = _File(path, selected.texts[path], selected.units.get(path, ()), directives)
            marked, used = file.marked(own, today)
            judged += file.judged(said, used, today)
            found += marked
            named += [(path, directive) for directive in directives]
        else:
            found += own
    records = deferrals.followed(found, said.records, scope=Scope({}, exists=said.exists))
    applied = deferrals.apply(found, records, today)
    notes = deferrals.ended_notes(deferrals.ended(applied, records, today))
    return PushedBack(applied, tuple(judged), tuple(notes), tuple(named))


def clause_directives(text: str) -> tuple[Directive, ...]:
    """The comments of a Python text that name at least one clause and can be read."""
    return tuple(one for one in read_directives(text) if not one.problem and any(map(_is_clause, one.rules)))


def _is_clause(name: str) -> bool:
    # `ruff:S113` is foreign, and no rule of ours has a dot in its id.
    return "." in name and ":" not in name


@dataclass(frozen=True, slots=True)
class _File:
    """One file with comments that name clauses."""

    path: str
    text: str
    units: Sequence[Unit]
    directives: Sequence[Directive]

    def marked(self, findings: Iterable[Finding], today: date) -> tuple[list[Finding], Used]:
        """The findings, those suppressed that a comment on their statement or on their unit's header speaks about."""
        lines = LogicalLines.of(self.text)
        used: Used = set()
        marked: list[Finding] = []
        for finding in findings:
            statement = lines.around((finding.place.line, finding.place.end_line))
            headers = [lines.header(unit) for unit in self.units if _is_of(finding, unit)]
            reaches = [statement, *(header for header in headers if header != NOWHERE)]
            tried = [mark([replace(finding, reach=one)], self.directives, today, used)[0] for one in reaches]
            best = next((one for one in tried if one.suppressed is not None), finding)
            marked.append(replace(best, reach=statement))
        return marked, used

    def judged(self, said: Said, used: Used, today: date) -> tuple[Finding, ...]:
        """Findings about the comments, with fingerprints; comments may speak about these, too."""
        clean = {_key(pair.criterion.id, pair.unit) for pair in said.clean if pair.unit.path == self.path}
        raw: list[Finding] = []
        for directive in self.directives:
            for name in filter(_is_clause, directive.rules):
                if name not in said.clauses:
                    raw.append(_about(UNKNOWN, directive, self.path, _unknown(name, said.clauses)))
                elif (directive, name) not in used and self._is_idle(directive, name, clean, today):
                    message = f"`{name}` finds nothing here: remove it from `{directive.head}`"
                    raw.append(_about(UNUSED, directive, self.path, message))
        return mark(assign(raw), read_directives(self.text), today, set())

    def _is_idle(self, directive: Directive, clause: str, clean: Collection[_Key], today: date) -> bool:
        """True when every piece of code the comment could speak about is known to keep the clause."""
        near = [unit for unit in self.units if _is_near(directive, unit)]
        return bool(near) and all(_key(clause, unit) in clean for unit in near) and not directive.expired(today)


def _is_of(finding: Finding, unit: Unit) -> bool:
    return finding.scope == unit.name and finding.place.line in unit.lines


def _is_near(directive: Directive, unit: Unit) -> bool:
    if directive.verb == "allow-file":
        return True
    spots = {directive.place.line, *range(directive.over[0], directive.over[1] + 1)} - {0}
    return not spots.isdisjoint(unit.lines)


def _key(clause: str, unit: Unit) -> _Key:
    return clause, unit.path, unit.name, unit.ordinal


def _about(rule: str, directive: Directive, path: str, message: str) -> Finding:
    remedy = "name a clause of `gardener beliefs list`, or remove it" if rule == UNKNOWN else None
    finding = replace(about(rule, directive, path, message), origin="review")
    return replace(finding, remediation=remedy or finding.remediation)


def _unknown(name: str, clauses: Collection[str]) -> str:
    from difflib import get_close_matches

    belief, _, part = name.rpartition(".")
    if any(one.rpartition(".")[0] == belief for one in clauses):
        return f"belief `{belief}` has no clause `{part}`"
    near = get_close_matches(name, sorted(clauses), n=1)
    return f"there is no clause `{name}`" + (f"; did you mean `{near[0]}`?" if near else "")
