"""The section for coding agents in the repository's guide: a generated block, written anew where it is out of date."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gardener.checking.agent_guide import KIND
from gardener.core.finding import Edit

if TYPE_CHECKING:
    from gardener.core.settings import Settings
    from gardener.documents.generated_blocks import Block
    from gardener.repo.trees import Tree

NEW = "AGENTS.md"
_SECTION = "## gardener\n\n<!-- gardener:{kind} {branch} -->\n<!-- /gardener:{kind} -->\n"
_TITLE = "# For coding agents\n\n"


def with_guide(tree: Tree, settings: Settings, *, path: str | None, old: str | None, branch: str) -> str | None:
    """The whole guide at `path` with its section up to date; None where it is, or where the block is never closed.

    `tree` is the repository as it will be; `old` is the present text, None for a guide that is new.
    """
    from gardener.core.edits import apply_edits
    from gardener.documents.generated_blocks import find_blocks
    from gardener.documents.splicing import appended, newline_of

    block = _block(old) if old is not None else None
    if old is not None and block is not None:
        edits = _renewal(block, old, path or NEW, tree, settings)
        return apply_edits(old, edits) if edits else None
    section = _SECTION.format(kind=KIND, branch=branch)
    if old is None:
        text = _TITLE + section
    else:
        text = apply_edits(old, [appended(old, section.replace("\n", newline_of(old)))])
    made = next(block for block in find_blocks(text) if block.kind == KIND)
    return apply_edits(text, _renewal(made, text, path or NEW, tree, settings))


def _block(text: str) -> Block | None:
    from gardener.documents.generated_blocks import find_blocks

    return next((block for block in find_blocks(text) if block.kind == KIND), None)


def _renewal(block: Block, text: str, path: str, tree: Tree, settings: Settings) -> list[Edit]:
    from gardener.checking.generated import content_of
    from gardener.checking.repository import Repo
    from gardener.documents.document import Document

    if block.span is None:
        return []
    wanted = content_of(block, Document(path, text), Repo(tree, settings))
    present = text[block.span.start : block.span.end]
    return [] if present == wanted else [Edit(block.span.start, block.span.end, wanted)]
