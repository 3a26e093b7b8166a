"""Options of the project's own commands in documents: those that its source no longer mentions."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING

from gardener.checking.references.judgement import Judgement, by
from gardener.checking.references.shell import commands

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gardener.checking.references.shell import Command
    from gardener.checking.repository import Repo
    from gardener.documents.document import Document

_FLAG = re.compile(r"--[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_DEFINES = re.compile(r"add_argument|click|typer|argparse|cyclopts|cappa|docopt|ArgumentParser|[Oo]ption\(")
MOST_FILES, MOST_VERSIONS = 12, 60


def judge_flags(document: Document, repo: Repo) -> Iterator[Judgement]:
    """Every long option of a command that the project installs, with what decides about it."""
    if repo.tier(document) in ("record", "generated"):
        return
    own = repo.once("own commands", lambda: own_commands(repo))
    if not any(name in document.text for name in own):
        return
    for command in commands(document) if own else ():
        for flag in _flags(command, own):
            yield _judge(command, flag, document, repo)


def own_commands(repo: Repo) -> frozenset[str]:
    """The commands that the project's packages install."""
    found: set[str] = set()
    for path in repo.names.get("pyproject.toml", ()):
        try:
            content = tomllib.loads(repo.text(path) or "")
        except (tomllib.TOMLDecodeError, RecursionError):
            continue
        for table in (content.get("project"), content.get("tool", {}).get("poetry")):
            scripts = table.get("scripts") if isinstance(table, dict) else None
            found.update(scripts if isinstance(scripts, dict) else ())
    return frozenset(found)


def _flags(command: Command, own: frozenset[str]) -> list[str]:
    """The long options of an own command, up to where another program's begin."""
    words = command.words
    if words[0] not in own:
        return []
    end = words.index("--") if "--" in words else len(words)
    named = [word.partition("=")[0] for word in words[1:end]]
    return [word for word in named if _FLAG.fullmatch(word) and word not in ("--help", "--version")]


def _judge(command: Command, flag: str, document: Document, repo: Repo) -> Judgement:
    reference = f"{command.words[0]} {flag}"
    mentions = mention_of(flag)
    sources = repo.python.sources()
    if any(mentions.search(text) for text in sources.values()):
        return Judgement(command.span, reference, "the source mentions it")
    for path in [path for path, text in sources.items() if _DEFINES.search(text)][:MOST_FILES]:
        after = None
        for commit, data in repo.history.contents(path, MOST_VERSIONS):
            if after is not None and mentions.search(data.decode("utf-8", "replace")):
                said = f"{by(after)} took it out of `{path}`"
                facts = (("tier", repo.tier(document)), ("history", said))
                message = f"`{command.words[0]}` has no option `{flag}` any more: {said}"
                return Judgement(command.span, reference, message=message, certainty="likely", facts=facts)
            after = commit
    return Judgement(command.span, reference, "no version of the source mentioned it")


def mention_of(flag: str) -> re.Pattern[str]:
    """What in a source may define an option: its spelling, or the name of a parameter or field."""
    bare = re.escape(flag.removeprefix("--no-").removeprefix("--")).replace(r"\-", "[-_]")
    return re.compile(rf"{re.escape(flag)}(?![\w-])|(?<![A-Za-z0-9]){bare}(?![A-Za-z0-9])", re.IGNORECASE)
