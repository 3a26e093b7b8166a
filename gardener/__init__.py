"""Say it once in review; it stays enforced."""

from __future__ import annotations

__version__ = "0.1.0"
