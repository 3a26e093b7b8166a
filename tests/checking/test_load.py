"""Loading: where rules come from, what stops a run, and what is remembered of rules that were proven."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from gardener.checking import load as loading
from gardener.checking.build import write_shipped_store
from gardener.checking.load import CACHE, load, load_rules
from gardener.checking.packs import SHIPPED, SHIPPED_PACK, folder_files
from gardener.checking.proven import Store, as_json, rule_from
from gardener.checking.scaffold import rule_text
from gardener.core.errors import ConfigError, GardenerError, ManyErrors
from gardener.core.settings import PathSettings, RuleSettings, Settings
from gardener.repo.memory import MemoryTree

if TYPE_CHECKING:
    from pathlib import Path

    from gardener.core.rule import Rule

PAGE = rule_text("new-smell", family="forbidden-call")


def tree_of(root: Path, **files: str) -> MemoryTree:
    """A tree of rule files, given as name (`__` for `.`) to text."""
    return MemoryTree({f"rules/{name.replace('__', '.')}": text.encode() for name, text in files.items()}, root=root)


def errors_of(tree: MemoryTree, settings: Settings | None = None) -> list[str]:
    """What loading complains of."""
    with pytest.raises(GardenerError) as caught:
        load(settings or Settings(), tree, python_rules=False)
    errors = caught.value.errors if isinstance(caught.value, ManyErrors) else (caught.value,)
    return [str(error) for error in errors]


def test_the_shipped_pack_comes_first_and_then_the_repository(tmp_path: Path) -> None:
    tree = MemoryTree(
        {"rules/new-smell.md": PAGE.encode(), "rules/deeper/other-smell.md": PAGE.encode()}, root=tmp_path
    )
    rules = load_rules(Settings(), tree, python_rules=False)
    assert rules[-1].id == "new-smell"
    assert {rule.pack for rule in rules[:-1]} == {"gardener"}
    assert "network-call-without-timeout" in [rule.id for rule in rules]


def test_files_that_hold_no_rule_are_left_alone(tmp_path: Path) -> None:
    files = {"rules/README.md": b"# Our rules\n", "rules/tool.py": b"x = 1\n", "rules/x.toml": b"["}
    assert load(Settings(), MemoryTree(files, root=tmp_path), python_rules=True) == load(
        Settings(), MemoryTree({}, root=tmp_path), python_rules=True
    )


def test_a_pack_is_a_folder_of_the_repository(tmp_path: Path) -> None:
    tree = MemoryTree({"shared/rules/new-smell.md": PAGE.encode()}, root=tmp_path)
    rule = load_rules(Settings(packs=("./shared/rules/",)), tree, python_rules=False)[-1]
    assert (rule.id, rule.pack, rule.place) == ("new-smell", "shared/rules", "shared/rules/new-smell.md:4")


def test_a_pack_is_an_installed_package_named_in_the_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site = tmp_path / "site"
    (site / "team_rules").mkdir(parents=True)
    (site / "team_rules" / "__init__.py").write_text("raise SystemExit('imported')\n")
    (site / "team_rules" / "new-smell.md").write_text(PAGE)
    info = site / "team_rules-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: team-rules\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[gardener.rules]\nteam = team_rules\n")
    monkeypatch.syspath_prepend(str(site))
    tree = MemoryTree({}, root=tmp_path)
    assert "new-smell" not in [rule.id for rule in load_rules(Settings(), tree, python_rules=False)]
    rule = load_rules(Settings(packs=("team",)), tree, python_rules=False)[-1]
    assert (rule.id, rule.pack) == ("new-smell", "team")


def test_a_pack_that_is_not_there_stops_the_run(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no pack `nowhere`"):
        load(Settings(packs=("nowhere",)), MemoryTree({}, root=tmp_path), python_rules=False)


def test_every_rule_that_does_not_load_is_named(tmp_path: Path) -> None:
    tree = tree_of(
        tmp_path,
        **{
            "broken-smell__md": PAGE.replace("calls", "call"),
            "failing-smell__md": PAGE.replace("time.sleep(1)", "time.time()"),
            "wrong_bytes__py": "from gardener import rule\n@rule()\ndef wrong_bytes(x): '''T'''\n",
        },
    )
    found = errors_of(tree)
    assert [message.partition(":")[0] for message in found] == [
        "rules/broken-smell.md",
        "rules/broken-smell.md",
        "rules/failing-smell.md",
        *["rules/wrong_bytes.py"] * 3,
    ]
    assert "rules/failing-smell.md:16: this line is marked, and not flagged" in found


def test_an_id_exists_once(tmp_path: Path) -> None:
    (message,) = errors_of(tree_of(tmp_path, **{"retry-without-limit__md": PAGE}))
    assert "`retry-without-limit` exists already: it ships with gardener" in message


def test_bytes_that_are_no_text_are_an_error(tmp_path: Path) -> None:
    tree = MemoryTree({"rules/new-smell.md": PAGE.encode() + b"\xff"}, root=tmp_path)
    assert errors_of(tree)[0].startswith("rules/new-smell.md: the rule is not valid utf-8")


def test_settings_for_a_rule_that_does_not_exist_are_an_error(tmp_path: Path) -> None:
    override = {"network-call-without-timeouts": RuleSettings(severity="P0")}
    settings = Settings(source="gardener.toml", rules=override, per_path=(PathSettings("tests/**", rules=override),))
    found = errors_of(MemoryTree({}, root=tmp_path), settings)
    assert len(found) == 2
    assert all("did you mean `network-call-without-timeout`?" in message for message in found)


def test_options_are_checked_against_the_rule(tmp_path: Path) -> None:
    options = {"network-call-without-timeout": RuleSettings(options={"value": 3, "seconds": 3})}
    (message,) = errors_of(MemoryTree({}, root=tmp_path), Settings(source="gardener.toml", rules=options))
    assert "unknown key `seconds`" in message
    assert message.startswith("gardener.toml: ")


def test_options_change_the_parameters_of_a_family() -> None:
    from gardener.checking.engine import examine_variant
    from gardener.checking.selection import Variant

    rules = load_rules(Settings(), MemoryTree({}), python_rules=False, trust_cache=False)
    rule = next(rule for rule in rules if rule.id == "network-call-without-timeout")
    result = examine_variant(Variant(rule, {"value": 3}), "import requests\nrequests.get(u)\n", "a.py")
    assert [finding.fix.title for finding in result.findings if finding.fix] == ["add `timeout=3`"]


def test_a_proven_page_is_not_proven_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    proven: list[str] = []
    real = loading._prove
    monkeypatch.setattr(loading, "_prove", lambda rule: (proven.append(rule.id), real(rule)))
    tree = tree_of(tmp_path, **{"new-smell__md": PAGE})
    first = load(Settings(), tree, python_rules=False)
    assert "new-smell" in proven
    proven.clear()
    assert load(Settings(), tree, python_rules=False) == first
    assert proven == []
    load(Settings(), tree_of(tmp_path, **{"new-smell__md": PAGE + "\n"}), python_rules=False)
    assert proven == ["new-smell"]


def test_a_cache_that_git_tracks_is_neither_believed_nor_written(tmp_path: Path) -> None:
    tree = tree_of(tmp_path, **{"new-smell__md": PAGE})
    load(Settings(), tree, python_rules=False)
    cache = tmp_path / CACHE
    forged = cache.read_text().replace("time.sleep", "time.never")
    cache.write_text(forged)
    rule = load_rules(Settings(), tree, python_rules=False, trust_cache=False)[-1]
    assert rule.body["parameters"] == {"calls": ["time.sleep"]}
    assert cache.read_text() == forged


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", '{"format": 1}', "\x00", '{"format":1,"stamp":"","rules":{"a":1}}']
)
def test_a_broken_cache_is_no_cache(tmp_path: Path, content: str) -> None:
    cache = tmp_path / CACHE
    cache.parent.mkdir(parents=True)
    cache.write_text(content)
    tree = tree_of(tmp_path, **{"new-smell__md": PAGE})
    assert load_rules(Settings(), tree, python_rules=False)[-1].id == "new-smell"
    assert (cache.parent / ".gitignore").read_text() == "*\n"
    assert "new-smell" in cache.read_text()


def test_every_shipped_rule_survives_the_store() -> None:
    for rule in load_rules(Settings(), MemoryTree({}), python_rules=False, trust_cache=False):
        item = json.loads(json.dumps(as_json(rule)))
        assert rule_from(item, path=rule.place.rpartition(":")[0], pack=rule.pack, digest=rule.digest) == rule


def test_the_build_proves_and_stores_the_shipped_pack(tmp_path: Path) -> None:
    path = tmp_path / "_proven.json"
    count = write_shipped_store(path)
    assert count == sum(file.may_hold_rule for file in folder_files(SHIPPED, SHIPPED_PACK))
    assert len(json.loads(path.read_text())["rules"]) == count
    assert not Store.read(path).stale or count


def test_loading_proven_rules_needs_no_parser(tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "new-smell.md").write_text(PAGE)
    code = (
        "import sys; from pathlib import Path; from gardener.repo.trees import WorkingTree\n"
        "from gardener.checking.load import load_rules; from gardener.core.settings import Settings\n"
        f"load_rules(Settings(), WorkingTree(Path({str(tmp_path)!r})), python_rules=False)\n"
        "print([name for name in ('libcst', 'markdown_it', 'regex', 'packaging') if name in sys.modules])"
    )
    for _ in range(2):
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_rule_is_found_by_what_it_says_not_where(tmp_path: Path) -> None:
    tree = tree_of(tmp_path, **{"new-smell__md": PAGE})
    load(Settings(), tree, python_rules=False)
    moved = MemoryTree({"shared/new-smell.md": PAGE.encode()}, root=tmp_path)
    rule: Rule = load_rules(Settings(packs=("shared",)), moved, python_rules=False)[-1]
    assert (rule.pack, rule.place) == ("shared", "shared/new-smell.md:4")


@pytest.mark.parametrize(
    ("keys", "line", "told"),
    [
        ('pattern = "f("', 5, "`pattern` does not parse"),
        ('pattern = "f($X)"\nfix = "g($Y)"', 6, "`fix` uses `$Y`"),
        ('pattern = "f($X)"\nsafety = "sure"', 6, "`safety` must be"),
        ('pattern = "f($X)"\n\nnot = "f("', 7, "`not` does not parse"),
        ('pattern = "f($X)"\nwhere.Y.kind = "name"', 6, "`where.Y`"),
        ('pattern = "f($X)"\n[where.X]\nkind = "nam"', 6, "`where.X`: unknown kind `nam`"),
        ('any = ["f($X)", "g($x)"]', 5, "`any`: `$x` is no metavariable"),
    ],
)
def test_mistakes_in_a_pattern_are_shown_on_the_line_of_their_key(
    tmp_path: Path, keys: str, line: int, told: str
) -> None:
    examples = "```python bad\nf(1)\n```\n\n```python good\ng()\n```\n"
    text = f"# Smell\n\n```toml gardener\nseverity = 'P1'\n{keys}\n```\n\n{examples}"
    (error,) = errors_of(tree_of(tmp_path, **{"smell-x__md": text}))
    assert error.startswith(f"rules/smell-x.md:{line}: {told}")


def test_rules_that_do_not_exist_cannot_be_selected_or_ignored_in_the_settings(tmp_path: Path) -> None:
    path = PathSettings("tests/**", select=("unused-supression",), ignore=("ruff:S113", "new-smell"))
    settings = Settings(select=("all", "nope"), extend_select=("no-rule",), ignore=("ruff:E501",), per_path=(path,))
    assert [
        error.partition(": there")[0].split("`")[1] for error in errors_of(MemoryTree({}, root=tmp_path), settings)
    ] == [
        "select.nope",
        "extend-select.no-rule",
        "per-path.'tests/**'.select.unused-supression",
        "per-path.'tests/**'.ignore.new-smell",
    ]


def test_a_rule_that_does_not_load_is_not_missing_as_well(tmp_path: Path) -> None:
    settings = Settings(ignore=("new-smell",))
    assert len(errors_of(tree_of(tmp_path, **{"new-smell__md": PAGE.replace("calls", "cals")}), settings)) == 2


def test_a_pattern_without_end_is_an_error_of_its_page(tmp_path: Path) -> None:
    examples = "```python bad\nf(1)\n```\n\n```python good\ng()\n```\n"
    text = f"# Smell\n\n```toml gardener\npattern = 'f({'$X + ' * 1500}1)'\n```\n\n{examples}"
    assert all(error.startswith("rules/smell-x.md:") for error in errors_of(tree_of(tmp_path, **{"smell-x__md": text})))
