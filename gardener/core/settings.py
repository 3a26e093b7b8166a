"""Settings as a record. Reading them from files is `gardener.repo.settings`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gardener.core.finding import Severity, State


@dataclass(frozen=True, slots=True)
class RuleSettings:
    """What a team changes about one rule; None leaves the rule's own value."""

    severity: Severity | None = None
    state: State | None = None
    paths: tuple[str, ...] | None = None
    exclude: tuple[str, ...] | None = None
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PathSettings:
    """Changes for the files that match `glob`; later entries win over earlier ones."""

    glob: str
    select: tuple[str, ...] | None = None
    ignore: tuple[str, ...] = ()
    rules: Mapping[str, RuleSettings] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PriceSettings:
    """What a model costs, in US dollars per million tokens; None where it is not known."""

    input: float
    output: float
    cached: float | None = None
    cache_write: float | None = None


@dataclass(frozen=True, slots=True)
class ReviewSettings:
    """`[tool.gardener.review]`. Without a `model` nothing is ever sent; `verify_model` is the refuter's.

    `deadline_s` bounds one answer with its `retries`; `max_seconds`, `max_usd`, `max_tokens` and `max_calls` bound a
    run (None: no bound). `concurrency` is how many calls run at once, `show` how many findings people are shown.
    `deny` are globs of files that are never read, besides those that never are; `prices` are by model.
    """

    model: str | None = None
    verify_model: str | None = None
    base_url: str | None = None
    deadline_s: float = 120.0
    retries: int = 3
    max_usd: float | None = None
    max_tokens: int | None = None
    max_calls: int | None = None
    max_seconds: float | None = None
    concurrency: int = 4
    temperature: float | None = None
    show: int = 5
    deny: tuple[str, ...] = ()
    log_bodies: bool = False
    prices: Mapping[str, PriceSettings] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class IssueSettings:
    """`[tool.gardener.issues]`. `project` names a project of the tracker, such as `acme/shop`; None: where `origin` is.

    `label` is what issues are found again by, `labels` are put on new ones besides. `creates`, `updates` and `closes`
    bound one run. Findings less grave than `min_severity` become no issue; `dashboard` lists what waits.
    """

    tracker: str = "folder"
    project: str | None = None
    label: str = "gardener"
    labels: tuple[str, ...] = ()
    creates: int = 3
    updates: int = 10
    closes: int = 5
    min_severity: Severity = "P2"
    dashboard: bool = True


@dataclass(frozen=True, slots=True)
class GardenSettings:
    """`[tool.gardener.garden]`: the bounds of a night.

    After `max_seconds` no further step begins. `max_usd` is the most that a night may cost; without one here or for the
    review a night asks no model. `max_changes` is how many files safe fixes may change, `max_patches` how many patches
    are written. Rules count as idle after `idle_months`. `skip` names steps and chores that are left out.
    """

    max_seconds: float = 3600.0
    max_usd: float | None = None
    max_changes: int = 20
    max_patches: int = 3
    idle_months: int = 6
    skip: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Settings:
    """`[tool.gardener]`, with defaults. Globs are relative to the root, with `/`.

    `select` replaces the default set, `extend_select` adds to it. `covers` maps documents to the code they are about,
    `areas` the names of the parts that are graded to their globs. `source` is the file read, or empty.
    """

    source: str = ""
    select: tuple[str, ...] | None = None
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    packs: tuple[str, ...] = ()
    python_rules: bool = False
    python: str | None = None
    unparsable: tuple[str, ...] = ()
    fail_on: Severity = "P2"
    min_severity: Severity = "P3"
    time_limit: float = 20.0
    max_file_kb: int = 1024
    ruff: bool = False
    core_beliefs: str | None = None
    tech_tracker: str | None = None
    covers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    areas: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    review: ReviewSettings = ReviewSettings()
    issues: IssueSettings = IssueSettings()
    garden: GardenSettings = GardenSettings()
    rules: Mapping[str, RuleSettings] = field(default_factory=dict)
    per_path: tuple[PathSettings, ...] = ()
