"""Set a repository up for gardener."""

from __future__ import annotations

import click

from gardener.cli._report import say
from gardener.cli._root import project_root

EPILOG = """\b
Examples:
  gardener init --dry-run      show what would be written, as a diff
  gardener init                write it; what exists is only ever added to
"""


@click.command("init", epilog=EPILOG)
@click.option("--dry-run", is_flag=True, help="Show what would be written, and write nothing.")
def command(dry_run: bool) -> int:
    """Set a repository up for gardener.

    Settings, merge rules for its ledgers, a pre-commit entry, and a first rule.
    """
    from gardener.repo.starter import start

    say(start(project_root(), dry_run=dry_run))
    return 0
