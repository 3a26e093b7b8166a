"""Set a repository up for gardener."""

from __future__ import annotations

from pathlib import Path

import click

from gardener.cli._report import say

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
    from gardener.repo.discovery import find_root
    from gardener.repo.starter import start

    say(start(find_root(Path.cwd()), dry_run=dry_run) or "nothing to add: gardener is set up here\n")
    return 0
