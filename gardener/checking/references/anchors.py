"""Links to headings: those whose heading an edit took away, or renamed."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gardener.checking.references.judgement import Judgement, by
from gardener.checking.references.links import in_site, resolve, target_of
from gardener.core.finding import Edit, Fix
from gardener.documents.glance import anchors_of, glance_anchors, glance_targets, headings_at_a_glance
from gardener.documents.slugs import github_slug, mkdocs_slug

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gardener.checking.repository import Repo
    from gardener.documents.document import Document
    from gardener.documents.markdown import Link
    from gardener.repo.history import Commit

MOST_VERSIONS = 150
SIMILAR = 0.8
# What puts text, and with it headings, into a page that its source does not show.
_INCLUDES = re.compile(
    r"^:::[ \t]|^\{[!*%{]|\{\{|\{%|--8<--|\{include\}|\{eval-rst\}|autodoc|automodule|<[A-Z]\w+", re.MULTILINE
)
_PART = re.compile(r"L\d+|:~:|[\w]+(?:\.\w+)+$")


@dataclass(frozen=True, slots=True)
class Lost:
    """The commit that took a heading away, the heading, and the one that took its place."""

    commit: Commit
    heading: str
    now: str | None


def judge_anchors(document: Document, repo: Repo, *, all_of_them: bool = False) -> Iterator[Judgement]:
    """The links to headings, each with the commit that took the heading away, if one did.

    Unless `all_of_them` are wanted, a document is not parsed when a glance finds all headings.
    """
    if repo.tier(document) in ("generated", "record"):
        return
    if not all_of_them and all(_leads(raw, document, repo) for raw in glance_targets(document.text) if "#" in raw):
        return
    for link in document.links:
        target = None if link.kind == "auto" or link.struck else target_of(link.target)
        if target is None or not target.anchor or _PART.match(target.anchor):
            continue
        path = resolve(target, document, repo)
        if path is None or not path.lower().endswith(".md"):
            continue
        page = document if path == document.path else repo.document(path)
        if page is not None:
            yield _judge(link, target.anchor, page, document, repo)


def _leads(raw: str, document: Document, repo: Repo) -> bool:
    target = target_of(raw)
    if target is None or not target.anchor:
        return True
    path = resolve(target, document, repo)
    page = document if path == document.path else repo.document(path) if path and path.lower().endswith(".md") else None
    return page is None or target.anchor in glance_anchors(page.text)


def has_anchor(page: Document, anchor: str) -> bool:
    """True when any dialect gives the page such an anchor, or the page is not all there is to see."""
    wanted = {anchor, anchor.lower(), anchor.removeprefix("user-content-")}
    if wanted & glance_anchors(page.text) or _INCLUDES.search(page.text):
        return True
    outline = page.outline
    known = {*outline.ids, *anchors_of([heading.plain for heading in outline.headings])}
    return bool(wanted & (known | {name.lower() for name in known})) or anchor in ("top", "readme")


def _judge(link: Link, anchor: str, page: Document, document: Document, repo: Repo) -> Judgement:
    reference = f"{page.path if page is not document else ''}#{anchor}"
    if has_anchor(page, anchor):
        return Judgement(link.span, reference, "the page has such a heading or anchor, or takes in others")
    lost = repo.once(("anchor", page.path, anchor), lambda: _lost(anchor, page, repo))
    facts = (("tier", repo.tier(document)), ("looked in", page.path), ("anchors tried", "GitHub, MkDocs, written out"))
    if lost is None:
        if repo.history.gap:
            repo.unsure.add((document.path, reference))
            return Judgement(link.span, reference, f"whether it ever existed is not known: {repo.history.gap}")
        if in_site(document, repo):
            return Judgement(link.span, reference, "no version of the page had it, and a site may make it")
        message = f"`{page.path}` has no heading for `#{anchor}`, and never had"
        return Judgement(link.span, reference, message=message, severity="P3", certainty="likely", facts=facts)
    commit = by(lost.commit)
    now = f" in favour of `{lost.now}`" if lost.now else ""
    return Judgement(
        link.span,
        reference,
        message=f"`#{anchor}` leads nowhere in `{page.path}`: {commit} took away the heading `{lost.heading}`{now}",
        fix=_fix(link, anchor, lost.now, page),
        facts=(*facts, ("history", f"{commit} took away `{lost.heading}`")),
    )


def _lost(anchor: str, page: Document, repo: Repo) -> Lost | None:
    """What became of the heading, from the page's older versions."""
    after: tuple[Commit, str] | None = None
    for commit, data in repo.history.contents(page.path, MOST_VERSIONS):
        text = data.decode("utf-8", "replace")
        if {anchor, anchor.lower()} & glance_anchors(text):
            title = next((title for title in headings_at_a_glance(text) if _is_anchor(anchor, title)), anchor)
            if after is None:
                return None
            fresh = [title for title in headings_at_a_glance(after[1]) if title not in headings_at_a_glance(text)]
            near = difflib.get_close_matches(title, fresh, n=1, cutoff=SIMILAR)
            now = near[0] if near and near[0] in headings_at_a_glance(page.text) else None
            return Lost(after[0], title, now)
        after = (commit, text)
    return None


def _is_anchor(anchor: str, title: str) -> bool:
    return anchor.lower() in (github_slug(title), mkdocs_slug(title))


def _fix(link: Link, anchor: str, now: str | None, page: Document) -> Fix | None:
    if now is None or not link.written.endswith(f"#{anchor}"):
        return None
    slug = next((heading.slug for heading in page.outline.headings if heading.plain == now), None)
    if slug is None:
        return None
    end = link.target_span.end
    return Fix(f"link to `#{slug}`", "safe", (Edit(end - len(anchor), end, slug),))
