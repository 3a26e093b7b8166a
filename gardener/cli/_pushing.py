"""What `gardener defer` and `gardener dispute` share: their arguments, where findings are looked up, the answer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from gardener.cli._report import progress, say

if TYPE_CHECKING:
    from gardener.checking.deferrals import Verb
    from gardener.checking.deferring import Recorded
    from gardener.checking.explain import Finder
    from gardener.core.report import Report

Command = TypeVar("Command", bound=Callable[..., Any])

DAY = click.DateTime(formats=["%Y-%m-%d"])


def pushing(until: str) -> Callable[[Command], Command]:
    """Add FINGERPRINT, `--reason` and `--until` (whose help is `until`) to a command."""

    def decorate(command: Command) -> Command:
        command = click.option("--until", type=DAY, metavar="DATE", help=until)(command)
        command = click.option("--reason", metavar="TEXT", required=True, help="Why; other people will read it.")(
            command
        )
        return click.argument("start", metavar="FINGERPRINT")(command)

    return decorate


def push_back(verb: Verb, start: str, reason: str, until: datetime | None) -> int:
    """Put it on record and say what was written. Raises GardenerError."""
    from gardener.checking import deferring
    from gardener.repo.discovery import find_root

    root = find_root(Path.cwd())
    asked = deferring.PushBack(start, verb, reason, until.date() if until else None)
    say(as_text(deferring.push_back(root, asked, finders(root), today=date.today())))
    return 0


def finders(root: Path) -> list[Finder]:
    """What looks for findings in the repository: the check, then the review, as far as verdicts are stored."""

    def checked() -> Report:
        from gardener.checking.check import check
        from gardener.checking.request import CheckRequest

        return check(CheckRequest(root=root, progress=progress()))

    return [checked, lambda: reviewed(root)]


def reviewed(root: Path) -> Report:
    """What a review finds without asking anybody; nothing where there are no beliefs."""
    from gardener.core.report import Report
    from gardener.documents.places import find_core_beliefs
    from gardener.repo.settings import read_settings
    from gardener.repo.trees import WorkingTree
    from gardener.reviewing.request import ReviewRequest
    from gardener.reviewing.review import review

    tree = WorkingTree(root)
    if find_core_beliefs(tree.paths(), read_settings(tree)) is None:
        return Report()
    return review(ReviewRequest(root=root, mode="frozen"))


def as_text(done: Recorded) -> str:
    """What was recorded: verb, date, place, rule; then where."""
    from gardener.checking.deferrals import PATH
    from gardener.outputs._visible import sentence

    record, place = done.record, done.finding.place
    verb = {"defer": "deferred", "dispute": "disputed"}[record.verb]
    end = f" until {record.until}" if record.until else ""
    head = f"{verb}{end}: {record.path}:{place.line}: {record.rule}: {done.finding.message}"
    notes = [PATH, *([done.note] if done.note else [])]
    return "\n".join([sentence(head), *(f"  {sentence(note)}" for note in notes)]) + "\n"
