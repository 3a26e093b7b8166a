"""Turn what reviewers keep saying into rules."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gardener.cli._report import say

if TYPE_CHECKING:
    from gardener.learning.learn import Learned, LearnRequest

EPILOG = """\b
Examples:
  gardener learn feedback.jsonl                        what could be made of it; writes nothing
  gardener learn feedback.jsonl --backtest             and what it would have said about past changes
  gardener learn feedback.jsonl --write                write the pages, in state shadow, into rules/
  gardener learn --from github --since 2026-01-01      read new review comments, then learn from all
  gardener learn --bad before.py --good after.py       teach a rule by example
  gardener learn --commits main~3..main                teach a rule by what some commits changed
  gardener learn feedback.jsonl --model-help           let a model word, draft and doubt, behind the same gates
  gardener learn feedback.jsonl --format markdown      for the body of a pull request

\b
Exit codes:
  0  done, whatever was proposed
  2  the feedback could not be read, or the settings or a rule are broken
"""
FORMS = ("text", "json", "markdown")
MOST_SKIPPED = 20


@click.command("learn", epilog=EPILOG)
@click.argument("files", metavar="[FEEDBACK.jsonl]...", nargs=-1)
@click.option(
    "--from", "source", metavar="SOURCE", help="Read a source first: github, git-log, junit:FILE, sarif:FILE."
)
@click.option("--since", metavar="DATE", default="", help="Leave out what is older.")
@click.option("--bad", metavar="FILE", multiple=True, help="Code as it should not be; needs --good.")
@click.option("--good", metavar="FILE", multiple=True, help="What the code in --bad should be instead.")
@click.option("--commits", metavar="A..B", default="", help="Teach by the Python files changed from A to B.")
@click.option("--backtest", is_flag=True, help="Replay past changes, and say what each rule would have flagged.")
@click.option("--write", "write_pages", is_flag=True, help="Write the pages of learned rules into rules/.")
@click.option("--model-help", is_flag=True, help="Ask the model of `review.model` for words, drafts and doubts.")
@click.option("--format", "form", type=click.Choice(FORMS), default="text", show_default=True)
def command(form: str, **options: Any) -> int:
    """Turn what reviewers keep saying into rules, each proven on the code that was commented on.

    Without a file and a source, everything that was read from sources before is looked at. No key, no network but for
    the source itself and, where you ask for it, the model. A rule that is written only counts until a person accepts
    it: `gardener rules accept`.
    """
    from gardener.core import family
    from gardener.learning.learn import learn

    learned = learn(request(options))
    say(family.load("gardener.learning.reports", form).render(learned))
    complain(learned, form)
    return 0


def request(options: dict[str, Any]) -> LearnRequest:
    """What the command line asks for. Raises UsageError for what cannot be meant together."""
    bad, good = options["bad"], options["good"]
    if len(bad) != len(good):
        raise click.UsageError("every --bad needs its --good")
    if bad and (options["files"] or options["source"]):
        raise click.UsageError("--bad and --good stand alone: they are what is learned from")
    if options["commits"] and (bad or options["files"] or options["source"]):
        raise click.UsageError("--commits stands alone: its changes are what is learned from")
    from gardener.learning.learn import LearnRequest
    from gardener.repo.discovery import find_root

    return LearnRequest(
        root=find_root(Path.cwd()),
        cwd=Path.cwd(),
        files=options["files"],
        source=options["source"] or "",
        since=options["since"],
        taught=tuple(zip(bad, good, strict=True)),
        backtest=options["backtest"],
        write=options["write_pages"],
        commits=options["commits"],
        model_help=options["model_help"],
        environ=os.environ,
        announce=lambda line: click.echo(line, err=True),
    )


def complain(learned: Learned, form: str) -> None:
    """Say on standard error what could not be used, and what was written where the report does not."""
    from gardener.outputs._visible import sentence

    for note in learned.notes:
        click.echo(sentence(note), err=True)
    for each in learned.skipped[:MOST_SKIPPED]:
        click.echo(f"skipped {sentence(each.at)}: {sentence(each.reason)}", err=True)
    if len(learned.skipped) > MOST_SKIPPED:
        click.echo(f"skipped {len(learned.skipped) - MOST_SKIPPED} more", err=True)
    for path in learned.written if form != "text" else ():
        click.echo(f"wrote {path}", err=True)
