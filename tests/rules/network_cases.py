"""The cases in `network_cases.txt`, and the verdicts on them of judges that know less than the shipped one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

import libcst as cst

from gardener.checking.families._matching import Wording
from gardener.checking.source import SourceFile
from gardener.checking.timeouts.case import Terms
from gardener.checking.timeouts.excuses import EXCUSES
from gardener.checking.timeouts.judge import Judge
from gardener.checking.timeouts.matching import PASSERS, Listing
from gardener.checking.timeouts.table import shipped_table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from gardener.checking.timeouts.excuses import Excuse
    from gardener.checking.timeouts.matching import Passer
    from gardener.checking.timeouts.table import Table

_MARK = re.compile(r"[ ]{2}# (certain|likely|maybe)$")


@dataclass(frozen=True)
class Case:
    """A snippet, and how sure a finding must be on which of its lines."""

    name: str
    code: str
    expected: tuple[tuple[int, str], ...]


def read_cases() -> Iterator[Case]:
    """Every case of the file."""
    text = Path(__file__).with_name("network_cases.txt").read_text(encoding="utf-8")
    for block in re.split(r"^== ", text, flags=re.MULTILINE)[1:]:
        heading, _, rest = block.partition("\n")
        before, _, lines = rest.partition("\n---\n")
        for line in lines.split("\n"):
            if line and not line.startswith("#"):
                yield _case(heading, before, line)


def _case(heading: str, before: str, line: str) -> Case:
    code, expected = [], []
    for number, text in enumerate([*before.split("\n"), *line.split("\\n")], 1):
        if mark := _MARK.search(text):
            expected.append((number, mark[1]))
        code.append(_MARK.sub("", text))
    return Case(f"{heading}: {line}", "\n".join(code) + "\n", tuple(expected))


CASES = tuple(read_cases())
TABLE = shipped_table("network_calls")


@cache
def _parsed(code: str) -> cst.Module:
    return cst.parse_module(code)


def verdicts(
    code: str,
    table: Table = TABLE,
    *,
    excuses: Mapping[str, Excuse] = EXCUSES,
    passers: Mapping[str, Passer] = PASSERS,
    terms: Terms = Terms(),  # noqa: B008 - frozen
    versions: Mapping[str, str] = MappingProxyType({}),
) -> list[tuple[str, str]]:
    """Certainty and message of everything that is found."""
    listing = Listing(table.by_name(), table.libraries, terms, passers)
    judge = Judge(listing, "10", excuses, Wording(None, "$REASON", ("REASON",)))
    file = SourceFile.of_module("example.py", code, _parsed(code), None)
    file.versions = versions
    return [(hit.certainty, hit.message) for node in file.nodes() for hit in judge.run(node, file)]
