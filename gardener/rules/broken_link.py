from __future__ import annotations

from gardener import Document, rule
from gardener.checking.references.judgement import notes
from gardener.checking.references.links import judge_links


@rule(Document)
def broken_link(document, repo):
    """Link to a file that a commit took away.

    Links and images within the repository are tried as they are written and as sites spell their routes (without
    `.md`, with `.html`, as a folder). A target that git remembers is reported with the commit that removed or moved
    it; one that no commit ever held as a note, and only where no site is built. What was moved is relinked by `--fix`.
    Links out of the repository are never followed.

    ~~~text bad
    === README.md
    Read [the guide](docs/guide.md#start). <!-- here -->
    ![logo](logo.png) <!-- here -->
    === (removed)
    docs/guide.md -> docs/user/guide.md
    logo.png
    === docs/user/guide.md
    # Start
    ~~~

    ~~~text good
    === README.md
    Read [the guide](docs/user/guide.md#start), [as a page](docs/user/guide.html) or [online](https://example.org/x).
    === (removed)
    docs/guide.md -> docs/user/guide.md
    === docs/user/guide.md
    # Start
    ~~~
    """
    yield from notes(document, judge_links(document, repo))
