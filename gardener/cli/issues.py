"""Keep issues that follow the findings, in a tracker or as files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from gardener.cli._report import progress, say
from gardener.core import family

if TYPE_CHECKING:
    from gardener.core.issue import Tracker
    from gardener.gardening.issue_sync import Synced, Wanted

Command = TypeVar("Command", bound=Callable[..., Any])

VERDICTS = ".gardener/verdicts/"
EPILOG = """\b
Examples:
  gardener issues plan                     what would be written, as a diff; writes nothing
  gardener issues apply                    write drafts into .gardener/drafts
  gardener issues apply --tracker github   keep them as issues on GitHub

\b
Exit codes:
  0  done, or another run is at it
  2  something could not be analysed, listed or written
"""


def options(command: Command) -> Command:
    """Add `--tracker` and `--format`."""
    tracker = click.option(
        "--tracker",
        type=click.Choice(family.names("gardener.trackers")),
        help="Where issues are kept (default: the settings, else folder).",
    )
    form = click.option(
        "--format",
        "form",
        type=click.Choice(["text", "json"]),
        default="text",
        show_default=True,
        help="How the plan is written.",
    )
    return tracker(form(command))


@click.group("issues", epilog=EPILOG)
def command() -> None:
    """Keep one issue for each rule in each area: made, updated, and closed when nothing is found any more.

    What people close, delete, or write into an issue stays as they left it.
    """


@command.command(
    "plan", epilog="\b\nExamples:\n  gardener issues plan\n  gardener issues plan --tracker github --format json"
)
@options
def plan_issues(tracker: str | None, form: str) -> int:
    """Show what `apply` would write; write nothing."""
    from gardener.gardening.issue_sync import look_ahead

    root, asked, where = look(tracker)
    return show(look_ahead(root, asked, where), form)


@command.command(
    "apply", epilog="\b\nExamples:\n  gardener issues apply\n  gardener issues apply --tracker gitlab --format json"
)
@options
def apply_issues(tracker: str | None, form: str) -> int:
    """Write what `plan` shows: at most a few issues a run, the rest waits on a dashboard."""
    from gardener.gardening.issue_sync import synchronise

    root, asked, where = look(tracker)
    return show(synchronise(root, asked, where), form)


def look(name: str | None) -> tuple[Path, Wanted, Tracker]:
    """The root, what check and stored verdicts of the whole tree ask for, and the tracker. Raises GardenerError."""
    from gardener.checking.check import check
    from gardener.checking.request import CheckRequest
    from gardener.cli._pushing import reviewed
    from gardener.gardening.adoption.survey import uses_ruff
    from gardener.gardening.issue_sync import tracker_called, wanted
    from gardener.repo.discovery import find_root
    from gardener.repo.settings import read_settings
    from gardener.repo.trees import WorkingTree

    root = find_root(Path.cwd())
    tree = WorkingTree(root)
    settings = read_settings(tree)
    # Without a token there is no use in looking.
    tracker = tracker_called(name or settings.issues.tracker, root, settings.issues)
    reports = [check(CheckRequest(root=root, ruff=uses_ruff(tree) or None, progress=progress(), tree=tree))]
    families = ["check", "ruff"]
    if any(path.startswith(VERDICTS) for path in tree.paths()):
        reports.append(reviewed(root))
        families.append("review")
    return root, wanted(root, reports, tree, settings, families), tracker


def show(synced: Synced, form: str) -> int:
    """Print it, with what went wrong on standard error; the exit code."""
    from gardener.gardening.issue_report import as_json, as_text
    from gardener.outputs._visible import sentence

    say(as_json(synced) if form == "json" else as_text(synced))
    for failure in synced.failures:
        click.echo(f"error: {sentence(failure)}", err=True)
    return 2 if synced.failures else 0
