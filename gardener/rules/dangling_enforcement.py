from __future__ import annotations

from gardener import Repo, rule
from gardener.checking.clauses import kept, named


@rule(Repo)
def dangling_enforcement(repo):
    """Belief that names an enforcer which is not there.

    Rules are looked up among those that are loaded and selected, codes of ruff in what the project's configuration
    switches on (per-file ignores included), tests by their node ids in the source, jobs in the CI files. Nothing is
    run.

    ~~~text bad
    === core-beliefs.md
    # Core beliefs

    ## Calls are bounded

    Every call must carry a timeout.

    - **Enforced by:** rule `no-such-rule`; test `tests/test_calls.py::test_budget` <!-- here -->
    ~~~

    ~~~text good
    === core-beliefs.md
    # Core beliefs

    ## Calls are bounded

    Every call must carry a timeout.

    - **Enforced by:** test `tests/test_calls.py::test_budget`; review
    === tests/test_calls.py
    def test_budget(): ...
    ~~~
    """
    for one in kept(repo):
        if not one.enforcement.resolved:
            by = one.enforcement.by
            message = f"`{one.clause.id}` names {named(by)}, which does not hold: {one.enforcement.reason}"
            yield repo.flag(one.belief.path, one.line, message, label=f"{by.kind}:{by.name}")
