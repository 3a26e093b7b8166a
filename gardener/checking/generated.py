"""What belongs into the generated blocks of documents: pure functions of the repository."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gardener.documents.splicing import newline_of
from gardener.documents.tables import row_source

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from gardener.checking.repository import Repo
    from gardener.documents.document import Document
    from gardener.documents.generated_blocks import Block

MOST_ENTRIES = 200


def content_of(block: Block, document: Document, repo: Repo) -> str:
    """The text between the markers of a block, with the document's line ends."""
    lines = _MAKERS[block.kind](block, document, repo)
    end = newline_of(document.text)
    return end + "".join(f"{line}{end}" for line in lines)


def _toc(block: Block, document: Document, repo: Repo) -> list[str]:  # noqa: ARG001 - the makers share a shape
    """The headings after the block, of levels 2 and 3."""
    listed = [
        heading
        for heading in document.headings
        if heading.span.start > block.marker.end and heading.level in (2, 3) and heading.depth == 0
    ]
    top = min((heading.level for heading in listed), default=2)
    return [f"{'  ' * (item.level - top)}- [{item.plain}](#{item.id or item.slug})" for item in listed]


def _rules(block: Block, document: Document, repo: Repo) -> list[str]:  # noqa: ARG001
    """The repository's own rules."""
    own = sorted((rule for rule in repo.rules if rule.pack == "rules"), key=lambda rule: rule.id)
    rows = [
        row_source([f"`{rule.id}`", rule.severity, rule.title, f"`{rule.belief}`" if rule.belief else ""])
        for rule in own
    ]
    return [row_source(["Rule", "Severity", "What it finds", "Belief"]), row_source(["---"] * 4), *rows]


def _tree(block: Block, document: Document, repo: Repo) -> list[str]:  # noqa: ARG001
    """What stands directly in a folder, folders first."""
    folder = block.argument.strip("/").removeprefix("./")
    inside = repo.below(folder) if folder and folder != "." else repo.paths
    rests = [path[len(folder) + 1 :] if folder and folder != "." else path for path in inside]
    folders = sorted({f"{rest.partition('/')[0]}/" for rest in rests if "/" in rest})
    files = sorted(rest for rest in rests if "/" not in rest)
    return ["```text", f"{folder or '.'}/", *(f"  {name}" for name in [*folders, *files][:MOST_ENTRIES]), "```"]


def _agents(block: Block, document: Document, repo: Repo) -> list[str]:  # noqa: ARG001
    """What coding agents are told; the argument is the branch that changes are compared with."""
    from gardener.checking.agent_guide import guide_lines

    return guide_lines(repo.beliefs, block.argument)


_MAKERS: Mapping[str, Callable[[Block, Document, Repo], list[str]]] = {
    "toc": _toc,
    "rules": _rules,
    "tree": _tree,
    "agents": _agents,
}
