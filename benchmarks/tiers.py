"""Reads what `gardener check --profile` says about where its time went."""

from __future__ import annotations

import re

LINE = re.compile(r"profile: tier (?P<tier>[\w ]+): (?P<seconds>[\d.]+) s(?:, (?P<files>\d+) files)?")


def shares(text: str) -> list[tuple[str, str]]:
    """(tier, "seconds, per cent, files") for each tier named in `text`, in its order."""
    found = [(match["tier"], float(match["seconds"]), match["files"]) for match in LINE.finditer(text)]
    total = sum(spent for _, spent, _ in found) or 1.0
    return [(tier, f"{spent:.3f} s, {spent / total:.0%}, {files} files") for tier, spent, files in found]
