"""Themes of feedback to issue drafts: work to do once, that no rule could keep."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from gardener.core.draft import MOST_PLACES, Draft, DraftPlace
from gardener.gardening.issue_drafts import redacted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gardener.core.feedback import Evidence, Proposal
    from gardener.gardening.issue_scan import Ground

PREFIX = "theme:"


def theme_drafts(proposals: Iterable[Proposal], ground: Ground) -> tuple[Draft, ...]:
    """A draft for each theme whose only way out is an issue, in the area most of it is about."""
    wanted = (one for one in proposals if one.route == "issue" and _paths(one.theme.evidence))
    return tuple(redacted(_draft(one, ground)) for one in wanted)


def _draft(proposal: Proposal, ground: Ground) -> Draft:
    theme = proposal.theme
    paths = _paths(theme.evidence)
    area = Counter(map(ground.area_of, paths)).most_common(1)[0][0]
    asked = {(one.feedback.path, one.feedback.line) for one in theme.evidence if one.feedback.path}
    requests = len({one.feedback.pr for one in theme.evidence if one.feedback.pr})
    owners = Counter(owner for path in paths for owner in ground.owners.of(path))
    comments = f"{len(theme.evidence)} review comments" + (f" in {requests} pull requests" if requests > 1 else "")
    return Draft(
        kind="theme",
        subject=f"{PREFIX}{theme.id}",
        area=area,
        title=f"Settle in {area}: {theme.title}",
        ask=f"Do once, for all places, what {comments} ask for: {theme.title}",
        quote=theme.evidence[0].text,
        # A comment is about a line as it was: only the file is named with certainty.
        places=tuple(DraftPlace(path, max(line, 1), max(line, 1)) for path, line in sorted(asked)[:MOST_PLACES]),
        count=len(asked),
        before=_lines(theme.evidence[0].before),
        after=_lines(theme.evidence[0].after),
        how=proposal.reason,
        provenance=f"Found by gardener in {comments}. What stands outside this part of the page is yours.",
        done_when=("no review has to say it again", "the tests pass"),
        silence=("Close this, and it is never asked again.",),
        owners=tuple(owner for owner, _ in owners.most_common(3)),
    )


def _paths(evidence: Iterable[Evidence]) -> list[str]:
    return [one.feedback.path for one in evidence if one.feedback.path]


def _lines(code: str | None) -> tuple[str, ...]:
    from gardener.core.lines import split_lines

    lines = [line.rstrip("\r\n") for line in split_lines(code or "")]
    return tuple(line for line in lines if line.strip())[:3]
