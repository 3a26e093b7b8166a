"""Say why something was flagged, or what a rule is about."""

from __future__ import annotations

from pathlib import Path

import click

from gardener.cli._report import say

EPILOG = """\b
Examples:
  gardener explain 3f9c2a7d41e0b8855a1c90de3b7f2a64
  gardener explain 3f9c2a7d                  the start of a fingerprint is enough
  gardener explain network-call-without-timeout
  gardener explain every-network-call-is-bounded.1
"""


@click.command("explain", epilog=EPILOG)
@click.argument("subject", metavar="FINGERPRINT|RULE")
def command(subject: str) -> int:
    """Say why something was flagged, or what a rule or a clause of the beliefs is about.

    A fingerprint is looked up in a check of the whole repository and in the verdicts of reviews, suppressed findings
    included.
    """
    from gardener.checking.explain import explain
    from gardener.cli._pushing import finders
    from gardener.repo.discovery import find_root

    root = find_root(Path.cwd())
    say(clause_page(root, subject) or explain(root, subject, finders(root)))
    return 0


def clause_page(root: Path, subject: str) -> str:
    """The belief behind the id of a clause; empty for anything else."""
    if "." not in subject:
        return ""
    from gardener.checking import describe_beliefs
    from gardener.checking.beliefs import beliefs_of, pick

    held = beliefs_of(root)
    return describe_beliefs.as_page(held.only((pick(held, subject),)))
