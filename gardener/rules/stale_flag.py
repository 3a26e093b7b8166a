from __future__ import annotations

from gardener import Document, rule
from gardener.checking.references.flags import judge_flags
from gardener.checking.references.judgement import notes


@rule(Document, state="warn")
def stale_flag(document, repo):
    """Option of our own command that is gone.

    Long options of the commands that the project's `pyproject.toml` installs are looked for in its source, as they are
    spelled and as names of parameters. One that no source mentions is reported when an older version did.

    ~~~text bad
    === README.md
    ```bash
    shop order --fast-lane 3 <!-- here -->
    ```
    === pyproject.toml
    [project.scripts]
    shop = "shop.cli:main"
    === shop/__init__.py
    name = "shop"
    === shop/cli.py
    parser.add_argument("--slow")
    === (before) shop/cli.py
    parser.add_argument("--fast-lane")
    ~~~

    ~~~text good
    === README.md
    ```bash
    shop order --slow --imagined
    git log --fast-lane
    ```
    === pyproject.toml
    [project.scripts]
    shop = "shop.cli:main"
    === shop/__init__.py
    name = "shop"
    === shop/cli.py
    parser.add_argument("--slow")
    === (before) shop/cli.py
    parser.add_argument("--fast-lane")
    ~~~
    """
    yield from notes(document, judge_flags(document, repo))
