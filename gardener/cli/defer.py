"""Put off a finding until a day: it is debt until then, and counts again after it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from gardener.cli._pushing import push_back, pushing

if TYPE_CHECKING:
    from datetime import datetime

EPILOG = """\b
Examples:
  gardener defer 3f9c2a7d41e0 --reason "goes with the old client"
  gardener defer 3f9c2a --reason "after the release" --until 2027-01-31
"""


@click.command("defer", epilog=EPILOG)
@pushing("The last day on which the finding does not count (default: in 90 days).")
def command(start: str, reason: str, until: datetime | None) -> int:
    """Put off a finding until a day: it is debt until then, and counts again after it.

    The first six digits of a fingerprint will do. It is put on record in .gardener/deferrals.jsonl, which is to be
    committed, and as a row of the tech tracker. Deferring it again replaces date and reason.
    """
    return push_back("defer", start, reason, until)
