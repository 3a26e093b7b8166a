"""List, explain, write, prove, accept and reject rules."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from gardener.cli._report import progress, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gardener.core.rule import Rule

EPILOG = """\b
Examples:
  gardener rules list
  gardener rules explain network-call-without-timeout
  gardener rules new sleep-in-test --family forbidden-call
  gardener rules test                    prove every example of every rule
  gardener rules test sleep-in-test --mutate
  gardener rules accept sleep-in-test    let a proposed rule count from now on
  gardener rules profile                 milliseconds and hits of each rule
"""


@click.group("rules", epilog=EPILOG)
def command() -> None:
    """List, explain, write, prove, accept and reject rules."""


@command.command("list", epilog="\b\nExamples:\n  gardener rules list\n  gardener rules list --format json")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def list_rules(form: str) -> int:
    """List every rule that is loaded here: shipped, the repository's own, and from packs."""
    from gardener.checking import describe

    rules = loaded()
    say(describe.as_json(rules) if form == "json" else describe.as_table(rules))
    return 0


@command.command("explain", epilog="\b\nExamples:\n  gardener rules explain network-call-without-timeout")
@click.argument("rule", metavar="RULE")
def explain_rule(rule: str) -> int:
    """Show one rule: what it says, why, where it applies, and its examples."""
    from gardener.checking import describe

    say(describe.as_page(describe.pick(loaded(), rule)))
    return 0


@command.command(
    "new",
    epilog="\b\nExamples:\n  gardener rules new bare-print\n"
    "  gardener rules new sleep-in-test --family forbidden-call\n"
    "  gardener rules new untyped-handler --python",
)
@click.argument("name", metavar="ID")
@click.option("--family", metavar="FAMILY", help="Start from a rule family.")
@click.option("--python", is_flag=True, help="Start a rule written in Python.")
def new_rule(name: str, family: str | None, python: bool) -> int:
    """Write the start of a rule into rules/, with examples to complete."""
    if family and python:
        raise click.UsageError("--family cannot be combined with --python")
    from gardener.checking.scaffold import write_rule
    from gardener.repo.discovery import find_root

    path = write_rule(find_root(Path.cwd()), name, family=family, python=python)
    allowed = "set `python-rules = true`, " if python else ""
    say(f"wrote {path}\nnext: {allowed}edit it, then run gardener rules test {name}\n")
    return 0


@command.command("test", epilog="\b\nExamples:\n  gardener rules test\n  gardener rules test bare-print --mutate")
@click.argument("names", metavar="[RULE]...", nargs=-1)
@click.option("--mutate", is_flag=True, help="Also delete one condition at a time, and report those no example needs.")
def test_rules(names: tuple[str, ...], mutate: bool) -> int:
    """Prove every example of every rule; one line a failure, with a diff.

    Exits 2 when an example does not hold, 1 when with --mutate a condition is needed by no example.
    """
    from gardener.checking import describe
    from gardener.checking.trial import try_rules

    every = loaded(prove=False)
    chosen = [describe.pick(every, name) for name in names] if names else every
    trial = try_rules(chosen, mutate=mutate)
    say(trial.text)
    return trial.code


@command.command("profile", epilog="\b\nExamples:\n  gardener rules profile\n  gardener rules profile src")
@click.argument("paths", nargs=-1)
def profile_rules(paths: tuple[str, ...]) -> int:
    """Print milliseconds and hits of each rule over PATHS (default: the whole repository)."""
    from gardener.checking.trial import profile
    from gardener.repo.discovery import find_root

    here = Path.cwd()
    trial = profile(find_root(here), paths, cwd=here, progress=progress())
    say(trial.text)
    return trial.code


def loaded(*, prove: bool = True) -> list[Rule]:
    """Every rule of the repository around the working folder."""
    from gardener.checking.describe import rules_of
    from gardener.repo.discovery import find_root

    return rules_of(find_root(Path.cwd()), prove=prove)


@command.command(
    "accept", epilog="\b\nExamples:\n  gardener rules accept clock-read\n  gardener rules accept clock-read --as warn"
)
@click.argument("rule", metavar="RULE")
@click.option(
    "--as",
    "state",
    type=click.Choice(["warn", "error"]),
    default="error",
    show_default=True,
    help="How much it counts.",
)
def accept_rule(rule: str, state: Literal["warn", "error"]) -> int:
    """Let a rule that was proposed count, and put that on record.

    Changes the state on its page, names it in the belief it serves, and lets what it finds today pass by the baseline.
    """
    from gardener.learning.accepting import accept

    decided = accept(root(), rule, state, today=today())
    say(as_text(f"accepted {rule}: {decided.event.before} -> {state}", decided.notes))
    return 0


@command.command("reject", epilog='\b\nExamples:\n  gardener rules reject clock-read --reason "tests need it"')
@click.argument("rule", metavar="RULE|THEME")
@click.option("--reason", metavar="TEXT", required=True, help="Why; other people will read it.")
def reject_rule(rule: str, reason: str) -> int:
    """Remove a rule that was proposed, and keep its theme from being proposed again.

    It comes back only with twice the evidence. A theme of which no page was written is named by its id.
    """
    from gardener.learning.accepting import reject

    decided = reject(root(), rule, reason, today=today())
    say(as_text(f"rejected {rule}", decided.notes))
    return 0


def root() -> Path:
    """The folder of the repository."""
    from gardener.repo.discovery import find_root

    return find_root(Path.cwd())


def today() -> str:
    """The date, as ledgers have it."""
    from datetime import date

    return date.today().isoformat()


def as_text(head: str, notes: Sequence[str]) -> str:
    """What was decided, and below it what was changed."""
    from gardener.outputs._visible import sentence

    return "\n".join([sentence(head), *(f"  {sentence(note)}" for note in notes)]) + "\n"
