"""Push-back in the code: `gardener: VERB[id] [until=2027-01-31] reason`, and what keeps it honest.

A directive covers a finding when it stands on any line of the finding's statement or header, or alone on the comment
lines directly above. `allow-file` covers the whole file from any comment in it. Several ids may share the brackets.
The reason ends at the next `#` that does not start an issue number. In Markdown the directive stands in `<!-- -->`.

`allow` (or `allow-file`) says the finding is accepted, `defer` that it will be fixed later, `wrong` that the rule errs.
Without a reason a directive still suppresses, past its date it does not; both are findings, and so are unknown rules,
directives that cannot be read, and those whose rule ran and found nothing.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from gardener.checking.directives import FORM, Directive
from gardener.checking.fingerprints import assign
from gardener.core.finding import Finding, Suppression
from gardener.core.rule import Example, Rule

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import date

_REMEDIES = {
    "malformed-suppression": f"write `gardener: {FORM}`",
    "suppression-without-reason": f"write `gardener: {FORM}`",
    "unknown-rule-in-suppression": "name a rule of `gardener rules list`, or remove it",
    "expired-suppression": "fix the finding, or give a new date and reason",
    "unused-suppression": "remove what suppresses nothing",
}
_BY: dict[str, Literal["inline", "deferral", "dispute"]] = {
    "allow": "inline",
    "allow-file": "inline",
    "defer": "deferral",
    "wrong": "dispute",
}


def apply(
    findings: Sequence[Finding],
    directives: Sequence[Directive],
    *,
    known: Collection[str],
    ran: Collection[str],
    today: date,
    path: str,
) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    """Suppress the findings of one file, and judge its directives.

    `known` are the ids of all rules, `ran` of those that ran on this file (only they can make a directive unused).
    Returns the findings, marked, and the findings about the directives themselves, with fingerprints.
    """
    if not directives:
        return tuple(findings), ()
    used: set[tuple[Directive, str]] = set()
    marked = mark(findings, directives, today, used)
    raw = [found for directive in directives for found in _judge(directive, known, ran, today, path, used)]
    return marked, mark(assign(raw), directives, today, used)


def covers(directive: Directive, finding: Finding) -> bool:
    """True when the directive stands where it speaks about the finding. Rule and date are not looked at."""
    first, last = finding.reach if finding.reach[0] else (finding.place.line, finding.place.end_line)
    if directive.verb == "allow-file" or directive.over[0] <= first <= directive.over[1]:
        return True
    return directive.place.line <= last and directive.place.end_line >= first


def mark(
    findings: Iterable[Finding], directives: Sequence[Directive], today: date, used: set[tuple[Directive, str]]
) -> tuple[Finding, ...]:
    """The findings, suppressed where a directive that holds covers them; `used` gains what covers any, held or not."""
    marked: list[Finding] = []
    for finding in findings:
        hits = [d for d in directives if finding.rule in d.rules and covers(d, finding)]
        used.update((directive, finding.rule) for directive in hits)
        live = [directive for directive in hits if not directive.problem and not directive.expired(today)]
        best = min(live, key=lambda directive: directive.verb == "allow-file", default=None)
        if best and finding.suppressed is None:
            marked.append(replace(finding, suppressed=Suppression(_BY[best.verb], best.reason)))
        else:
            marked.append(finding)
    return tuple(marked)


def about(rule: str, directive: Directive, path: str, message: str) -> Finding:
    """A finding of one of the rules about suppressions, still without a fingerprint."""
    return Finding(
        rule=rule,
        path=path,
        span=directive.span,
        place=directive.place,
        message=message,
        severity="P2",
        remediation=_REMEDIES[rule],
        text=directive.head if directive.rules else directive.source,
        reach=(directive.place.line, directive.place.end_line),
    )


def _judge(
    directive: Directive,
    known: Collection[str],
    ran: Collection[str],
    today: date,
    path: str,
    used: Collection[tuple[Directive, str]],
) -> Iterable[Finding]:
    if directive.problem:
        yield about("malformed-suppression", directive, path, directive.problem)
        return
    if not directive.reason:
        yield about("suppression-without-reason", directive, path, f"`{directive.head}` gives no reason")
    if directive.expired(today):
        message = f"`{directive.head}` ended on {directive.until}: fix the finding, or give a new date and reason"
        yield about("expired-suppression", directive, path, message)
    for rule in directive.rules:
        if _is_unknown(rule, known):
            yield about("unknown-rule-in-suppression", directive, path, _unknown(rule, known))
        elif rule in ran and (directive, rule) not in used and not directive.expired(today):
            message = f"`{rule}` finds nothing here: remove it from `{directive.head}`"
            yield about("unused-suppression", directive, path, message)


def _is_unknown(rule: str, known: Collection[str]) -> bool:
    # `ruff:S113` and clause ids such as `belief.1` belong to others; only they know what exists.
    return rule not in known and ":" not in rule and "." not in rule


def _unknown(rule: str, known: Collection[str]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(rule, sorted(known), n=1)
    return f"there is no rule `{rule}`" + (f"; did you mean `{near[0]}`?" if near else "")


def _rule(name: str, title: str, why: str, bad: str, good: str) -> Rule:
    examples = (Example("bad", bad), Example("good", good))
    return Rule(name, title, why, pack="gardener", examples=examples, body={"form": "suppression"})


HYGIENE_RULES: tuple[Rule, ...] = (
    _rule(
        "suppression-without-reason",
        "A suppression says why",
        "Without a reason nobody can tell later whether the exception still holds. It suppresses meanwhile.",
        "import os\n\nos.system(command)  # gardener: allow[shell-call]\n",
        "import os\n\nos.system(command)  # gardener: allow[shell-call] the command is a constant\n",
    ),
    _rule(
        "unknown-rule-in-suppression",
        "A suppression names a rule that exists",
        "A misspelt or deleted rule suppresses nothing, and nobody notices.",
        "import os\n\nos.system(command)  # gardener: allow[shel-call] the command is a constant\n",
        "import os\n\nos.system(command)  # gardener: allow[shell-call] the command is a constant\n",
    ),
    _rule(
        "expired-suppression",
        "A suppression with a date ends on that date",
        "The date was the promise. From the day after it the finding counts again.",
        "import os\n\nos.system(command)  # gardener: defer[shell-call] until=2020-01-31 goes with the old runner\n",
        "import os\n\nos.system(command)  # gardener: defer[shell-call] until=2999-01-31 goes with the old runner\n",
    ),
    _rule(
        "unused-suppression",
        "A suppression suppresses something",
        "What it excused is gone. Left in place, it would hide the next mistake on that line. "
        "Only a rule that ran on the file is judged.",
        "import os\n\nos.listdir(command)  # gardener: allow[shell-call] the command is a constant\n",
        "import os\n\nos.system(command)  # gardener: allow[shell-call] the command is a constant\n",
    ),
    _rule(
        "malformed-suppression",
        "A suppression can be read",
        "A directive that cannot be read suppresses nothing, and nobody notices.",
        "import os\n\nos.system(command)  # gardener: alow[shell-call] the command is a constant\n",
        "import os\n\nos.system(command)  # gardener: allow[shell-call] the command is a constant\n",
    ),
    _rule(
        "stale-baseline-entry",
        "The baseline lists only what is there",
        "An entry whose finding has gone would accept the same mistake when it comes back. Said as a note, and as "
        "a finding under `--strict-baseline`; `--write-baseline` removes such entries.",
        "# .gardener/baseline.jsonl still lists the call that this line replaced\nrun(command)\n",
        "# .gardener/baseline.jsonl was written again after the last fix\nrun(command)\n",
    ),
)
