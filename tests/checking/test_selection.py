"""Which rules apply to which file, and as what."""

from __future__ import annotations

from gardener.checking.selection import Selection
from gardener.core.rule import Rule
from gardener.core.settings import PathSettings, RuleSettings, Settings

ONE, TWO = Rule("one", "One", "Why."), Rule("two", "Two", "Why.", default=False)


def ids(selection: Selection, path: str = "src/a.py") -> list[str]:
    return sorted(selection.variants[index].rule.id for index in selection.applying(path))


def shape(selection: Selection, path: str) -> list[tuple[str, str, dict[str, object]]]:
    chosen = (selection.variants[index] for index in selection.applying(path))
    return [(item.rule.severity, item.rule.state, dict(item.options)) for item in chosen]


def test_defaults_run_unselected() -> None:
    assert ids(Selection((ONE, TWO), Settings())) == ["one"]


def test_settings_replace_extend_and_ignore() -> None:
    assert ids(Selection((ONE, TWO), Settings(select=("two",)))) == ["two"]
    assert ids(Selection((ONE, TWO), Settings(extend_select=("two",)))) == ["one", "two"]
    assert ids(Selection((ONE, TWO), Settings(select=("all",), ignore=("one",)))) == ["two"]


def test_the_command_line_beats_the_settings_but_not_what_single_paths_ignore() -> None:
    per_path = (PathSettings("tests/**", ignore=("one",)),)
    selection = Selection((ONE, TWO), Settings(ignore=("one", "two"), per_path=per_path), select=("all",))
    assert ids(selection) == ["one", "two"]
    assert ids(selection, "tests/a.py") == ["two"]
    assert ids(Selection((ONE, TWO), Settings(), ignore=("one",))) == []


def test_paths_select_ignore_and_override() -> None:
    settings = Settings(
        rules={"one": RuleSettings(severity="P1", options={"a": 1})},
        per_path=(
            PathSettings("tests/**", select=("one", "two"), rules={"one": RuleSettings(severity="P3")}),
            PathSettings("tests/slow/**", rules={"one": RuleSettings(state="warn", options={"b": 2})}),
        ),
    )
    selection = Selection((ONE, TWO), settings)
    assert shape(selection, "src/a.py") == [("P1", "error", {"a": 1})]
    assert ("P3", "error", {"a": 1}) in shape(selection, "tests/a.py")
    assert ("P3", "warn", {"a": 1, "b": 2}) in shape(selection, "tests/slow/a.py")
    assert ids(selection, "tests/a.py") == ["one", "two"]


def test_many_overrides_of_one_rule_stay_cheap() -> None:
    layers = tuple(PathSettings(f"d{n}/**", rules={"one": RuleSettings(severity="P3")}) for n in range(60))
    selection = Selection((ONE,), Settings(per_path=layers))
    assert len(selection.variants) == 2
    assert shape(selection, "d7/a.py") == [("P3", "error", {})]


def test_rules_and_settings_limit_paths() -> None:
    rule = Rule("one", "One", "Why.", paths=("src/**",), exclude=("src/old/**",))
    selection = Selection((rule,), Settings())
    assert [ids(selection, path) for path in ("src/a.py", "src/old/a.py", "b.py")] == [["one"], [], []]
    moved = Selection((rule,), Settings(rules={"one": RuleSettings(paths=("b.py",), exclude=())}))
    assert [ids(moved, path) for path in ("src/a.py", "b.py")] == [[], ["one"]]


def test_findings_of_other_tools_follow_their_own_settings_unless_named() -> None:
    assert Selection((ONE,), Settings()).wants_foreign("ruff:S113")
    assert not Selection((ONE,), Settings(), select=("one",)).wants_foreign("ruff:S113")
    assert Selection((ONE,), Settings(), select=("ruff:S113",)).wants_foreign("ruff:S113")
    assert not Selection((ONE,), Settings(), ignore=("ruff",)).wants_foreign("ruff:S113")
