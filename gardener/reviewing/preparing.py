"""Everything a review needs to know before it asks or decides anything: policy, code, changes, stored verdicts."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from gardener.core.errors import ConfigError
from gardener.reviewing.briefs import prompt_version
from gardener.reviewing.deciding import Case, is_severe
from gardener.reviewing.requests import Judge
from gardener.reviewing.settled import content_hash, ingredients_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gardener.core.review import Criterion, Pair
    from gardener.core.settings import Settings
    from gardener.repo.trees import Tree
    from gardener.reviewing.changes import Changes
    from gardener.reviewing.clauses import Compiled
    from gardener.reviewing.request import Mode, ReviewRequest
    from gardener.reviewing.selection import Selected
    from gardener.reviewing.settled import Ingredients
    from gardener.reviewing.verdict_store import Found, VerdictStore
    from gardener.reviewing.verdict_trust import Trust

# Who judges when no model is set: an agent that answers the requests itself, for example.
UNNAMED = "unnamed"


@dataclass(frozen=True)
class Prepared:
    """What a review is about. `mode` is settled: `frozen`, `fill` or `refresh`; `policy` holds beliefs and ledgers."""

    request: ReviewRequest
    tree: Tree
    policy: Tree
    settings: Settings
    mode: Mode
    compiled: Compiled
    changes: Changes
    selected: Selected
    judge: Judge
    store: VerdictStore
    trusted: Trust
    found: Mapping[str, Found | None] = field(default_factory=dict)

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        """The clauses that are judged."""
        return self.compiled.criteria

    @cached_property
    def cases(self) -> tuple[Case, ...]:
        """Every pair with its key."""
        return tuple(Case(pair, made.base_key) for pair, made in zip(self.selected.pairs, self._made, strict=True))

    @cached_property
    def ingredients(self) -> Mapping[str, Ingredients]:
        """What the verdict about each case depends on, by its key."""
        return {case.key: made for case, made in zip(self.cases, self._made, strict=True)}

    def ingredients_for(self, pair: Pair) -> Ingredients:
        """What the verdict about a pair depends on."""
        judges = (self.judge.model, self.judge.verify_model) if is_severe(pair) else (self.judge.model,)
        return ingredients_of(pair, prompt=prompt_version(), models=judges, sampling=sampling_of(self.judge))

    @cached_property
    def _made(self) -> tuple[Ingredients, ...]:
        return tuple(map(self.ingredients_for, self.selected.pairs))

    def content_hash(self, path: str) -> str | None:
        """The hash of what a file holds now; None when it is gone."""
        try:
            return content_hash(self.tree.read(path))
        except OSError:
            return None


def prepare(request: ReviewRequest) -> Prepared:
    """Read the policy, find the code and look up what is known about it. Opens no connection.

    Raises ConfigError, DocumentError, RuleError, RepoError or ManyErrors when the review cannot start.
    """
    from gardener.repo.settings import read_settings
    from gardener.repo.trees import GitTree, WorkingTree
    from gardener.reviewing.base_units import texts_before
    from gardener.reviewing.clauses import compile_clauses
    from gardener.reviewing.selection import select
    from gardener.reviewing.verdict_store import VerdictStore

    tree = _tree(request)
    policy = GitTree(request.root, request.policy_from) if request.policy_from else tree
    settings = read_settings(policy)
    if request.max_usd is not None:
        settings = replace(settings, review=replace(settings.review, max_usd=request.max_usd))
    compiled = compile_clauses(policy, settings)
    changes = _changes(request)
    selected = select(tree, settings, compiled.criteria, changes, request.paths, cwd=request.cwd)
    selected = replace(selected, pairs=_new(selected.pairs, texts_before(request.root, changes)))
    # Verdicts go by content: those on disk hold for what is staged, too.
    store = VerdictStore.read(WorkingTree(request.root) if request.staged else tree)
    trusted = _trusted(request, changes, store)
    prepared = Prepared(
        request=request,
        tree=tree,
        policy=policy,
        settings=settings,
        mode=_mode(request, settings),
        compiled=compiled,
        changes=changes,
        selected=selected,
        judge=judge_of(settings),
        # What a change takes out of the store still speaks.
        store=store if trusted.base is None else store.union(trusted.base),
        trusted=trusted,
    )
    return replace(prepared, found=_found(prepared))


def judge_of(settings: Settings) -> Judge:
    """Who judges, by the settings."""
    review = settings.review
    model = review.model or UNNAMED
    return Judge(model, review.verify_model or model, review.temperature)


def sampling_of(judge: Judge) -> str:
    """How the models are sampled, as far as we say it."""
    return "" if judge.temperature is None else f"temperature={judge.temperature:g}"


def _new(pairs: tuple[Pair, ...], before: frozenset[str]) -> tuple[Pair, ...]:
    """The pairs about code that is new: what a change only moved cannot be held against it."""
    return tuple(pair for pair in pairs if pair.unit.text not in before)


def _tree(request: ReviewRequest) -> Tree:
    from gardener.repo.trees import IndexTree, WorkingTree

    return IndexTree(request.root) if request.staged else WorkingTree(request.root)


def _changes(request: ReviewRequest) -> Changes:
    from gardener.reviewing.changes import EVERYTHING, changes_since, changes_staged

    if request.staged:
        return changes_staged(request.root)
    return changes_since(request.root, request.diff) if request.diff else EVERYTHING


def _mode(request: ReviewRequest, settings: Settings) -> Mode:
    """The mode asked for; without one, `fill` when there is somebody to ask. Raises ConfigError when there is not."""
    from gardener.llm.endpoint import choose_endpoint

    if request.emit or request.ingest or request.mode == "frozen":
        return "frozen"
    key = request.environ.get("OPENAI_API_KEY", "").strip()
    if request.mode is None and not (settings.review.model and key) and request.audit is None:
        return "frozen"
    if request.plan:
        return request.mode or "fill"
    if not settings.review.model:
        where = settings.source or "pyproject.toml"
        raise ConfigError("no model is set", at=where, hint="set `model` in `[tool.gardener.review]`, or use --frozen")
    if not key:
        hint = "set OPENAI_API_KEY (any text for a server without keys), or use --frozen"
        raise ConfigError("there is no key to ask the model with", hint=hint)
    choose_endpoint(settings.review, request.environ)
    return request.mode or "fill"


def _trusted(request: ReviewRequest, changes: Changes, store: VerdictStore) -> Trust:
    from gardener.repo.trees import GitTree
    from gardener.reviewing.verdict_trust import VARIABLE, trust_of

    base = GitTree(request.root, changes.base) if changes.base else None
    return trust_of(store, base, request.environ.get(VARIABLE, ""))


def _found(prepared: Prepared) -> dict[str, Found | None]:
    """What the store knows about each case, by its key."""
    store, trusted = prepared.store, prepared.trusted
    return {key: store.find(made, prepared.content_hash, trusted) for key, made in prepared.ingredients.items()}
