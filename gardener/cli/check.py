"""Check code and documents against the rules."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gardener.cli._report import flatten, progress, report_options, say, show, split
from gardener.core.finding import SEVERITIES

if TYPE_CHECKING:
    from gardener.checking.request import CheckRequest
    from gardener.core.report import Report

EPILOG = """\b
Examples:
  gardener check                                   the whole repository
  gardener check src tests/test_api.py             some of it
  gardener check --diff main --format github       what this branch adds, as annotations
  gardener check --staged                          what is about to be committed
  gardener check --fix                             apply the safe fixes
  gardener check --write-baseline                  accept today's findings, gate only new ones
  gardener check --select network-call-without-timeout --add-allow --reason "internal host"
  gardener check --only documents                  only the Markdown people own
  gardener check --show-settings src/app.py        what applies to one file
  cat a.py | gardener check --stdin-filename a.py --format rdjson

\b
Exit codes:
  0  nothing at or above the gate
  1  findings at or above the gate
  2  something could not be analysed, or the settings or a rule are broken (2 beats 1)
"""

SEVERITY = click.Choice(SEVERITIES, case_sensitive=False)
GRADES = "|".join(SEVERITIES)


@click.command("check", epilog=EPILOG)
@click.argument("paths", nargs=-1)
@click.option("--staged", is_flag=True, help="Check what is in the index, and show only what it adds to HEAD.")
@click.option("--diff", metavar="REF", help="Show only what the working tree adds to its merge base with REF.")
@click.option("--fix", is_flag=True, help="Apply safe fixes; with --stdin-filename, print the fixed text instead.")
@click.option("--unsafe-fixes", is_flag=True, help="With --fix: also apply fixes that may change behaviour.")
@click.option("--select", type=split, multiple=True, metavar="RULE,..", help="Run only these rules.")
@click.option("--ignore", type=split, multiple=True, metavar="RULE,..", help="Leave these rules out.")
@click.option("--only", type=click.Choice(["code", "documents"]), help="Run only the rules for code, or for documents.")
@click.option("--fail-on", type=SEVERITY, metavar=GRADES, help="Exit 1 for findings this grave or graver (default P2).")
@click.option("--min-severity", type=SEVERITY, metavar=GRADES, help="Leave out findings less grave than this.")
@report_options
@click.option("--statistics", is_flag=True, help="Add a table of findings per rule (text).")
@click.option("--no-cache", is_flag=True, help="Neither read nor write the result cache.")
@click.option("--no-baseline", is_flag=True, help="Show findings the baseline has accepted, too.")
@click.option("--write-baseline", is_flag=True, help="Accept the present findings: .gardener/baseline.jsonl.")
@click.option("--strict-baseline", is_flag=True, help="Fail when the baseline accepts something that is gone.")
@click.option("--add-allow", is_flag=True, help="Write an allow comment at every finding; needs --reason.")
@click.option("--reason", metavar="TEXT", help="The reason for --add-allow.")
@click.option("--stdin-filename", metavar="NAME", help="Check standard input as if it were this file.")
@click.option("--jobs", type=click.IntRange(min=1), metavar="N", help="Processes to use (default: as many as pay).")
@click.option("--ruff/--no-ruff", default=None, help="Run the project's own ruff and merge its findings.")
@click.option("--no-python-rules", is_flag=True, help="Never run the repository's own Python rules.")
@click.option("--policy-from", metavar="REF", help="Read settings and rules from REF, not from the working tree.")
@click.option("--profile", is_flag=True, help="Say where the time went.")
@click.option("--exit-zero", is_flag=True, help="Exit 0 instead of 1.")
@click.option("--show-settings", metavar="PATH", help="Print what the settings mean for one file, and stop.")
def command(**options: Any) -> int:
    """Check code and documents against the rules.

    PATHS are files or folders (default: the whole repository). No key, no network.
    """
    refuse_contradictions(options)
    if options["show_settings"]:
        return print_settings(options["show_settings"])
    from gardener.repo.discovery import find_root
    from gardener.repo.trees import WorkingTree

    tree = WorkingTree(find_root(Path.cwd()))
    if not options["staged"]:
        tree.begin()
    from gardener.checking.check import check

    asked = replace(request(tree.root, options), tree=tree)
    report = check(asked)
    if asked.fix and asked.stdin is not None:
        say_fixed(report, asked.stdin, options["stdin_filename"])
    else:
        show(report, options["form"], options["output"], statistics=options["statistics"])
    return report.exit_code(exit_zero=options["exit_zero"])


CONTRADICTIONS = (
    ("staged", "diff"),
    ("staged", "write_baseline"),
    ("diff", "write_baseline"),
    ("stdin_filename", "staged"),
    ("stdin_filename", "diff"),
    ("stdin_filename", "paths"),
    ("stdin_filename", "write_baseline"),
    ("stdin_filename", "add_allow"),
    ("no_baseline", "write_baseline"),
    ("no_baseline", "strict_baseline"),
    ("write_baseline", "strict_baseline"),
    ("fix", "add_allow"),
    ("fix", "write_baseline"),
    ("staged", "add_allow"),
)
REQUIREMENTS = (("unsafe_fixes", "fix"), ("reason", "add_allow"), ("add_allow", "reason"))


def refuse_contradictions(options: dict[str, Any]) -> None:
    """Raise UsageError for options that cannot be meant together."""
    for one, other in CONTRADICTIONS:
        if options[one] and options[other]:
            raise click.UsageError(f"{spelling(one)} cannot be combined with {spelling(other)}")
    for one, other in REQUIREMENTS:
        if options[one] and not options[other]:
            raise click.UsageError(f"{spelling(one)} needs {spelling(other)}")
    if options["reason"] is not None and not options["reason"].strip():
        raise click.UsageError("--reason must say something")


def spelling(option: str) -> str:
    """An option as a person writes it."""
    return "PATHS" if option == "paths" else "--" + option.replace("_", "-")


def request(root: Path, options: dict[str, Any]) -> CheckRequest:
    """What the command line asks of the check."""
    from gardener.checking.request import CheckRequest

    same = ("staged", "diff", "fix", "unsafe_fixes", "fail_on", "min_severity", "write_baseline", "strict_baseline")
    also = ("profile", "stdin_filename", "jobs", "ruff", "policy_from", "paths")
    return CheckRequest(
        root=root,
        cwd=Path.cwd(),
        select=flatten(options["select"]) or None,
        ignore=flatten(options["ignore"]),
        cache=not options["no_cache"],
        baseline=not options["no_baseline"],
        add_allow=options["reason"],
        stdin=sys.stdin.buffer.read() if options["stdin_filename"] else None,
        python_rules=False if options["no_python_rules"] else None,
        documents=options["only"] != "code",
        code=options["only"] != "documents",
        progress=progress(),
        **{name: options[name] for name in (*same, *also)},
    )


def say_fixed(report: Report, given: bytes, name: str) -> None:
    """Write the fixed text to standard output in the encoding it came in; without one, what was given."""
    from gardener.repo.files import decode, encode

    text = report.texts.get(name)
    say(given if text is None or report.failures else encode(text.removeprefix("\ufeff"), decode(given)))
    for failure in report.failures:
        click.echo(f"error: {failure.path or name}: {failure.reason}", err=True)


def print_settings(path: str) -> int:
    """Print the settings that apply to one file, as TOML. Raises ConfigError for one outside the repository."""
    from gardener.core.errors import ConfigError
    from gardener.repo.discovery import find_root
    from gardener.repo.settings import read_settings, show_settings
    from gardener.repo.trees import WorkingTree

    root = find_root(Path.cwd())
    full = Path.cwd().joinpath(path).resolve()
    if not full.is_relative_to(root.resolve()):
        raise ConfigError(f"`{path}` lies outside {root}", hint="run gardener in the folder it belongs to")
    say(show_settings(read_settings(WorkingTree(root)), full.relative_to(root.resolve()).as_posix()))
    return 0
