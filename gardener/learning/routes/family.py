"""A rule family with parameters: what was learned is a shape that gardener knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gardener.learning.induction.records import NotInduced
from gardener.learning.routes._learned import existing, learned

if TYPE_CHECKING:
    from gardener.core.feedback import Proposal
    from gardener.learning.case import Case


def attempt(case: Case) -> Proposal | str:
    """A page that names a family; also one that was proposed before, or a rule that is there and off."""
    if not case.specimens:
        return "no code is known that parameters could be read from"
    known = existing(case, "family")
    if known is not None:
        return known
    drafted = case.drafted
    if isinstance(drafted, NotInduced):
        return f"no shape of a family: {drafted.reason}"
    if drafted.family is None:
        return "what was learned is no shape of a family"
    return learned(case, drafted, "family", f"the family `{drafted.family}` says it with parameters alone")
