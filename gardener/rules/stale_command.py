from __future__ import annotations

from gardener import Document, rule
from gardener.checking.references.commands import judge_commands
from gardener.checking.references.judgement import notes


@rule(Document)
def stale_command(document, repo):
    """Command that the project no longer has.

    Looked at are the runners whose commands a project defines itself: targets of make, recipes of just, sessions of
    nox, scripts of package.json, `python -m` modules and scripts of the repository, also behind `uv run` and the
    like. Reported is what an older version defined, with the commit that took it away. Programs from elsewhere, and
    pages for users, whose commands run in the reader's project, are left alone.

    ~~~text bad
    === CONTRIBUTING.md
    Run `make test-all` before you push. <!-- here -->

    ```bash
    python scripts/seed.py --all
    make lint
    ```
    === Makefile
    lint:
        ruff check
    === (before) Makefile
    lint:
        ruff check
    test-all:
        pytest
    ~~~

    ~~~text good
    === CONTRIBUTING.md
    Run `make lint` and `make coffee` before you push, and `pytest -x`.
    === Makefile
    lint:
        ruff check
    === (before) Makefile
    lint:
        ruff check
    test-all:
        pytest
    ~~~
    """
    yield from notes(document, judge_commands(document, repo))
