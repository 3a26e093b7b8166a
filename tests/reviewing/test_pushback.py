"""Comments and records about what a review found: what they cover, and which of them are judged."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gardener.checking.deferrals import Record
from gardener.core.finding import Finding
from gardener.core.review import Criterion, Pair, Unit, Verdict
from gardener.reviewing.feedback import feedback_lines
from gardener.reviewing.findings import finding_of
from gardener.reviewing.pushback import PushedBack, Said, clause_directives, push_back
from gardener.reviewing.reach import NOWHERE, LogicalLines
from gardener.reviewing.selection import Selected
from gardener.reviewing.units import units_of

TODAY = date(2026, 11, 2)
CLAUSES = {"bounded-calls.1": "P1", "bounded-calls.2": "P1", "plain-words.1": "P2"}
CODE = """\
import os


class Client:
    limit = 3

    @cached
    def load(
        self,
    ):
        first = 1
        return get(
            self.url,
            first,
        )

    def store(self):
        return put(self.url)
"""
QUOTE = "return get("


def criterion(clause: str) -> Criterion:
    return Criterion(clause, "Every call is bounded", "P1", clause.rpartition(".")[0])


def selected(text: str) -> Selected:
    return Selected(units={"a.py": units_of("a.py", text)}, texts={"a.py": text})


def unit_of(text: str, name: str) -> Unit:
    return next(unit for unit in units_of("a.py", text) if unit.name == name)


def finding_in(text: str, name: str = "Client.load", quote: str = QUOTE, clause: str = "bounded-calls.1") -> Finding:
    pair = Pair(criterion(clause), unit_of(text, name))
    found = finding_of(pair, Verdict(clause, "u1", "violation", "", quote, "", "it waits"), text, certain=True)
    assert found is not None
    return found


def pushed(text: str, *findings: Finding, clean: tuple[Pair, ...] = (), records: tuple[Record, ...] = ()) -> PushedBack:
    return push_back(findings, selected(text), Said(CLAUSES, clean, records), today=TODAY)


def with_comment(line: int, comment: str, *, alone: bool = False) -> str:
    """The code with a comment at the end of a line, or alone above it."""
    lines = CODE.split("\n")
    indent = lines[line - 1][: len(lines[line - 1]) - len(lines[line - 1].lstrip())]
    if alone:
        lines.insert(line - 1, f"{indent}# {comment}")
    else:
        lines[line - 1] += f"  # {comment}"
    return "\n".join(lines)


@pytest.mark.parametrize("alone", [False, True])
@pytest.mark.parametrize("line", [7, 8, 9, 10, 12, 13, 15])
def test_a_comment_on_the_header_or_the_quoted_statement_covers_a_finding(line: int, alone: bool) -> None:
    text = with_comment(line, "gardener: wrong[bounded-calls.1] it is bounded by the pool", alone=alone)
    [found] = pushed(text, finding_in(text)).findings
    assert found.suppressed is not None
    assert (found.suppressed.by, found.suppressed.reason) == ("dispute", "it is bounded by the pool")


@pytest.mark.parametrize("line", [1, 4, 5, 17, 18])
def test_a_comment_elsewhere_covers_nothing(line: int) -> None:
    text = with_comment(line, "gardener: wrong[bounded-calls.1] it is bounded by the pool")
    assert pushed(text, finding_in(text)).findings[0].suppressed is None


def test_between_header_and_quote_nothing_is_covered() -> None:
    text = with_comment(11, "gardener: wrong[bounded-calls.1] it is bounded by the pool")
    assert pushed(text, finding_in(text)).findings[0].suppressed is None


@pytest.mark.parametrize(
    ("words", "by"),
    [
        ("allow[bounded-calls.1] why", "inline"),
        ("allow-file[bounded-calls.1] why", "inline"),
        ("defer[plain-words.1, bounded-calls.1] until=2026-11-02 why", "deferral"),
        ("defer[bounded-calls.1] until=2026-11-01 why", None),
        ("wrong[bounded-calls.2] why", None),
    ],
)
def test_verbs_ids_and_dates_mean_what_they_mean_everywhere(words: str, by: str | None) -> None:
    text = with_comment(12, f"gardener: {words}")
    [found] = pushed(text, finding_in(text)).findings
    assert (found.suppressed.by if found.suppressed else None) == by


def test_a_finding_about_a_class_is_covered_on_its_header_and_not_on_its_methods() -> None:
    for line, by in ((4, "dispute"), (5, "dispute"), (8, None)):
        text = with_comment(line, "gardener: wrong[bounded-calls.1] why")
        [found] = pushed(text, finding_in(text, "Client", "limit = 3")).findings
        assert (found.suppressed.by if found.suppressed else None) == by


def said_about(text: str, *clean: tuple[str, str], findings: tuple[Finding, ...] = ()) -> list[tuple[str, str]]:
    pairs = tuple(Pair(criterion(clause), unit_of(text, name)) for clause, name in clean)
    found = pushed(text, *findings, clean=pairs).about
    assert all(one.fingerprint and one.path == "a.py" and one.origin == "review" for one in found)
    return [(one.rule, one.message) for one in found]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("bounded-calls.7", "belief `bounded-calls` has no clause `7`"),
        ("bounded-call.1", "there is no clause `bounded-call.1`; did you mean `bounded-calls.1`?"),
        ("xyz.1", "there is no clause `xyz.1`"),
    ],
)
def test_a_comment_about_a_clause_that_is_not_there_is_reported(name: str, message: str) -> None:
    text = with_comment(12, f"gardener: wrong[{name}] why")
    assert said_about(text) == [("unknown-rule-in-suppression", message)]


def test_what_a_check_reports_is_not_reported_again() -> None:
    for words in (
        "wrong[x]",
        "wrong[bounded-calls.1]",
        "defer[bounded-calls.1] until=2026-01-01 y",
        "wrong[ruff:S1.1] y",
    ):
        assert said_about(with_comment(12, f"gardener: {words}")) == []


def test_a_comment_is_unused_only_where_everything_it_could_be_about_is_known_to_be_kept() -> None:
    text = with_comment(12, "gardener: wrong[bounded-calls.1] why")
    unused = [("unused-suppression", "`bounded-calls.1` finds nothing here: remove it from `wrong[bounded-calls.1]`")]
    assert said_about(text, ("bounded-calls.1", "Client.load")) == unused
    assert said_about(text, ("bounded-calls.2", "Client.load")) == []
    assert said_about(text, ("bounded-calls.1", "Client.store")) == []
    assert said_about(text, ("bounded-calls.1", "Client.load"), findings=(finding_in(text),)) == []
    on_header = with_comment(8, "gardener: wrong[bounded-calls.1] why")
    assert said_about(on_header, ("bounded-calls.1", "Client.load")) == []
    both = (("bounded-calls.1", "Client.load"), ("bounded-calls.1", "Client"))
    assert said_about(on_header, *both) == unused
    over = with_comment(12, "gardener: wrong[bounded-calls.1] until=2026-01-01 why")
    assert said_about(over, ("bounded-calls.1", "Client.load")) == []


def test_comments_about_comments_are_heard() -> None:
    text = with_comment(12, "gardener: wrong[xyz.1] why # gardener: allow[unknown-rule-in-suppression] comes later")
    assert [one.suppressed and one.suppressed.by for one in pushed(text).about] == ["inline"]


def record_about(finding: Finding, **fields: object) -> Record:
    record = Record(finding.fingerprint, "dispute", finding.rule, finding.path, None, "misread", TODAY)
    return replace(record, **fields)  # type: ignore[arg-type]  # names and values are those of the test


def test_records_come_after_comments_end_with_a_note_and_follow_their_file() -> None:
    finding = finding_in(CODE)
    [found] = pushed(CODE, finding, records=(record_about(finding),)).findings
    assert found.suppressed is not None
    assert (found.suppressed.by, found.suppressed.reason) == ("dispute", "misread")
    over = pushed(CODE, finding, records=(record_about(finding, until=date(2026, 11, 1)),))
    assert (over.findings[0].suppressed, len(over.notes)) == (None, 1)
    assert finding.fingerprint in over.notes[0]
    text = with_comment(12, "gardener: allow[bounded-calls.1] known")
    both = pushed(text, finding_in(text), records=(record_about(finding, until=date(2026, 11, 1)),))
    assert (both.findings[0].suppressed.by if both.findings[0].suppressed else None, both.notes) == ("inline", ())
    [old] = units_of("old.py", CODE)[2:3]
    was = finding_of(
        Pair(criterion("bounded-calls.1"), old), Verdict("", "", "violation", "", QUOTE), CODE, certain=True
    )
    assert was is not None
    said = Said(CLAUSES, records=(record_about(was),), exists=lambda path: path != "old.py")
    assert push_back((finding,), selected(CODE), said, today=TODAY).findings[0].suppressed is not None


def test_a_module_has_no_header_and_a_broken_text_has_lines() -> None:
    lines = LogicalLines.of(CODE)
    assert lines.header(unit_of(CODE, "")) == NOWHERE
    assert lines.header(unit_of(CODE, "Client.load")) == (7, 10)
    assert lines.around((13, 13)) == (12, 15)
    broken = LogicalLines.of("x = 1\nf(\n  'a\n")
    assert [broken.around((line, line)) for line in (1, 2, 3)] == [(1, 1), (2, 2), (3, 3)]


@given(st.text(st.sampled_from("(x='\"\\\n\r\f\t #:"), max_size=30))
def test_any_text_has_logical_lines_in_order(text: str) -> None:
    ranges = LogicalLines.of(text).ranges
    assert all(first <= last for first, last in ranges)
    assert all(one[1] < other[0] for one, other in pairwise(ranges))


def test_push_back_is_feedback_with_the_code_it_is_about() -> None:
    text = with_comment(12, "gardener: wrong[bounded-calls.1] the pool bounds it")
    finding = finding_in(text, "Client.store", "return put(self.url)")
    deferred = record_about(finding, verb="defer", reason="later")
    gone = record_about(finding, fingerprint="0" * 32)
    comment, known, other = feedback_lines({"a.py": text}, [deferred, gone], [finding])
    assert (comment.body, comment.path, comment.line) == ("wrong[bounded-calls.1] the pool bounds it", "a.py", 12)
    assert comment.before == "        return get(\n            self.url,\n            first,\n        )"
    assert (known.id, known.body) == (finding.fingerprint, "defer[bounded-calls.1] later")
    assert (known.before, known.created_at) == ("        return put(self.url)", "2026-11-02")
    assert (other.id, other.before, other.line) == ("0" * 32, None, 0)
    for one in (comment, known, other):
        assert json.loads(json.dumps(asdict(one)))["source"] == "review"


def test_every_comment_has_an_id_of_its_own_that_stays_where_lines_move() -> None:
    comment = "x = 1  # gardener: allow[old-call] why\n"
    ids = [one.id for one in feedback_lines({"a.py": comment * 2, "b.py": comment}, ())]
    assert len(set(ids)) == 3
    assert [one.id for one in feedback_lines({"a.py": "\n" + comment * 2, "b.py": comment}, ())] == ids


def test_only_comments_that_name_a_clause_and_can_be_read_are_of_interest() -> None:
    text = "# gardener: wrong[a.1] y\n# gardener: wrong[a] y\n# gardener: wrng[a.1] y\n# gardener: wrong[a, b.1] y\n"
    assert [one.rules for one in clause_directives(text)] == [("a.1",), ("a", "b.1")]
