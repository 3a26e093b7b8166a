"""Say why something was flagged, or what a rule is about."""

from __future__ import annotations

from pathlib import Path

import click

from gardener.cli._report import progress, say

EPILOG = """\b
Examples:
  gardener explain 3f9c2a7d41e0b8855a1c90de3b7f2a64
  gardener explain 3f9c2a7d                  the start of a fingerprint is enough
  gardener explain network-call-without-timeout
"""


@click.command("explain", epilog=EPILOG)
@click.argument("subject", metavar="FINGERPRINT|RULE")
def command(subject: str) -> int:
    """Say why something was flagged, or what a rule is about.

    A fingerprint is looked up in a check of the whole repository, suppressed findings included.
    """
    from gardener.checking.explain import explain
    from gardener.repo.discovery import find_root

    say(explain(find_root(Path.cwd()), subject, progress=progress()))
    return 0
