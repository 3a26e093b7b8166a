"""The shipped pack: every rule is proven, needs all its conditions, and says what ruff does not."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from gardener.checking.load import prepared
from gardener.checking.mutate import survivors
from gardener.checking.packs import SHIPPED, SHIPPED_PACK, folder_files
from gardener.checking.prove import prove
from gardener.core.rule import Rule
from gardener.documents.examples import unmarked

ROOT = Path(__file__).parent.parent.parent
FILES = {file.name: file for file in folder_files(SHIPPED, SHIPPED_PACK) if file.may_hold_rule}
FAMILIAR = {
    "network-call-without-timeout": {"S113", "S321"},
    "every-error-suppressed": {"S110"},
    "folder-checked-then-made": {"PTH103", "PTH110", "PTH112"},
    "expected-value-taken-for-message": {"PT009"},
    "error-logged-and-raised": {"TRY400"},
    "traceback-formatted-for-log": {"TRY400"},
    "error-told-by-its-text": {"S101"},
    "environment-read-outside-settings": {"PLW1508"},
    "process-without-timeout": {"PLW1510", "S603", "S607", "UP022"},
    "pipe-that-nobody-reads": {"S603", "S607"},
    "process-wide-state-changed": {"NPY002", "PTH"},
    "response-read-unchecked": {"S113"},
}
"""Codes of ruff that fire on the same lines and say something else; docs/ruff-has-it.md tells what."""
STYLE = re.compile(
    r"ANN|ARG|BLE|COM|CPY|D\d|DOC|E\d|EM|ERA|F\d|FBT|I\d|INP|N\d|PLR|PERF203|PTH12[34]|PGH|RET|S108|S310|SIM117|SLF|T20"
    r"|TRY(003|300|301|002)|UP|W\d|RUF05|B007|PD|Q|DTZ|ICN|S101"
)


@cache
def rule_of(name: str) -> Rule:
    """A shipped rule, compiled."""
    rule = prepared(FILES[name], prove=False)
    assert rule is not None
    return rule


@pytest.mark.parametrize("name", FILES)
def test_every_shipped_rule_holds_on_its_examples(name: str) -> None:
    assert [f"{problem.place}: {problem.message}" for problem in prove(rule_of(name))] == []


@pytest.mark.parametrize("name", [name for name in FILES if name.endswith(".md")])
def test_every_shipped_rule_needs_all_its_conditions(name: str) -> None:
    assert survivors(rule_of(name)) == []


@pytest.mark.parametrize("name", FILES)
def test_every_shipped_rule_says_why(name: str) -> None:
    assert len(rule_of(name).why.split()) > 12


def test_ruff_does_not_say_what_the_pack_says(tmp_path: Path) -> None:
    lines: dict[str, tuple[str, set[int]]] = {}
    for name in FILES:
        rule = rule_of(name)
        for number, example in enumerate(rule.examples if rule.target == "python" else ()):
            if example.kind == "bad" and example.marks:
                path = tmp_path / f"{name.partition('.')[0].replace('-', '_')}_{number}.py"
                path.write_text(unmarked(example.code), encoding="utf-8")
                lines[path.name] = rule.id, set(example.marks)
    found: dict[str, set[str]] = {}
    for item in ruff(tmp_path):
        rule_id, marks = lines[Path(item["filename"]).name]
        if item["location"]["row"] in marks and not STYLE.match(item["code"] or "E"):
            found.setdefault(rule_id, set()).add(item["code"])
    surprising = {name: codes - FAMILIAR.get(name, set()) for name, codes in found.items()}
    assert {name: codes for name, codes in surprising.items() if codes} == {}


def ruff(folder: Path) -> list[dict[str, object]]:
    """What all stable rules of ruff say about a folder."""
    from ruff import find_ruff_bin  # type: ignore[attr-defined]  # the one name that the package promises

    command = [find_ruff_bin(), "check", "--isolated", "--no-cache", "--select", "ALL", "--output-format", "json", "."]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return json.loads(done.stdout)


def test_the_codes_that_readers_are_sent_to_are_stable_rules_of_ruff() -> None:
    from ruff import find_ruff_bin  # type: ignore[attr-defined]  # the one name that the package promises

    command = [find_ruff_bin(), "rule", "--all", "--output-format", "json"]
    rules = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    stable = {rule["code"] for rule in rules if not rule["preview"]}
    table = (ROOT / "docs" / "ruff-has-it.md").read_text(encoding="utf-8").partition("|---|---|\n")[2]
    cells = [line.split(" | ")[1] for line in table.partition("\n\n")[0].splitlines()]
    codes = [code for cell in cells for code in re.findall(r"`([A-Z]+[0-9]+)`", cell)]
    assert len(codes) > 50
    assert [code for code in codes if code not in stable] == []


def test_every_rule_has_an_up_to_date_page() -> None:
    command = [sys.executable, "docs/write_rule_pages.py", "--check"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
