"""Which documents can be found by following links and names from where readers begin."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from gardener.checking.references.links import in_site, places_of, target_of
from gardener.checking.references.tokens import candidates
from gardener.documents.glance import glance_codes, glance_targets

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gardener.checking.repository import Repo
    from gardener.documents.document import Document

_ENTRY = re.compile(
    r"(?:readme|index|agents|claude|gemini|contributing|summary|_sidebar|toc|home)\.md|skill\.md", re.IGNORECASE
)
_WORD = re.compile(r"[\w./-]+\.md\b")


def unreached(repo: Repo) -> Iterator[Document]:
    """The documents below a `docs` folder that nothing leads to."""
    documents = {document.path: document for document in repo.documents}
    reached = {path for path in documents if _ENTRY.fullmatch(posixpath.basename(path)) or not _in_docs(path)}
    waiting = [*reached]
    while waiting:
        for path in _led_to(documents[waiting.pop()], repo):
            if path in documents and path not in reached:
                reached.add(path)
                waiting.append(path)
    for path, document in documents.items():
        if path not in reached and repo.tier(document) not in ("record", "generated") and not in_site(document, repo):
            yield document


def _in_docs(path: str) -> bool:
    return re.search(r"(?:^|/)docs?/", path) is not None and not re.search(r"(?:^|/)\.|template", path)


def _led_to(document: Document, repo: Repo) -> Iterator[str]:
    folder = document.path.rpartition("/")[0]
    for raw in glance_targets(document.text):
        target = target_of(raw)
        if target is not None and target.path:
            yield from _with_folder(places_of(target, document.path), repo)
    for word in {*glance_codes(document.text), *_WORD.findall(document.text)}:
        if len(word) < 200 and " " not in word:
            yield from _with_folder(candidates(word.lstrip("@"), folder), repo)


def _with_folder(places: tuple[str, ...], repo: Repo) -> Iterator[str]:
    """The places, and what lies directly in those that are folders."""
    for place in places:
        yield place
        yield from repo.by_folder.get(place, ())
