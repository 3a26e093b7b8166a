"""Say that a finding is wrong: it does not count, and its rule or clause has to answer for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from gardener.cli._pushing import push_back, pushing

if TYPE_CHECKING:
    from datetime import datetime

EPILOG = """\b
Examples:
  gardener dispute 3f9c2a7d41e0 --reason "the session has a timeout"
  gardener dispute 3f9c2a --reason "wrong for this version" --until 2027-01-31
"""


@click.command("dispute", epilog=EPILOG)
@pushing("The last day on which the dispute holds (default: it does not end).")
def command(start: str, reason: str, until: datetime | None) -> int:
    """Say that a finding is wrong: it does not count, and its rule or clause has to answer for it.

    The first six digits of a fingerprint will do. It is put on record in .gardener/deferrals.jsonl, which is to be
    committed. Clauses that are disputed often lose their rank in reviews, and at last their say.
    """
    return push_back("dispute", start, reason, until)
