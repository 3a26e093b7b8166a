from __future__ import annotations

from gardener import Repo, rule
from gardener.checking.coupling import shown, uncoupled


@rule(Repo, state="warn")
def uncoupled_change(repo):
    """Covered code that changed without its document.

    A document says what it covers with `covers:` in its front matter or in a comment, as
    `<!-- covers: src/api/**, src/client.py:Client -->`, or the settings say it under `[tool.gardener.covers]`. With
    `--diff` or `--staged`, a change of what others see of that code (not of comments, layout, docstrings or private
    parts) asks for an edit of the document, or for a trailer `Docs: none, reason` in a commit message.

    ~~~text bad
    === docs/client.md
    <!-- covers: src/client.py:Client --> <!-- here -->
    # The client
    === src/client.py
    class Client:
        def get(self, url, timeout): ...
    === (base) src/client.py
    class Client:
        def get(self, url): ...
    ~~~

    ~~~text good
    === docs/client.md
    <!-- covers: src/client.py:Client -->
    # The client
    === src/client.py
    class Client:
        def get(self, url):
            return self._ask(url)  # quickly
        def _ask(self, url): ...
    === (base) src/client.py
    class Client:
        def get(self, url):
            return self._ask(url)
    ~~~
    """
    for found in uncoupled(repo):
        message = (
            f"`{found.path}`{shown(found.names)} changed, and this document, which covers it, did not: "
            "look it over, or add `Docs: none, reason` to the commit message"
        )
        facts = (("changed names", ", ".join(found.names)), ("satisfied by", "an edit, or a `Docs: none` trailer"))
        yield repo.flag(found.document.path, found.line, message, label=found.path, facts=facts)
