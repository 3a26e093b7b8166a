"""Applying fixes until nothing is left to fix, round by round.

In each round the outermost and first fixes that do not touch each other are applied, equal import edits once; the
text must then parse, or the fixes that break it are left out and reported. Then the findings are looked for again.
Fixes that undo each other, or never end, are taken back. What is counted is what stands in the text.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from gardener.checking.parsing import Unparsable, parse_module
from gardener.core.edits import apply_edits, fits, merge, with_newline
from gardener.core.finding import Edit, Finding, Span
from gardener.repo.files import newline_of

Find = Callable[[str], Sequence[Finding]]
Identity = tuple[str, str, str, tuple[str, ...]]

MOST_ROUNDS = 100
_PARSE_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Fixed:
    """The new text, how many fixes stand in it, by rule, and the findings that remain.

    `broken` are the findings whose fix would not have parsed, `stopped` says why it ended early, if it did.
    """

    text: str
    applied: int = 0
    by_rule: Mapping[str, int] = field(default_factory=dict)
    remaining: tuple[Finding, ...] = ()
    broken: tuple[Finding, ...] = ()
    stopped: str | None = None


@dataclass(frozen=True, slots=True)
class _State:
    text: str
    by_rule: Counter[str]
    broken: Mapping[Identity, Finding]


@dataclass(frozen=True, slots=True)
class _Attempt:
    """Where the rounds ended; `endless` rules would go on for ever, for the `reason` given."""

    state: _State
    findings: tuple[Finding, ...]
    endless: frozenset[str] = frozenset()
    reason: str | None = None


def fix_text(
    text: str,
    find: Find,
    *,
    unsafe: bool,
    max_rounds: int | None = None,
    parses: Callable[[str], bool] | None = None,
) -> Fixed:
    """Apply the fixes that `find` offers until there are none.

    `find` returns the findings of a text with suppressed and baselined ones marked; those are left alone, and so are
    `shown` fixes and, without `unsafe`, unsafe ones. `parses` decides whether a text may stand (default: LibCST).
    With `max_rounds`, that many rounds are made at most and kept; without, fixes that do not end are taken back.
    """
    barred: frozenset[str] = frozenset()
    reasons: list[str] = []
    while True:
        attempt = _attempt(text, find, barred, unsafe, max_rounds, parses or parses_as_python)
        if attempt.reason:
            reasons.append(attempt.reason)
        if not attempt.endless:
            return Fixed(
                attempt.state.text,
                applied=attempt.state.by_rule.total(),
                by_rule=dict(sorted(attempt.state.by_rule.items())),
                remaining=attempt.findings,
                broken=tuple(attempt.state.broken.values()),
                stopped="; ".join(reasons) or None,
            )
        barred |= attempt.endless


def fix_each(text: str, find: Find, *, parses: Callable[[str], bool] | None = None) -> Fixed:
    """Apply the fix of each finding that the text has now, safe or not, exactly once, the innermost first.

    What a fix brings about is left alone, so that a fix may contain what it is for. See `fix_text` for the rest.
    """
    findings = tuple(find(text))
    state = _State(text, Counter(), {})
    waiting = _heights([item.span for item in findings if _is_fixable(item, unsafe=True)])
    while waiting:
        lowest = min(waiting.values())
        wanted = {span for span, height in waiting.items() if height == lowest}
        here = [item for item in findings if item.span in wanted and _is_fixable(item, unsafe=True)]
        chosen, broken = _chosen(state, here, parses or parses_as_python)
        done = {item.span for item in chosen} if chosen else wanted
        edits = _merged(chosen, newline_of(state.text))
        waiting = {_moved(span, edits): height for span, height in waiting.items() if span not in done}
        state = _State(apply_edits(state.text, edits), state.by_rule + Counter(f.rule for f in chosen), broken)
        findings = tuple(find(state.text))
    by_rule = dict(sorted(state.by_rule.items()))
    return Fixed(state.text, state.by_rule.total(), by_rule, findings, tuple(state.broken.values()))


def _heights(spans: Iterable[Span]) -> dict[Span, int]:
    """How many of the spans lie one inside the other below each of them."""
    heights: dict[Span, int] = {}
    around: list[Span] = []
    for span in sorted(set(spans), key=lambda item: (item.start, -item.end)):
        while around and around[-1].end < span.end:
            around.pop()
        heights[span] = 0
        around.append(span)
        for height, outer in enumerate(reversed(around)):
            heights[outer] = max(heights[outer], height)
    return heights


def _moved(span: Span, edits: Iterable[Edit]) -> Span:
    """Where a span lies after edits inside, before and behind it."""
    start, end = span.start, span.end
    for edit in edits:
        grown = len(edit.text) - (edit.end - edit.start)
        apart = edit.start == edit.end and edit.text.endswith(("\n", "\r"))
        if edit.end < span.start or (edit.end == span.start and (apart or edit.start < edit.end)):
            start += grown
        if edit.end < span.end or (edit.end == span.end and not apart):
            end += grown
    return Span(start, end)


def _attempt(
    text: str, find: Find, barred: frozenset[str], unsafe: bool, max_rounds: int | None, parses: Callable[[str], bool]
) -> _Attempt:
    def fixable(findings: Sequence[Finding]) -> list[Finding]:
        return [finding for finding in findings if finding.rule not in barred and _is_fixable(finding, unsafe)]

    state = _State(text, Counter(), {})
    seen: list[_State] = []
    findings = tuple(find(text))
    at_start = Counter(finding.rule for finding in fixable(findings))
    for _ in range(MOST_ROUNDS if max_rounds is None else max_rounds):
        after = _round(state, fixable(findings), parses)
        if after.text == state.text:
            return _Attempt(after, findings)
        seen.append(state)
        state = after
        first = next((old for old in seen if old.text == state.text), None)
        if first is not None:
            rules = frozenset((state.by_rule - first.by_rule).keys())
            return _Attempt(state, findings, rules, f"the fixes of {_listed(rules)} undo each other and were left out")
        findings = tuple(find(state.text))
    if max_rounds is not None:
        return _Attempt(state, findings, reason=f"stopped after {max_rounds} rounds")
    left = Counter(finding.rule for finding in fixable(findings))
    # With as much to fix as at the start, a fix does not cure what it is for: it only piles up text.
    rules = frozenset(rule for rule in left if state.by_rule[rule] and left[rule] >= at_start[rule])
    endless = f"the fixes of {_listed(rules)} never end and were left out"
    return _Attempt(state, findings, rules, endless if rules else f"stopped after {MOST_ROUNDS} rounds")


def parses_as_python(text: str) -> bool:
    """True when LibCST reads the text and gives it back unchanged."""
    try:
        code = parse_module(text, time_limit=_PARSE_SECONDS).code
    except Unparsable:
        return False
    return code == (text + "\n" if text.endswith("\r") else text)


def _round(state: _State, findings: Sequence[Finding], parses: Callable[[str], bool]) -> _State:
    chosen, broken = _chosen(state, findings, parses)
    text = _applied(state.text, chosen, newline_of(state.text))
    return replace(state, text=text, by_rule=state.by_rule + Counter(f.rule for f in chosen), broken=broken)


def _chosen(
    state: _State, findings: Sequence[Finding], parses: Callable[[str], bool]
) -> tuple[list[Finding], Mapping[Identity, Finding]]:
    """The findings whose fixes are applied in one round, and all whose fixes would break the text."""
    newline = newline_of(state.text)
    broken = dict(state.broken)
    candidates: list[Finding] = []
    for finding in findings:
        edits = _edits(finding, newline)
        if _identity(finding) in broken or not _changes(state.text, edits):
            continue
        if fits(edits, len(state.text)):
            candidates.append(finding)
        else:
            broken[_identity(finding)] = finding
    chosen = _choose(candidates, newline)
    if chosen and not parses(_applied(state.text, chosen, newline)):
        chosen = _sound(state.text, [], chosen, newline, parses, broken)
    return chosen, broken


def _choose(findings: Sequence[Finding], newline: str) -> list[Finding]:
    """The fixes of one round: outer before inner, first before later, none in conflict with one already chosen."""
    chosen: list[Finding] = []
    edits: list[Edit] = []
    for finding in sorted(findings, key=_outer_first):
        merged = merge(edits, _edits(finding, newline))
        if merged is not None:
            chosen.append(finding)
            edits = merged
    return chosen


def _sound(
    text: str,
    kept: list[Finding],
    more: list[Finding],
    newline: str,
    parses: Callable[[str], bool],
    broken: dict[Identity, Finding],
) -> list[Finding]:
    """`kept` and those of `more` that parse together; what does not parse even alone is noted in `broken`."""
    if parses(_applied(text, [*kept, *more], newline)):
        return [*kept, *more]
    if len(more) == 1:
        if not kept or not parses(_applied(text, more, newline)):
            broken[_identity(more[0])] = more[0]
        return kept
    half = len(more) // 2
    kept = _sound(text, kept, more[:half], newline, parses, broken)
    return _sound(text, kept, more[half:], newline, parses, broken)


def _applied(text: str, findings: Sequence[Finding], newline: str) -> str:
    return apply_edits(text, _merged(findings, newline))


def _merged(findings: Sequence[Finding], newline: str) -> list[Edit]:
    edits: list[Edit] = []
    for finding in findings:
        edits = merge(edits, _edits(finding, newline)) or edits
    return edits


def _changes(text: str, edits: Sequence[Edit]) -> bool:
    return any(text[edit.start : edit.end] != edit.text for edit in edits)


def _edits(finding: Finding, newline: str) -> tuple[Edit, ...]:
    return tuple(with_newline(edit, newline) for edit in finding.fix.edits) if finding.fix else ()


def _is_fixable(finding: Finding, unsafe: bool) -> bool:
    if finding.fix is None or finding.suppressed is not None or not finding.fix.edits:
        return False
    return finding.fix.safety == "safe" or (unsafe and finding.fix.safety == "unsafe")


def _outer_first(finding: Finding) -> tuple[object, ...]:
    edits = finding.fix.edits if finding.fix else ()
    near = [edit for edit in edits if edit.start <= finding.span.end and edit.end >= finding.span.start]
    start = min([finding.span.start, *(edit.start for edit in near)])
    end = max([finding.span.end, *(edit.end for edit in near)])
    return (start, -end, finding.rule, [(edit.start, edit.end, edit.text) for edit in edits])


def _identity(finding: Finding) -> Identity:
    edits = finding.fix.edits if finding.fix else ()
    return (finding.rule, finding.scope, finding.text, tuple(edit.text for edit in edits))


def _listed(rules: frozenset[str]) -> str:
    return " and ".join(f"`{rule}`" for rule in sorted(rules))
