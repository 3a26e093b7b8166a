"""How loudly rules speak about a line of a document: by its tier, and by what its section is about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gardener.documents.glance import headings_at_a_glance
from gardener.documents.tiers import Tier, is_about_development

if TYPE_CHECKING:
    from gardener.checking.repository import Repo
    from gardener.documents.document import Document


@dataclass(frozen=True, slots=True)
class Loudness:
    """The tier, and why a finding there is a note at most; empty where it may be more."""

    tier: Tier
    quiet: str = ""


def loudness(document: Document, line: int, repo: Repo) -> Loudness:
    """What a line of a document is worth: guides for agents and contributors in full, pages for users as a note."""
    tier = repo.tier(document)
    if tier in ("agent", "contributor"):
        return Loudness(tier)
    if tier == "user" and (_is_readme(document.path) or is_about_development(document.section(line))):
        return Loudness(tier)
    reasons = {
        "user": "in a page for users a path may belong to the reader's project",
        "record": "a record tells of a moment",
        "generated": "a generated document is mended where it is made",
    }
    return Loudness(tier, reasons[tier])


def is_about_development_anywhere(text: str) -> bool:
    """True when a heading of a page may be about the development of the project."""
    return any(is_about_development(title) for title in headings_at_a_glance(text))


def _is_readme(path: str) -> bool:
    return path.rpartition("/")[2].lower() == "readme.md"
