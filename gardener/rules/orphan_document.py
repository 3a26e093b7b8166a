from __future__ import annotations

from gardener import Repo, rule
from gardener.checking.references.reach import unreached


@rule(Repo, severity="P3")
def orphan_document(repo):
    """Document that nothing leads to.

    Reachable is what a README, an agent guide or an index links to or names, and what those documents lead to in turn.
    Looked at are Markdown files below `docs/` where no site is built: sites have menus of their own. Records,
    generated documents and templates are reached by their folder.

    ~~~text bad
    === README.md
    See [the guide](docs/guide.md).
    === docs/guide.md
    # Guide
    === docs/forgotten.md
    # Forgotten <!-- here -->
    ~~~

    ~~~text good
    === README.md
    See [the guide](docs/guide.md).
    === docs/guide.md
    Then read `docs/more.md`.
    === docs/more.md
    # More
    ~~~
    """
    for document in unreached(repo):
        yield repo.flag(document.path, 1, f"nothing leads to `{document.path}`: link to it, or take it out")
