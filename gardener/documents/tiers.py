"""For whom a document is written: that decides which rules speak about it, and how loudly."""

from __future__ import annotations

import re
from typing import Literal

Tier = Literal["agent", "contributor", "user", "record", "generated"]

_AGENT_NAMES = re.compile(
    r"(?:agents|claude|gemini|codex|copilot-instructions|skill|conventions|\.cursorrules|\.windsurfrules|\.clinerules)"
    r"(?:\.(?:local|override))?(?:\.mdc?)?"
)
_AGENT_FOLDERS = re.compile(r"(?:^|/)\.(?:claude|cursor|codex|agents?|gemini|windsurf|clinerules|roo|kiro)/")
_AGENT_PATHS = re.compile(r"(?:^|/)\.github/(?:instructions|prompts|agents|chatmodes)/")
_OWN = re.compile(
    r"(?:core[-_]beliefs|golden[-_]principles|tech[-_](?:debt[-_])?tracker|quality[-_]score|debt[-_]tracker)\.md"
)
_CONTRIBUTOR_NAMES = re.compile(
    r"(?:contributing|contribute|contributors?|architecture|development|developers?|developing|hacking|maintain\w*|"
    r"building|testing|design|security|reliability|quality|plans|style[-_]?guide|code[-_]of[-_]conduct|governance|"
    r"releasing|pull_request_template)\b.*"
)
_CONTRIBUTOR_FOLDERS = re.compile(
    r"(?:^|/)(?:\.github|(?:docs?|documentation)/(?:.*/)?(?:design|design-docs|dev|devel|development|developer|"
    r"developers|contributing|contribute|contributor|internals?|architecture|maintainers?|engineering|references))/"
)
_RECORD_FOLDERS = re.compile(
    r"(?:^|/)(?:adrs?|decisions|exec-plans|plans|planning|proposals|rfcs?|archived?|completed|done|legacy|old|attic|"
    r"logs?|audits?|reports?|changelogs?|changelog\.d|changes|newsfragments|news|releases|release-notes|whatsnew|"
    r"history|retros?|retrospectives|postmortems?|incidents|meetings?|minutes|journals?|blog|posts|handoffs?|"
    r"sessions|versioned[_-]docs|\w+_versioned_docs|version-\d[\w.-]*|research|specs|tickets|reviews|migrations?|upgrading)/"
)
_RECORD_NAMES = re.compile(
    r"(?:(?:[\w-]+[-_.])?changelog|"
    r"changes|history|news|releases?|release[-_ ]?notes?|upgrad\w*|migrat\w*|whats?[-_]?new|todo|roadmap|"
    r"backlog|plan|progress|retro\w*|post[-_]?mortem|breaking[-_]changes|deprecat\w*|authors|credits|handoff|notes)"
    r"(?:[-_. ].*)?"
)
_DATED = re.compile(r"(?:^|[^\d])(?:19|20)\d\d[-_.]?(?:0[1-9]|1[0-2])[-_.]?(?:0[1-9]|[12]\d|3[01])(?:[^\d]|$)")
_NUMBERED_DECISION = re.compile(r"(?:adr[-_ ]?)?\d{3,4}[-_].+")
_GENERATED_FOLDERS = re.compile(
    r"(?:^|/)(?:generated|_generated|vendor|vendored|_vendor|third[-_]party|node_modules|site-packages|fixtures|"
    r"testdata|test[-_]data|snapshots|__snapshots__|golden|corpus|corpora|dist|build|_build)/"
)
_GENERATED_MARK = re.compile(
    r"@generated|<!--[ \t]*written by\b|"
    r"\b(?:auto-?|automatically )generated\b|generated (?:by|from|with)\b[^\n]{0,80}do not edit|"
    r"do not edit (?:this file|manually|by hand)",
    re.IGNORECASE,
)
_PAST = re.compile(
    r"^(?:[-*][ \t]*)?(?:>[ \t]*)?[*_]*status[*_]*[ \t]*:[*_ \t]*"
    r"(?:superseded|deprecated|archived|historical|obsolete|rejected|completed?|done|implemented|withdrawn)\b",
    re.IGNORECASE | re.MULTILINE,
)
_DEVELOPMENT = re.compile(
    r"\b(?:develop(?:ment|ing|er|ers)?|contribut\w*|hacking|project (?:structure|layout)|repo(?:sitory)? "
    r"(?:structure|layout)|code ?base|source (?:tree|layout)|architecture|internals?|building from source|"
    r"running (?:the )?tests|directory (?:structure|layout)|folder structure|for maintainers)\b",
    re.IGNORECASE,
)
_LOOK = 1500


def tier_of(path: str, text: str = "") -> Tier:
    """The tier of the document at `path`; its `text` may say that it is generated, superseded or done.

    A record tells of a moment: what it says was true then, and stays.
    """
    lowered = path.lower()
    folder, _, name = lowered.rpartition("/")
    folder = f"{folder}/" if folder else ""
    stem = name.removesuffix(".md").removesuffix(".markdown")
    head = text[:_LOOK]
    if _GENERATED_FOLDERS.search(folder) or _GENERATED_MARK.search(head):
        return "generated"
    if _OWN.fullmatch(name):
        return "contributor"
    if _AGENT_NAMES.fullmatch(name) and not re.search(r"(?:^|/)(?:archived?|legacy)/", folder):
        return "agent"
    if _is_record(folder, name, stem, head):
        return "record"
    if _AGENT_FOLDERS.search(folder) or _AGENT_PATHS.search(folder):
        return "agent"
    if _CONTRIBUTOR_NAMES.fullmatch(stem) or _CONTRIBUTOR_FOLDERS.search(folder):
        return "contributor"
    return "user"


def is_about_development(heading: str) -> bool:
    """True for the heading of a section that speaks of the repository itself, in a document for users."""
    return _DEVELOPMENT.search(heading) is not None


def _is_record(folder: str, name: str, stem: str, head: str) -> bool:
    if _RECORD_FOLDERS.search(folder) and name not in ("readme.md", "index.md"):
        return True
    if _RECORD_NAMES.fullmatch(stem) or _DATED.search(name) or _NUMBERED_DECISION.fullmatch(stem):
        return True
    return _PAST.search(head) is not None
