"""Set a repository up for gardener."""

from __future__ import annotations

from pathlib import Path

import click

from gardener.cli._report import progress, say

EPILOG = """\b
Examples:
  gardener init --dry-run      show what would be written, as a diff
  gardener init                write it; what exists is only ever added to

\b
Exit codes:
  0  done
  2  something could not be read, written or analysed
"""


@click.command("init", epilog=EPILOG)
@click.option("--dry-run", is_flag=True, help="Show what would be written, and write nothing.")
def command(dry_run: bool) -> int:
    """Set a repository up for gardener.

    Looks at it, shows a diff, and adds what is missing: settings, three beliefs that fit, a rule, a tracker, hooks,
    workflows, a section for coding agents. What is found on the first day is accepted; nothing is asked.
    """
    from gardener.gardening.adoption.start import start
    from gardener.gardening.adoption.words import told
    from gardener.repo.discovery import find_root

    started = start(find_root(Path.cwd()), dry_run=dry_run, progress=progress())
    diff = started.diff
    say(diff + ("\n" if diff else "") + told(started))
    return 2 if started.report is not None and not dry_run and started.report.failures else 0
