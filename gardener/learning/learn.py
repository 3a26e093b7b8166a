"""Learning, from feedback to pages: read, find what recurs, route each theme, write what was asked for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gardener.core.errors import ConfigError, RepoError, SourceError
from gardener.core.feedback import Feedback, Proposal, Skipped, Theme
from gardener.learning.case import cases_of
from gardener.learning.ground import Ground, read_ground
from gardener.learning.splitting import routed
from gardener.learning.themes import themes_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from gardener.learning.backtest import Backtest

FILES = "jsonl"


@dataclass(frozen=True, slots=True)
class LearnRequest:
    """What to learn from, and what to do with it.

    `files` are JSONL files, `source` is a source of feedback with its place as in `github:owner/name`; without both,
    everything that was read from sources before is looked at. `taught` are pairs of bad and good code, as files, and
    `commits` is a range `A..B` whose changes are such pairs. With `model_help` a model is asked as well: `environ` is
    where its key and endpoint come from, `announce` is given the line that names the endpoint.
    """

    root: Path
    cwd: Path
    files: tuple[str, ...] = ()
    source: str = ""
    since: str = ""
    taught: tuple[tuple[str, str], ...] = ()
    backtest: bool = False
    write: bool = False
    commits: str = ""
    model_help: bool = False
    environ: Mapping[str, str] = field(default_factory=dict)
    announce: Callable[[str], None] | None = None


@dataclass(frozen=True, slots=True)
class Learned:
    """Proposals, the best supported theme first, what belongs to none, and what could not be read.

    `counts` are those of the clustering; `written` are the pages that were written; `history` is by theme.
    """

    proposals: tuple[Proposal, ...] = ()
    unclustered: tuple[str, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    notes: tuple[str, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    written: tuple[str, ...] = ()
    history: Mapping[str, Backtest] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Read:
    """What the sources gave: feedback, and themes known from before."""

    feedback: Sequence[Feedback]
    skipped: tuple[Skipped, ...] = ()
    notes: tuple[str, ...] = ()
    known: Mapping[str, Iterable[str]] = field(default_factory=dict)


def learn(request: LearnRequest) -> Learned:
    """Propose what becomes of feedback; pages are written only where that is asked for.

    Raises SourceError where nothing can be read, ConfigError, RuleError or ManyErrors where the repository's settings
    or rules are broken, RepoError where a page cannot be written.
    """
    ground = read_ground(request.root)
    if request.taught or request.commits:
        from gardener.learning.taught import taught

        lesson = taught(request.taught, request.commits, request.cwd, ground)
        return _proposed(request, lesson.ground, [lesson.theme], Learned(notes=lesson.notes))
    read = _read(request)
    clustered = themes_of(read.feedback, root=_history(request.root), known=read.known)
    if request.source or not request.files:
        _remember(request.root, clustered.themes)
    base = Learned(
        unclustered=clustered.unclustered,
        skipped=read.skipped,
        notes=(*read.notes, *clustered.notes),
        counts=clustered.counts,
    )
    return _proposed(request, ground, clustered.themes, base)


def _proposed(request: LearnRequest, ground: Ground, themes: Sequence[Theme], base: Learned) -> Learned:
    proposals, left = routed(cases_of(themes, ground))
    notes = base.notes
    if request.model_help:
        from gardener.learning.model_help import with_model

        proposals, more = with_model(proposals, ground, request.environ, request.announce)
        notes = (*notes, *more)
    history: dict[str, Backtest] = {}
    if request.backtest:
        from gardener.learning.backtest import backtests

        history = backtests(proposals, ground)
    written = write_pages(proposals, ground) if request.write else ()
    return Learned(
        tuple(proposals), (*base.unclustered, *left), base.skipped, notes, base.counts, tuple(written), history
    )


def write_pages(proposals: Iterable[Proposal], ground: Ground) -> list[str]:
    """Write the pages of the proposals that are not there yet, and return their paths. Raises RepoError."""
    from gardener.repo.files import write_atomic

    written: list[str] = []
    for proposal in proposals:
        path = f"rules/{proposal.target}.md"
        if proposal.page is None or ground.tree.exists(path) or path in written:
            continue
        try:
            (ground.root / "rules").mkdir(exist_ok=True)
            write_atomic(ground.root / path, proposal.page.encode(), root=ground.root)
        except (OSError, ValueError) as error:
            raise RepoError(f"cannot be written: {error}", at=path) from error
        written.append(path)
    return written


def _read(request: LearnRequest) -> _Read:
    found, skipped = _from_files(request)
    if request.files and not request.source:
        if skipped and not found:
            raise SourceError("no line of the feedback can be used", at=skipped[0].at, hint=skipped[0].reason)
        return _Read(found, tuple(skipped))
    return _from_store(request, found, skipped)


def _from_files(request: LearnRequest) -> tuple[list[Feedback], list[Skipped]]:
    from gardener.sources import jsonl

    found: list[Feedback] = []
    skipped: list[Skipped] = []
    for name in request.files:
        for batch in jsonl.read(name, request.cwd, request.since):
            found += batch.feedback
            skipped += batch.skipped
    return found, skipped


def _from_store(request: LearnRequest, found: list[Feedback], skipped: list[Skipped]) -> _Read:
    from gardener.learning.collecting import collect
    from gardener.learning.feedback_store import PATH, FeedbackStore

    if not request.source and not (request.root / PATH).exists():
        hint = "name a file of feedback, or a source: `--from github`"
        raise ConfigError("there is nothing to learn from yet", hint=hint)
    notes: tuple[str, ...] = ()
    with FeedbackStore(request.root) as store:
        if request.source:
            source, _, place = request.source.partition(":")
            taken = collect(store, source, request.root, place=place, since=request.since)
            skipped += [Skipped(at, reason) for at, reason in taken.reasons]
            notes = (f"{source}: {taken.written} new or changed, {taken.known} known", *taken.notes)
        return _Read([*store.feedback(), *found], tuple(skipped), notes, store.known_themes())


def _remember(root: Path, themes: Iterable[Theme]) -> None:
    from gardener.learning.feedback_store import FeedbackStore

    with FeedbackStore(root) as store:
        store.remember(themes)


def _history(root: Path) -> Path | None:
    return root if (root / ".git").exists() else None
