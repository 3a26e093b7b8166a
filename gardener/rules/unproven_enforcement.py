from __future__ import annotations

from gardener import Repo, rule
from gardener.checking.clauses import named, proofs


@rule(Repo, state="warn")
def unproven_enforcement(repo):
    """Belief whose violation the named enforcer lets pass.

    The belief's bad example (else the rule's own) is taken through all rules, or through the project's ruff, as if it
    stood in a file of the belief's scope and under the settings as they are. The enforcer that is named must flag it,
    and must be silent when it is switched off. Tests and jobs are not tried: that would run the repository's code.

    ~~~text bad
    === core-beliefs.md
    # Core beliefs

    ## Calls are bounded

    Every call must carry a timeout.

    - **Scope:** `src/**`
    - **Enforced by:** rule `call-without-timeout` <!-- here -->

    ```python bad
    fetch(u, retries=3)
    ```
    === src/app.py
    x = 1
    === rules/call-without-timeout.md
    # Call without timeout

    ```toml gardener
    pattern = "fetch($URL)"
    ```

    ```python bad
    fetch(u)
    ```

    ```python good
    fetch(u, timeout=1)
    ```
    ~~~

    ~~~text good
    === core-beliefs.md
    # Core beliefs

    ## Calls are bounded

    Every call must carry a timeout.

    - **Scope:** `src/**`
    - **Enforced by:** rule `call-without-timeout`; review

    ```python bad
    fetch(u)
    ```
    === src/app.py
    x = 1
    === rules/call-without-timeout.md
    # Call without timeout

    ```toml gardener
    pattern = "fetch($URL)"
    ```

    ```python bad
    fetch(u)
    ```

    ```python good
    fetch(u, timeout=1)
    ```
    ~~~
    """
    for one, proof in proofs(repo):
        if proof.proven is False:
            by = one.enforcement.by
            facts = (("tried in", proof.where or "no file"), ("also flagged by", ", ".join(proof.others) or "nobody"))
            message = f"`{one.clause.id}` is not proven by {named(by)}: {proof.reason}"
            yield repo.flag(one.belief.path, one.line, message, label=f"{by.kind}:{by.name}", facts=facts)
