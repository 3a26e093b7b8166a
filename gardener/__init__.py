"""Say it once in review; it stays enforced."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gardener.checking.decorator import rule
    from gardener.checking.repository import Repo
    from gardener.documents.document import Document

__version__ = "0.1.0"
__all__ = ["Document", "Repo", "rule"]

_PLACES = {
    "Document": "gardener.documents.document",
    "Repo": "gardener.checking.repository",
    "rule": "gardener.checking.decorator",
}


def __getattr__(name: str) -> Any:
    """Import public names on first use, so that `import gardener` stays light."""
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_PLACES[name]), name)
