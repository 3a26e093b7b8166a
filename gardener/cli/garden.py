"""Tend the whole repository: the nightly job."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gardener.cli._report import logging_to, progress, report_options, say, show

if TYPE_CHECKING:
    from collections.abc import Callable

    from gardener.gardening.night import Tended

CLEARED = "\r\x1b[K"
# A night looks at everything; who wants to read it all asks for JSON, or for a report.
SHOWN = 20
EPILOG = """\b
Examples:
  gardener garden                          look at everything, write nothing
  gardener garden --report reports         and keep a page for people, a summary, and JSON
  gardener garden --apply                  fix what is safe, write grades, ask the model within the budget
  gardener garden --gate                   exit 1 when something gates

\b
Exit codes:
  0  done, or another night is under way here (with --gate: and nothing gates)
  1  only with --gate: findings at or above the gate
  2  something could not be analysed, or a step failed; the others have done their work
"""


@click.command("garden", epilog=EPILOG)
@click.option("--apply", is_flag=True, help="Do what is planned: fixes, grades, patches, the model's verdicts.")
@click.option(
    "--report",
    "folder",
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write report.html, report.md, report.json and night.json into this folder.",
)
@click.option("--gate", is_flag=True, help="Exit 1 when a finding is at or above the gate.")
@click.option(
    "--log-file",
    "log_file",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Add a line of JSON for each step and each exchange with a model or tracker.",
)
@report_options
def command(apply: bool, folder: Path | None, gate: bool, log_file: Path | None, form: str, output: Path | None) -> int:
    """Tend the whole repository: the nightly job.

    Checks the whole tree, the project's own ruff rules included, replays or asks the review, looks at feedback, grades
    every area, does the chores, and reports. Writes nothing but reports without --apply.
    """
    from gardener.gardening.garden import garden
    from gardener.gardening.request import GardenRequest
    from gardener.repo.discovery import find_root

    with logging_to(log_file) as log:
        request = GardenRequest(
            root=find_root(Path.cwd()),
            apply=apply,
            folder=None if folder is None else Path.cwd() / folder,
            environ=os.environ,
            announce=lambda line: click.echo(line, err=True),
            progress=progress(),
            watch=watch(),
            log=log,
        )
        tended = garden(request)
    if sys.stderr.isatty():
        sys.stderr.write(CLEARED)
    if tended is None:
        click.echo("another night is under way here: nothing was done", err=True)
        return 0
    tell(tended, form, output)
    return tended.whole_report().exit_code(exit_zero=not gate)


def tell(tended: Tended, form: str, output: Path | None) -> None:
    """Show the report; for people, the story of the night below it."""
    show(replace(tended.whole_report(), limit=SHOWN), form, output, statistics=True)
    if form == "text" and output is None:
        from gardener.gardening.describe_night import as_text

        say(f"\n{as_text(tended)}")


def watch() -> Callable[[str], None] | None:
    """The name of the step on standard error when that is a terminal, else None."""
    if not sys.stderr.isatty():
        return None

    def tell_step(name: str) -> None:
        sys.stderr.write(f"{CLEARED}{name} …\r")
        sys.stderr.flush()

    return tell_step
