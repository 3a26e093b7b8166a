"""Anchors of headings as GitHub and MkDocs make them."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_KEPT = ("L", "M", "N", "Pc")


def github_slug(heading: str) -> str:
    """The anchor of a heading's visible text on GitHub, before duplicates are numbered."""
    kept = (char for char in heading.strip().lower() if char in " -" or unicodedata.category(char).startswith(_KEPT))
    return "".join(kept).replace(" ", "-")


def mkdocs_slug(heading: str) -> str:
    """The anchor of a heading's visible text in MkDocs, before duplicates are numbered."""
    ascii_only = unicodedata.normalize("NFKD", heading).encode("ascii", "ignore").decode()
    return re.sub(r"[-\s]+", "-", re.sub(r"[^\w\s-]", "", ascii_only).strip().lower())


def github_slugs(headings: Iterable[str]) -> list[str]:
    """The anchors of all headings of one document, duplicates numbered `-1`, `-2`, as GitHub does."""
    seen: dict[str, int] = {}
    slugs: list[str] = []
    for heading in headings:
        base = slug = github_slug(heading)
        while slug in seen:
            seen[base] += 1
            slug = f"{base}-{seen[base]}"
        seen[slug] = 0
        slugs.append(slug)
    return slugs
