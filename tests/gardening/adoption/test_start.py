"""Setting a repository up only ever adds, ends green, and a second time adds nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from gardener.core.errors import GardenerError
from gardener.gardening.adoption.start import start
from gardener.repo.settings import read_settings
from gardener.repo.trees import WorkingTree

Make = Callable[..., Any]

MESSY = {
    "src/shop/__init__.py": "",
    "src/shop/client.py": "import requests\n\n\ndef load(url):\n    return requests.get(url)\n",
    "src/shop/_vendor/old.py": "import requests\n\nrequests.get('http://localhost')\n",
    "tests/test_client.py": "import requests\n\n\ndef test_load():\n    assert requests.get('http://localhost')\n",
    "tests/samples/broken.py": "import requests\n\nrequests.get(\n",
    "README.md": "# Shop\n",
    "pyproject.toml": '[project]\nname = "shop"\nrequires-python = ">=3.10"\n',
}


def test_a_dry_run_shows_everything_and_writes_nothing(garden: Make) -> None:
    made = garden({"a.py": ""})
    shown = start(made.root, dry_run=True).diff
    for name in ("gardener.toml", ".gitattributes", ".gitignore", ".pre-commit-config.yaml", "core-beliefs.md"):
        assert f"--- /dev/null\n+++ b/{name}\n" in shown
    assert sorted(path.name for path in made.root.iterdir()) == [".git", "a.py"]


def test_what_the_command_prints_is_a_diff_git_can_apply_and_equals_what_is_written(garden: Make) -> None:
    made = garden({"pyproject.toml": '[project]\nname = "x"\n', ".gitignore": "*.log", "a.py": "x = 1\n"})
    made.commit()
    (made.root / "init.diff").write_text(made.run("init", "--dry-run").out)
    made.git("apply", "init.diff")
    applied = {path: made.read(path) for path in WorkingTree(made.root).paths()}
    made.git("checkout", "-q", ".")
    made.git("clean", "-qfd", "-e", "init.diff")
    start(made.root, dry_run=False)
    assert {path: made.read(path) for path in WorkingTree(made.root).paths()} == applied


def test_a_messy_repository_is_green_after_the_first_run(garden: Make) -> None:
    made = garden(MESSY)
    made.commit()
    assert made.run("check").code == 2
    ran = made.run("init")
    assert (ran.code, ran.err) == (0, "")
    assert "1 finding of today accepted in .gardener/baseline.jsonl" in ran.out
    assert "1 file could not be parsed; the settings say so" in ran.out
    done = made.run("check", "--format", "json")
    assert done.code == 0, done.out
    assert not done.hits
    settings = read_settings(WorkingTree(made.root))
    assert settings.exclude == ("_vendor/",)
    assert settings.unparsable == ("tests/samples/broken.py",)
    assert settings.python == "3.10"
    assert settings.areas == {"src/shop": ("src/shop/**",)}
    made.write({"src/shop/more.py": "import requests\n\nrequests.get('http://localhost')\n"})
    assert made.run("check").code == 1


def test_the_last_words_are_what_to_do_next(garden: Make) -> None:
    ran = garden(MESSY).run("init")
    told = ran.out.partition("\nnext:\n")[2].split("\n")
    assert [line.strip().split("  ")[0] for line in told[:3]] == [
        "gardener check",
        "gardener beliefs list",
        "gardener garden --report reports",
    ]


@pytest.mark.parametrize(
    "files",
    [
        {"a.py": ""},
        MESSY,
        {"README.md": "# Only words\n"},
        {"pyproject.toml": "", ".pre-commit-config.yaml": "repos:\n- repo: x\n  rev: y\n  hooks: []\n"},
        {".github/workflows/ci.yml": "on: push\n", "CLAUDE.md": "# Guide\r\n\r\nBe kind.\r\n", "shop/a.py": "x = 1\n"},
        {".gitlab-ci.yml": "test:\n  script: [make]\n", "a.py": ""},
        {"docs/core-beliefs.md": "# Ours\n\n## One way\n\nThere must be one way.\n", "rules/README.md": "# R\n"},
    ],
)
def test_a_second_time_adds_nothing(garden: Make, files: dict[str, str]) -> None:
    made = garden(files)
    made.commit()
    assert made.run("init").code == 0
    before = {path: made.read(path) for path in WorkingTree(made.root).paths()}
    again = made.run("init")
    assert (again.code, again.out) == (0, "nothing to add: gardener is set up here\n")
    assert {path: made.read(path) for path in WorkingTree(made.root).paths()} == before
    assert made.run("check", "--strict-baseline").code == 0


def test_what_it_writes_itself_has_no_findings(garden: Make) -> None:
    made = garden({"shop/__init__.py": "import logging\n", "README.md": "# Shop\n", ".github/x.yml": "a: 1\n"})
    made.commit()
    start(made.root, dry_run=False)
    done = made.run("check", "--no-baseline", "--format", "json")
    assert [finding["rule"] for finding in done.json["findings"]] == []
    assert not (made.root / ".gardener/baseline.jsonl").exists()


def test_what_the_ruff_of_the_project_finds_is_accepted_as_well(garden: Make) -> None:
    made = garden({"shop/__init__.py": "import os\n", "ruff.toml": 'lint.select = ["F401"]\n'})
    made.commit()
    assert "1 finding of today accepted" in made.run("init").out
    assert made.run("check", "--ruff", "--strict-baseline").code == 0
    assert made.run("check", "--strict-baseline").code == 0
    assert made.run("check", "--ruff", "--no-baseline").code == 1


def test_a_ruff_that_nobody_has_chosen_is_not_asked(garden: Make) -> None:
    made = garden({"shop/__init__.py": "import os\n"})
    assert "`gardener check` is green: nothing was found" in made.run("init").out


def test_a_ruff_that_cannot_run_holds_nobody_up(garden: Make) -> None:
    made = garden({"shop/__init__.py": "import os\n", "ruff.toml": 'lint.selekt = ["F401"]\n'})
    ran = made.run("init")
    assert (ran.code, "`gardener check` is green" in ran.out) == (0, True)


def test_beliefs_that_are_there_stay_and_the_rule_asks_for_one(garden: Make) -> None:
    beliefs = "# Ours\n\n## One way\n\nThere must be one way.\n\n- **Enforced by:** review\n"
    made = garden({"docs/core-beliefs.md": beliefs, "shop/__init__.py": ""})
    ran = made.run("init")
    assert "rules/debugger-left-behind.md serves none of your beliefs yet" in ran.out
    assert not (made.root / "core-beliefs.md").exists()
    assert made.read("docs/core-beliefs.md").decode() == beliefs
    assert b"belief =" not in made.read("rules/debugger-left-behind.md")


def test_a_later_run_never_adds_to_the_baseline(garden: Make) -> None:
    made = garden({"shop/__init__.py": ""})
    start(made.root, dry_run=False)
    made.write({"shop/client.py": "import requests\n\nrequests.get('http://localhost')\n"})
    (made.root / "tech-tracker.md").unlink()
    ran = made.run("init")
    assert "+++ b/tech-tracker.md" in ran.out
    assert not (made.root / ".gardener/baseline.jsonl").exists()
    assert made.run("check").code == 1


def test_what_cannot_be_analysed_is_said_and_ends_with_2(garden: Make) -> None:
    made = garden({"gardener.toml": 'faill-on = "P1"\n'})
    ran = made.run("init")
    assert (ran.code, ran.out) == (2, "")
    assert "faill-on" in ran.err


@pytest.mark.parametrize("name", [".gitignore", "pyproject.toml", "AGENTS.md", ".pre-commit-config.yaml"])
def test_a_file_that_is_no_text_is_an_error_with_its_name(garden: Make, name: str) -> None:
    made = garden({name: b"\xff"})
    with pytest.raises(GardenerError, match=rf"(?i){re.escape(name)}: is not valid utf-8"):
        start(made.root, dry_run=True)


def test_line_ends_and_what_stands_there_are_kept(garden: Make) -> None:
    made = garden({"pyproject.toml": "[project]\r\nname = 'x'", "AGENTS.md": "# A\r\n\r\nBe kind.\r\n"})
    start(made.root, dry_run=False)
    assert made.read("pyproject.toml").startswith(b"[project]\r\nname = 'x'\r\n\r\n[tool.gardener]\r\n")
    assert made.read("AGENTS.md").startswith(b"# A\r\n\r\nBe kind.\r\n\r\n## gardener\r\n\r\n<!-- gardener:agents")
    assert b"\n" not in made.read("AGENTS.md").replace(b"\r\n", b"")
    assert made.git("check-attr", "merge", ".gardener/baseline.jsonl").endswith("merge: union\n")
    assert made.git("check-ignore", ".gardener/cache/x")


def test_a_link_out_of_the_repository_is_not_written_through(garden: Make, tmp_path_factory: Any) -> None:
    outside = tmp_path_factory.mktemp("outside") / "victim"
    outside.write_text("mine\n")
    made = garden({"a.py": ""})
    (made.root / ".gitattributes").symlink_to(outside)
    ran = made.run("init")
    assert ran.code == 2
    assert "lies outside" in ran.err
    assert outside.read_text() == "mine\n"
