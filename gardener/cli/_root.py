"""Where the repository begins, seen from the working folder."""

from __future__ import annotations

from pathlib import Path


def project_root() -> Path:
    """The git work tree around the working folder; outside git the nearest folder with gardener's settings.

    Without either, the working folder itself.
    """
    from gardener.repo.git import find_root

    here = Path.cwd()
    return find_root(here) or next((folder for folder in (here, *here.parents) if has_settings(folder)), here)


def has_settings(folder: Path) -> bool:
    """True when `folder` holds settings of gardener."""
    if (folder / "gardener.toml").is_file():
        return True
    try:
        return b"[tool.gardener" in (folder / "pyproject.toml").read_bytes()
    except OSError:
        return False
