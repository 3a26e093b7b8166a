from __future__ import annotations

from gardener import Document, rule
from gardener.checking.references.judgement import notes
from gardener.checking.references.paths import judge_short_paths


@rule(Document, severity="P3", options={"allow-short": True})
def ambiguous_path(document, repo):
    """Short path in an agent guide that several files answer to.

    An agent that is told `api/models.py` opens the first file that ends so. With the option `allow-short = false` a
    short path that only one file answers to is reported as well, and written out by `--fix`.

    ~~~text bad
    === AGENTS.md
    Models stand in `api/models.py`. <!-- here -->
    === one/api/models.py
    x = 1
    === two/api/models.py
    x = 1
    ~~~

    ~~~text good
    === AGENTS.md
    Models stand in `one/api/models.py` and in `core/models.py`.
    === one/api/models.py
    x = 1
    === src/core/models.py
    x = 1
    ~~~
    """
    yield from notes(document, judge_short_paths(document, repo))
