"""What is seen in a repository decides what it gets."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from gardener.gardening.adoption.hooks import with_hooks
from gardener.gardening.adoption.installed import Installed, from_record
from gardener.gardening.adoption.survey import Survey, survey
from gardener.gardening.adoption.workflows import gitlab_include
from gardener.repo.settings import read_settings
from gardener.repo.trees import WorkingTree

Make = Callable[..., Any]


def seen(made: Any) -> Survey:
    tree = WorkingTree(made.root)
    return survey(tree, read_settings(tree))


def test_product_tests_and_what_lies_beside_them_are_told_apart(garden: Make) -> None:
    paths = ("src/shop/a.py", "src/shop/test_a.py", "tests/b.py", "docs/conf.py", "setup.py", "src/shop/vendor/c.py")
    found = seen(garden(dict.fromkeys(paths, "")))
    assert found.product == ("src/shop/a.py",)
    assert found.test_files == ("src/shop/test_a.py", "tests/b.py")
    assert (found.code, found.tests, found.vendored) == (("src/**",), ("tests/", "test_*.py"), ("vendor/",))


def test_a_project_without_folders_is_its_files(garden: Make) -> None:
    found = seen(garden({"shop.py": "", "test_shop.py": ""}))
    assert (found.product, found.code) == (("shop.py",), ("/*.py",))


def test_what_the_settings_say_is_not_guessed_anew(garden: Make) -> None:
    files = {"gardener.toml": '[areas]\nmoney = ["pay/**"]\n', "pay/a.py": "", "vendor/b.py": ""}
    found = seen(garden(files))
    assert [area.name for area in found.areas] == ["money"]
    assert found.vendored == ()


@pytest.mark.parametrize(
    ("files", "remote", "forge"),
    [
        ({".github/CODEOWNERS": "* @a\n"}, "", "github"),
        ({".gitlab-ci.yml": ""}, "", "gitlab"),
        ({".github/x": "", ".gitlab-ci.yml": ""}, "", "github"),
        ({}, "git@github.com:acme/shop.git", "github"),
        ({}, "https://gitlab.example.org/acme/shop.git", "gitlab"),
        ({}, "https://git.example.org/acme/shop.git", ""),
        ({}, "", ""),
    ],
)
def test_the_forge_is_told_by_files_then_by_the_remote(
    garden: Make, files: dict[str, str], remote: str, forge: str
) -> None:
    made = garden({"a.py": "", **files})
    if remote:
        made.git("remote", "add", "origin", remote)
    assert seen(made).forge == forge


@pytest.mark.parametrize(("branch", "expected"), [("master", "master"), ("my-feature", "main"), ("trunk", "trunk")])
def test_the_main_branch_is_one_of_the_usual_names(garden: Make, branch: str, expected: str) -> None:
    made = garden({"a.py": ""})
    made.git("checkout", "-q", "-b", branch)
    assert seen(made).branch == expected


def test_the_main_branch_of_the_remote_comes_first(garden: Make) -> None:
    made = garden({"a.py": ""})
    made.commit()
    made.git("update-ref", "refs/remotes/origin/release-1", "HEAD")
    made.git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/release-1")
    assert seen(made).branch == "release-1"


def test_without_git_it_works_as_well(garden: Make, tmp_path: Any) -> None:
    made = garden({"a.py": ""})
    (made.root / ".git").rename(tmp_path / "gone")
    ran = made.run("init")
    assert ran.code == 0
    assert "neither GitHub nor GitLab was seen" in ran.out
    assert "nothing to add" in made.run("init").out


HOSTILE = ("{{cookiecutter.name}}", "we`ird", 'qu"ote', "[x]", "a b", "#x", "caf\u00e9", "\u202eevil")


@pytest.mark.parametrize("name", HOSTILE)
def test_folders_may_be_called_anything(garden: Make, name: str) -> None:
    files = {
        f"{name}/__init__.py": "import requests\n\nrequests.get('http://localhost')\n",
        f"{name}/bad.py": "x = (\n",
    }
    made = garden({**files, f"{name}/use.py": "import requests\n\nrequests.get(\n", "other/__init__.py": ""})
    made.commit()
    ran = made.run("init")
    assert (ran.code, ran.err) == (0, "")
    assert made.run("check", "--strict-baseline").code == 0
    assert "nothing to add" in made.run("init").out
    listed = made.run("beliefs", "for", f"{name}/__init__.py", "--format", "json").json["beliefs"]
    assert "every-network-call-is-bounded" in [belief["id"] for belief in listed]
    assert "\u202e" not in ran.out


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        (None, Installed()),
        ("{", Installed()),
        ({"url": "file:///src", "dir_info": {"editable": True}}, Installed(portable=False)),
        (
            {"url": "https://user:secret@git.example:8443/g.git", "vcs_info": {"vcs": "git", "commit_id": "abc123"}},
            Installed(
                "codebase-gardener @ git+https://git.example:8443/g.git@abc123",
                "https://git.example:8443/g.git",
                "abc123",
            ),
        ),
        ({"url": "ssh://git@x/g", "vcs_info": {"vcs": "git", "commit_id": "abc"}}, Installed(portable=False)),
        ({"url": 'https://x/"g', "vcs_info": {"vcs": "git", "commit_id": "abc"}}, Installed(portable=False)),
        ({"url": "https://x/g", "vcs_info": {"vcs": "git", "commit_id": "a; b"}}, Installed(portable=False)),
        ([1], Installed()),
    ],
)
def test_others_install_what_was_installed_here(record: Any, expected: Installed) -> None:
    assert from_record(record if record is None or isinstance(record, str) else json.dumps(record)) == expected


@pytest.mark.parametrize(
    ("old", "first_line"),
    [
        ("repos:\n- repo: x\n  rev: y\n  hooks:\n  - id: z\n", "- repo: local"),
        ("repos:\n  - repo: x\n    rev: y", "  - repo: local"),
        ("fail_fast: true\nrepos: # ours\n    - repo: x\n", "    - repo: local"),
    ],
)
def test_the_hook_joins_the_list_in_its_indentation(old: str, first_line: str) -> None:
    added = with_hooks(old, Installed())
    assert added is not None
    assert added.startswith(first_line + "\n")


@pytest.mark.parametrize("old", ["repos: []\n", "repos:\n- repo: x\nci: {}\n", "repos:\n- repo: y/gardener\n"])
def test_a_list_of_hooks_that_cannot_simply_grow_is_left_alone(garden: Make, old: str) -> None:
    made = garden({".pre-commit-config.yaml": old, "a.py": ""})
    ran = made.run("init")
    assert made.read(".pre-commit-config.yaml").decode() == old
    assert (".pre-commit-config.yaml could not be added to" in ran.out) == ("gardener" not in old)


def test_gitlab_includes_the_file_where_it_has_no_includes_of_its_own(garden: Make) -> None:
    assert gitlab_include("include:\n  - local: x.yml\n") is None
    made = garden({".gitlab-ci.yml": "test:\n  script: [make]\n", "a.py": ""})
    made.run("init")
    assert made.read(".gitlab-ci.yml").decode().endswith("\n\ninclude:\n  - local: .gitlab/gardener.yml\n")
    assert (made.root / ".gitlab/gardener.yml").exists()


def test_what_runs_gardener_already_is_left_alone(garden: Make) -> None:
    made = garden({".github/workflows/ci.yml": "jobs:\n  a:\n    steps:\n    - run: gardener check\n", "a.py": ""})
    made.run("init")
    assert [path.name for path in (made.root / ".github/workflows").iterdir()] == ["ci.yml"]
