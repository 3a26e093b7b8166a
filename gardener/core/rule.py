"""A rule as data: what it says, where it applies, and the plan by which files are dismissed unread."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gardener.core.finding import Severity, State

Target = Literal["python", "document", "repo"]
Slice = Literal["statement", "toplevel", "module"]


@dataclass(frozen=True, slots=True)
class Example:
    """A bad or good snippet of a rule; `line` is the line in its file on which the code starts (1-based).

    `marks` are the 1-based lines of `code` that end in `# here`; `path` names the file the snippet stands for.
    """

    kind: Literal["bad", "good"]
    code: str
    line: int = 0
    marks: tuple[int, ...] = ()
    path: str | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What must be true of a file before a rule needs to see its syntax tree. Over-approximates, never misses.

    `words`: alternatives of words that must all occur as bytes; empty means any file.
    `nodes`: names of `ast` node classes of which a candidate must be one; empty means any node.
    `names`: dotted names to one of which the candidate (a call's function, or the name itself) must resolve;
    empty means any.
    `slice`: the smallest piece of code that shows the rule all it looks at.
    """

    words: tuple[tuple[str, ...], ...] = ()
    nodes: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    slice: Slice = "module"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `body` holds the matcher's own keys, as plain JSON values, from which it is compiled on demand.

    `body["form"]` is `pattern`, `family` or `python`. `place` is `file:line`. `pack` is `gardener` for the shipped
    pack, `rules` for the repository's own, else the pack's name. `default` says whether it runs unselected.
    `digest` identifies the rule's source text.
    """

    id: str
    title: str
    why: str
    target: Target = "python"
    severity: Severity = "P2"
    state: State = "error"
    belief: str | None = None
    message: str | None = None
    paths: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    python: str | None = None
    fixes: bool = False
    default: bool = True
    pack: str = "rules"
    place: str = ""
    digest: str = ""
    plan: Plan = Plan()
    examples: tuple[Example, ...] = ()
    body: Mapping[str, Any] = field(default_factory=dict)
