"""`gardener eval`, from its options to figures: labels gathered, the judge asked within a budget, answers counted."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from gardener.core.errors import ConfigError, DocumentError
from gardener.reviewing.evaluation import Evaluation, Evaluator, with_bill

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from gardener.core.review import Criterion
    from gardener.core.settings import Settings
    from gardener.repo.trees import Tree
    from gardener.reviewing.clauses import Compiled
    from gardener.reviewing.labels import Sitting, Source

LIMIT = 20
PRECEDENCE: tuple[Source, ...] = ("file", "example", "injected")


@dataclass(frozen=True, slots=True)
class EvalRequest:
    """The options of `gardener eval`. `clauses` are ids of clauses or beliefs, none means all.

    `limit` is the most violations, and the most clean labels, for one clause; `seed` chooses among them. `environ` is
    where key and endpoint come from, `announce` is given the line that names the endpoint, `progress` (pairs judged,
    all pairs, the rest of the line).
    """

    root: Path
    labels: Path | None = None
    clauses: tuple[str, ...] = ()
    repeats: int = 1
    limit: int = LIMIT
    seed: int = 0
    max_usd: float | None = None
    environ: Mapping[str, str] = field(default_factory=dict)
    announce: Callable[[str], None] | None = None
    progress: Callable[[int, int, str], None] | None = None


@dataclass(frozen=True, slots=True)
class Gathered:
    """The labels to judge by, and what is to be said about those that cannot be used."""

    sittings: tuple[Sitting, ...]
    notes: tuple[str, ...] = ()


def measured(request: EvalRequest) -> Evaluation:
    """Measure the judge that the settings name.

    Raises ConfigError when there is nobody to ask or no such clause, DocumentError (or ManyErrors) when there are no
    labels or some cannot be read, and what loading the rules raises.
    """
    from gardener.repo.settings import read_settings
    from gardener.repo.trees import WorkingTree
    from gardener.reviewing.asking import Asking
    from gardener.reviewing.preparing import judge_of

    tree = WorkingTree(request.root)
    settings = read_settings(tree)
    if request.max_usd is not None:
        settings = replace(settings, review=replace(settings.review, max_usd=request.max_usd))
    _require_judge(settings, request.environ)
    gathered = gather(request, tree, settings)
    with Asking(request.root, settings.review, request.environ, request.announce) as asking:
        told = asking.telling(request.progress)
        evaluation = Evaluator(judge_of(settings), asking, settings, request.repeats, told).evaluate(gathered.sittings)
        return with_bill(evaluation, asking.spent(), (*gathered.notes, *asking.notes))


def gather(request: EvalRequest, tree: Tree, settings: Settings) -> Gathered:
    """The labels from examples, injected violations and the file, as far as they are asked for.

    Raises ConfigError for a clause that does not exist, DocumentError or ManyErrors for labels that cannot be read or
    when there are none, and what loading the rules raises.
    """
    from gardener.checking.load import load
    from gardener.repo.cache_folder import believable
    from gardener.repo.overlay import PatchedTree
    from gardener.reviewing.clauses import stated_clauses
    from gardener.reviewing.example_labels import example_sittings
    from gardener.reviewing.injected_labels import injected_sittings
    from gardener.reviewing.label_file import file_sittings

    stated = stated_clauses(tree, settings)
    wanted = _wanted(request.clauses, stated)
    # The second reader may look around, but not where the answers stand.
    hidden = [stated.beliefs.path, ".gardener/", *_inside(request.labels, request.root)]
    shown = PatchedTree(tree, {}, without=hidden)
    examples, notes = example_sittings(stated.criteria, shown, settings)
    written: list[Sitting] = []
    if request.labels is not None:
        written = file_sittings(request.labels, stated.criteria, shown, settings)
    loaded = load(settings, tree, python_rules=False, trust_cache=believable(tree.root))
    injected = injected_sittings(
        stated.beliefs,
        stated.criteria,
        [rule for rule in loaded.rules if rule.fixes],
        shown,
        settings,
        limit=_left([*examples, *written], wanted, request.limit),
        seed=request.seed,
    )
    chosen = [
        replace(sitting, labels=tuple(label for label in sitting.labels if wanted(label.clause)))
        for sitting in (*examples, *injected, *written)
    ]
    kept, left_out = limited(chosen, request.limit, request.seed)
    if not kept:
        hint = "write bad and good examples into the beliefs, or name a file with --labels"
        raise DocumentError("there is nothing to measure a judge by", at=stated.beliefs.path, hint=hint)
    more = (f"{left_out} labels are left out: --limit is {request.limit} a clause",) if left_out else ()
    return Gathered(kept, (*stated.notes, *notes, *more))


def limited(sittings: Sequence[Sitting], limit: int, seed: int) -> tuple[tuple[Sitting, ...], int]:
    """The sittings with at most `limit` violations and as many clean labels a clause, and how many are left out."""
    places = [(number, place) for number, sitting in enumerate(sittings) for place in range(len(sitting.labels))]
    taken: Counter[tuple[str, bool]] = Counter()
    kept: set[tuple[int, int]] = set()

    def rank(one: tuple[int, int]) -> tuple[int, bytes]:
        # What people labelled themselves comes first, what can be made in any number last.
        source = sittings[one[0]].labels[one[1]].source
        return PRECEDENCE.index(source), hashlib.sha256(f"{seed} {one}".encode()).digest()

    for number, place in sorted(places, key=rank):
        label = sittings[number].labels[place]
        kind = (label.clause, label.expected == "violation")
        if taken[kind] < limit:
            taken[kind] += 1
            kept.add((number, place))
    remaining = [
        replace(sitting, labels=tuple(one for place, one in enumerate(sitting.labels) if (number, place) in kept))
        for number, sitting in enumerate(sittings)
    ]
    return tuple(one for one in remaining if one.labels), len(places) - len(kept)


def _left(sittings: Sequence[Sitting], wanted: Callable[[str], bool], limit: int) -> Callable[[str], int]:
    """How many violations a clause may still get, beside the labels that there are."""
    known = Counter((label.clause, label.expected == "violation") for sitting in sittings for label in sitting.labels)
    return lambda clause: limit - max(known[clause, True], known[clause, False]) if wanted(clause) else 0


def _wanted(names: Sequence[str], stated: Compiled) -> Callable[[str], bool]:
    """Whether labels that count for a clause are asked for. Raises ConfigError for a name that there is not."""
    by_belief: dict[str, list[Criterion]] = {}
    for criterion in stated.criteria:
        by_belief.setdefault(criterion.belief, []).append(criterion)
    known = {criterion.id for criterion in stated.criteria}
    chosen: set[str] = set()
    for name in names:
        if name in by_belief:
            chosen |= {f"{name}.*", *(criterion.id for criterion in by_belief[name])}
        elif name in known:
            chosen.add(name)
        else:
            import difflib

            near = difflib.get_close_matches(name, [*known, *by_belief], n=1)
            hint = f"did you mean `{near[0]}`?" if near else "see `gardener beliefs list`"
            raise ConfigError(f"there is no clause or belief `{name}` to measure", hint=hint)
    return lambda clause: not names or clause in chosen


def _inside(file: Path | None, root: Path) -> Iterator[str]:
    """The path of a file in the repository, when it is in there."""
    if file is not None and file.resolve().is_relative_to(root.resolve()):
        yield file.resolve().relative_to(root.resolve()).as_posix()


def _require_judge(settings: Settings, environ: Mapping[str, str]) -> None:
    """Raise ConfigError when there is nobody to ask."""
    from gardener.llm.endpoint import choose_endpoint

    if not settings.review.model:
        where = settings.source or "pyproject.toml"
        hint = "set `model` in `[tool.gardener.review]`, and the key in OPENAI_API_KEY"
        raise ConfigError("no model is set, so there is no judge to measure", at=where, hint=hint)
    if not environ.get("OPENAI_API_KEY", "").strip():
        hint = "set OPENAI_API_KEY (any text for a server without keys)"
        raise ConfigError("there is no key to ask the model with", hint=hint)
    choose_endpoint(settings.review, environ)
