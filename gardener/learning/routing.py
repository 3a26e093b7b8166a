"""The way from a theme to a proposal: the first route that passes, and why those before it did not.

The order is that of how little is left to maintain afterwards: what is enforced already, a rule of ruff, a parameter of
a family, a pattern, code, a belief, an issue, nothing.
"""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING

from gardener.core.feedback import Proposal, RejectedRoute
from gardener.learning.rule_ledger import rejection_of

if TYPE_CHECKING:
    from gardener.core.feedback import Route
    from gardener.learning.case import Case

ROUTES: tuple[Route, ...] = ("enforced", "ruff", "family", "pattern", "python", "belief", "issue")
KNOWN: tuple[Route, ...] = ("enforced", "ruff")
NOTHING = "nothing here can be enforced or written down from what was said"


def route(case: Case) -> Proposal:
    """What is to become of a theme. Routes that fail say why; a theme that people rejected stays rejected."""
    rejected = rejection_of(case.ground.events, case.theme.id, len(case.theme.evidence))
    if rejected is not None:
        return Proposal(case.theme, "none", reason=f"rejected on {rejected.on}: {rejected.reason}")
    refused: list[RejectedRoute] = []
    for name in ROUTES:
        taken = _attempt(name, case)
        if isinstance(taken, Proposal):
            return replace(taken, rejected=tuple(refused))
        refused.append(RejectedRoute(name, taken))
    return Proposal(case.theme, "none", rejected=tuple(refused), reason=NOTHING)


def known_rule(case: Case) -> Proposal | None:
    """The proposal of a rule that exists already, ours or ruff's: what costs nothing to find out."""
    found = (_attempt(name, case) for name in KNOWN)
    return next((taken for taken in found if isinstance(taken, Proposal)), None)


def _attempt(name: Route, case: Case) -> Proposal | str:
    taken: Proposal | str = import_module(f"gardener.learning.routes.{name}").attempt(case)
    return taken
