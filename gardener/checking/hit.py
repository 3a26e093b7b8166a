"""What a rule yields before positions are known: nodes, a message, and edits that still point at nodes.

Positions cost more than matching, so the engine computes them only for hits (`gardener.checking.positions`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import libcst as cst

    from gardener.checking.source import SourceFile
    from gardener.core.finding import Certainty, Edit, Safety


@dataclass(frozen=True, slots=True)
class Resolution:
    """A dotted name that an expression may stand for, and how sure that is."""

    name: str
    certainty: Certainty


@dataclass(frozen=True, slots=True)
class NodeEdit:
    """New text in place of `node` (up to the end of `last`, when given), or directly before or after it."""

    node: cst.CSTNode
    text: str
    where: Literal["replace", "before", "after"] = "replace"
    last: cst.CSTNode | None = None


@dataclass(frozen=True, slots=True)
class ImportRequest:
    """The local name by which an imported thing can be used; `edits` adds the import where it is missing."""

    name: str
    edits: tuple[Edit, ...] = ()

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class PendingFix:
    """A fix whose edits may still point at nodes."""

    title: str
    safety: Safety
    edits: tuple[NodeEdit | Edit, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """One match of one rule. The finding spans `node` to `last` (default: `node` alone).

    `label` replaces the matched code in the fingerprint: name and kind, for rules about a whole definition.
    """

    node: cst.CSTNode
    message: str
    certainty: Certainty = "certain"
    fix: PendingFix | None = None
    last: cst.CSTNode | None = None
    label: str | None = None


Handler = Callable[["cst.CSTNode", "SourceFile"], Iterator[Hit]]


@dataclass(frozen=True, slots=True)
class Matcher:
    """A compiled rule: the node types it wants to see, and a pure generator of hits."""

    node_types: tuple[type[cst.CSTNode], ...]
    run: Handler
