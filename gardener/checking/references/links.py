"""Links within the repository: where they lead, and what took their target away."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote

from gardener.checking.references.judgement import Judgement, emptied, is_made, told
from gardener.core.finding import Edit, Fix
from gardener.documents.glance import glance_targets

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gardener.checking.repository import Repo
    from gardener.documents.document import Document
    from gardener.documents.markdown import Link
    from gardener.repo.history import Removal

_FOREIGN = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//|[@#]")
_TEMPLATE = re.compile(r"[{}<>$|`*]|%%|\s|^\[")
_PLACEHOLDER = re.compile(
    r"(?:^|/)(?:path|url|link|todo|example|your[-_].*|path-to-.*|xxx+|\.\.\.)(?:/|$|\.\w+$)", re.IGNORECASE
)
_SITE_FILES = (
    "mkdocs.yml",
    "mkdocs.yaml",
    "docusaurus.config.js",
    "docusaurus.config.ts",
    "conf.py",
    "_config.yml",
    "book.toml",
    "hugo.toml",
    "config.toml",
    "astro.config.mjs",
    "docs.json",
    "mint.json",
    "zensical.toml",
    "config.yaml",
)
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:[-_][A-Za-z]{2,4})?")
_SITE_PARTS = ("docs", "src", "content", "source", "static", "public")
_FILE = re.compile(r"\.(?:md|mdx|rst|txt|py|toml|ya?ml|json|cfg|sh|png|svg|jpe?g|gif|ipynb|pdf)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Target:
    """What a link within the repository points at: a path as written (empty: the document itself), and an anchor."""

    path: str
    anchor: str

    @property
    def is_folder(self) -> bool:
        """True for what is written as a folder."""
        return self.path.endswith("/")


def target_of(link_target: str) -> Target | None:
    """The parts of a link's target; None for what leads out of the repository or is filled in later."""
    if not link_target or _TEMPLATE.search(unquote(link_target)):
        return None
    if link_target.startswith("#"):
        return Target("", unquote(link_target[1:]))
    if _FOREIGN.match(link_target):
        return None
    path, _, anchor = link_target.partition("#")
    return Target(unquote(path.partition("?")[0]), unquote(anchor))


def places_of(target: Target, document_path: str) -> tuple[str, ...]:
    """The files that a target may mean, the plainest first: as written, and as sites spell their routes."""
    folder, _, name = document_path.rpartition("/")
    path = target.path
    if path.startswith("/"):
        bases, inner = (
            [
                base
                for around in _around(folder)
                for base in (around, *(f"{around}/{part}".strip("/") for part in _SITE_PARTS))
            ],
            path.lstrip("/"),
        )
    else:
        # Sites give a page a folder of its own, so that `../other/` is its neighbour.
        bases, inner = [folder, f"{folder}/{name.rpartition('.')[0]}"], path
    roots = [posixpath.normpath(posixpath.join(base, inner)) for base in bases]
    if roots[0].startswith(".."):
        return ()
    found = [place for root in roots if not root.startswith("../") and root != ".." for place in _spelled(root)]
    return tuple(dict.fromkeys("" if place == "." else place for place in found))


def _around(folder: str) -> Iterator[str]:
    """The root, and every folder on the way to `folder`: one of them may be the root of a site."""
    yield ""
    parts = folder.split("/") if folder else []
    for size in range(1, len(parts) + 1):
        yield "/".join(parts[:size])


def _spelled(root: str) -> Iterator[str]:
    yield root
    stem = root.removesuffix(".html").removesuffix(".htm")
    for ending in (
        ".md",
        ".mdx",
        ".rst",
        ".ipynb",
        "/index.md",
        "/README.md",
        "/readme.md",
        "/_index.md",
        "/index.mdx",
        "/index.rst",
        ".html",
    ):
        yield stem + ending


def resolve(target: Target, document: Document, repo: Repo) -> str | None:
    """The file or folder that a target leads to, empty for the root; None when there is none."""
    if not target.path:
        return document.path
    places = places_of(target, document.path)
    held = next((place for place in places if not place or repo.holds(place)), None)
    return held if held is not None else next(filter(repo.exists, places[:1]), None)


def judge_links(document: Document, repo: Repo, *, all_of_them: bool = False) -> Iterator[Judgement]:
    """The links within the repository, each with where it leads or the commit that took its target away.

    Unless `all_of_them` are wanted, a document is not parsed when a glance shows that all lead somewhere.
    """
    if repo.tier(document) in ("generated", "record"):
        return
    if not all_of_them and all(_leads(raw, document, repo) for raw in glance_targets(document.text)):
        return
    for link in document.links:
        target = None if link.kind == "auto" or link.struck else target_of(link.target)
        if target is not None and target.path:
            yield _judge(link, target, document, repo)


def _leads(raw: str, document: Document, repo: Repo) -> bool:
    target = target_of(raw)
    if target is None or resolve(target, document, repo) is not None:
        return True
    plain = repo.tier(document) in ("agent", "contributor") or "/" not in document.path
    return not plain and _removed(places_of(target, document.path), target, repo) is None


def _judge(link: Link, target: Target, document: Document, repo: Repo) -> Judgement:
    led = resolve(target, document, repo)
    if led is not None:
        return Judgement(link.span, target.path, f"it leads to `{led or '.'}`")
    if _PLACEHOLDER.search(target.path):
        return Judgement(link.span, target.path, "it is a placeholder")
    places = places_of(target, document.path)
    if not places:
        return Judgement(link.span, target.path, "it leads out of the repository")
    if target.path.startswith("/") and _is_route(target, document, repo):
        return Judgement(link.span, target.path, "a site may serve it")
    if (other := next(filter(None, (in_other_language(place, repo) for place in places)), None)) is not None:
        return Judgement(link.span, target.path, f"it exists in another language, as `{other}`")
    if target.path in repo.labels:
        return Judgement(link.span, target.path, "a document has a label of that name")
    found = _removed(places, target, repo)
    if found is None:
        return _never(link, target, places, document, repo)
    place, removal = found
    if repo.ignored([place]) or is_made(removal.commit.subject):
        return Judgement(link.span, target.path, "its target is generated, or git ignores it: it may be there or not")
    return _gone(link, target, place, removal, document, repo)


def _removed(places: tuple[str, ...], target: Target, repo: Repo) -> tuple[str, Removal] | None:
    for place in places:
        if (removal := repo.history.removal(place)) is not None:
            return place, removal
    folders = [place for place in places if "." not in posixpath.basename(place)][:2]
    for place in folders if target.is_folder or not _FILE.search(target.path) else ():
        if below := repo.history.removals_below(place):
            return place, below[0]
    return None


def _gone(link: Link, target: Target, place: str, removal: Removal, document: Document, repo: Repo) -> Judgement:
    successor = repo.history.successor(place, repo.files.__contains__) if removal.path == place else None
    happened = told(removal, successor) if removal.path == place else emptied(removal, None)
    facts = (
        ("tier", repo.tier(document)),
        ("looked for", ", ".join(places_of(target, document.path)[:6])),
        ("history", f"{removal.path}: {happened}"),
        ("guards", "none applies"),
    )
    return Judgement(
        link.span,
        target.path,
        message=f"the link to `{target.path}` leads nowhere: {happened}",
        fix=_fix(link, target, place, successor, document),
        facts=facts,
    )


def _never(link: Link, target: Target, places: tuple[str, ...], document: Document, repo: Repo) -> Judgement:
    """A target that no commit ever held: a mistake on the forge, and often a route where a site is built."""
    if repo.tier(document) not in ("agent", "contributor") and (
        document.path.count("/") or not _FILE.search(target.path)
    ):
        return Judgement(link.span, target.path, "no commit ever held it, and a site may serve it")
    if in_site(document, repo) or not _FILE.search(target.path) or target.path.startswith("/"):
        return Judgement(link.span, target.path, "no commit ever held it, and a site may serve it")
    if repo.history.gap:
        repo.unsure.add((document.path, target.path))
        return Judgement(link.span, target.path, f"whether its target ever existed is not known: {repo.history.gap}")
    return Judgement(
        link.span,
        target.path,
        message=f"the link to `{target.path}` leads nowhere, and no commit ever held such a file",
        severity="P3",
        certainty="likely",
        facts=(("tier", repo.tier(document)), ("looked for", ", ".join(places[:6])), ("history", "never held it")),
    )


def _is_route(target: Target, document: Document, repo: Repo) -> bool:
    """True for a path from the root that is an address of a site rather than a file."""
    named = re.search(r"\.\w+$|/$", target.path) is not None
    readme = posixpath.basename(document.path).lower() == "readme.md"
    plain = readme or repo.tier(document) in ("agent", "contributor")
    return not (named and plain) or in_site(document, repo)


def in_site(document: Document, repo: Repo) -> bool:
    """True for a document from which a site is built: a folder around it, or one beside that, configures one."""
    folder = document.path.rpartition("/")[0]
    while folder:
        parent = folder.rpartition("/")[0]
        for place in (folder, f"{folder}/source", parent):
            configs = [f"{place}/{name}" if place else name for name in _SITE_FILES]
            if any(path in repo.files or in_other_language(path, repo) for path in configs):
                return True
        folder = parent
    return False


def in_other_language(place: str, repo: Repo) -> str | None:
    """The same page where a folder of the path that names a language names another one; None when there is none."""
    parts = place.split("/")
    for at, part in enumerate(parts[:-1]):
        if _LANGUAGE.fullmatch(part):
            for other in ("en", "en-US", "en_US"):
                if (path := "/".join([*parts[:at], other, *parts[at + 1 :]])) in repo.files:
                    return path
    return None


def _fix(link: Link, target: Target, place: str, successor: str | None, document: Document) -> Fix | None:
    """The moved target, where the old was written plainly."""
    folder = document.path.rpartition("/")[0]
    if successor is None or not link.written or target.path.startswith("/"):
        return None
    if posixpath.normpath(posixpath.join(folder, target.path)) != place or not link.written.startswith(target.path):
        return None
    new = posixpath.relpath(successor, folder or ".")
    new = f"./{new}" if target.path.startswith("./") and not new.startswith("../") else new
    if not re.fullmatch(r"[\w./@+-]+", new):
        return None
    start = link.target_span.start
    edits = [Edit(start, start + len(target.path), new)]
    label = document.text.find(f"[`{target.path}`]", link.span.start, link.span.end)
    if label >= 0 and label + len(target.path) < start:
        edits.insert(0, Edit(label + 2, label + 2 + len(target.path), new))
    kept = posixpath.basename(successor) == posixpath.basename(place)
    return Fix(f"link to `{new}`", "safe" if kept else "unsafe", tuple(edits))
