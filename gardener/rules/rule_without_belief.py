from __future__ import annotations

from gardener import Repo, rule


@rule(Repo, severity="P3", state="warn")
def rule_without_belief(repo):
    """Rule of this repository that names no belief, or one that is not there.

    A rule says what, a belief says why. Where a repository has core beliefs, each of its own rules should serve one,
    and name it with `belief`.

    ~~~text bad
    === core-beliefs.md
    # Core beliefs

    ## Calls are bounded

    Every call must carry a timeout.
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
    === rules/call-without-timeout.md
    # Call without timeout

    ```toml gardener
    belief = "calls-are-bounded"
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
    if repo.beliefs is None:
        return
    known = {belief.id for belief in repo.beliefs.beliefs} | {clause.id for _, clause in repo.beliefs.clauses}
    for one in repo.rules:
        if one.pack != "rules" or one.belief in known:
            continue
        path, _, line = one.place.rpartition(":")
        wrong = f"`{one.id}` names the belief `{one.belief}`, which is not in `{repo.beliefs.path}`"
        message = (
            wrong if one.belief else f"`{one.id}` serves no belief: name one of `{repo.beliefs.path}` with `belief`"
        )
        yield repo.flag(path, int(line), message, label=one.id)
