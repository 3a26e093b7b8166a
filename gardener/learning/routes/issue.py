"""An issue draft: work to do once, at one place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gardener.core.feedback import Proposal
from gardener.documents.escaping import inert
from gardener.learning.drafting import common_folder
from gardener.learning.smell_names import title_of_rule

if TYPE_CHECKING:
    from gardener.learning.case import Case

_QUOTES = 3


def attempt(case: Case) -> Proposal | str:
    """A draft where all comments are about one file, or one folder below the top."""
    if not case.paths:
        return "no place is known where the work would be done"
    place = case.paths[0] if len(case.paths) == 1 else common_folder(case.paths)
    if not place:
        return f"it is about {len(case.paths)} files with no folder in common: that is no single piece of work"
    return Proposal(
        case.theme,
        "issue",
        reason=f"all of it is about `{place}`, and nothing keeps it from coming back",
        draft=_draft(case, place),
    )


def _draft(case: Case, place: str) -> str:
    title = title_of_rule(case.theme.title)
    quotes = "\n".join(f"> {inert(each.text)}\n" for each in case.theme.evidence[:_QUOTES])
    files = "\n".join(f"- {inert(f'`{path}`')}" for path in case.paths[:10])
    return (
        f"# {title} in {place}\n\n{len(case.theme.evidence)} review comments ask for the same.\n\n{quotes}\n"
        f"## Where\n\n{files}\n\n## Done when\n\n- [ ] no review has to say it again\n"
    )
