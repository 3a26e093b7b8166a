"""The nightly story, read from top to bottom: one step after the other, each on its own when it fails."""

from __future__ import annotations

import traceback
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from gardener.core import family
from gardener.core.errors import ConfigError, GardenerError, ManyErrors, RepoError
from gardener.core.finding import Failure
from gardener.gardening.night import Said, Step, Tended

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import ModuleType

    from gardener.gardening.request import GardenRequest

STEPS = ("check", "review", "learn", "grades", "tracker", "chores", "issues")
FAMILY = "gardener.gardening.steps"
CHORES = "gardener.gardening.chores"
LOCK = "garden.lock"


def garden(request: GardenRequest) -> Tended | None:
    """Tend the repository: every step in turn, a report at the end. None when another night is under way here.

    Raises ConfigError or ManyErrors for settings that cannot be used, RepoError when the report cannot be written;
    whatever else goes wrong is among the failures.
    """
    from gardener.gardening.keeping import keep, make_folder
    from gardener.repo.locking import Busy
    from gardener.repo.settings import read_settings
    from gardener.repo.trees import WorkingTree

    settings = read_settings(WorkingTree(request.root))
    _refuse_unknown(settings.garden.skip)
    if request.folder is not None:
        make_folder(request.folder, request.root)
    with ExitStack() as stack:
        try:
            notes = _lock(stack, request.root)
        except Busy:
            request.log("night", outcome="busy")
            return None
        tended = Tended(request, settings, seconds_left=settings.garden.max_seconds, notes=notes)
        start = request.clock()
        for name in STEPS:
            left = settings.garden.max_seconds - (request.clock() - start)
            tended = _taken(name, replace(tended, seconds_left=left))
        keep(tended)
        request.log("night", outcome="failed" if tended.failures else "done", seconds=round(request.clock() - start, 3))
        return tended


def _taken(name: str, tended: Tended) -> Tended:
    """The night after a step; a step that fails leaves everything as it was, and a failure."""
    request = tended.request
    module = family.load(FAMILY, name)
    if (reason := _in_the_way(name, module, tended)) is not None:
        return _ended(tended, Step(name, Said(reason, "skipped")))
    if request.watch is not None:
        request.watch(name)
    begun = request.clock()
    try:
        after, said = module.run(tended)
    except GardenerError as error:
        return _ended(_failed(name, tended, error), Step(name, Said(_reason(error), "failed"), request.clock() - begun))
    except Exception as error:  # a crash is our defect: the other steps have their work to do all the same
        words = f"failed unexpectedly: {type(error).__name__}: {error} ({_place(error)})"
        failure = Failure(f"{name} {words}")
        tended = replace(tended, failures=(*tended.failures, failure))
        return _ended(tended, Step(name, Said(words, "failed"), request.clock() - begun))
    return _ended(after, Step(name, said, request.clock() - begun))


def _in_the_way(name: str, module: ModuleType, tended: Tended) -> str | None:
    """Why a step does not run."""
    if name in tended.settings.garden.skip:
        return "left out by the settings"
    if tended.seconds_left <= 0:
        return f"the {tended.settings.garden.max_seconds:g} seconds of the night were over"
    missing = [need for need in getattr(module, "NEEDS", ()) if getattr(tended, need) is None]
    return f"there is no {missing[0]} to go by" if missing else None


def _ended(tended: Tended, step: Step) -> Tended:
    tended.request.log(
        "step",
        step=step.name,
        outcome=step.said.outcome,
        seconds=round(step.seconds, 3),
        changes=len(step.said.changes),
    )
    return replace(tended, steps=(*tended.steps, step))


def _failed(name: str, tended: Tended, error: GardenerError) -> Tended:
    errors: Iterable[GardenerError] = error.errors if isinstance(error, ManyErrors) else (error,)
    found = tuple(Failure(f"{name}: {_reason(one)}") for one in errors)
    return replace(tended, failures=(*tended.failures, *found))


def _reason(error: GardenerError) -> str:
    return str(error).replace("\n", "; ")


def _place(error: BaseException) -> str:
    """Where in our own code a crash happened."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if "gardener" in Path(frame.filename).parts] or frames
    return f"{Path(own[-1].filename).name}:{own[-1].lineno}" if own else "nowhere"


def _lock(stack: ExitStack, root: Path) -> tuple[str, ...]:
    """Hold the lock of the night. Raises Busy; where no lock can be made, a note says so."""
    from gardener.repo.cache_folder import cache_folder
    from gardener.repo.locking import Busy, locked

    try:
        stack.enter_context(locked(cache_folder(root) / LOCK, patience=0))
    except Busy:
        raise
    except (OSError, RepoError) as error:
        reason = error.message if isinstance(error, RepoError) else error.strerror or str(error)
        return (f"nothing keeps a second night out: {reason}",)
    return ()


def _refuse_unknown(skip: Iterable[str]) -> None:
    """Raise ConfigError for something to be left out that is neither a step nor a chore."""
    import difflib

    known = [*STEPS, *family.names(CHORES)]
    for name in skip:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"did you mean `{near[0]}`?" if near else f"known are {', '.join(known)}"
            raise ConfigError(f"`garden.skip` names `{name}`, which is no step or chore", hint=hint)
