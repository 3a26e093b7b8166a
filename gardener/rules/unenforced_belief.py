from __future__ import annotations

from gardener import Repo, rule
from gardener.checking.clauses import unenforced


@rule(Repo, severity="P3", state="warn")
def unenforced_belief(repo):
    """Clause that nothing and nobody enforces.

    A principle that no rule, test, job or reviewer keeps is a wish. Name what keeps it after `Enforced by:`; `review`
    and `human`, with a reason, are honest answers. Only clauses that ask for something count, of beliefs that are
    active.

    ~~~text bad
    === core-beliefs.md
    # Core beliefs

    ## Calls are bounded

    Every call must carry a timeout. <!-- here -->
    ~~~

    ~~~text good
    === core-beliefs.md
    # Core beliefs

    ## Calls are bounded

    Every call must carry a timeout.

    - **Enforced by:** review
    ~~~
    """
    for belief, clause in unenforced(repo):
        message = (
            f"nothing enforces `{clause.id}`: name a rule, a test, a job or `review (reason)` after `Enforced by:`"
        )
        yield repo.flag(belief.path, clause.line, message, label=clause.id)
