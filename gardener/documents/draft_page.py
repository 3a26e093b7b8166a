"""A draft as the Markdown of an issue: pure, and the same bytes for the same draft."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gardener.documents.issue_region import marked
from gardener.documents.issue_text import block, prose, span, title

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gardener.core.draft import Draft, DraftPlace

_SIZES = {"S": "small", "M": "medium", "L": "large"}
_MOST_LINES = 3
# Ten links of any length would not fit into the body of an issue.
_LONGEST_URL = 1000


def title_of(draft: Draft) -> str:
    """The title of the issue."""
    return title(draft.title)


def region(draft: Draft) -> str:
    """The region of the issue: its marker and its text."""
    return marked(draft.fingerprint, text_of(draft))


def text_of(draft: Draft) -> str:
    """What the issue says: ask, why, where, before and after, how to fix and to verify, when it is done, silence."""
    parts = [
        prose(draft.ask, 400),
        _facts(draft),
        *_why(draft),
        *_where(draft),
        *_example(draft),
        *_how(draft),
        *_list("Done when", (f"- [ ] {prose(item)}" for item in draft.done_when)),
        *_list("Not wanted?", (f"- {prose(item)}" for item in draft.silence)),
    ]
    if draft.provenance:
        parts.append(f"<sub>{prose(draft.provenance)}</sub>")
    return "\n\n".join(parts)


def _facts(draft: Draft) -> str:
    facts = [f"**{draft.severity}**", f"size {draft.size} ({_SIZES[draft.size]})", f"area {span(draft.area)}"]
    if draft.owners:
        # As code nobody is notified: who is named here owns the code, and has not asked for mail.
        facts.append(f"owned by {', '.join(map(span, draft.owners))}")
    return " · ".join(facts)


def _why(draft: Draft) -> list[str]:
    if not (draft.why or draft.quote):
        return []
    parts = ["### Why", *([prose(draft.why, 600)] if draft.why else [])]
    if draft.quote:
        source = f"\n>\n> {span(draft.belief)} in the core beliefs" if draft.belief else ""
        parts.append(f"> {prose(draft.quote, 400)}{source}")
    return parts


def _where(draft: Draft) -> list[str]:
    if not draft.places:
        return []
    lines = [f"- {_place(place)}" for place in draft.places]
    more = draft.count - len(draft.places)
    if more > 0:
        lines.append(f"- and {more:,} more: run {span(draft.verify)}")
    return ["### Where", "\n".join(lines)]


def _place(place: DraftPlace) -> str:
    name = span(f"{place.path}:{place.line}")
    return f"[{name}]({place.url})" if 0 < len(place.url) <= _LONGEST_URL else name


def _example(draft: Draft) -> list[str]:
    if not draft.before:
        return []
    before = [f"- {line}" for line in draft.before[:_MOST_LINES]]
    after = [f"+ {line}" for line in draft.after[:_MOST_LINES]]
    return ["### From, to" if after else "### For example", block([*before, *after], "diff")]


def _how(draft: Draft) -> list[str]:
    parts = ["### How", *([prose(draft.how, 600)] if draft.how else [])]
    if draft.verify:
        parts += ["Verify; it is done when this finds nothing:", block([draft.verify], "sh")]
    return parts if len(parts) > 1 else []


def _list(heading: str, items: Iterable[str]) -> list[str]:
    lines = "\n".join(items)
    return [f"### {heading}", lines] if lines else []
