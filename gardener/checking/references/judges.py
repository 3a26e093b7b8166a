"""Which function judges the references of which rule: what a rule reports, and for each other reference why not."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from gardener.checking.references.judgement import Judgement
    from gardener.checking.repository import Repo
    from gardener.documents.document import Document

    Judge = Callable[[Document, Repo], Iterator[Judgement]]

_SILENT = {
    "record": "the document is a record: it tells of a moment, and stays as it is",
    "generated": "the document is generated: it is mended where it is made",
}
MOST_SHOWN = 12


def judges() -> Mapping[str, Judge]:
    """The judges by rule; each sees every reference."""
    from gardener.checking.references import anchors, commands, flags, links, paths, snippets, symbols

    return {
        "stale-path": lambda document, repo: paths.judge_paths(document, repo, all_of_them=True),
        "ambiguous-path": paths.judge_short_paths,
        "broken-link": lambda document, repo: links.judge_links(document, repo, all_of_them=True),
        "broken-anchor": lambda document, repo: anchors.judge_anchors(document, repo, all_of_them=True),
        "stale-symbol": lambda document, repo: symbols.judge_symbols(document, repo, all_of_them=True),
        "stale-command": commands.judge_commands,
        "stale-flag": flags.judge_flags,
        "unparsable-example": lambda document, repo: snippets.judge_snippets(document, repo, all_of_them=True),
        "stale-example-import": snippets.judge_imports,
    }


def why_dismissed(rule: str, document: Document, line: int, repo: Repo) -> str | None:
    """Why a rule says nothing about a line of a document; None when it does, or has no judge."""
    judge = judges().get(rule)
    if judge is None:
        return None
    tier = repo.tier(document)
    if tier in _SILENT:
        return _SILENT[tier]
    found = [item for item in judge(document, repo) if _on_line(item, line, document)]
    if any(not item.dismissed for item in found):
        return None
    if not found:
        return f"nothing on this line is what `{rule}` looks at (the document's tier is `{tier}`)"
    reasons = [f"`{item.reference}`: {item.dismissed}" for item in found[:MOST_SHOWN]]
    return f"{'; '.join(reasons)} (the document's tier is `{tier}`)"


def _on_line(item: Judgement, line: int, document: Document) -> bool:
    place = document.lines.place(item.span)
    return place.line <= line <= place.end_line
