"""The command line: click only, one file per command; arguments in, exit code out.

Here stands the single place that catches errors. Exit codes: 0 nothing gates, 1 something gates,
2 gardener could not do its job, 130 interrupted.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

from gardener import __version__
from gardener.core import family
from gardener.core.errors import GardenerError, ManyErrors

if TYPE_CHECKING:
    from collections.abc import Sequence

INTERRUPTED = 130
EXAMPLES = """\b
Examples:
  gardener check                    every rule, over the whole repository
  gardener check --diff main        only what this branch adds
  gardener find 'print($X)'         structural search
  gardener garden --report reports  the nightly job
"""


class Commands(click.Group):
    """A group whose commands are the modules of this package, imported when they are needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 the signature is click's
        """The names of all commands; imports none."""
        return family.names("gardener.cli")

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 the same
        """The command called `cmd_name`, or None when there is none."""
        try:
            module = family.load("gardener.cli", cmd_name)
        except KeyError:
            return None
        command: click.Command = module.command
        return command


@click.group("gardener", cls=Commands, epilog=EXAMPLES, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="gardener")
@click.option("--traceback", is_flag=True, envvar="GARDENER_TRACEBACK", help="Show the traceback of a crash.")
def program(traceback: bool) -> None:
    """Say it once in review; it stays enforced."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and leave the process with its exit code."""
    open_streams()
    given = list(sys.argv[1:] if arguments is None else arguments)
    code = flushed(run(given))
    if code == INTERRUPTED:
        # Leaving in the ordinary way would wait for threads and processes that nobody wants any more.
        os._exit(code)
    sys.exit(code)


def run(arguments: Sequence[str], command: click.Command = program) -> int:
    """Run one command and return its exit code; every error ends here, in a line on standard error."""
    try:
        with command.make_context("gardener", list(arguments)) as context:
            return int(command.invoke(context) or 0)
    except click.exceptions.Exit as done:
        return done.exit_code
    except click.ClickException as error:
        error.show()
        return 2
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted", err=True)
        return INTERRUPTED
    except BrokenPipeError:
        return 0
    except GardenerError as error:
        complain(error)
        return 2
    except Exception as error:  # a crash is our defect: never a bare traceback, never exit 1
        from gardener.cli._crash import report_crash

        report_crash(error, arguments)
        return 2


def complain(error: GardenerError) -> None:
    """Write an expected failure to standard error: one line each, and the hint below."""
    for one in error.errors if isinstance(error, ManyErrors) else (error,):
        where = f"{one.at}: " if one.at else ""
        click.echo(f"error: {where}{one.message}", err=True)
        if one.hint:
            click.echo(f"  hint: {one.hint}", err=True)


def flushed(code: int) -> int:
    """`code`, after standard output is written out; a reader who went away is no failure, a full disk is one."""
    try:
        sys.stdout.flush()
    except OSError as error:
        silence = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silence, sys.stdout.fileno())
        return code if isinstance(error, BrokenPipeError) else 2
    return code


def open_streams() -> None:
    """Give a process that was started without standard output or standard error somewhere to write to."""
    sys.stdout = sys.stdout or open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115 - open to the end
    sys.stderr = sys.stderr or open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115 - the same
