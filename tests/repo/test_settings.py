"""Settings are read strictly: every error at once, each with its line and the nearest right key."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gardener.core.errors import ConfigError, GardenerError, ManyErrors
from gardener.core.settings import PathSettings, RuleSettings, Settings
from gardener.repo.settings import effective, read_settings, settings_from, show_settings
from gardener.repo.toml_lines import line_of
from gardener.repo.trees import WorkingTree

if TYPE_CHECKING:
    from pathlib import Path

EVERYTHING = """\
select = ["a"]
extend-select = ["b"]
ignore = ["c"]
exclude = ["vendor/"]
packs = ["team-rules"]
python-rules = true
python = "3.12"
unparsable = ["bad/*.py"]
fail-on = "P1"
min-severity = "P2"
time-limit = 5
max-file-kb = 64
ruff = true
core-beliefs = "docs/beliefs.md"
tech-tracker = "docs/tracker.md"

[rules.a]
severity = "P0"
state = "warn"
paths = ["src/**"]
exclude = ["src/x.py"]
limit = 3
names = ["x", { y = 1.5 }]

[per-path."tests/**"]
select = ["d"]
ignore = ["e"]
rules.a.severity = "P3"

[per-path."tests/deep/**".rules.a]
limit = 9
"""


def read(folder: Path, text: str, name: str = "gardener.toml") -> Settings:
    (folder / name).write_bytes(text.encode())
    return read_settings(WorkingTree(folder))


def errors(folder: Path, text: str, name: str = "gardener.toml") -> list[str]:
    with pytest.raises((ConfigError, ManyErrors)) as caught:
        read(folder, text, name)
    return str(caught.value).split("\n")


def test_without_a_file_the_defaults_hold(tmp_path: Path) -> None:
    assert read_settings(WorkingTree(tmp_path)) == Settings()


def test_every_key_is_read(tmp_path: Path) -> None:
    assert read(tmp_path, EVERYTHING) == Settings(
        source="gardener.toml",
        select=("a",),
        extend_select=("b",),
        ignore=("c",),
        exclude=("vendor/",),
        packs=("team-rules",),
        python_rules=True,
        python="3.12",
        unparsable=("bad/*.py",),
        fail_on="P1",
        min_severity="P2",
        time_limit=5.0,
        max_file_kb=64,
        ruff=True,
        core_beliefs="docs/beliefs.md",
        tech_tracker="docs/tracker.md",
        rules={
            "a": RuleSettings(
                severity="P0",
                state="warn",
                paths=("src/**",),
                exclude=("src/x.py",),
                options={"limit": 3, "names": ["x", {"y": 1.5}]},
            )
        },
        per_path=(
            PathSettings("tests/**", select=("d",), ignore=("e",), rules={"a": RuleSettings(severity="P3")}),
            PathSettings("tests/deep/**", rules={"a": RuleSettings(options={"limit": 9})}),
        ),
    )


def test_the_project_file_holds_the_same_keys_under_tool_gardener(tmp_path: Path) -> None:
    text = '\ufeff[project]\r\nname = "x"\r\n[tool.gardener]\r\nfail-on = "P1"\r\n'
    assert read(tmp_path, text, "pyproject.toml") == Settings(source="pyproject.toml", fail_on="P1")


def test_a_project_file_that_never_names_gardener_is_not_ours_to_judge(tmp_path: Path) -> None:
    assert read(tmp_path, "[broken", "pyproject.toml") == Settings()
    assert read(tmp_path, '[project]\nname = "gardener"\n', "pyproject.toml") == Settings()


def test_settings_in_both_files_are_refused(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.gardener]\n")
    assert errors(tmp_path, "")[0].startswith("gardener.toml: settings stand in both")


def test_all_errors_are_reported_together_with_line_and_key(tmp_path: Path) -> None:
    text = """\
# a comment
fail_on = "P1"
min-severity = "high"
time-limit = 0
max-file-kb = true
exclude = "src"
select = ["a", 3]
python-rules = "yes"
python = ">=3.9"
core-beliefs = "../x.md"
unparsable = ["!a"]
rules.plain = "off"

[rules.a]
severity = 1
state = "off"
since = 2024-01-01

[per-path."tests/**"]
exclude = ["x"]

[per-path."tests/**".rules.b]
paths = ["x"]

[per-path."a{b"]
[zzz]
"""
    assert errors(tmp_path, text) == [
        "gardener.toml:2: unknown key `fail_on` (did you mean `fail-on`?)",
        'gardener.toml:3: `min-severity` must be one of P0, P1, P2, P3, not "high"',
        "gardener.toml:4: `time-limit` must be a number of seconds above 0, not 0",
        "gardener.toml:5: `max-file-kb` must be a whole number of kilobytes above 0, not true",
        'gardener.toml:6: `exclude` must be a list of strings, not "src"',
        "gardener.toml:7: `select` must be a list of strings, not 3 in it",
        'gardener.toml:8: `python-rules` must be true or false, not "yes"',
        'gardener.toml:9: `python` must be a Python version such as "3.11"',
        "gardener.toml:10: `core-beliefs` must be a path below the root, with `/`",
        "gardener.toml:11: `unparsable` must be a list of globs: glob `!a` starts with `!`, and there is no negation",
        'gardener.toml:12: `rules.plain` must be a table, not "off"',
        "gardener.toml:15: `rules.a.severity` must be one of P0, P1, P2, P3, not 1",
        'gardener.toml:16: `rules.a.state` must be one of shadow, warn, error, not "off"',
        "gardener.toml:17: `rules.a.since` must be plain data: text, numbers, true or false, lists and tables of them",
        'gardener.toml:20: unknown key `per-path."tests/**".exclude` (known are ignore, rules, select)',
        PLACELESS,
        "gardener.toml:25: glob `a{b` has an unclosed `{`",
        f"gardener.toml:26: unknown key `zzz` (known are {KNOWN})",
    ]


PLACELESS = (
    'gardener.toml:23: `per-path."tests/**".rules.b.paths` has no place below a path (ignore the rule there instead)'
)
KNOWN = (
    "areas, core-beliefs, covers, exclude, extend-select, fail-on, garden, ignore, issues, max-file-kb, min-severity, "
    "packs, per-path, python, python-rules, review, ruff, rules, select, tech-tracker, time-limit, unparsable"
)


def test_lines_are_those_of_the_project_file(tmp_path: Path) -> None:
    text = '[project]\nfail-one = 1\n\n[tool.gardener]\nfail-one = "P1"\n'
    assert errors(tmp_path, text, "pyproject.toml") == [
        "pyproject.toml:5: unknown key `fail-one` (did you mean `fail-on`?)"
    ]
    assert errors(tmp_path, "[tool]\ngardener = 3\n", "pyproject.toml") == [
        "pyproject.toml:2: `tool.gardener` must be a table"
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('a = 1\nb = "x\n', "gardener.toml:2: is no valid TOML: illegal character '\\n'"),
        ("a = 1\n\na = 2\n", "gardener.toml:3: is no valid TOML: cannot overwrite a value"),
        ("x = [", "gardener.toml:1: is no valid TOML: invalid value"),
    ],
)
def test_broken_toml_names_the_line(tmp_path: Path, text: str, said: str) -> None:
    assert errors(tmp_path, text) == [said]


def test_settings_that_are_not_utf8_or_nested_without_end_are_refused(tmp_path: Path) -> None:
    (tmp_path / "gardener.toml").write_bytes(b"a = '\xff'")
    with pytest.raises(ConfigError, match="not valid UTF-8"):
        read_settings(WorkingTree(tmp_path))
    assert "nested too deeply" in errors(tmp_path, "a = " + "[" * 100_000)[0]


def test_later_paths_win_and_options_are_merged() -> None:
    settings = settings_from(tomllib.loads(EVERYTHING), text=EVERYTHING, source="x")
    here = effective(settings, "tests/deep/a.py")
    assert (here.select, here.ignore, here.per_path) == (("d",), ("c", "e"), ())
    assert (here.rules["a"].severity, here.rules["a"].state) == ("P3", "warn")
    assert here.rules["a"].options == {"limit": 9, "names": ["x", {"y": 1.5}]}
    assert effective(settings, "src/a.py").rules == settings.rules


def test_shown_settings_read_back_as_what_applies() -> None:
    settings = settings_from(tomllib.loads(EVERYTHING), text=EVERYTHING, source="x")
    for path in ("tests/deep/a.py", "src/a.py", "vendor/x.py"):
        shown = show_settings(settings, path)
        assert settings_from(tomllib.loads(shown), text=shown, source="x") == effective(settings, path)
    assert 'per-path."tests/**" applies' in show_settings(settings, "tests/a.py")
    assert "# excluded" in show_settings(settings, "vendor/x.py")


VALUES = st.recursive(
    st.booleans() | st.integers(-9, 99) | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
KEYS = st.sampled_from(["select", "exclude", "fail-on", "rules", "per-path", "time-limit", "x", "python"])


@given(st.dictionaries(KEYS, VALUES, max_size=4))
def test_any_table_is_read_or_refused(table: dict[str, Any]) -> None:
    try:
        settings = settings_from(table, text="", source="x")
    except (ConfigError, ManyErrors):
        return
    shown = show_settings(settings, "a.py")
    assert settings_from(tomllib.loads(shown), text=shown, source="x") == effective(settings, "a.py")


@pytest.mark.parametrize(
    ("keys", "line"),
    [
        (("a",), 2),
        (("t",), 3),
        (("t", "b.c"), 4),
        (("t", "d", "e"), 5),
        (("t", "d", "none"), 5),
        (("u", "x y", "k"), 8),
        (("none",), 1),
    ],
)
def test_the_line_of_a_key(keys: tuple[str, ...], line: int) -> None:
    text = "# a\na = 1\n[t]\n'b.c' = 1\n  d . e = 2\n\n[ u.\"x y\" ]\nk=1\n"
    assert line_of(text, keys) == line


def test_covers_names_documents_and_the_globs_of_their_code() -> None:
    text = '[covers]\n"docs/a.md" = ["src/**", "src/b.py:Client"]\n'
    assert settings_from(tomllib.loads(text), text=text, source="gardener.toml").covers == {
        "docs/a.md": ("src/**", "src/b.py:Client")
    }


@pytest.mark.parametrize(
    "text", ['covers = "x"\n', '[covers]\n"a.md" = "x"\n', '[covers]\n"../a.md" = ["x"]\n', '[covers]\n"a.md" = [1]\n']
)
def test_covers_of_another_shape_is_refused(text: str) -> None:
    with pytest.raises(ConfigError, match="covers"):
        settings_from(tomllib.loads(text), text=text, source="gardener.toml")


REVIEW = """\
[review]
model = "judge-1"
verify-model = "judge-2"
deadline_s = 30
retries = 0
max_usd = 1.5
concurrency = 2
deny = ["secrets/"]

[review.prices."judge-1"]
input = 0.4
output = 1.6

[areas]
"my area" = ["src/**"]
"""


def test_the_review_is_set_in_its_own_table(tmp_path: Path) -> None:
    review = read(tmp_path, REVIEW).review
    assert (review.model, review.verify_model, review.deadline_s, review.retries) == ("judge-1", "judge-2", 30.0, 0)
    assert (review.max_usd, review.concurrency, review.deny) == (1.5, 2, ("secrets/",))
    assert review.prices["judge-1"].output == 1.6
    assert read(tmp_path, REVIEW).areas == {"my area": ("src/**",)}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('base_url = "https://me:secret@example.com/v1"', "must be a URL such as"),
        ("concurrency = 0", "must be a whole number from 1 to 64, not 0"),
        ("deadline_s = true", "must be a number of seconds above 0, not true"),
        ("max_usd = -1", "must be a number from 0 up, not -1"),
        ("temperature = 9", "must be a number from 0 to 2, not 9"),
        ('modell = "x"', "unknown key `review.modell` (did you mean `model`?)"),
        ("prices = { x = { input = 1 } }", "a price needs `output`"),
        ("prices = { x = { input = 1, outptu = 2, output = 3 } }", "(did you mean `output`?)"),
    ],
)
def test_broken_settings_of_the_review_are_refused(tmp_path: Path, line: str, said: str) -> None:
    with pytest.raises(GardenerError) as raised:
        read(tmp_path, f"[review]\n{line}\n")
    assert said in str(raised.value)
    assert "gardener.toml:2" in str(raised.value)
