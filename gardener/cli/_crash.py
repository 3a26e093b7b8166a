"""What a person sees when gardener itself is at fault: one line, and a file ready to be pasted into a report."""

from __future__ import annotations

import os
import platform
import sys
import tempfile
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gardener import __version__

if TYPE_CHECKING:
    from collections.abc import Sequence


def report_crash(error: Exception, arguments: Sequence[str]) -> None:
    """Say what happened on standard error and keep the details in a temporary file."""
    if wants_traceback(arguments):
        click.echo("".join(traceback.format_exception(error)), err=True, nl=False)
    summary = "".join(traceback.format_exception_only(error)).strip().splitlines()
    click.echo(f"error: gardener failed unexpectedly: {summary[-1]}", err=True)
    try:
        kept = keep(crash_text(error, arguments))
    except OSError:
        click.echo("  hint: run again with --traceback and report what it prints", err=True)
        return
    click.echo(f"  hint: this is a defect of gardener; please report it with the contents of {kept}", err=True)


def wants_traceback(arguments: Sequence[str]) -> bool:
    """True when the person asked for tracebacks."""
    return "--traceback" in arguments or os.environ.get("GARDENER_TRACEBACK", "0") not in {"", "0"}


def crash_text(error: Exception, arguments: Sequence[str]) -> str:
    """A Markdown report of a crash: versions, the command, the traceback."""
    trace = "".join(traceback.format_exception(error))
    return (
        f"### gardener {__version__} failed\n\n"
        f"- Python: {platform.python_version()} ({platform.python_implementation()})\n"
        f"- Platform: {platform.platform()}\n"
        f"- Command: `gardener {' '.join(arguments)}`\n\n"
        f"````text\n{trace}````\n"
    )


def keep(text: str) -> Path:
    """Write a crash report to a new temporary file and return its path."""
    handle, name = tempfile.mkstemp(prefix="gardener-crash-", suffix=".md")
    with os.fdopen(handle, "w", encoding=sys.getdefaultencoding(), errors="backslashreplace") as file:
        file.write(text)
    return Path(name)
