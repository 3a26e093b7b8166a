"""The cards of the page below the heat-map: plots of the history, and lists of what changed and what there is to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gardener.core.finding import SEVERITIES
from gardener.gardening.grades.describe import duration
from gardener.gardening.report.charts import clauses_plot, debt_plot, findings_plot, parts_of
from gardener.gardening.report.marks import card, keys, listed, prose, quiet, text

if TYPE_CHECKING:
    from gardener.gardening.report.content import Content

_KEPT_BY = {
    "proven": "proven to be kept",
    "labelled": "kept by a rule, test or job",
    "review": "left to review",
    "nothing": "kept by nothing",
}


def cards(content: Content) -> str:
    """All of them that have something to show."""
    plots = (_findings(content), _beliefs(content), _debt(content))
    lists = (_changed(content), _actions(content), _waiting(content), _duties(content))
    return f'<div class="flow">{"".join((*plots, *lists))}</div>\n{_steps(content)}'


def failures(content: Content) -> str:
    """What went wrong, which stands above all else; nothing when nothing did."""
    if not content.failures:
        return ""
    return card("What went wrong", listed([prose(one) for one in content.failures]), "wide alarm")


def _findings(content: Content) -> str:
    if not content.points:
        return ""
    if len(content.points) < 2:
        plot = quiet("The history begins tonight: with --apply, every night that changes something adds to it.")
    else:
        most = max(sum(point.findings) for point in content.points)
        plot = findings_plot(content.points) + _ends(content, f"{most:,} at most")
    named = [(f"p{number}", f"{name}: {content.findings[number]:,}") for number, name in enumerate(SEVERITIES)]
    return card("Findings over time", plot + keys(named))


def _beliefs(content: Content) -> str:
    if content.clauses is None:
        return card("Beliefs", quiet("There are no core beliefs here."))
    named = [(name, f"{_KEPT_BY[name]}: {count}") for name, count in parts_of(content.clauses)]
    total = quiet(f"{content.clauses.total} clauses, by what keeps them")
    return card("Beliefs", total + clauses_plot(content.clauses) + keys(named))


def _debt(content: Content) -> str:
    if not content.tracked or not content.points:
        return ""
    if len(content.points) < 2:
        plot = quiet("Opened and closed debt shows from the second night on.")
    else:
        most = max(max(point.opened, point.closed) for point in content.points)
        plot = debt_plot(content.points) + _ends(content, f"{most:,} at most in a night")
    opened, closed = sum(point.opened for point in content.points), sum(point.closed for point in content.points)
    return card("Debt", plot + keys([("opened", f"opened: {opened}"), ("closed", f"closed: {closed}")]))


def _changed(content: Content) -> str:
    if content.changed:
        return card("What changed", listed([prose(one) for one in content.changed]))
    first = "This is the first night." if len(content.points) < 2 else "Nothing has changed since the night before."
    return card("What changed", quiet(first))


def _actions(content: Content) -> str:
    if not content.actions:
        return ""
    items = [
        f"<strong>{text(one.area)}</strong>: {prose(one.what)}<small>{text(one.dimension)} up, to {text(one.grade)} "
        f"{one.score}{_also(one.also)}; about {duration(one.minutes)}</small>"
        for one in content.actions
    ]
    return card("What would raise a grade", listed(items, numbered=True))


def _also(areas: tuple[str, ...]) -> str:
    return f", and {len(areas)} more area{'s' * (len(areas) > 1)}" if areas else ""


def _waiting(content: Content) -> str:
    if not content.waiting:
        return ""
    items = [
        f"<strong>{prose(one.kind)}</strong>: {prose(one.what)}<small>{prose(one.why)}</small>"
        f"<small><code>{text(one.do)}</code></small>"
        for one in content.waiting
    ]
    return card("Waiting for a decision", listed(items))


def _duties(content: Content) -> str:
    if not content.duties:
        return ""
    items = [
        f"{f'<code>{text(one.path)}</code>: ' if one.path else ''}{prose(one.what)}<small>{prose(one.do)}"
        f"{f' · about {duration(one.minutes)}' if one.minutes else ''}</small>"
        for one in content.duties
    ]
    return card("When somebody has a minute", listed(items))


def _steps(content: Content) -> str:
    rows = "".join(
        f'<tr><th scope="row">{text(step.name)}</th><td class="{step.said.outcome}">{step.said.outcome}</td>'
        f"<td>{prose(step.said.words)}</td></tr>"
        for step in content.steps
    )
    mode = "" if content.applied else quiet("Planned only: nothing was written.")
    return card("The night, step by step", f'{mode}<table class="steps"><tbody>{rows}</tbody></table>')


def _ends(content: Content, most: str) -> str:
    """What stands below a plot: its first day, how high it reaches, its last day."""
    said = (content.points[0].day, most, content.points[-1].day)
    return f'<div class="ends">{"".join(f"<span>{text(one)}</span>" for one in said)}</div>'
