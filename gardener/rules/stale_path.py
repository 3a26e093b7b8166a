from __future__ import annotations

from gardener import Document, rule
from gardener.checking.references.judgement import notes
from gardener.checking.references.paths import judge_paths


@rule(Document)
def stale_path(document, repo):
    """Path that a commit took away.

    A path in a document is a promise that something is there. Only paths that git remembers are reported, with the
    commit that removed or moved them; what no commit ever held is taken for an example, a plan or another project's.
    Guides for agents and contributors, READMEs and sections about development count in full; pages for users, and
    sentences that say that something is gone, absent or still to be made, as a note; records and generated documents
    not at all. A path that was only moved is rewritten by `--fix`.

    ~~~text bad
    === CONTRIBUTING.md
    The tests are in `tests/unit/test_api.py`. <!-- here -->
    Read `docs/old.md:12` first. <!-- here -->
    === (removed)
    tests/unit/test_api.py -> tests/test_api.py
    docs/old.md
    === tests/test_api.py
    x = 1
    ~~~

    ~~~text good
    === CONTRIBUTING.md
    The tests are in `tests/test_api.py`, and `src/planned.py` was never there.
    === (removed)
    tests/unit/test_api.py -> tests/test_api.py
    === tests/test_api.py
    x = 1
    ~~~

    ~~~text good
    === CHANGELOG.md
    Added `tests/unit/test_api.py`.
    === (removed)
    tests/unit/test_api.py
    ~~~
    """
    yield from notes(document, judge_paths(document, repo))
