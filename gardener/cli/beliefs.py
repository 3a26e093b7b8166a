"""What the team holds to be right, and what enforces each clause of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from gardener.cli._report import say

if TYPE_CHECKING:
    from gardener.checking.beliefs import Held

Command = TypeVar("Command", bound=Callable[..., Any])

EPILOG = """\b
Examples:
  gardener beliefs list
  gardener beliefs list --format json
  gardener beliefs show every-network-call-is-bounded
  gardener beliefs for src/app/http.py --format agent
"""


def format_option(command: Command) -> Command:
    """Add `--format`."""
    forms = click.Choice(["text", "json", "agent"])
    option = click.option(
        "--format", "form", type=forms, default="text", show_default=True, help="How the beliefs are written."
    )
    return option(command)


@click.group("beliefs", epilog=EPILOG)
def command() -> None:
    """Show core beliefs, and what enforces each clause: ruff, a rule, a test, a job, review, a human, or nothing."""


@command.command("list", epilog="\b\nExamples:\n  gardener beliefs list\n  gardener beliefs list --format json")
@format_option
def list_beliefs(form: str) -> int:
    """List every belief, clause by clause, with what enforces it, and the totals."""
    from gardener.checking import describe_beliefs
    from gardener.checking.beliefs import beliefs_of
    from gardener.repo.discovery import find_root

    held = beliefs_of(find_root(Path.cwd()))
    say(describe_beliefs.as_text(held) if form == "text" else written(held, form))
    return 0


@command.command("show", epilog="\b\nExamples:\n  gardener beliefs show every-network-call-is-bounded")
@click.argument("belief", metavar="BELIEF")
@format_option
def show_belief(belief: str, form: str) -> int:
    """Show one belief, by its id or the id of one of its clauses."""
    from gardener.checking import describe_beliefs
    from gardener.checking.beliefs import beliefs_of, pick
    from gardener.repo.discovery import find_root

    held = beliefs_of(find_root(Path.cwd()))
    chosen = held.only((pick(held, belief),))
    say(describe_beliefs.as_page(chosen) if form == "text" else written(chosen, form))
    return 0


@command.command("for", epilog="\b\nExamples:\n  gardener beliefs for src/app/http.py --format agent")
@click.argument("path", metavar="PATH", type=click.Path(path_type=Path))
@format_option
def beliefs_for(path: Path, form: str) -> int:
    """List the beliefs that hold for a file or folder, whether it exists yet or not."""
    from gardener.checking import describe_beliefs
    from gardener.checking.beliefs import applying_to, beliefs_of
    from gardener.core.errors import ConfigError
    from gardener.repo.discovery import find_root
    from gardener.repo.trees import WorkingTree

    root = find_root(Path.cwd())
    absolute = (Path.cwd() / path).resolve()
    if not absolute.is_relative_to(root.resolve()):
        raise ConfigError("lies outside the repository", at=str(path))
    relative = absolute.relative_to(root.resolve()).as_posix()
    held = beliefs_of(root)
    chosen = held.only(applying_to(held, "" if relative == "." else relative, WorkingTree(root)))
    say(describe_beliefs.as_text(chosen) if form == "text" else written(chosen, form))
    return 0


def written(held: Held, form: str) -> str:
    """Beliefs for programs."""
    from gardener.checking import describe_beliefs

    return describe_beliefs.as_json(held) if form == "json" else describe_beliefs.as_agent(held)
