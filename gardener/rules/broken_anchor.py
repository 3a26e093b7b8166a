from __future__ import annotations

from gardener import Document, rule
from gardener.checking.references.anchors import judge_anchors
from gardener.checking.references.judgement import notes


@rule(Document)
def broken_anchor(document, repo):
    """Link to a heading that was renamed or taken away.

    Anchors are tried as GitHub and as MkDocs make them, and as they are written out. A heading that an older version
    of the page had is reported with the commit that took it away; when one of nearly the same words took its place,
    `--fix` links to that. An anchor that no version had is a note, and only where no site is built.

    ~~~text bad
    === README.md
    See [how to set it up](docs/guide.md#setting-things-up). <!-- here -->
    === docs/guide.md
    # Setting thing up
    === (before) docs/guide.md
    # Setting things up
    ~~~

    ~~~text good
    === README.md
    See [how to set it up](docs/guide.md#setting-thing-up) and [more](#more).
    ## More
    === docs/guide.md
    # Setting thing up
    === (before) docs/guide.md
    # Setting things up
    ~~~
    """
    yield from notes(document, judge_anchors(document, repo))
