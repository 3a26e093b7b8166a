"""What the rules about commands, examples, beliefs, trackers, coupling and agent guides say in real repositories."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gardener.checking.coupling import commits_since
from gardener.checking.repository import Repo
from gardener.checking.surface import changed
from gardener.core.settings import Settings
from gardener.repo.history import Commit, History, Index
from gardener.repo.memory import MemoryTree
from tests.rules.document_runs import run

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Garden

CLIENT = """class Client:
    def get(self, url):
        return self._ask(url)

    def _ask(self, url):
        return url
"""
BELIEFS = """# Core beliefs

## Calls are bounded

Every call must carry a timeout.

- **Scope:** `src/**`
- **Enforced by:** {by}

```python bad
{bad}
```
"""
RULE = """# Call without timeout

```toml gardener
pattern = "fetch($URL)"
syntactic = true
```

Why.

```python bad
fetch(u)
```

```python good
fetch(u, timeout=1)
```
"""


@pytest.mark.parametrize(
    ("before", "after", "command"),
    [
        ({"Makefile": "test:\n\tpytest\nall:\n\tx\n"}, {"Makefile": "all:\n\tx\n"}, "make test"),
        ({"noxfile.py": "def lint(session): ...\n"}, {"noxfile.py": "def other(session): ...\n"}, "nox -s lint"),
        ({"justfile": "build:\n  x\nok:\n  x\n"}, {"justfile": "ok:\n  x\n"}, "just build"),
        ({"package.json": '{"scripts": {"dev": "x"}}'}, {"package.json": '{"scripts": {}}'}, "npm run dev"),
    ],
)
def test_commands_that_an_edit_took_away(
    garden: Callable[..., Garden], before: dict[str, str], after: dict[str, str], command: str
) -> None:
    text = f"Run `{command}`.\n\n```bash\n$ FOO=1 uv run {command} && echo done\n```\n"
    made = garden({**before, "CONTRIBUTING.md": text})
    made.commit("Begin")
    assert run(made.root, "stale-command").places == []
    made.write(after).commit("Take it out")
    found = run(made.root, "stale-command")
    assert found.places == ["CONTRIBUTING.md:1 P2", "CONTRIBUTING.md:4 P2"]
    assert '"Take it out")' in found.findings[0].message


@pytest.mark.parametrize("command", ["python scripts/seed.py --all", "./scripts/seed.py", "python -m tool.seed"])
def test_scripts_and_modules_that_a_commit_removed(garden: Callable[..., Garden], command: str) -> None:
    made = garden({"scripts/seed.py": "x = 1\n", "tool/__init__.py": "", "tool/seed.py": "x = 2\n"})
    made.write({"AGENTS.md": f"```console\n{command}\n```\n"}).commit("Begin")
    made.git("rm", "-q", "scripts/seed.py", "tool/seed.py")
    made.commit("Drop")
    assert run(made.root, "stale-command").places == ["AGENTS.md:2 P2"]


@pytest.mark.parametrize(
    "text",
    [
        "cd elsewhere/deep\nmake test",
        "cd ~/project\nmake test",
        "make -f other.mk test",
        "make test VAR=1 other",
        "# make test",
        "echo make test",
        "docker run make test",
        "poetry add make test",
    ],
)
def test_commands_of_others_are_left_alone(garden: Callable[..., Garden], text: str) -> None:
    made = garden(
        {"Makefile": "test:\n\tx\n", "elsewhere/deep/Makefile": "test:\n\ty\n", "AGENTS.md": f"```bash\n{text}\n```\n"}
    )
    made.commit("Begin")
    made.write({"Makefile": "other:\n\tx\n"}).commit("Take it out")
    assert run(made.root, "stale-command").places == []


def test_symbols_are_followed_through_reexports_and_bases(garden: Callable[..., Garden]) -> None:
    code = {
        "shop/__init__.py": "from shop.core import Base as Root\nfrom shop.lazy import *\n",
        "shop/core.py": "class Base:\n    def get(self): ...\n\n\nclass Child(Base):\n    x = 1\n",
        "shop/lazy.py": "def __getattr__(name): ...\n",
        "shop/plain.py": "def keep(): ...\n\n\ndef drop(): ...\n",
        "AGENTS.md": "`shop.Root.get` `shop.core.Child.get` `shop.lazy.what` `shop.anything` `shop.plain.drop`\n",
    }
    made = garden(code)
    made.commit("Begin")
    made.write({"shop/plain.py": "def keep(): ...\n"}).commit("Drop it")
    found = run(made.root, "stale-symbol").only
    assert '"Drop it") took `drop` out of `shop/plain.py`' in found.message
    assert found.gates is False


@pytest.mark.parametrize(
    ("info", "code"),
    [
        ("python", "x = await y\n"),
        ("python", ">>> print 1\nwhatever\n"),
        ("python", "def f(a: int) -> int\n"),
        ("python", "f(\n    ...,\n    x=1,\n"),
        ("python no-check", "print 1\n"),
        ("json", '{"a": 1, // note\n}\n'),
        ("json", '{"a": ...}\n'),
        ("json", '{"a": 1}\n{"b": 2}\n'),
        ("toml", "[a]\nx = 1\n[a]\nx = 2\n"),
        ("yaml", "a: [1, 2]\n---\nb: {c: d}\n"),
        ("", "print 1\n"),
        ("diff", "- a\n+ b\n"),
    ],
)
def test_fragments_and_other_languages_parse_well_enough(garden: Callable[..., Garden], info: str, code: str) -> None:
    made = garden({"README.md": f"Text.\n\n```{info}\n{code}```\n"})
    assert run(made.root, "unparsable-example").places == []


@pytest.mark.parametrize(
    ("info", "code"),
    [
        ("python", "x = = 1\ny = 2\nz = 3\nprint(x)\n"),
        ("json", '{"a" 1}\n'),
        ("toml", "a = \nb = 1\n"),
        ("yaml", "a: [1\nb: 2\n"),
    ],
)
def test_examples_that_do_not_parse(garden: Callable[..., Garden], info: str, code: str) -> None:
    made = garden({"README.md": f"Text.\n\n```{info}\n{code}```\n"})
    assert run(made.root, "unparsable-example").findings != ()
    made.write({"README.md": f"This is wrong:\n\n```{info}\n{code}```\n"})
    assert run(made.root, "unparsable-example").findings == ()


def test_a_clause_is_proven_only_by_the_enforcer_it_names(garden: Callable[..., Garden]) -> None:
    files = {"rules/call-without-timeout.md": RULE, "src/app.py": "x = 1\n"}
    made = garden({**files, "core-beliefs.md": BELIEFS.format(by="rule `call-without-timeout`", bad="fetch(u)")})
    assert run(made.root, "unproven-enforcement").places == []
    made.write({"core-beliefs.md": BELIEFS.format(by="rule `call-without-timeout`", bad="fetch(u, retries=3)")})
    found = run(made.root, "unproven-enforcement").only
    assert "the bad example goes unnoticed by `call-without-timeout`: nobody flags it" in found.message
    made.write({"core-beliefs.md": BELIEFS.format(by="rule `call-without-timeout`", bad="fetch(u)")})
    made.write({"gardener.toml": '[rules.call-without-timeout]\nexclude = ["src/**"]\n'})
    assert "runs on no file of the belief's scope" in run(made.root, "unproven-enforcement").only.message


def test_the_repository_s_own_ruff_is_asked(garden: Callable[..., Garden]) -> None:
    files = {"src/app.py": "x = 1\n", "ruff.toml": '[lint]\nselect = ["S113"]\n'}
    made = garden(
        {**files, "core-beliefs.md": BELIEFS.format(by="ruff `S113`", bad="import requests\nrequests.get(u)")}
    )
    assert run(made.root, "unproven-enforcement").places == []
    assert run(made.root, "dangling-enforcement").places == []
    made.write({"core-beliefs.md": BELIEFS.format(by="ruff `S113`", bad="import requests\nrequests.get(u, timeout=1)")})
    assert "goes unnoticed by ruff S113" in run(made.root, "unproven-enforcement").only.message
    made.write({"ruff.toml": '[lint]\nselect = ["E9"]\n'})
    assert "ruff rule `S113` is not switched on" in run(made.root, "dangling-enforcement").only.message


def test_covered_code_asks_for_its_document(garden: Callable[..., Garden]) -> None:
    made = garden(
        {"src/client.py": CLIENT, "docs/client.md": "---\ncovers:\n  - src/client.py:Client\n---\n# Client\n"}
    )
    base = made.commit("Begin")
    made.write({"src/client.py": "# note\n" + CLIENT.replace("return url", "return url + url")}).commit("Inside")
    assert run(made.root, "uncoupled-change", diff=base).places == []
    made.write({"src/client.py": CLIENT.replace("get(self, url)", "get(self, url, timeout)")}).commit("Outside")
    found = run(made.root, "uncoupled-change", diff=base).only
    assert (found.path, found.place.line, found.gates) == ("docs/client.md", 2, False)
    assert "`Client.get`" in found.message
    made.commit("Explain\n\nDocs: none, the parameter is internal")
    assert run(made.root, "uncoupled-change", diff=base).places == []


def test_an_edit_of_the_document_satisfies_the_coupling(garden: Callable[..., Garden]) -> None:
    made = garden({"src/a.py": "def f(): ...\n", "docs/a.md": "# A\n"})
    made.write({"gardener.toml": '[covers]\n"docs/a.md" = ["src/**"]\n'})
    base = made.commit("Begin")
    made.write({"src/a.py": "def f(x): ...\n"})
    assert run(made.root, "uncoupled-change", diff=base).places == ["docs/a.md:1 P2"]
    made.write({"docs/a.md": "# A\n\nNow with x.\n"})
    assert run(made.root, "uncoupled-change", diff=base).places == []


def test_commits_since_a_document_changed_are_counted() -> None:
    commits = [Commit(number, f"{number}" * 40, "2024-01-01", "c") for number in range(4)]
    touched = {"docs/a.md": [1], "src/a.py": [0, 2, 3], "src/b.py": [3], "lib/c.py": [2]}
    tree = MemoryTree(dict.fromkeys(touched, b"") | {"docs/a.md": b"<!-- covers: src/** -->\n"})
    repo = Repo(tree, Settings(), history=History(Index(commits, {}, touched)))
    document = repo.document("docs/a.md")
    assert document is not None
    assert commits_since(document, repo) == 2


@pytest.mark.parametrize(
    ("before", "after", "names"),
    [
        ("def f(a): ...\n", "def f(a):  # note\n    '''Doc.'''\n    ...\n", ()),
        ("def f(a): ...\n", "def f(a, b): ...\n", ("f",)),
        ("def _f(a): ...\n", "def _f(b): ...\n", ()),
        ("class A:\n    def g(self): ...\n", "class A:\n    def g(self, x): ...\n", ("A.g",)),
        ("class A(B): ...\n", "class A(C): ...\n", ("A",)),
        ("X = 1\nimport a\n", "import b\nX = 2\n", ("X",)),
        ("x = 1\n", "x = (\n", ("(module)",)),
    ],
)
def test_only_what_others_see_counts_as_change(before: str, after: str, names: tuple[str, ...]) -> None:
    assert changed(before, after) == names


def test_an_unknown_shape_of_covers_is_refused(garden: Callable[..., Garden]) -> None:
    made = garden({"gardener.toml": '[covers]\n"docs/a.md" = "src/**"\n"../b.md" = ["x"]\n'})
    done = made.run("check")
    assert done.code == 2
    assert "covers" in done.err


def test_the_first_line_that_agents_lose_is_named(garden: Callable[..., Garden]) -> None:
    made = garden(
        {"AGENTS.md": "x" * 99 + "\n", "a/AGENTS.md": ("y" * 99 + "\n") * 327 + "lost\nmore\n", "b/AGENTS.md": "z\n"}
    )
    found = run(made.root, "oversized-agent-guide").only
    assert (found.path, found.place.line) == ("a/AGENTS.md", 327)
    assert "`AGENTS.md` + `a/AGENTS.md` hold" in found.message


def test_secrets_stay_out_of_messages(garden: Callable[..., Garden]) -> None:
    secret = "ghp_" + "k3Jd82mZqPw0xRtY7uVnB5cLsA9fGh1iEo4X"
    made = garden({"README.md": f"token {secret}\n", "AGENTS.md": "Do\u200b this\n"})
    found = run(made.root, "secret-in-document")
    assert found.places == ["AGENTS.md:1 P2", "README.md:1 P1"]
    assert all(secret not in item.message + item.text for item in found.findings)


def test_generated_blocks_are_written_anew(garden: Callable[..., Garden]) -> None:
    made = garden(
        {"README.md": "# A\r\n\r\n<!-- gardener:toc -->\r\n<!-- /gardener:toc -->\r\n\r\n## B\r\n\r\n### C\r\n"}
    )
    assert made.run("check", "--select", "stale-generated-block", "--fix").code == 0
    wanted = b"<!-- gardener:toc -->\r\n- [B](#b)\r\n  - [C](#c)\r\n<!-- /gardener:toc -->\r\n"
    assert wanted in made.read("README.md")


def test_results_are_remembered_until_something_changes(garden: Callable[..., Garden]) -> None:
    made = garden({"src/api.py": CLIENT, "AGENTS.md": "See `src/api.py`.\n"})
    made.commit("Begin")
    made.git("rm", "-q", "src/api.py")
    made.commit("Drop")
    first = made.run("check", "--format", "json").out
    assert made.run("check", "--format", "json").out == first
    assert made.run("check", "--format", "json", "--no-cache").out == first
    made.write({"AGENTS.md": "See nothing.\n"})
    assert made.run("check", "--format", "json").json["findings"] == []
    made.write({"AGENTS.md": "See `src/api.py`.\n", "src/api.py": CLIENT})
    assert made.run("check", "--format", "json").json["findings"] == []
    (made.root / "src/api.py").unlink()
    assert len(made.run("check", "--format", "json").json["findings"]) == 1
