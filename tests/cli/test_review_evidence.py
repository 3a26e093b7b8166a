"""Claims with evidence that is good, bad, or nearly good, through the command: where findings stand, and which fall."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from gardener.llm.scripted_server import ScriptedServer, pair_judge
from tests.cli.review_gardens import environment
from tests.cli.review_patches import Kept, failures_of, named, patches

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gardener.llm.scripted_judge import SeenClause, SeenUnit

CALL = "requests.get(url)"
TWO = "def fetch(url):\n    first = 1\n    return requests.get(\n        url\n    )\n"
LATIN_1 = "# coding: latin-1\ndef fetch(url):\n    x = '\xe9'\n".encode("latin-1")
NBSP = "\N{NO-BREAK SPACE}"
ZERO = "\N{ZERO WIDTH SPACE}"
NOWHERE = "its quote does not stand in the code"
OTHER = "its quote does not stand in the clause"


@dataclass(frozen=True)
class Claim:
    """What a judge quotes, from which code, and the lines of the finding, or why there is none."""

    quote: str
    lines: tuple[int, int] | str
    code: str | bytes = TWO
    clause: str | None = None


CLAIMS: dict[str, Claim] = {
    "whole_line": Claim("    first = 1", (2, 2)),
    "without_indent": Claim("first = 1", (2, 2)),
    "two_lines": Claim("    first = 1\n    return requests.get(", (2, 3)),
    "other_blanks": Claim("return requests.get( url )", (3, 5)),
    "crlf": Claim("    return requests.get(\r\n        url\r\n    )", (3, 5)),
    "tabs": Claim("return requests.get(\n\turl\n\t)", (3, 5)),
    "padded": Claim("\n\n  first = 1  \n", (2, 2)),
    "file_with_crlf": Claim("first = 1\n    return", (2, 3), TWO.replace("\n", "\r\n")),
    "file_with_cr": Claim("first = 1", (2, 2), TWO.replace("\n", "\r")),
    "file_with_mark": Claim("first = 1", (2, 2), "\ufeff" + TWO),
    "file_with_form_feed": Claim("first = 1", (3, 3), "# page\n\f" + TWO),
    "file_in_latin_1": Claim("x = '\xe9'", (3, 3), LATIN_1),
    "file_of_one_line": Claim("return requests.get(url)", (1, 1), "def fetch(url): return requests.get(url)"),
    "file_with_tabs": Claim("first = 1", (2, 2), TWO.replace("    ", "\t")),
    "file_with_nbsp": Claim("a <U+00A0> b", (2, 2), f"def fetch(url):\n    x = 'a {NBSP} b'\n"),
    "file_with_zero_width": Claim("a<U+200B>b", (2, 2), f"def fetch(url):\n    x = 'a{ZERO}b'\n"),
    "file_with_tag": Claim("'&lt;/unit>'", (2, 2), "def fetch(url):\n    x = '</unit>'\n"),
    "line_separator": Claim("y = 2", (3, 3), "def fetch(url):\n    x = 'a\u2028b\x0bc\x85d'\n    y = 2\n"),
    "twice": Claim("x = 1", (2, 2), "def fetch(url):\n    x = 1\n    x = 1\n"),
    "invented": Claim("requests.put(url)", NOWHERE),
    "empty": Claim("", NOWHERE),
    "blank": Claim("   \n\t ", NOWHERE),
    "bracket": Claim(")", NOWHERE),
    "of_the_example": Claim("requests.post(there)", NOWHERE),
    "of_the_context": Claim("import requests", NOWHERE, "import requests\n\n\n" + TWO),
    "of_another_unit": Claim("second = 2", NOWHERE, TWO + "\n\ndef other():\n    second = 2\n"),
    "shortened": Claim("return requests.get(...)", NOWHERE),
    "numbered": Claim("2: first = 1", NOWHERE),
    "look_alike": Claim("first = 1".replace("i", "\N{CYRILLIC SMALL LETTER BYELORUSSIAN-UKRAINIAN I}"), NOWHERE),
    "full_width": Claim("\N{FULLWIDTH LATIN SMALL LETTER F}irst = 1", NOWHERE),
    "with_zero_width": Claim(f"fir{ZERO}st = 1", NOWHERE),
    "with_nbsp": Claim(f"first{NBSP}= 1", NOWHERE),
    "with_case": Claim("FIRST = 1", NOWHERE),
    "with_regex": Claim("f.*1", NOWHERE),
    "clause_wrapped": Claim("first = 1", (2, 2), clause="must carry\n  a timeout"),
    "clause_part": Claim("first = 1", (2, 2), clause="carry a timeout"),
    "clause_invented": Claim("first = 1", OTHER, clause="Calls must be nice."),
    "clause_empty": Claim("first = 1", OTHER, clause=""),
    "clause_full_stop": Claim("first = 1", OTHER, clause="."),
    "clause_example": Claim("first = 1", OTHER, clause="requests.post(there, timeout=10)"),
    "clause_title": Claim("first = 1", OTHER, clause="Core beliefs"),
    "clause_case": Claim("first = 1", OTHER, clause="MUST CARRY A TIMEOUT"),
    "clause_look_alike": Claim("first = 1", OTHER, clause="c\N{CYRILLIC SMALL LETTER A}rry a timeout"),
}


def claims(clause: SeenClause, unit: SeenUnit) -> Mapping[str, str] | None:
    """A judge that claims a violation of every function `fetch`."""
    claim = CLAIMS[named(unit.path)]
    if "def fetch" not in unit.text or "..." in unit.text:
        return None
    wanted = clause.text if claim.clause is None else claim.clause
    return {"verdict": "violation", "code_quote": claim.quote, "clause_quote": wanted, "message": "It is bad."}


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> tuple[int, dict[str, Any], Kept]:
    from tests.conftest import Garden

    made = Garden(tmp_path_factory.mktemp("judged"))
    made.git("init", "-q", "-b", "main")
    code = {f"src/p{number:03}_{name}.py": claim.code for number, (name, claim) in enumerate(CLAIMS.items())}
    made.write(patches(CLAIMS) | code)
    with ScriptedServer(pair_judge(claims)) as server:
        code_, report, _ = failures_of(made, env=environment(server))
    return code_, report, Kept.of(made.root)


@pytest.mark.parametrize("name", CLAIMS)
def test_a_claim_stands_where_its_words_do_or_not_at_all(name: str, judged: tuple[int, dict[str, Any], Kept]) -> None:
    _, report, kept = judged
    wanted = CLAIMS[name].lines
    lines = [(one["line"], one["end_line"]) for one in report["findings"] if named(one["path"]) == name]
    assert lines == ([wanted] if isinstance(wanted, tuple) else [])
    assert (kept.verdicts.get(name) == "violation") == isinstance(wanted, tuple)


def test_claims_that_fall_are_unjudged_and_counted_by_reason(judged: tuple[int, dict[str, Any], Kept]) -> None:
    code, report, _ = judged
    fallen = [claim.lines for claim in CLAIMS.values() if isinstance(claim.lines, str)]
    assert code == 0
    assert report["failures"] == []
    assert report["counts"]["unjudged"] == len(fallen)
