"""Grade every area of the repository."""

from __future__ import annotations

from pathlib import Path

import click

from gardener.cli._report import progress, say, write

EPILOG = """\b
Examples:
  gardener score                         the grades of the repository as it stands
  gardener score --at v1.2               as it stood at a commit
  gardener score --format markdown       the matrix, for a document or a job summary
  gardener score --at v1.2 --record      add a past commit to the history in .gardener/scores.jsonl

\b
Exit codes:
  0  graded, whatever the grades
  2  something could not be analysed
"""
FORMS = ("text", "json", "markdown")


@click.command("score", epilog=EPILOG)
@click.option("--at", metavar="REV", help="Grade a commit instead of the working tree.")
@click.option("--record", "recording", is_flag=True, help="Add the grades to .gardener/scores.jsonl.")
@click.option(
    "--format", "form", type=click.Choice(FORMS), default="text", show_default=True, help="How grades are written."
)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Write the grades to a file.")
def command(at: str | None, recording: bool, form: str, output: Path | None) -> int:
    """Grade every area of the repository, and say what would raise a grade.

    Areas are those of the settings, or the packages. What there is no evidence for has no grade.
    """
    from gardener.gardening.grades import describe
    from gardener.gardening.grades.score import record, score
    from gardener.outputs._visible import sentence
    from gardener.repo.discovery import find_root

    root = find_root(Path.cwd())
    found = score(root, at=at, progress=progress())
    if recording:
        record(root, found.night)
    text = {"json": describe.as_json, "markdown": describe.as_markdown}.get(form, describe.as_text)(found)
    if output is None:
        say(text)
    else:
        write(output, text.encode("utf-8", "backslashreplace"))
    for failure in found.report.failures:
        click.echo(
            f"not analysed: {sentence(failure.path or failure.rule or '')}: {sentence(failure.reason)}", err=True
        )
    return 2 if found.report.failures else 0
