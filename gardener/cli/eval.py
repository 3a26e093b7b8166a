"""Measure how far a judge can be believed, clause by clause."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click

from gardener.cli._report import judging_progress, say, write

EPILOG = """\b
Examples:
  gardener eval                                     examples and injected violations, each judged once
  gardener eval --repeat 3                          how often the judge changes its mind, too
  gardener eval --labels labels.jsonl               with code that you labelled
  gardener eval --clause every-network-call-is-bounded --limit 10 --max-usd 1
  gardener eval --format json --output eval.json    for programs

\b
Exit codes:
  0  measured
  2  there is no judge, there are no labels, or some label was left unjudged
"""
FORMS = ("text", "json", "markdown")


@click.command("eval", epilog=EPILOG)
@click.option(
    "--labels", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path), help="Labelled units, one a line."
)
@click.option("--clause", "clauses", multiple=True, metavar="ID", help="Only this clause, or the clauses of a belief.")
@click.option("--repeat", "repeats", type=click.IntRange(1, 100), default=1, show_default=True, help="Times to judge.")
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    default=20,
    show_default=True,
    help="Most violations, and most clean code, a clause.",
)
@click.option("--seed", type=int, default=0, show_default=True, help="Chooses where violations are put.")
@click.option("--max-usd", type=click.FloatRange(min=0), metavar="X", help="Spend at most X US dollars.")
@click.option(
    "--format", "form", type=click.Choice(FORMS), default="text", show_default=True, help="How the figures are written."
)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Write the figures to a file.")
def command(form: str, output: Path | None, **options: Any) -> int:
    """Measure a judge per clause: precision, recall and flip rate, on code of which the answer is known.

    Labels come from the examples in core-beliefs.md, from violations put into clean code by running fixes backwards,
    and from --labels. They go the way of every review; stored verdicts are neither read nor written.
    """
    from gardener.repo.discovery import find_root
    from gardener.reviewing import evaluation_report
    from gardener.reviewing.measuring import EvalRequest, measured

    request = EvalRequest(
        root=find_root(Path.cwd()),
        environ=os.environ,
        announce=lambda line: click.echo(line, err=True),
        progress=judging_progress(),
        **options,
    )
    evaluation = measured(request)
    render = {"json": evaluation_report.as_json, "markdown": evaluation_report.as_markdown}
    text = render.get(form, evaluation_report.as_text)(evaluation)
    if output is None:
        say(text)
    else:
        write(output, text.encode("utf-8", "backslashreplace"))
    return 2 if evaluation.total.unjudged else 0
