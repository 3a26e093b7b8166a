"""Names of metavariables, as a person would choose them."""

from __future__ import annotations

import re

_PLAIN = ("X", "Y", "Z", "A", "B", "D", "G", "H", "J", "K", "L", "N", "Q", "R", "S", "T", "U", "V", "W")


def hole_name(role: str, taken: set[str]) -> str:
    """A free name: after the keyword, variable or role it stands for, else the next letter."""
    wanted = re.sub(r"[^A-Z0-9_]", "", role.upper()).strip("_")
    if not re.match(r"[A-Z]", wanted) or len(wanted) > 20:
        wanted = next((letter for letter in _PLAIN if letter not in taken), "X")
    name, number = wanted, 2
    while name in taken:
        name, number = f"{wanted}_{number}", number + 1
    return name
