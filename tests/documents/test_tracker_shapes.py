"""Trackers are read in every shape that people write them in, and changed row by row."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gardener.core.edits import apply_edits
from gardener.core.errors import DocumentError
from gardener.core.settings import Settings
from gardener.core.tracker import Tracker, TrackerRow
from gardener.documents.grades_block import find_block, grades_edit
from gardener.documents.radar import import_bans
from gardener.documents.tech_tracker import find_tech_tracker, read_tracker
from gardener.documents.tracker_edits import add_row, change_row, close_row, next_id

SHAPES = Path(__file__).parent / "shapes"
OWN = Path(__file__).parent.parent.parent / "tech-tracker.md"

# File to its rows as (id, status, severity), in order.
EXPECTED: dict[str, list[tuple[str, str, str | None]]] = {
    "tracker-ages-and-boxes": [("", "open", "P1"), ("", "open", "P2"), ("", "resolved", None)],
    "tracker-bullets": [
        ("TD-011", "open", "P2"),
        ("TD-012", "open", None),
        ("", "open", None),
        ("TD-004", "resolved", None),
        ("TD-005", "resolved", None),
    ],
    "tracker-canonical": [
        ("TD-001", "open", "P1"),
        ("TD-002", "progress", "P2"),
        ("TD-007", "open", "P2"),
        ("TD-003", "resolved", "P3"),
    ],
    "tracker-chinese": [
        ("TD-001", "progress", "P1"),
        ("TD-002", "open", "P2"),
        ("TD-003", "resolved", "P3"),
        ("TD-000", "resolved", "P1"),
    ],
    "tracker-created-updated": [("TD-001", "open", "P3"), ("TD-002", "resolved", "P1")],
    "tracker-emoji-status": [("1", "open", None), ("2", "progress", None), ("3", "resolved", None)],
    "tracker-empty": [],
    "tracker-field-list": [
        ("TD-2025-01-03-001", "open", "P1"),
        ("TD-2025-01-09-002", "open", "P0"),
        ("TD-2024-12-30-007", "resolved", "P3"),
    ],
    "tracker-headings-status": [
        ("", "open", "P0"),
        ("", "resolved", "P0"),
        ("", "progress", "P2"),
        ("", "resolved", None),
    ],
    "tracker-mixed-severity": [("TD-001", "open", "P1"), ("TD-002", "open", "P2"), ("TD-003", "resolved", "P0")],
    "tracker-no-ids": [("", "open", None)] * 3,
    "tracker-numbered-paragraphs": [
        ("", "open", None),
        ("", "resolved", None),
        ("", "open", None),
        ("", "resolved", None),
        ("", "open", None),
    ],
    "tracker-radar": [],
    "tracker-radar-column": [],
    "tracker-struck-rows": [
        ("TD-001", "open", None),
        ("TD-002", "resolved", "P1"),
        ("TD-003", "open", "P2"),
        ("TD-006", "progress", "P1"),
        ("TD-008", "resolved", "P2"),
    ],
    "tracker-template-rows": [("TD-002", "open", "P2")],
    "quality-letters": [],
    "quality-numbers": [],
}
WITH_IDS = [name for name, rows in EXPECTED.items() if any(row[0] for row in rows)]


def source(name: str) -> str:
    return (SHAPES / f"{name}.md").read_text(encoding="utf-8")


def shape(name: str) -> Tracker:
    return read_tracker(source(name), f"{name}.md")


def row(name: str, file: str) -> TrackerRow:
    found = shape(file).find(name)
    assert found is not None
    return found


def changed(text: str, *edits: object) -> str:
    return apply_edits(text, edits)  # type: ignore[arg-type] # edits of any form


def test_every_shape_is_expected() -> None:
    found = {path.stem for path in SHAPES.glob("*.md") if not path.stem.startswith("beliefs-")}
    assert found == set(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_every_row_is_found_with_its_status_and_severity(name: str) -> None:
    assert [(one.id, one.status, one.severity) for one in shape(name).rows] == EXPECTED[name]


@pytest.mark.parametrize("name", EXPECTED)
def test_rows_do_not_depend_on_line_ends(name: str) -> None:
    text = source(name).replace("\n", "\r\n")
    found = read_tracker(text, name)
    assert [(one.id, one.line, one.end, one.title) for one in found.rows] == [
        (one.id, one.line, one.end, one.title) for one in shape(name).rows
    ]


def test_the_canonical_form_is_read_whole() -> None:
    first = row("TD-001", "tracker-canonical")
    assert first.title == "Amounts pass through float in the export"
    assert (first.area, first.belief, first.evidence) == ("billing", "money", "`src/export.py`")
    assert (first.opened, first.owner, first.done_when) == ("2025-01-10", "@ada", "the export uses `Decimal`")
    assert row("TD-002", "tracker-canonical").title == "Templates call the database (a | b filter)"
    assert [(one.area, one.grade) for one in shape("tracker-canonical").grades] == [("billing", "C"), ("web", "B")]


def test_what_contradicts_a_status_is_kept() -> None:
    assert row("TD-002", "tracker-struck-rows").conflict == "its strike-through says resolved, its section says open"
    assert "status says resolved, its section says open" in shape("tracker-headings-status").rows[1].conflict
    assert shape("tracker-canonical").rows[0].conflict == ""


def test_phases_say_when_and_not_how_grave() -> None:
    found = row("TD-001", "tracker-struck-rows")
    assert (found.severity, found.schedule) == (None, "Phase 3")


def test_a_bare_pipe_in_code_is_mended_and_reported() -> None:
    found = shape("tracker-struck-rows")
    assert "a|b style flags" in row("TD-003", "tracker-struck-rows").title
    assert [(problem.line, problem.reason) for problem in found.unread] == [
        (9, "a pipe in code ends the cell; write `\\|`")
    ]


def test_templates_comments_and_fences_are_no_rows() -> None:
    found = shape("tracker-template-rows")
    assert found.skipped == (18, 19, 26, 27)
    assert found.unread == ()


def test_columns_of_other_names_are_kept() -> None:
    assert row("TD-001", "tracker-chinese").extra == {"影响": "回测卡死"}
    assert row("TD-002", "tracker-created-updated").extra["Notes"] == "the message is still to be written"
    assert shape("tracker-ages-and-boxes").rows[0].extra == {"Age": "30 days"}


def test_check_boxes_that_repeat_a_row_are_read_once() -> None:
    assert [one.title for one in shape("tracker-ages-and-boxes").rows] == [
        "Controller restarts lose the queue",
        "No integration test for failover",
        "Write the on-call guide",
    ]


def test_what_cannot_be_read_is_reported_with_its_line() -> None:
    ledger = "| ID | Debt | Status |\n|---|---|---|\n| A-1 | x | purple |\n| A-1 | y | open |\n"
    found = read_tracker(f"# Debt\n\n{ledger}\n| Foo | Bar |\n|--|--|\n| 1 | 2 |\n", "t.md")
    assert [(problem.line, problem.reason) for problem in found.unread] == [
        (5, "`purple` is no known status"),
        (6, "`A-1` is the id of another row, on line 5, too"),
        (8, "a table of 1 rows whose columns are not known: Foo | Bar"),
    ]


def test_grades_are_told_from_rubrics_and_gates() -> None:
    letters, numbers = shape("quality-letters").grades, shape("quality-numbers").grades
    assert [(one.area, one.grade) for one in letters] == [("billing", "B+"), ("search", "C-"), ("admin", "⚪ —")]
    assert letters[0].cells["Tests"] == "81 %"
    assert [(one.area, one.grade) for one in numbers] == [
        ("数据", "3"),
        ("回测", "2"),
        ("Repo", "4/5"),
        ("Service", "Excellent (99 % coverage)"),
    ]


def test_a_radar_becomes_import_bans() -> None:
    found = shape("tracker-radar")
    assert [one.ring for one in found.radar] == ["approved", "approved", *["forbidden"] * 4, "trial"]
    bans = import_bans(found.radar, "tech-tracker.md")
    assert [(ban.modules, ban.instead) for ban in bans] == [
        (("requests",), "httpx"),
        (("yaml", "toml"), "tomllib"),
        (("mongodb",), "PostgreSQL"),
    ]
    assert bans[0].parameters == {"modules": ["requests"], "instead": "httpx"}
    assert bans[0].message == "`requests` is forbidden by tech-tracker.md: no default timeout"
    assert [problem.line for problem in found.unread] == [20]


def test_a_radar_may_have_its_rings_in_a_column() -> None:
    found = shape("tracker-radar-column")
    assert [(one.name, one.ring, one.modules) for one in found.radar] == [
        ("python-jose", "forbidden", ("jose",)),
        ("attrs", "approved", ("attr",)),
        ("celery", "trial", ("celery",)),
    ]
    assert [problem.line for problem in found.unread] == [8]


@pytest.mark.parametrize("name", WITH_IDS)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_closing_a_row_changes_only_its_bytes(name: str, end: str) -> None:
    text = source(name).replace("\n", end)
    for one in read_tracker(text, name).rows:
        if one.id and one.status != "resolved":
            edits = close_row(text, name, one.id)
            new = changed(text, *edits)
            after = read_tracker(new, name)
            assert [(other.id, other.status) for other in after.rows] == [
                (other.id, "resolved" if other.id == one.id else other.status) for other in shape(name).rows
            ]
            lines = text.split(end)
            kept = new.split(end)
            assert kept[: one.line - 1] == lines[: one.line - 1]
            assert kept[len(kept) - len(lines[one.end :]) :] == lines[one.end :]


@pytest.mark.parametrize("name", EXPECTED)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("cut", [True, False])
def test_adding_a_row_keeps_every_other_byte(name: str, end: str, cut: bool) -> None:
    text = source(name).replace("\n", end)
    text = text.removesuffix(end) if cut else text
    edit = add_row(text, name, {"title": "New | `a|b` debt", "area": "x"})
    assert edit.start == edit.end
    new = changed(text, edit)
    before, after = read_tracker(text, name), read_tracker(new, name)
    assert len(after.rows) == len(before.rows) + 1
    assert [one for one in after.rows if one.title == "New | a|b debt"]
    assert "\n" not in new.replace(end, "")


def test_changing_a_row_changes_only_its_cells() -> None:
    text = source("tracker-canonical")
    edits = change_row(text, "t.md", "td-007", {"owner": "@bob", "status": "in progress", "title": "a | b"})
    new = changed(text, *edits)
    old_lines, new_lines = text.split("\n"), new.split("\n")
    assert [number for number, line in enumerate(old_lines) if line != new_lines[number]] == [10]
    assert new_lines[10] == ("| TD-007 | jobs | a \\| b | P2 | in progress | bounded-calls |  | 2025-02-11 | @bob |  |")


def test_changes_that_cannot_be_made_say_why() -> None:
    text = source("tracker-canonical")
    with pytest.raises(DocumentError, match="there is no row `TD-999`"):
        close_row(text, "t.md", "TD-999")
    with pytest.raises(DocumentError, match="has no column for `schedule`"):
        change_row(text, "t.md", "TD-001", {"schedule": "soon"})
    with pytest.raises(DocumentError, match=r"t\.md:5: `TD-011` stands in no table"):
        change_row(source("tracker-bullets"), "t.md", "TD-011", {"owner": "x"})


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("tracker-canonical", "TD-008"),
        ("tracker-emoji-status", "4"),
        ("tracker-empty", "TD-001"),
        ("tracker-field-list", "TD-008"),
    ],
)
def test_the_next_id_follows_the_highest(name: str, expected: str) -> None:
    assert next_id(shape(name)) == expected


def test_grades_are_replaced_between_their_markers_alone() -> None:
    text = source("tracker-canonical").replace("\n", "\r\n")
    edit = grades_edit(text, "| Area | Grade |\n|---|---|\n| billing | A |\n")
    new = changed(text, edit)
    span = find_block(text)
    assert span is not None
    assert (new[: span.start], new.endswith(text[span.end :])) == (text[: span.start], True)
    assert [(one.area, one.grade) for one in read_tracker(new, "t").grades] == [("billing", "A")]
    assert changed(new, grades_edit(new, "| Area | Grade |\n|---|---|\n| billing | A |\n")) == new


def test_grades_without_markers_are_added_at_the_end() -> None:
    new = changed("# Debt\n\nText", grades_edit("# Debt\n\nText", "| Area | Grade |\n|---|---|\n| a | B |"))
    assert new.startswith("# Debt\n\nText\n\n## Grades\n\n<!-- gardener:grades -->\n| Area")
    assert find_block("```\n<!-- gardener:grades -->\n<!-- /gardener:grades -->\n```\n") is None


def test_the_document_is_found_where_people_put_it() -> None:
    assert find_tech_tracker(["docs/exec-plans/tech-debt-tracker.md", "a.md"], Settings()) == (
        "docs/exec-plans/tech-debt-tracker.md"
    )
    assert find_tech_tracker(["docs/QUALITY_SCORE.md"], Settings()) == "docs/QUALITY_SCORE.md"
    assert find_tech_tracker([], Settings()) is None


def test_our_own_tracker_is_read_whole() -> None:
    text = OWN.read_text(encoding="utf-8")
    found = read_tracker(text, OWN.name)
    assert found.rows
    assert found.unread == ()
    assert all(one.id and one.severity and one.done_when for one in found.rows)


WORDS = st.sampled_from(
    (
        *(
            "| ID | Debt | Status |\n",
            "|---|---|---|\n",
            "| A-1 | x | open |\n",
            "- [ ] ",
            "~~x~~ ",
            "## Resolved\n",
            "\n",
        ),
        *(
            "**Status:** done\n",
            "1. ",
            "TD-001: ",
            "`a|b` ",
            "<!-- gardener:grades -->\n",
            "\t",
            "\r\n",
            "债务 ",
            "✅ ",
        ),
    )
)


@settings(max_examples=100, deadline=None)
@given(st.one_of(st.text(max_size=60), st.lists(WORDS, max_size=25).map("".join)))
def test_any_text_is_read_and_takes_another_row(text: str) -> None:
    found = read_tracker(text, "t.md")
    edit = add_row(text, "t.md", {"title": "a new one"})
    new = changed(text, edit)
    assert new.startswith(text[: edit.start])
    assert new.endswith(text[edit.start :])
    for one in found.rows:
        assert text[one.span.start : one.span.end]
