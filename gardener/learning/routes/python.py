"""A rule written in Python. Nobody writes one without being asked: it would have to be read, run and accepted first."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gardener.core.feedback import Proposal
    from gardener.learning.case import Case


def attempt(case: Case) -> Proposal | str:
    """Always a reason: what a page cannot say is left to a person, or to a belief."""
    del case
    return "rules in Python are written by people: `gardener rules new ID --python` starts one"
