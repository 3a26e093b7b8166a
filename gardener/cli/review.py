"""Let a judge read code against the clauses that no rule can decide."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gardener.cli._report import judging_progress, logging_to, report_options, say, show, write

if TYPE_CHECKING:
    from gardener.reviewing.request import Mode, ReviewRequest

EPILOG = """\b
Examples:
  gardener review --diff main                      what this branch adds; asks the model when one is set
  gardener review --diff main --frozen             only what is in .gardener/verdicts: no key, no network
  gardener review --diff main --plan               what would be asked and what it would cost
  gardener review src/app.py --show-payload        exactly what would leave this machine, and where to
  gardener review --emit requests.jsonl            write the requests, for a batch or for an agent
  gardener review --ingest responses.jsonl         take the answers
  gardener review --audit 5%                       judge a sample again, and say how much flips
  gardener review --assess                         how areas stand on each guardrail
  gardener review --assess --write                 the same, put into the tech tracker
  gardener review --costs                          what was spent, by day and model

\b
Exit codes:
  0  nothing at or above the gate
  1  a verified P0 or P1 (with --diff: on changed lines)
  2  the model did not answer, or something could not be read (2 beats 1)
"""


def percentage(text: str) -> float:
    """A share such as `5%`, as a number from 0 to 1."""
    match = re.fullmatch(r"(\d{1,3}(?:\.\d+)?)%?", text.strip())
    share = float(match[1]) / 100 if match else 0.0
    if not 0 < share <= 1:
        raise click.BadParameter(f"{text!r} is no share such as 5%", param_hint="--audit")
    return share


FILE = click.Path(dir_okay=False, path_type=Path)


@click.command("review", epilog=EPILOG)
@click.argument("paths", nargs=-1)
@click.option("--diff", metavar="REF", help="Only what the working tree changes since its merge base with REF.")
@click.option("--staged", is_flag=True, help="Only what the index changes since HEAD.")
@click.option("--frozen", is_flag=True, help="Use stored verdicts only: no key, no network.")
@click.option("--fill", is_flag=True, help="Ask the model about what has no verdict yet.")
@click.option("--refresh", is_flag=True, help="Ask the model about everything anew.")
@click.option("--plan", is_flag=True, help="Say what would be asked and what it would cost, and stop.")
@click.option("--show-payload", is_flag=True, help="Print exactly what would leave and where to, and stop.")
@click.option("--emit", metavar="FILE", type=FILE, help="Write the requests to FILE, in the format of a batch.")
@click.option("--ingest", metavar="FILE", type=FILE, help="Take the responses in FILE.")
@click.option("--require-judged", is_flag=True, help="Exit 2 when something has no verdict.")
@click.option("--max-usd", type=click.FloatRange(min=0), metavar="X", help="Spend at most X US dollars.")
@click.option("--audit", type=percentage, metavar="SHARE", help="Judge a random share of the verdicts again.")
@click.option("--assess", is_flag=True, help="Grade each area by each guardrail, from verdicts on a sample.")
@click.option("--write", "write_grades", is_flag=True, help="With --assess: put the grades into the tech tracker.")
@click.option("--costs", is_flag=True, help="Say what was spent so far, and stop.")
@click.option("--policy-from", metavar="REF", help="Read settings and beliefs from REF, not from the working tree.")
@click.option("--exit-zero", is_flag=True, help="Exit 0 instead of 1.")
@click.option("--log-file", metavar="FILE", type=FILE, help="Add a line of JSON for each exchange with a model.")
@report_options
def command(**options: Any) -> int:
    """Let a judge read code against the clauses of core-beliefs.md that no rule can decide.

    PATHS are files or folders (default: the whole repository). Verdicts are kept in .gardener/verdicts, so that what
    has not changed costs nothing, and is judged without a key. Nothing is sent unless `review.model` is set and there
    is a key in OPENAI_API_KEY.
    """
    refuse_contradictions(options)
    from gardener.repo.discovery import find_root
    from gardener.reviewing.review import review

    root = find_root(Path.cwd())
    if options["costs"]:
        return say_costs(root)
    asked = request(root, options)
    if options["show_payload"]:
        return say_payload(asked)
    with logging_to(options["log_file"]) as log:
        asked = replace(asked, log=log)
        if options["assess"]:
            return say_assessment(asked, options)
        report = review(asked)
        log("review", outcome="failed" if report.failures else "done", judged=report.counts.judged)
    show(report, options["form"], options["output"])
    return report.exit_code(exit_zero=options["exit_zero"])


MODES: tuple[Mode, ...] = ("frozen", "fill", "refresh")
ALONE = ("plan", "show_payload", "emit", "ingest", "audit", "assess")
ASSESSED_FORMS = ("text", "markdown", "json")
CONTRADICTIONS = (
    ("emit", "fill"),
    ("emit", "refresh"),
    ("ingest", "fill"),
    ("ingest", "refresh"),
    ("audit", "frozen"),
    ("assess", "diff"),
    ("assess", "staged"),
)


def refuse_contradictions(options: dict[str, Any]) -> None:
    """Raise UsageError for options that cannot be meant together."""
    for group in (MODES, ("diff", "staged"), ALONE):
        given = [name for name in group if options[name]]
        if len(given) > 1:
            one, other = (f"--{name.replace('_', '-')}" for name in given[:2])
            raise click.UsageError(f"{one} cannot be combined with {other}")
    for name, other in CONTRADICTIONS:
        if options[name] and options[other]:
            raise click.UsageError(f"--{name} cannot be combined with --{other}")
    if options["write_grades"] and not options["assess"]:
        raise click.UsageError("--write goes with --assess")
    if options["assess"] and options["form"] not in ASSESSED_FORMS:
        raise click.UsageError(f"--assess is written as {' or '.join(ASSESSED_FORMS)}, not as {options['form']}")


def request(root: Path, options: dict[str, Any]) -> ReviewRequest:
    """What the command line asks of the review."""
    from gardener.reviewing.request import ReviewRequest

    mode = next((name for name in MODES if options[name]), None)
    same = ("paths", "staged", "diff", "require_judged", "max_usd", "emit", "ingest", "audit", "plan")
    return ReviewRequest(
        root=root,
        cwd=Path.cwd(),
        mode=mode,
        policy_from=options["policy_from"],
        environ=os.environ,
        announce=lambda line: click.echo(line, err=True),
        progress=judging_progress(),
        **{name: options[name] for name in same},
    )


def say_costs(root: Path) -> int:
    """Print what the ledger says was spent."""
    from gardener.reviewing.review import costs_of

    say(costs_of(root))
    return 0


def say_payload(asked: ReviewRequest) -> int:
    """Print what would be sent first, and where to."""
    from gardener.reviewing.review import payload

    say(payload(asked))
    return 0


def say_assessment(asked: ReviewRequest, options: dict[str, Any]) -> int:
    """Print the grades of areas; with `--write` put them into the tracker, too."""
    from gardener.reviewing.assessing import as_json, as_text, assessed

    found = assessed(asked, write_grades=options["write_grades"])
    text = as_json(found) if options["form"] == "json" else as_text(found)
    if options["output"] is None:
        say(text)
    else:
        write(options["output"], text.encode("utf-8", "backslashreplace"))
    return found.exit_code
