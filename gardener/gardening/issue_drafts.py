"""Findings to issue drafts: one draft for each rule or clause in each area, never one for each finding."""

from __future__ import annotations

import shlex
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from gardener.core.draft import MOST_PLACES, Draft, DraftPlace, Kind
from gardener.core.finding import SEVERITIES, Finding, at_least
from gardener.core.lines import LineIndex

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from gardener.core.finding import Severity
    from gardener.core.report import Report
    from gardener.core.rule import Rule
    from gardener.gardening.issue_scan import Ground

_MOST_LINES = 3
_MOST_OWNERS = 3
# Longer ones would be cut where they are shown; without folders a command covers them all.
_LONGEST_COMMAND = 180

Group = tuple[Kind, str, str]


def drafts_of(reports: Sequence[Report], ground: Ground, *, min_severity: Severity) -> tuple[Draft, ...]:
    """The drafts of all findings that are worth an issue, the gravest and largest first.

    What the baseline has accepted is debt, and worth one; what a person allowed, deferred or disputed is not, nor is
    what is only counted, perhaps wrong, or less grave than `min_severity`.
    """
    groups: dict[Group, list[Finding]] = {}
    for finding in (finding for report in reports for finding in report.findings):
        if _is_worth_it(finding, min_severity):
            kind: Kind = "clause" if finding.origin == "review" else "rule"
            groups.setdefault((kind, finding.rule, ground.area_of(finding.path)), []).append(finding)
    rules = {rule.id: rule for report in reports for rule in report.rules}
    texts = {path: text for report in reports for path, text in report.texts.items()}
    drafts = [redacted(_draft(group, findings, ground, rules, texts)) for group, findings in groups.items()]
    return tuple(sorted(drafts, key=weight))


def weight(draft: Draft) -> tuple[int, int, str, str]:
    """Sorts drafts: the gravest first, then those with the most places, then by name."""
    return (SEVERITIES.index(draft.severity), -draft.count, draft.subject, draft.area)


def redacted(draft: Draft) -> Draft:
    """The draft without the secrets that stand in its code: a tracker is read by more people than the repository."""
    from gardener.llm.redaction import Redactor

    redact = Redactor().redact
    return replace(
        draft,
        title=redact(draft.title),
        ask=redact(draft.ask),
        quote=redact(draft.quote),
        how=redact(draft.how),
        before=tuple(map(redact, draft.before)),
        after=tuple(map(redact, draft.after)),
    )


def _is_worth_it(finding: Finding, min_severity: Severity) -> bool:
    accepted = finding.suppressed is None or finding.suppressed.by == "baseline"
    counts = finding.state != "shadow" and finding.certainty != "maybe"
    return accepted and counts and at_least(finding.severity, min_severity)


def _draft(
    group: Group, found: list[Finding], ground: Ground, rules: Mapping[str, Rule], texts: Mapping[str, str]
) -> Draft:
    kind, subject, area = group
    findings = sorted(found, key=lambda one: (one.path, one.span.start, one.fingerprint))
    rule = rules.get(subject)
    belief, quote = _belief(subject, rule, findings[0], ground)
    folders = _folders(area, findings, ground) if rule is None or rule.target == "python" else ()
    verify = _command(kind, subject, folders)
    before, after = _example(findings, texts)
    baseline = sum(one.suppressed is not None for one in findings)
    return Draft(
        kind=kind,
        subject=subject,
        area=area,
        title=f"{_verb(kind)} {subject.replace(':', ' ')} in {area}",
        ask=_ask(rule, findings, quote if kind == "clause" else ""),
        severity=min((one.severity for one in findings), key=SEVERITIES.index),
        why=rule.why.strip().partition("\n\n")[0] if rule else "",
        belief=belief,
        quote=quote,
        places=tuple(_place(one, ground) for one in findings[:MOST_PLACES]),
        count=len(findings),
        before=before,
        after=after,
        how=_how(subject, findings, folders),
        verify=verify,
        provenance=_provenance(kind, subject, rule, baseline),
        done_when=(
            "the command above finds nothing",
            "no allow comment, deferral or baseline entry stands in for a fix, unless it says why",
            f"the tests pass, and nothing outside `{area}` changed that the fix does not need",
        ),
        silence=_silence(kind, subject),
        owners=_owners(findings, ground),
    )


def _verb(kind: Kind) -> str:
    return "Uphold" if kind == "clause" else "Resolve"


def _ask(rule: Rule | None, findings: list[Finding], quote: str) -> str:
    what = quote or (rule.title if rule else findings[0].message)
    places = "one place" if len(findings) == 1 else f"{len(findings):,} places"
    end = "" if what.endswith((".", "!", "?")) else "."
    return f"Mend {places} where this does not hold: {what}{end}" if quote else f"Mend {places}: {what}{end}"


def _belief(subject: str, rule: Rule | None, finding: Finding, ground: Ground) -> tuple[str, str]:
    """The belief behind a rule or clause, and what it says."""
    name = finding.belief or (rule.belief if rule else None) or ""
    belief = ground.beliefs.find(subject if finding.origin == "review" else name)
    if belief is None:
        return "", ""
    clauses = [clause.text for clause in belief.clauses if clause.id == subject] or [belief.clauses[0].text]
    return belief.id, clauses[0]


def _place(finding: Finding, ground: Ground) -> DraftPlace:
    place = finding.place
    url = ground.origin.link(ground.commit, finding.path, place.line, place.end_line)
    return DraftPlace(finding.path, place.line, place.end_line, url)


def _folders(area: str, findings: list[Finding], ground: Ground) -> tuple[str, ...]:
    """What to name on a command line for an area: the folders its globs begin with, else those of the findings."""
    globs = next((one.globs for one in ground.areas if one.name == area), ())
    literal = [_literal(glob) for glob in globs]
    named = literal if literal and all(literal) else [finding.path.rpartition("/")[0] for finding in findings]
    kept = sorted(set(named))
    # A folder covers those below it, and the root everything.
    if "" in kept:
        return ()
    return tuple(one for one in kept if not any(one.startswith(f"{other}/") for other in kept))


def _literal(glob: str) -> str:
    """The folders a glob begins with, up to the first that is no plain name."""
    parts: list[str] = []
    for part in glob.strip("/").split("/")[:-1]:
        if not part or set(part) & set("*?[]{}\\!"):
            break
        parts.append(part)
    return "/".join(parts)


def _command(kind: Kind, subject: str, folders: tuple[str, ...]) -> str:
    if kind == "clause":
        words = ["gardener", "review"]
    elif subject.startswith("ruff:"):
        words = ["ruff", "check", "--select", subject.removeprefix("ruff:")]
    else:
        words = ["gardener", "check", "--select", subject, "--no-baseline"]
    narrow = shlex.join([*words, *(f"./{one}" if one.startswith("-") else one for one in folders)])
    return narrow if len(narrow) <= _LONGEST_COMMAND else shlex.join(words)


def _how(subject: str, findings: list[Finding], folders: tuple[str, ...]) -> str:
    remedies = Counter(one.remediation for one in findings if one.remediation)
    advice = remedies.most_common(1)[0][0] if remedies else findings[0].message
    if subject.startswith("ruff:") and remedies:
        advice = f"{findings[0].message}: see `{advice}`"
    safeties = {one.fix.safety for one in findings if one.fix is not None} & {"safe", "unsafe"}
    if not safeties or subject.startswith("ruff:"):
        return advice
    unsafe = ["--unsafe-fixes"] if "unsafe" in safeties else []
    command = shlex.join(["gardener", "check", "--select", subject, "--no-baseline", "--fix", *unsafe, *folders])
    end = "" if advice.endswith((".", "!", "?")) else "."
    return f"{advice}{end} `{command}` makes the changes it can." if "`" not in command else advice


def _example(findings: Sequence[Finding], texts: Mapping[str, str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """A few lines before and after the smallest fix; without one, the first line that was flagged."""
    from gardener.outputs._changes import changes

    for finding in findings:
        if finding.fix is not None and finding.path in texts:
            made = changes(LineIndex.of(texts[finding.path]), finding.fix)
            if len(made) == 1 and 1 <= len(made[0].before) <= _MOST_LINES and len(made[0].after) <= _MOST_LINES:
                return _dedented(made[0].before, made[0].after)
    for finding in findings:
        lines = tuple(_lines(finding, texts))
        if lines:
            return _dedented(lines, ())
    return (), ()


def _lines(finding: Finding, texts: Mapping[str, str]) -> Iterator[str]:
    if finding.path in texts:
        lines = LineIndex.of(texts[finding.path])
        last = min(finding.place.end_line, finding.place.line + _MOST_LINES - 1, len(lines))
        yield from (lines.line(number) for number in range(finding.place.line, last + 1))


def _dedented(before: tuple[str, ...], after: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    lines = [line for line in (*before, *after) if line.strip()]
    room = min((len(line) - len(line.lstrip(" ")) for line in lines), default=0)
    return tuple(line[room:] for line in before), tuple(line[room:] for line in after)


def _provenance(kind: Kind, subject: str, rule: Rule | None, baseline: int) -> str:
    if kind == "clause":
        source = f"a review by the clause `{subject}`"
    elif rule is None:
        source = f"`{subject}`"
    else:
        source = f"the rule `{subject}` of the pack `{rule.pack}`"
    accepted = f"; the baseline has accepted {baseline:,} of the places" if baseline else ""
    return f"Found by {source}{accepted}. gardener keeps this part of the page; what stands outside it is yours."


def _silence(kind: Kind, subject: str) -> tuple[str, ...]:
    for_ever = "Close this as not planned, and it is never asked again."
    if kind == "clause":
        return (for_ever, f"One place: `# gardener: wrong[{subject}] reason`. The clause: change it in the document.")
    if subject.startswith("ruff:"):
        code = subject.removeprefix("ruff:")
        return (for_ever, f"One place: `# noqa: {code}`. The rule: ignore {code} in ruff's settings.")
    return (for_ever, f'One place: `# gardener: allow[{subject}] reason`. The rule: `ignore = ["{subject}"]`.')


def _owners(findings: Iterable[Finding], ground: Ground) -> tuple[str, ...]:
    owned = Counter(owner for finding in findings for owner in ground.owners.of(finding.path))
    return tuple(owner for owner, _ in sorted(owned.items(), key=lambda item: (-item[1], item[0]))[:_MOST_OWNERS])
