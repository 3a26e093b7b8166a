"""Search for code by its structure, and replace it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gardener.cli._report import progress, report_options, say, show

if TYPE_CHECKING:
    from gardener.checking.find import Outcome

EPILOG = """\b
Examples:
  gardener find 'print($X)'
  gardener find 'requests.get(...)' src --not 'requests.get(..., timeout=$T, ...)'
  gardener find 'time.sleep($N)' --inside 'async def $F(...): ...'
  gardener find 'open($P)' --where 'P=^"/tmp'
  gardener find 'assertEquals($A, $B)' --rewrite 'assertEqual($A, $B)'
  gardener find 'assertEquals($A, $B)' --rewrite 'assertEqual($A, $B)' --apply

\b
A dotted name means the imported thing, however it was imported; see docs/patterns.md.

\b
Exit codes:
  0  searched, whether or not something was found
  2  the pattern is broken, or a file that may match could not be analysed
"""


@click.command("find", epilog=EPILOG)
@click.argument("pattern")
@click.argument("paths", nargs=-1)
@click.option("--not", "not_", multiple=True, metavar="PATTERN", help="Leave out what matches this, too.")
@click.option("--inside", multiple=True, metavar="PATTERN", help="Only inside code that matches this.")
@click.option("--outside", multiple=True, metavar="PATTERN", help="Only outside code that matches this.")
@click.option("--contains", multiple=True, metavar="PATTERN", help="Only what contains code that matches this.")
@click.option("--where", multiple=True, metavar="X=REGEX", help="Only where the source of $X matches the expression.")
@click.option("--syntactic", is_flag=True, help="Compare names as written, without resolving imports.")
@click.option("--rewrite", metavar="TEMPLATE", help="Show what each match would become, as a diff.")
@click.option("--apply", is_flag=True, help="With --rewrite: write the changes.")
@report_options
def command(pattern: str, paths: tuple[str, ...], form: str, output: Path | None, **options: Any) -> int:
    """Search for code by its structure, and replace it.

    PATTERN is Python with holes: $X is any expression, ... any arguments or statements.
    PATHS are files or folders (default: the whole repository).
    """
    if options["apply"] and options["rewrite"] is None:
        raise click.UsageError("--apply needs --rewrite")
    from gardener.checking.find import Search, as_diff, find
    from gardener.repo.discovery import find_root

    search = Search(
        pattern,
        none_of=options["not_"],
        inside=options["inside"],
        outside=options["outside"],
        contains=options["contains"],
        where=conditions(options["where"]),
        syntactic=options["syntactic"],
        rewrite=options["rewrite"],
    )
    here = Path.cwd()
    outcome = find(find_root(here), search, paths, cwd=here, apply=options["apply"], progress=progress())
    if form == "text" and options["rewrite"] is not None and output is None:
        say(as_diff(outcome.report.texts, outcome.rewritten))
        summarize(outcome, applied=options["apply"])
    else:
        show(outcome.report, form, output)
    return outcome.report.exit_code(exit_zero=True)


def summarize(outcome: Outcome, *, applied: bool) -> None:
    """Say on standard error what was rewritten, or could be, and what went wrong."""
    for failure in outcome.report.failures:
        click.echo(f"error: {failure.path}: {failure.reason}", err=True)
    places = f"{counted(outcome.places, 'place')} in {counted(len(outcome.rewritten), 'file')}"
    click.echo(f"rewrote {places}" if applied else f"would rewrite {places}; --apply writes them", err=True)


def counted(number: int, noun: str) -> str:
    """`1 file`, `2 files`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def conditions(given: tuple[str, ...]) -> dict[str, str]:
    """`X=REGEX` options as a mapping; raises UsageError when one has another form."""
    found = {}
    for text in given:
        name, equals, expression = text.partition("=")
        name = name.strip().removeprefix("$")
        if not equals or not name.isidentifier():
            raise click.UsageError(f"--where takes X=REGEX, not '{text}'")
        found[name] = expression
    return found
