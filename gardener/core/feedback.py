"""Feedback: what people said about code, what became of it, and what could be made of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

Origin = Literal["github", "gitlab", "jsonl", "git-log", "junit", "sarif", "review"]
AuthorKind = Literal["human", "bot"]
Tier = Literal["T1", "T2", "T3", "T4"]
Fate = Literal["addressed", "declined", "outdated", "open"]
Route = Literal["enforced", "ruff", "family", "pattern", "python", "belief", "issue", "none"]


@dataclass(frozen=True, slots=True)
class Feedback:
    """One comment, reverted change or failed build, as every source normalises it; the fields are those of the JSONL.

    `before` is the code that was commented on, `after` what it became; the `_file` fields hold the whole files.
    """

    id: str
    source: Origin
    body: str
    url: str = ""
    pr: str = ""
    author: str = ""
    author_kind: AuthorKind = "human"
    association: str = ""
    created_at: str = ""
    path: str = ""
    line: int = 0
    resolved: bool | None = None
    before: str | None = None
    after: str | None = None
    before_file: str | None = None
    after_file: str | None = None


@dataclass(frozen=True, slots=True)
class Skipped:
    """What a source could not read: `at` is a file with its line, or an address without secrets."""

    at: str
    reason: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of feedback that was read earlier; None leaves what is known."""

    id: str
    resolved: bool | None = None
    before_file: str | None = None
    after_file: str | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """What a source read in one go, and where it would read on: both are kept together, or not at all.

    `notes` say what did not go as hoped and is no fault of single records, as a limit that was reached.
    """

    feedback: tuple[Feedback, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    cursor: str = ""
    skipped: tuple[Skipped, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """Feedback that was read: `text` is the comment without chatter, `label` its Conventional Comments label.

    `before` and `after` are the best code there is of both states. `weight`, above 0 and at most 1, says how much it is
    worth.
    """

    feedback: Feedback
    text: str
    label: str = ""
    before: str | None = None
    after: str | None = None
    tier: Tier = "T4"
    fate: Fate = "open"
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Theme:
    """What several people keep saying. `id` stays the same when more of it comes in; the medoid stands first."""

    id: str
    title: str
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Proof:
    """What a proposal was shown to do: `flagged` of `befores`, `clean` of `afters`, and `hits` on the repository."""

    befores: int = 0
    flagged: int = 0
    afters: int = 0
    clean: int = 0
    leave_one_out: bool = False
    hits: int = 0


@dataclass(frozen=True, slots=True)
class RejectedRoute:
    """A way that was tried and not taken, with the reason."""

    route: Route
    reason: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """What could be made of a theme. `target` is a rule's code or id, `page` the text of a rule page.

    `reason` says why this route was taken; `draft` is what a person may use as it is: settings to add, a belief's
    section, an issue. `places` are the lines it flags in the repository, by path.
    """

    theme: Theme
    route: Route
    target: str | None = None
    page: str | None = None
    fixes: bool = False
    proof: Proof = Proof()
    rejected: tuple[RejectedRoute, ...] = ()
    places: Mapping[str, tuple[int, ...]] | None = None
    reason: str = ""
    draft: str = ""
