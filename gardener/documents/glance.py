"""A first look at a document without parsing it: what might be code, a link, an anchor, a fence.

A glance sees too much, never too little: what it does not see is not there, and what it sees a parse confirms.
"""

from __future__ import annotations

import re
from functools import lru_cache

from gardener.documents.slugs import github_slugs, mkdocs_slug

_TICKS = re.compile(r"\\?(`+)")
_LONGEST_CODE = 500
_INLINE_TARGET = re.compile(r"\]\((?=\s*<?([^\s>]+))")
_TARGET = re.compile(r"\[[^\[\]]+\]:\s*<?([^\s>]+)|\b(?:href|src)\s*=\s*[\"']?([^\"'\s>]+)", re.IGNORECASE)
_FENCE = re.compile(r"^[ \t>]*(?:[-*+][ \t]+|\d+[.)][ \t]+)*(`{3,}|~{3,})[ \t]*([^\n\r`]*)", re.MULTILINE)
_ATX = re.compile(r"^[ \t>]*(?:[-*+][ \t]+|\d+[.)][ \t]+)*#{1,6}[ \t]+(.*?)[ \t]*#*[ \t]*$", re.MULTILINE)
_SETEXT = re.compile(r"^[ \t]{0,3}(\S.*?)[ \t]*\r?\n[ \t]{0,3}(?:=+|-+)[ \t]*$", re.MULTILINE)
_EXPLICIT = re.compile(
    r"\{:?[ \t]*#([\w.:-]+)[^}\n]*\}|<!--[ \t]*id:[ \t]*([\w.:-]+)|^[ \t]*\(([\w.:-]+)\)="
    r"|\b(?:id|name)=[\"']?([\w.:-]+)",
    re.MULTILINE,
)
_HTML_HEADING = re.compile(r"<h[1-6][^>]*>(.*?)</h[1-6]>", re.DOTALL | re.IGNORECASE)
_LINK_TEXT = re.compile(r"!?\[([^\]\[]*)\](?:\([^)]*\)|\[[^\]]*\])?")
_TAG = re.compile(r"</?[A-Za-z][^<>]*>|<!--.*?-->")
_ENTITY = re.compile(r"&(?:amp|lt|gt|quot|nbsp);")
_LOOSE = re.compile(r"[*`]|(?<!\w)_|_(?!\w)|\\(?=\W)")


def glance_codes(text: str) -> set[str]:
    """The texts of what may be inline code: everything between two runs of as many backticks."""
    found: set[str] = set()
    open_runs: dict[int, list[int]] = {}
    for run in _TICKS.finditer(text):
        length, escaped = len(run[1]), run[0].startswith("\\")
        for start in open_runs.pop(length, ()):
            if run.start(1) - start < _LONGEST_CODE:
                found.add(" ".join(text[start : run.start(1)].split()))
        open_runs.setdefault(length, []).append(run.end())
        if escaped and length > 1:
            open_runs.setdefault(length - 1, []).append(run.end())
    return found


def glance_targets(text: str) -> set[str]:
    """What may be the target of a link or image."""
    found = {match[1] or match[2] for match in _TARGET.finditer(text)}
    for match in _INLINE_TARGET.finditer(text):
        raw = match[1]
        found.update((raw, raw.partition(")")[0], raw.rpartition(")")[0] or raw))
    return found


def glance_blocks(text: str) -> list[tuple[str, str]]:
    """(info string, code) of what may be a fence with an info string, one perhaps inside another."""
    found: list[tuple[str, str]] = []
    for opening in _FENCE.finditer(text):
        if info := opening[2].strip():
            mark = rf"^[ \t>]*{opening[1][0]}{{{len(opening[1])},}}[ \t]*\r?$"
            closing = re.compile(mark, re.MULTILINE).search(text, opening.end())
            code = text[opening.end() : closing.start() if closing else len(text)]
            found.append((info, code.lstrip("\r\n")))
    return found


@lru_cache(maxsize=512)
def glance_anchors(text: str) -> frozenset[str]:
    """Anchors as GitHub, MkDocs and others make them from headings, and those that are written out."""
    titles = [match[1] for match in _ATX.finditer(text)] + [match[1] for match in _SETEXT.finditer(text)]
    titles += [" ".join(match[1].split()) for match in _HTML_HEADING.finditer(text)]
    plain = [_plain(title) for title in titles]
    found = set(anchors_of(plain))
    for match in _EXPLICIT.finditer(text):
        found.add(next(group for group in match.groups() if group))
    return frozenset(found)


def headings_at_a_glance(text: str) -> list[str]:
    """What may be headings, as a reader sees them, in order."""
    return [_plain(match[1]) for match in _ATX.finditer(text)]


def anchors_of(titles: list[str]) -> set[str]:
    """Every anchor that a site may give to headings: GitHub's, MkDocs', with the numbers of duplicates."""
    found = {*github_slugs(titles)}
    seen: dict[str, int] = {}
    for title in titles:
        slug = mkdocs_slug(title)
        number = seen[slug] = seen.get(slug, -1) + 1
        found.add(slug if not number else f"{slug}_{number}")
        found.add(re.sub(r"[^\w]+", "-", title.lower()).strip("-"))
    return found


def _plain(title: str) -> str:
    title = re.sub(r"\{:?[ \t]*[#.][^}\n]*\}[ \t]*$", "", title)
    title = _LINK_TEXT.sub(r"\1", _TAG.sub("", title))
    return _LOOSE.sub("", _ENTITY.sub("", title)).strip()
