"""What is built carries the shipped rules proven, so that a run parses none of them."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PARTS = ("gardener", "pyproject.toml", "README.md", "LICENSE")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """The wheel built from a copy of the sources, in an environment of its own."""
    source = tmp_path_factory.mktemp("source")
    for part in PARTS:
        if (ROOT / part).is_dir():
            ignored = shutil.ignore_patterns("__pycache__", "_proven.json")
            shutil.copytree(ROOT / part, source / part, ignore=ignored)
        else:
            shutil.copy(ROOT / part, source / part)
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(source), str(source)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode and "No matching distribution" in done.stderr:
        pytest.skip("building needs hatchling from a package registry")
    assert done.returncode == 0, done.stderr
    return zipfile.ZipFile(next(source.glob("*.whl")))


@pytest.mark.network
def test_a_wheel_holds_every_shipped_rule_and_its_proof(wheel: zipfile.ZipFile) -> None:
    pages = {path.stem for path in (ROOT / "gardener" / "rules").glob("*.md")}
    packed = [Path(name) for name in wheel.namelist() if name.startswith("gardener/rules/")]
    assert {path.stem for path in packed if path.suffix == ".md"} == pages
    store = json.loads(wheel.read("gardener/rules/_proven.json"))
    assert {item["id"] for item in store["rules"].values()} >= pages


@pytest.mark.network
def test_a_wheel_holds_nothing_but_the_package(wheel: zipfile.ZipFile) -> None:
    assert {name.partition("/")[0].partition("-")[0] for name in wheel.namelist()} == {"gardener", "codebase_gardener"}


@pytest.mark.network
def test_installed_rules_are_restored_without_any_parser(wheel: zipfile.ZipFile, tmp_path: Path) -> None:
    wheel.extractall(tmp_path / "site")
    code = (
        "import sys; from pathlib import Path; from gardener.checking.load import load_rules\n"
        "from gardener.core.settings import Settings; from gardener.repo.memory import MemoryTree\n"
        f"rules = load_rules(Settings(), MemoryTree({{}}, root=Path({str(tmp_path)!r})), python_rules=False)\n"
        "assert rules[0].digest\n"
        "print([name for name in ('libcst', 'markdown_it', 'regex') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path / "site", capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
    assert not (tmp_path / ".gardener").exists()
