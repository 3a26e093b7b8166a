"""What others say, fit to stand in one line of a terminal or a log."""

from __future__ import annotations

LONGEST = 300


def one_line(text: str, longest: int = LONGEST) -> str:
    """The text on one line: white space is one blank, what cannot be printed is dropped, the end is cut off."""
    words = " ".join(text[: 20 * longest].split())
    shown = "".join(letter for letter in words if letter.isprintable())
    return shown if len(shown) <= longest else f"{shown[: longest - 1]}…"
