"""Reads what `gardener check --profile` says about where its time went."""

from __future__ import annotations

import re

LINE = re.compile(
    r"^\W*(?:profile:\s*)?(?P<tier>[a-z][\w -]*?)[:\s]\s*(?P<number>\d+(?:\.\d+)?)\s*(?P<unit>m?s)\b", re.MULTILINE
)


def shares(text: str) -> list[tuple[str, str]]:
    """(tier, "seconds (per cent)") for each tier named in `text`, in its order."""
    found = [
        (match["tier"], float(match["number"]) / (1000 if match["unit"] == "ms" else 1))
        for match in LINE.finditer(text)
    ]
    total = sum(spent for tier, spent in found if tier != "total") or 1.0
    return [(tier, f"{spent:.3f} s ({spent / total:.0%})") for tier, spent in found if tier != "total"]
