"""Grades: the formula holds what it says, evidence is shared out among areas, and a line of history is read back."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gardener.core import family
from gardener.core.belief import Area
from gardener.core.errors import ConfigError, SourceError
from gardener.core.finding import Edit, Finding, Fix, Place, Span, Suppression
from gardener.core.tracker import Tracker, TrackerRow
from gardener.documents.tech_tracker import read_tracker
from gardener.gardening.dimensions import debt, documents, rules, suppressions
from gardener.gardening.grades import formula
from gardener.gardening.grades.coverage import read_coverage
from gardener.gardening.grades.ledger import PATH, Night, line_of, read_nights, series
from gardener.gardening.grades.matrix import matrix, sparkline, with_matrix
from gardener.gardening.grades.parts import Sources, parts_of
from gardener.gardening.grades.records import Evidence, Measure, Part, Scores
from gardener.gardening.grades.scoring import ORDER, dimensions, graded, scores_of
from gardener.repo.memory import MemoryTree
from gardener.reviewing import grading

HERE = Place(1, 1, 1, 2)
PART = Part("core", ("core/**",), frozenset({"core/a.py"}), 1000)


def found(rule: str = "r", severity: str = "P2", path: str = "core/a.py", **more: object) -> Finding:
    made = Finding(rule, path, Span(0, 1), HERE, "m", severity)  # type: ignore[arg-type]
    return replace(made, **more)  # type: ignore[arg-type]


def measures(**scores: int | None) -> dict[str, Measure]:
    return {name: Measure(scores.get(name)) for name in ORDER}


def test_the_figures_of_a_version_never_change() -> None:
    assert {formula.VERSION: formula.digest()} == {1: "be84ffb855c6"}, "a new figure is a new version"


def test_every_dimension_has_a_weight_a_place_and_a_title() -> None:
    names = family.names("gardener.gardening.dimensions")
    assert set(names) == set(ORDER) == set(formula.WEIGHTS)
    assert list(dimensions()) == list(ORDER)
    assert all(module.TITLE for module in dimensions().values())


def test_letters_are_cut_as_those_of_guardrails() -> None:
    assert [(name, cut / 100) for name, cut in formula.CUT_OFFS] == list(grading.CUT_OFFS)


@given(st.lists(st.integers(0, 5000), min_size=2, max_size=9))
def test_more_of_what_is_bad_is_never_better(values: list[int]) -> None:
    for grid in (formula.RULES_GRID, formula.SUPPRESSIONS_GRID):
        scores = [formula.on_grid(value, grid) for value in sorted(values)]
        assert scores == sorted(scores, reverse=True)
        assert all(0 <= score <= 100 for score in scores)


def test_the_grid_goes_through_its_points() -> None:
    for grid in (formula.RULES_GRID, formula.SUPPRESSIONS_GRID):
        assert [formula.on_grid(value, grid) for value, _ in grid] == [score for _, score in grid]


def test_what_nobody_measured_does_not_count_and_too_little_gives_no_grade() -> None:
    assert graded("a", measures(rules=100)).grade == "n/a"
    assert graded("a", measures()).score is None
    both = graded("a", measures(rules=100, debt=40))
    assert (both.score, both.grade) == (80, "B")
    assert graded("a", measures(rules=100, debt=40, tests=None)).score == both.score


@pytest.mark.parametrize(("severity", "grade"), [("P0", "D"), ("P1", "B"), ("P2", "A")])
def test_something_grave_keeps_a_grade_down(severity: str, grade: str) -> None:
    evidence = Evidence((found(severity=severity),))
    (area,) = scores_of([PART], evidence).areas
    assert area.grade == grade
    assert bool(area.caps) is (severity != "P2")


def test_accepting_what_is_grave_mends_nothing() -> None:
    known = found(severity="P0", suppressed=Suppression("baseline", "known"))
    (area,) = scores_of([PART], Evidence((known,))).areas
    assert area.grade == "D"
    allowed = found(severity="P0", suppressed=Suppression("inline", "the caller checks"))
    assert scores_of([PART], Evidence((allowed,))).areas[0].grade == "A"


def test_a_fix_at_hand_makes_a_finding_cheap() -> None:
    fixed = found(fix=Fix("f", "safe", (Edit(0, 1, "x"),)))
    shown = found(fix=Fix("f", "shown", (Edit(0, 1, "x"),)))
    assert formula.minutes_for(fixed) < formula.minutes_for(shown) == formula.minutes_for(found())


def test_ignoring_is_counted() -> None:
    loud = Evidence(silenced={"core/a.py": 5})
    measure = suppressions.measure(PART, loud)
    assert (measure.score, measure.inputs) == (75, {"lines": 1000, "comments": 5, "findings": 0})


def test_a_document_with_notes_alone_is_half_sound() -> None:
    part = replace(PART, documents=frozenset({"a.md", "b.md", "c.md"}))
    evidence = Evidence((found(path="a.md"), found(path="b.md", severity="P3"), found(path="z.md")))
    assert documents.measure(part, evidence).score == 50


def test_old_debt_weighs_more_and_the_day_is_that_of_the_commit() -> None:
    row = TrackerRow("D1", "t", 1, 1, Span(0, 1), severity="P1", opened="2024-01-01")
    part = replace(PART, rows=(row,))
    tracker = Tracker("t.md", (row,))
    young = debt.measure(part, Evidence(tracker=tracker, as_of=date(2024, 1, 5)))
    old = debt.measure(part, Evidence(tracker=tracker, as_of=date(2026, 1, 5)))
    assert (young.score, old.score) == (80, 60)
    assert debt.measure(part, Evidence(tracker=Tracker("t.md"))).score is None
    assert debt.measure(PART, Evidence()).score is None


def test_what_each_dimension_says_follows_from_its_numbers_alone() -> None:
    row = TrackerRow("D1", "t", 1, 1, Span(0, 1))
    part = replace(PART, rows=(row,), documents=frozenset({"a.md"}))
    evidence = Evidence(
        (found(), found(path="a.md"), found(suppressed=Suppression("inline", "x"))),
        tracker=Tracker("t.md", (row,)),
        covered={"core/a.py": (3, 4)},
        silenced={"core/a.py": 1},
    )
    for module in dimensions().values():
        measure = module.measure(part, evidence)
        assert module.score(measure.inputs) == measure.score
        for action in module.actions(part, evidence):
            assert module.score(action.inputs) >= measure.score
            assert action.minutes > 0


def test_what_would_raise_a_letter_comes_first() -> None:
    many = tuple(found("slow", "P3") for _ in range(40))
    scores = scores_of([PART], Evidence((found("grave", "P0"), *many)))
    assert scores.actions[0].what == "mend the finding in core/a.py of `grave`"
    assert scores.actions[0].grade == "A"
    assert len(scores.actions) <= 3


def test_rows_of_debt_go_to_the_area_they_name_or_point_into() -> None:
    text = (
        "# Debt\n\n| ID | Area | Debt | Status | Evidence |\n|---|---|---|---|---|\n"
        "| D1 | app/net | a | open | |\n| D2 | net | b | open | |\n| D3 | | c | open | `app/core/x.py` |\n"
        "| D4 | elsewhere | d | open | |\n| D5 | app/net | e | resolved | |\n"
    )
    sources = Sources({"app/net/a.py": 5, "app/core/x.py": 7}, tracker=read_tracker(text, "t.md"))
    parts = parts_of([Area("app/net", ("app/net/**",)), Area("app/core", ("app/core/**",))], sources)
    assert [[row.id for row in part.rows] for part in parts] == [["D1", "D2"], ["D3"]]
    assert [part.lines for part in parts] == [5, 7]


def test_documents_belong_to_what_they_name_hold_or_are_tied_to() -> None:
    areas = [Area("app/net", ("app/net/**",)), Area("app/core", ("app/core/**",))]
    texts = {
        "a.md": "see `app/net/a.py`.",
        "b.md": "the folder app/core holds it all",
        "app/net/README.md": "hello",
        "tied.md": "nothing",
        "none.md": "app and net and core",
    }
    sources = Sources({"app/net/a.py": 1, "app/core/x.py": 1}, texts, {"tied.md": ("app/core/*.py:name",)})
    net, core = parts_of(areas, sources)
    assert net.documents == {"a.md", "app/net/README.md"}
    assert core.documents == {"b.md", "tied.md"}


def night(on: str, score: int, version: int = formula.VERSION) -> Night:
    content = {"formula": version, "on": on, "commit": on, "areas": {"core": {"score": score}}}
    return Night(on, on, version, content)


def test_history_is_read_in_the_order_of_commits_and_each_line_once() -> None:
    nights = [night("2026-01-02T00:00:00Z", 3), night("2026-01-01T00:00:00Z", 5), night("2026-01-03T00:00:00Z", 4)]
    lines = [line_of(one) for one in nights]
    for order in itertools.permutations([*lines, lines[0]]):
        read = read_nights(MemoryTree({PATH: "".join(order).encode()}))
        assert [one.score("core") for one in read] == [5, 3, 4]


def test_only_one_version_of_the_formula_makes_a_trend() -> None:
    known = (night("2026-01-01", 5, version=0), night("2026-01-02", 6))
    now = night("2026-01-03", 7)
    assert [one.score("core") for one in series(known, now)] == [6, 7]
    assert [one.score("core") for one in series((*known, now), replace(now, content={**now.content, "on": "x"}))] == [
        6,
        7,
    ]


@pytest.mark.parametrize("line", ["{", "[]", "{}", '{"formula": "1", "areas": {}}', "<<<<<<< HEAD"])
def test_a_line_that_is_no_record_is_named(line: str) -> None:
    with pytest.raises(ConfigError) as error:
        read_nights(MemoryTree({PATH: f"{line_of(night('2026-01-01', 5))}{line}\n".encode()}))
    assert error.value.at == f"{PATH}:2"


@given(
    st.recursive(
        st.none() | st.integers() | st.text(max_size=4),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=3), inner),
        max_leaves=5,
    )
)
def test_a_record_of_odd_shape_is_answered_calmly(value: object) -> None:
    content = {"formula": 1, "areas": {"core": value}, "debt": value, "findings": value, "fired": value}
    (one,) = read_nights(MemoryTree({PATH: json.dumps(content).encode()}))
    assert one.score("core") is None or isinstance(one.score("core"), int)
    assert one.count("findings", "P1") == 0 or isinstance(value, dict)
    assert all(isinstance(item, str) for item in one.open_debt)


def test_the_matrix_stands_between_its_markers_and_nowhere_else() -> None:
    scores = scores_of([replace(PART, name="a|b <x>")], Evidence())
    table = matrix(scores, [], {"a|b <x>": ["D1", "D2", "D3", "D4", "D5"]})
    text = "# Debt\r\n\r\nOurs.\r\n<!-- gardener:grades -->\r\nold\r\n<!-- /gardener:grades -->\r\nAlso ours.\r\n"
    changed = with_matrix(text, table)
    assert changed is not None
    assert changed.startswith("# Debt\r\n\r\nOurs.\r\n<!-- gardener:grades -->\r\n| Area | Grade | Score |")
    assert changed.endswith("<!-- /gardener:grades -->\r\nAlso ours.\r\n")
    assert "old" not in changed
    assert "D4 and 1 more" in changed
    assert with_matrix(changed, table) == changed
    assert with_matrix("# no markers\n", table) is None
    assert matrix(Scores(), [], {}).count("\n") == 2


def test_sparks_rise_with_scores() -> None:
    assert sparkline([0, 50, 100, None]) == "▁▄█ "


COVERAGE = (
    '<?xml version="1.0" ?>\n<!DOCTYPE coverage SYSTEM "http://cobertura.sourceforge.net/xml/coverage-04.dtd">\n'
    '<coverage><sources><source>{source}</source></sources><packages><package><classes><class filename="{name}">'
    '<lines><line number="1" hits="1"/><line number="2" hits="0"/><line number="2" hits="0"/></lines></class></classes>'
    "</package></packages></coverage>"
)


@pytest.mark.parametrize(
    ("source", "name"), [("{root}/core", "a.py"), ("/home/ci/build/core", "a.py"), ("x", "core/a.py")]
)
def test_coverage_is_found_wherever_it_was_measured(tmp_path: Path, source: str, name: str) -> None:
    (tmp_path / "core").mkdir()
    text = COVERAGE.format(source=source.format(root=tmp_path), name=name)
    (tmp_path / "coverage.xml").write_text(text, encoding="utf-8")
    assert read_coverage(tmp_path, ["core/a.py"]) == {"core/a.py": (1, 2)}


def test_no_coverage_is_no_evidence_and_a_broken_one_is_said(tmp_path: Path) -> None:
    assert read_coverage(tmp_path, ["a.py"]) is None
    for text in ("<coverage>", "<x/>", '<!DOCTYPE c [<!ENTITY a "b">]><coverage/>'):
        (tmp_path / "coverage.xml").write_text(text, encoding="utf-8")
        with pytest.raises(SourceError):
            read_coverage(tmp_path, ["a.py"])


def test_rules_look_only_at_what_is_open_and_counted() -> None:
    shadow = found(state="shadow")
    elsewhere = found(path="net/a.py")
    assert rules.measure(PART, Evidence((shadow, elsewhere))).inputs["findings"] == 0
