"""Say why a rule did not flag a line."""

from __future__ import annotations

import re
from pathlib import Path

import click

from gardener.cli._report import say

EPILOG = """\b
Examples:
  gardener why-not src/client.py:42 network-call-without-timeout
"""


@click.command("why-not", epilog=EPILOG)
@click.argument("place", metavar="FILE:LINE")
@click.argument("rule", metavar="RULE")
def command(place: str, rule: str) -> int:
    """Say why a rule did not flag a line.

    Names the first condition that stopped it.
    """
    match = re.fullmatch(r"(.+):(\d+)", place)
    if match is None or int(match[2]) < 1:
        raise click.UsageError(f"FILE:LINE is expected, as in src/app.py:42, not '{place}'")
    from gardener.checking.why_not import why_not
    from gardener.repo.discovery import find_root

    say(why_not(find_root(Path.cwd()), Path.cwd() / match[1], int(match[2]), rule))
    return 0
