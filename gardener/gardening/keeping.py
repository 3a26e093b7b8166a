"""What a night leaves behind: the record of the run in the cache, and the reports in the folder that was asked for."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from gardener.core.errors import RepoError

if TYPE_CHECKING:
    from pathlib import Path

    from gardener.gardening.night import Tended

RECORD = "night.json"


def make_folder(folder: Path, root: Path) -> None:
    """Make the folder of the reports. A new one inside of the repository ignores itself, or it would be looked at.

    Raises RepoError.
    """
    from gardener.repo.files import write_atomic

    try:
        if not folder.is_dir():
            folder.mkdir(parents=True)
            if folder.resolve().is_relative_to(root.resolve()):
                write_atomic(folder / ".gitignore", b"*\n")
    except OSError as error:
        raise RepoError(f"cannot write the report: {error.strerror}", at=str(folder)) from error


def keep(tended: Tended) -> None:
    """Write the record, and `report.html`, `report.md`, `report.json` and the record into the folder, if there is one.

    A record that cannot be kept in the cache is no failure. Raises RepoError when the folder cannot be written.
    """
    from gardener.gardening.run_record import as_json
    from gardener.repo.cache_folder import cache_folder
    from gardener.repo.files import write_atomic

    record = as_json(tended).encode("utf-8", "backslashreplace")
    with suppress(OSError):
        write_atomic(cache_folder(tended.request.root) / RECORD, record)
    folder = tended.request.folder
    if folder is None:
        return
    try:
        for name, text in _reports(tended).items():
            write_atomic(folder / name, text.encode("utf-8", "backslashreplace"))
        write_atomic(folder / RECORD, record)
    except OSError as error:
        raise RepoError(f"cannot write the report: {error.strerror}", at=str(folder)) from error


def _reports(tended: Tended) -> dict[str, str]:
    from gardener.core import family
    from gardener.gardening.report import html, markdown
    from gardener.gardening.report.content import content_of

    content = content_of(tended)
    report = tended.whole_report()
    findings: str = family.load("gardener.outputs", "markdown").render(report)
    return {
        "report.html": html.page(content),
        "report.md": f"{markdown.page(content)}\n{findings}",
        "report.json": family.load("gardener.outputs", "json").render(report),
    }
