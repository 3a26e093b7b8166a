"""Grades of areas from verdicts: the formula, the sample, and what they change in a tracker."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gardener.core.belief import Area, Belief, Beliefs, Clause
from gardener.core.review import Answer, Criterion, Pair, Unit
from gardener.core.settings import Settings
from gardener.documents.tech_tracker import read_tracker
from gardener.reviewing.areas import areas_of, sampled
from gardener.reviewing.assessment import Assessment, Guardrail, assess, guardrails_of
from gardener.reviewing.assessment_writing import table_of, write
from gardener.reviewing.grading import is_worse, letter_of

WAITS = Guardrail("waits", "Waiting has a limit", "P1")
NAMES = Guardrail("names", "Names tell", "P2")
LEDGER = """# Debt

Ours, by hand.

| ID | Area | Debt | Severity | Status | Belief | Evidence | Opened | Owner | Done when |
|---|---|---|---|---|---|---|---|---|---|
| TD-007 | core | old parser | P2 | open | | | 2026-01-02 | Ada | it is gone |
"""


def pair(path: str, name: str, belief: str = "waits", number: int = 1) -> Pair:
    criterion = Criterion(f"{belief}.{number}", "It must hold.", "P1", belief, guardrail=True)
    return Pair(criterion, Unit(path, name, "function", f"def {name}(): ...", (1,)))


def pairs(area: str, count: int, belief: str = "waits") -> list[Pair]:
    return [pair(f"{area}/m{number % 3}.py", f"f{number}", belief) for number in range(count)]


def assessed(said: Mapping[str, Sequence[Answer | None]], guardrails: Sequence[Guardrail] = (WAITS,)) -> Assessment:
    """Areas with as many units as there are answers, for the first guardrail."""
    units = {area: pairs(area, len(answers)) for area, answers in said.items()}
    known = {
        (one.unit.path, one.unit.name): answer
        for area, answers in said.items()
        for one, answer in zip(units[area], answers, strict=True)
    }
    return assess(units, lambda one: known[one.unit.path, one.unit.name], guardrails)


def test_a_grade_asks_for_enough_clean_units() -> None:
    letters = [letter_of(units, 0) for units in range(16)]
    assert letters == [None] * 3 + ["C"] * 2 + ["B"] * 10 + ["A"]


@pytest.mark.parametrize(
    ("units", "violations", "letter"),
    [(40, 0, "A"), (40, 1, "A"), (40, 3, "B"), (40, 8, "C"), (40, 14, "D"), (40, 30, "F")],
)
def test_violations_cost_grades(units: int, violations: int, letter: str) -> None:
    assert letter_of(units, violations) == letter


@given(st.integers(3, 200), st.data())
def test_one_more_violation_never_makes_a_grade_better(units: int, data: st.DataObject) -> None:
    violations = data.draw(st.integers(0, units - 1))
    before, after = letter_of(units, violations), letter_of(units, violations + 1)
    assert before is not None
    assert after is not None
    assert before == after or is_worse(after, before)


def test_only_units_that_say_something_count() -> None:
    answers: list[Answer | None] = ["ok", "ok", "violation", "not_applicable", "unsure", None]
    (cell,) = assessed({"core": answers}).areas[0].cells
    assert (cell.units, cell.violations, cell.unjudged, str(cell)) == (3, 1, 1, "F (n=3)")
    assert cell.places == ("core/m2.py:f2",)


def test_too_few_units_give_no_grade() -> None:
    (area,) = assessed({"core": ["ok", "ok", "not_applicable"]}).areas
    assert (str(area.cells[0]), area.grade) == ("n/a (n=2)", "n/a")


def test_a_unit_breaks_a_guardrail_when_it_breaks_one_of_its_clauses() -> None:
    units = [pair("a/m.py", f"f{number}", number=clause) for number in range(4) for clause in (1, 2)]
    answers: dict[str, Answer] = {"waits.1": "ok", "waits.2": "violation"}
    (cell,) = assess({"a": units}, lambda one: answers[one.criterion.id], [WAITS]).areas[0].cells
    assert (cell.units, cell.violations) == (4, 4)
    known: dict[str, Answer | None] = {"waits.1": "ok", "waits.2": None}
    (cell,) = assess({"a": units}, lambda one: known[one.criterion.id], [WAITS]).areas[0].cells
    assert (cell.units, cell.unjudged) == (0, 4)


def test_an_area_is_as_good_as_the_guardrail_it_keeps_worst() -> None:
    units = {"a": [*pairs("a", 20), *pairs("a", 20, "names")]}
    made = assess(units, lambda one: "violation" if one.criterion.belief == "names" else "ok", [WAITS, NAMES])
    assert [str(cell) for cell in made.areas[0].cells] == ["A (n=20)", "F (n=20)"]
    assert made.areas[0].grade == "F"


def test_want_of_units_is_nothing_to_follow_up() -> None:
    made = assessed({"small": ["ok"] * 3, "bad": ["violation"] * 3})
    assert [str(area.cells[0]) for area in made.areas] == ["C (n=3)", "F (n=3)"]
    assert [cell.area for cell in made.follow_ups] == ["bad"]


def test_guardrails_that_something_else_keeps_are_named_and_not_judged() -> None:
    clauses = (Clause("waits.1", "It must.", 3),)
    waits = Belief("waits", "Waiting has a limit", "core-beliefs.md", 1, 4, clauses, guardrail=True)
    names = replace(waits, id="names", title="Names tell", clauses=(Clause("names.1", "It must.", 3),))
    retired = replace(waits, id="old", status="retired")
    plain = replace(waits, id="plain", guardrail=False)
    found = guardrails_of(Beliefs("core-beliefs.md", (waits, names, retired, plain)), ["waits.1"])
    assert [(one.belief, one.judged) for one in found] == [("waits", True), ("names", False)]
    assert "| a | A | A (n=20) | kept |" in table_of(assess({"a": pairs("a", 20)}, lambda _: "ok", found))


def test_areas_are_those_of_the_settings_else_the_outermost_packages() -> None:
    files = ["app/__init__.py", "app/core/__init__.py", "src/lib/__init__.py", "src/lib/a.py", "setup.py"]
    assert areas_of(Settings(), files) == (Area("app", ("app/**",)), Area("src/lib", ("src/lib/**",)))
    assert areas_of(Settings(), ["a.py"]) == (Area("all", ("**",)),)
    own = Settings(areas={"net": ("app/net/**",)})
    assert areas_of(own, files) == (Area("net", ("app/net/**",)),)


def test_a_sample_is_spread_over_files_and_stays_when_code_elsewhere_changes() -> None:
    many = [pair(f"a/m{file}.py", f"f{number}") for file in range(4) for number in range(30)]
    area = Area("a", ("a/**",))
    chosen = sampled(many, area, most=20)
    assert [sum(one.unit.path == f"a/m{file}.py" for one in chosen) for file in range(4)] == [5] * 4
    assert sampled(list(reversed(many)), area, most=20) == chosen
    assert sampled([*many, pair("b/m.py", "g")], area, most=20) == chosen
    without = [one for one in many if one.unit.name != chosen[-1].unit.name or one.unit.path != chosen[-1].unit.path]
    assert len(set(map(id, sampled(without, area, most=20))) & set(map(id, chosen))) == 19


def test_every_clause_gets_the_same_units() -> None:
    both = [pair("a/m.py", f"f{number}", number=clause) for number in range(90) for clause in (1, 2)]
    chosen = sampled(both, Area("a", ("a/**",)))
    units = {
        clause: [one.unit.name for one in chosen if one.criterion.id == clause] for clause in ("waits.1", "waits.2")
    }
    assert len(units["waits.1"]) == 40
    assert units["waits.1"] == units["waits.2"]


def test_grades_and_follow_ups_are_written_below_what_people_wrote() -> None:
    made = assessed({"core": ["ok"] * 20, "net": ["ok", "violation", "violation"]})
    text = write(made, LEDGER)
    assert text.startswith(LEDGER.rstrip("\n"))
    tracker = read_tracker(text, "tech-tracker.md")
    assert [row.id for row in tracker.rows] == ["TD-007", "TD-008"]
    row = tracker.rows[1]
    cell = made.follow_ups[0]
    assert (row.area, row.severity, row.status, row.belief) == ("net", "P1", "open", "waits")
    assert row.title == "Waiting has a limit: not kept in net"
    assert row.evidence == f"assessment `{cell.fingerprint}`: `net/m1.py:f1`, `net/m2.py:f2`"
    assert [(one.area, one.grade) for one in tracker.grades] == [("core", "A"), ("net", "F")]
    assert tracker.grades[1].cells == {
        "Area": "net", "Grade": "F", "Waiting has a limit": "F (n=3)", "Follow-ups": "TD-008",
    }  # fmt: skip


def test_writing_twice_changes_nothing_more() -> None:
    made = assessed({"core": ["ok"] * 20, "net": ["violation"] * 5})
    for start in (LEDGER, "", LEDGER.replace("\n", "\r\n"), "# Notes\n\nprose\n"):
        once = write(made, start)
        assert write(made, once) == once
        assert once.startswith(start.rstrip("\r\n"))


def test_a_row_that_people_moved_or_closed_is_not_added_again() -> None:
    made = assessed({"net": ["violation"] * 5})
    text = write(made, LEDGER)
    closed = text.replace("| net | Waiting", "| network | Ada: Waiting").replace("P1 | open", "P1 | resolved")
    assert closed != text
    assert write(made, closed) == closed


def test_a_ledger_without_evidence_keeps_the_mark_in_the_title() -> None:
    bare = "| ID | Debt | Status |\n|---|---|---|\n| D1 | old | open |\n"
    made = assessed({"net": ["violation"] * 5})
    once = write(made, bare)
    assert once.count(made.follow_ups[0].fingerprint) == 1
    assert write(made, once) == once


def test_columns_that_others_fill_keep_their_cells_and_their_place() -> None:
    block = """
<!-- gardener:grades -->
| Area | Grade | Score | Rules | Beliefs | Old guardrail | Trend | Follow-ups |
|---|---|---|---|---|---|---|---|
| core | C | 71 | 90 | 80 | D (n=9) | ↑ | |
| gone | C | 1 | 2 | 3 | D (n=9) | ↓ | |
<!-- /gardener:grades -->
"""
    text = write(assessed({"core": ["ok"] * 20, "new": ["ok"] * 5}), LEDGER + block)
    assert "| Area | Grade | Score | Rules | Beliefs | Waiting has a limit | Trend | Follow-ups |" in text
    assert "| core | C | 71 | 90 | 80 | A (n=20) | ↑ |  |" in text
    assert "| new | B |  |  |  | B (n=5) |  |  |" in text
    assert "| gone |" not in text


def test_what_nobody_judged_leaves_the_grade_that_stands() -> None:
    text = write(assessed({"core": ["ok"] * 20}), LEDGER)
    assert write(assessed({"core": [None] * 20}), text) == text
    assert "n/a (n=0)" in write(assessed({"core": ["not_applicable"] * 20}), text)


def test_hostile_names_stay_inside_their_cell() -> None:
    guardrail = replace(WAITS, title="Names | <b>tell</b> `x")
    units = {"a|b": [pair("a|b/`m`.py", f"f{number}") for number in range(5)]}
    text = write(assess(units, lambda _: "violation", [guardrail]), LEDGER)
    tracker = read_tracker(text, "tech-tracker.md")
    assert "<b>" not in text
    assert len(tracker.grades) == 1
    assert len(tracker.rows) == 2
    assert write(assess(units, lambda _: "violation", [guardrail]), text) == text
