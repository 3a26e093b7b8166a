from __future__ import annotations

from gardener import Document, rule
from gardener.checking.references.guides import exposures


@rule(Document, severity="P1")
def secret_in_document(document, repo):
    """Secret, hidden character or private path in a document.

    Keys and tokens are known by their shape, and must be as random as real ones: samples and placeholders pass. In
    agent guides, characters that nobody sees but agents read count as well, and, as a note, paths into somebody's home.

    ~~~text bad
    === README.md
    export GITHUB_TOKEN=ghp_k3Jd82mZqPw0xRtY7uVnB5cLsA9fGh1iEo4X <!-- here -->
    === AGENTS.md
    Run it in /Users/mkowalski/work/shop. <!-- here -->
    ~~~

    ~~~text good
    === README.md
    export GITHUB_TOKEN=ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
    === AGENTS.md
    Run it in /home/user/work/shop.
    ~~~
    """
    messages = {
        "secret": "this looks like {}: revoke it, and take it out",
        "hidden": "the character {} cannot be seen, and agents read it: take it out",
        "home": "`{}` is somebody's own folder: write a path from the root of the repository",
    }
    severities = {"hidden": "P2", "home": "P3"}
    tier = repo.tier(document)
    if tier == "generated":
        return
    for found in exposures(document, is_guide=tier == "agent"):
        # The secret itself must not go into reports: the label is what it is, not what it says.
        yield document.flag(
            found.span,
            messages[found.kind].format(found.what),
            certainty="certain" if found.kind == "hidden" else "likely",
            severity=severities.get(found.kind),
            label=found.what,
            facts=(("tier", tier),),
        )
