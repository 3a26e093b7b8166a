"""How a report leaves the command line: the options every reporting command shares, drawing, and delivery."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from gardener.core import family
from gardener.core.report import PLAIN, Report, Style

if TYPE_CHECKING:
    from types import ModuleType

    from gardener.core.events import Log

Command = TypeVar("Command", bound=Callable[..., Any])


def split(text: str) -> tuple[str, ...]:
    """The names of a comma-separated list; empty ones are dropped."""
    return tuple(part for part in (piece.strip() for piece in text.split(",")) if part)


def flatten(groups: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """One tuple of all names, each once, in the order given."""
    return tuple(dict.fromkeys(name for group in groups for name in group))


def report_options(command: Command) -> Command:
    """Add `--format` and `--output`."""
    formats = family.names("gardener.outputs")
    choose = click.option(
        "--format",
        "form",
        type=click.Choice(formats),
        default="text",
        show_default=True,
        help="How the report is written.",
    )
    where = click.option(
        "--output",
        type=click.Path(dir_okay=False, path_type=Path),
        help="Write the report to a file instead of standard output.",
    )
    return where(choose(command))


def show(report: Report, form: str, output: Path | None, *, statistics: bool = False) -> None:
    """Render `report` as `form` and write it to `output`, or to standard output.

    Raises RepoError when the file cannot be written.
    """
    renderer: ModuleType = family.load("gardener.outputs", form)
    style = PLAIN if output else terminal_style()
    text: str = renderer.render(report, Style(style.color, style.width, report.limit, statistics))
    if output is None:
        say(text)
    else:
        write(output, text.encode("utf-8", "backslashreplace"))


def write(path: Path, data: bytes) -> None:
    """Replace a file as a whole; a pipe or a device is written to. Raises RepoError."""
    from gardener.core.errors import RepoError
    from gardener.repo.files import write_atomic

    try:
        if path.exists() and not path.is_file():
            path.write_bytes(data)
        else:
            write_atomic(path, data)
    except OSError as error:
        raise RepoError(f"cannot write the report: {error.strerror}", at=str(path)) from error


def terminal_style() -> Style:
    """Colour and width that suit standard output; plain when it is no terminal. NO_COLOR beats FORCE_COLOR."""
    terminal = sys.stdout.isatty()
    forced = os.environ.get("FORCE_COLOR", "0") not in {"", "0"}
    refused = bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") == "dumb"
    width = shutil.get_terminal_size().columns if terminal else PLAIN.width
    return Style(color=(forced or terminal) and not refused, width=width)


def say(text: str | bytes) -> None:
    """Write text to standard output as UTF-8, or bytes as they are; a reader who went away is no failure.

    Raises RepoError when it cannot be written for another reason.
    """
    if sys.stdout.isatty():
        click.echo(text, nl=False, color=True)
        return
    data = text.encode("utf-8", "backslashreplace") if isinstance(text, str) else text
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        from gardener.core.errors import RepoError

        raise RepoError(f"cannot write the report: {error.strerror}", at="standard output") from error


@contextmanager
def logging_to(file: Path | None) -> Iterator[Log]:
    """A log that adds to `file`; without one, a log that notes nothing. Raises RepoError when it cannot be opened."""
    from gardener.core.events import silent

    if file is None:
        yield silent
        return
    from gardener.repo.event_log import EventLog

    with EventLog(file) as log:
        yield log


def progress() -> Callable[[int, int], None] | None:
    """A counter on standard error when that is a terminal, else None."""
    if not sys.stderr.isatty():
        return None

    def count(done: int, total: int) -> None:
        end = "\r\x1b[K" if done >= total else ""
        sys.stderr.write(f"\r{done}/{total} files{end}")
        sys.stderr.flush()

    return count


def judging_progress() -> Callable[[int, int, str], None] | None:
    """A line on standard error when that is a terminal, else None: pairs judged, money spent, time left."""
    if not sys.stderr.isatty():
        return None

    def tell(done: int, total: int, rest: str) -> None:
        end = "\r\x1b[K" if done >= total else ""
        sys.stderr.write(f"\r\x1b[K{done}/{total} judged{rest}{end}")
        sys.stderr.flush()

    return tell
