"""A pattern: what the code before has in common, and the code after lacks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gardener.learning.induction.records import NotInduced
from gardener.learning.routes._learned import existing, learned

if TYPE_CHECKING:
    from gardener.core.feedback import Proposal
    from gardener.learning.case import Case


def attempt(case: Case) -> Proposal | str:
    """A page with a pattern that was learned by generalising the code; also one that was proposed before."""
    if not case.specimens:
        return "no code is known that a pattern could be learned from"
    known = existing(case, "pattern")
    if known is not None:
        return known
    drafted = case.drafted
    if isinstance(drafted, NotInduced):
        tried = f" ({len(drafted.tried)} candidates were tried)" if drafted.tried else ""
        return f"{drafted.reason}{tried}"
    atoms = ", ".join(f"`{atom}`" for atom in drafted.atoms[:6])
    return learned(
        case, drafted, "pattern", f"the most general pattern that tells the code apart; it insists on {atoms}"
    )
