"""Keeps one comment of ours on a pull request up to date: `comment.py SUMMARY.md`.

Takes GITHUB_API_URL, GITHUB_REPOSITORY, GITHUB_TOKEN and NUMBER from the environment, and the text from a file, so that
nothing that a change names or says ever stands in a command. A comment is ours when it bears the mark and was written
by a program: people may quote it. Where a pull request is clean and has no comment, none is made.
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import Any

from gardener.core.errors import GardenerError
from gardener.repo.forge import Forge, ForgeError

MARK = "<!-- gardener:comment -->"
LONGEST = 65_000
PAGE = 100
MOST_PAGES = 30
CLEAN = re.compile(r"### gardener: no findings\b")


def main(arguments: list[str], environment: dict[str, str]) -> int:
    """Write, change or leave the comment; a forge that does not let us is told of, and fails nothing."""
    text = Path(arguments[0]).read_text(encoding="utf-8")
    number, repository = environment["NUMBER"], environment["GITHUB_REPOSITORY"]
    if not number.isdigit() or not re.fullmatch(r"[\w.-]+/[\w.-]+", repository):
        print("error: NUMBER or GITHUB_REPOSITORY is not what GitHub sets", file=sys.stderr)
        return 2
    forge = Forge(
        environment.get("GITHUB_API_URL", "https://api.github.com"),
        environment.get("GITHUB_TOKEN"),
        {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"},
    )
    try:
        print(keep(forge, f"/repos/{repository}", int(number), text))
    except ForgeError as error:
        # The gate has its own step: that nobody could be told is no finding.
        print(f"::warning::the comment could not be kept up to date: status {error.status}")
    return 0


def keep(forge: Forge, repository: str, number: int, text: str) -> str:
    """Make the comment say `text`; returns what was done. Raises ForgeError."""
    body = f"{MARK}\n{shortened(text)}"
    ours = find(forge, repository, number)
    if ours is None and is_clean(text):
        return "clean, and no comment to correct"
    if ours is None:
        forge.write("POST", f"{repository}/issues/{number}/comments", {"body": body}, again=False)
        return "wrote a comment"
    if ours["body"].replace("\r\n", "\n").rstrip() == body.rstrip():
        return "the comment says so already"
    forge.write("PATCH", f"{repository}/issues/comments/{int(ours['id'])}", {"body": body}, again=True)
    return "changed the comment"


def find(forge: Forge, repository: str, number: int) -> dict[str, Any] | None:
    """Our comment, the oldest if there should be several; None where there is none. Raises ForgeError."""
    for page in range(1, MOST_PAGES + 1):
        path = f"{repository}/issues/{number}/comments?per_page={PAGE}&page={page}"
        found = forge.get(path).data
        if not isinstance(found, list):
            raise ForgeError("the list of comments is no list", at=path)
        for comment in found:
            body, author = comment.get("body"), comment.get("user")
            if isinstance(body, str) and body.startswith(MARK) and (author or {}).get("type") == "Bot":
                return dict(comment)
        if len(found) < PAGE:
            return None
    return None


def is_clean(text: str) -> bool:
    """True when every part of the summary found nothing."""
    headings = [line for line in text.split("\n") if line.startswith("### gardener:")]
    return bool(headings) and all(CLEAN.match(line) for line in headings) and "**Not analysed**" not in text


def shortened(text: str) -> str:
    """`text` without the reports at its end for which a comment has no room; each of them fits one by itself."""
    parts = re.split(r"(?m)^(?=### gardener:)", text)
    while len(parts) > 1 and len("".join(parts)) > LONGEST:
        parts.pop()
    kept = "".join(parts)[:LONGEST]
    return kept if kept == text else f"{kept.rstrip()}\n\nMore stands in the summary of the job.\n"


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:], dict(os.environ)))
    except (GardenerError, OSError, KeyError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(2)
