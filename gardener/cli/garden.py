"""Tend the whole repository: the nightly job."""

from __future__ import annotations

from pathlib import Path

import click

from gardener.cli._report import progress, report_options, show

EPILOG = """\b
Examples:
  gardener garden                          look at everything, write nothing
  gardener garden --report reports         and keep report.json and report.md
  gardener garden --gate                   exit 1 when something gates

\b
Exit codes:
  0  done (with --gate: and nothing gates)
  1  only with --gate: findings at or above the gate
  2  something could not be analysed
"""


@click.command("garden", epilog=EPILOG)
@click.option("--apply", is_flag=True, help="Apply the safe fixes.")
@click.option(
    "--report",
    "folder",
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write report.json and report.md into this folder.",
)
@click.option("--gate", is_flag=True, help="Exit 1 when a finding is at or above the gate.")
@report_options
def command(apply: bool, folder: Path | None, gate: bool, form: str, output: Path | None) -> int:
    """Tend the whole repository: the nightly job.

    Checks the whole tree, the project's own ruff rules included, and reports.
    """
    from gardener.gardening.garden import garden
    from gardener.repo.discovery import find_root

    report = garden(find_root(Path.cwd()), apply=apply, folder=folder, progress=progress())
    show(report, form, output, statistics=True)
    return report.exit_code(exit_zero=not gate)
