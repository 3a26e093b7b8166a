"""Documents are tested against the program: commands and options they show exist, links lead somewhere."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest

from gardener.cli import program
from gardener.core import family

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Garden

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
FENCE = re.compile(r"^(?P<mark>```+)(?P<info>[^\n]*)\n(?P<code>.*?)^(?P=mark)\s*$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"(?<!!)\[[^\]\n]+\]\((?!https?:|mailto:)([^)\s]+)\)")


def fences(path: Path, *infos: str) -> list[str]:
    text = path.read_text(encoding="utf-8")
    return [match["code"] for match in FENCE.finditer(text) if match["info"].strip() in infos]


def command_lines(path: Path) -> list[str]:
    """Every call of gardener in the shell blocks of a document."""
    lines = [line for code in fences(path, "sh", "console", "bash") for line in code.split("\n")]
    parts = [part.strip() for line in lines for part in re.split(r"&&|\|(?!\|)", line.removeprefix("$ "))]
    return [re.sub(r"^\S*bin/", "", part) for part in parts if re.match(r"(\S*bin/)?gardener\b", part)]


def resolve(line: str) -> tuple[click.Command, list[str]]:
    """The command a line calls, and the words that follow it."""
    words = shlex.split(re.split(r"\s{2,}", line)[0])[1:]
    command: click.Command = program
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        name = words.pop(0)
        found = command.get_command(click.Context(command), name)
        assert found is not None, f"no command {name!r} in: {line}"
        command = found
    return command, words


SHOWN = [(path.name, line) for path in DOCUMENTS for line in command_lines(path)]


@pytest.mark.parametrize(("document", "line"), SHOWN)
def test_commands_shown_in_documents_exist(document: str, line: str) -> None:
    command, words = resolve(line)
    known = {name for option in command.params for name in (*option.opts, *option.secondary_opts)} | {"--help"}
    used = {word.split("=")[0] for word in words if re.match(r"--[a-z]", word)}
    assert used <= known


def test_documents_show_commands() -> None:
    assert len(SHOWN) > 30


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(path: Path) -> None:
    targets = [link.split("#")[0] for link in LINK.findall(FENCE.sub("", path.read_text(encoding="utf-8")))]
    missing = [target for target in targets if target and not (path.parent / target).exists()]
    assert missing == []


@pytest.mark.parametrize("name", family.names("gardener.cli"))
def test_every_option_is_documented(name: str) -> None:
    text = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    command = family.load("gardener.cli", name).command
    inner = command.commands.values() if isinstance(command, click.Group) else [command]
    options = [option for one in inner for option in one.params if isinstance(option, click.Option)]
    spelled = [spelling for option in options for spelling in (*option.opts, *option.secondary_opts)]
    assert [option for option in spelled if option not in text] == []


def test_every_command_is_documented() -> None:
    text = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    assert [name for name in family.names("gardener.cli") if f"gardener {name}" not in text] == []


def test_setting_up_takes_two_commands() -> None:
    section = README.read_text(encoding="utf-8").split("## Set up")[1].split("\n## ")[0]
    commands = [match["code"].strip() for match in FENCE.finditer(section)]
    assert len(commands) == 2
    assert all("\n" not in command for command in commands)
    job, tests = commands
    assert job.endswith("gardener garden")
    assert tests.endswith("-m pytest")


def test_the_check_of_a_change_installs_as_the_readme_says() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    section = README.read_text(encoding="utf-8")
    for shared in ("-e '.[test]'", "-m pytest", "-m venv"):
        assert shared in script
        assert shared in section


def test_the_readme_opens_with_what_gardener_does() -> None:
    opening = README.read_text(encoding="utf-8").split("## Set up")[0]
    assert opening.startswith("# gardener\n\n> Say it once in review; it stays enforced.\n")
    assert len(opening.split("\n")) <= 60
    assert fences(README, "console")


SAMPLE = '''\
"""Prices, from the catalogue service."""

from requests import Session


class Catalogue:
    def __init__(self, url: str) -> None:
        self.url = url
        self.http = Session()

    def price(self, item: str) -> int:
        return self.http.get(f"{self.url}/{item}").json()["price"]
'''


def test_the_readme_shows_real_output(garden: Callable[..., Garden]) -> None:
    done = garden({"src/catalogue.py": SAMPLE}).run("check")
    assert fences(README, "console")[0] == f"$ gardener check\n{done.out}"


def test_no_document_names_a_registry_or_a_machine() -> None:
    foreign = re.compile(r"pypi\.org|/home/|/root/|/work/|/tmp/[a-z]+/")
    assert [path.name for path in DOCUMENTS if foreign.search(path.read_text(encoding="utf-8"))] == []
