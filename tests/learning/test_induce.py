"""A rule out of code before and after: what it flags, what it leaves alone, and that its page needs all it says."""

from __future__ import annotations

import pytest

from gardener.checking.engine import examine_rule
from gardener.checking.load import prepared
from gardener.checking.mutate import survivors
from gardener.checking.packs import OWN_PACK, RuleFile
from gardener.core.rule import Rule
from gardener.learning.induce import Induced, Limits, NotInduced, Sample, induce

CURSOR = [
    Sample(
        "def user(cursor, name):\n    cursor.execute(f\"select * from users where name = '{name}'\")\n",
        'def user(cursor, name):\n    cursor.execute("select * from users where name = %s", (name,))\n',
    ),
    Sample(
        'def drop(self, key):\n    self.db.execute(f"delete from items where id = {key}")\n',
        'def drop(self, key):\n    self.db.execute("delete from items where id = %s", (key,))\n',
    ),
    Sample(
        'rows = connection.execute(f"select {column} from orders")\n',
        "rows = connection.execute(select(column))\n",
    ),
]
SLEEP = [
    Sample(
        "import time\n\ndef test_a():\n    run()\n    time.sleep(1)\n    assert done()\n",
        "import time\n\ndef test_a():\n    run()\n    wait_for(done)\n    assert done()\n",
    ),
    Sample(
        "import time\n\ndef test_bee(x):\n    time.sleep(3)\n    assert x\n",
        "import time\n\ndef test_bee(x):\n    wait_for(x)\n    assert x\n",
    ),
    Sample(
        "from time import sleep\n\nclass T:\n    def test_c(self):\n        sleep(0.1)\n        self.ok()\n",
        "class T:\n    def test_c(self):\n        wait_for(self.ok)\n        self.ok()\n",
    ),
]


def learned(samples: list[Sample], **more: object) -> Induced:
    """The rule, which is there, on a page that loads, holds, and needs every one of its conditions."""
    found = induce(samples, title="Smell of code", why="It costs us time.", **more)  # type: ignore[arg-type]  # options
    assert isinstance(found, Induced), found
    rule = prepared(RuleFile("rules/smell-of-code.md", found.page.encode(), OWN_PACK, trusted=False), prove=True)
    assert rule is not None
    assert survivors(rule) == []
    assert all(flagged(rule, sample.before) for sample in samples)
    assert not any(flagged(rule, sample.after) for sample in samples if sample.after)
    return found


def flagged(rule: Rule, code: str) -> list[int]:
    return [finding.place.line for finding in examine_rule(rule, code)]


def refused(samples: list[Sample], **more: object) -> NotInduced:
    found = induce(samples, title="Smell of code", why="", **more)  # type: ignore[arg-type]  # options
    assert isinstance(found, NotInduced), found
    return found


def test_code_that_varies_becomes_a_pattern_with_holes() -> None:
    found = learned(CURSOR)
    assert found.family is None
    assert found.rule.body["pattern"] == '$X.execute(f"...")'
    assert flagged(found.rule, 'anything.at.all.execute(f"insert {x}")\n') == [1]
    assert flagged(found.rule, 'cursor.execute("select 1")\n') == []


def test_an_argument_that_was_added_becomes_the_parameter_of_a_family_with_its_fix() -> None:
    code = "from subprocess import run\n\nrun({})\n"
    calls = ("['make']", "command, cwd=folder", "[tool, '-v']")
    found = learned([Sample(code.format(given), code.format(f"{given}, check=True")) for given in calls])
    assert found.family == "required-argument"
    assert found.fixes
    assert found.rule.body["parameters"] == {"calls": ["subprocess.run"], "argument": "check", "value": "True"}


def test_names_mean_the_imported_thing() -> None:
    found = learned(
        [
            Sample("import yaml\n\nyaml.load(a)\n", "import yaml\n\nyaml.safe_load(a)\n"),
            Sample("import yaml as y\n\nx = y.load(b)\n", "import yaml as y\n\nx = y.safe_load(b)\n"),
            Sample("from yaml import load\n\nf(load(c))\n", "from yaml import safe_load\n\nf(safe_load(c))\n"),
        ]
    )
    assert found.rule.body["parameters"] == {"calls": ["yaml.load"], "instead": "yaml.safe_load"}
    assert flagged(found.rule, "from yaml import load as read\n\nread(x)\n") == [3]
    assert flagged(found.rule, "yaml = other()\nyaml.load(x)\n") == []


def test_several_statements_are_one_pattern_when_they_share_a_variable() -> None:
    found = learned(
        [
            Sample(
                "squares = []\nfor n in range(10):\n    squares.append(n * n)\n",
                "squares = [n * n for n in range(10)]\n",
            ),
            Sample(
                "def f(users):\n    names = []\n    for u in users:\n        names.append(u.name)\n    return names\n",
                "def f(users):\n    names = [u.name for u in users]\n    return names\n",
            ),
            Sample(
                "found = []\nfor entry in root.iterdir():\n    found.append(str(entry))\nfound.sort()\n",
                "found = [str(entry) for entry in root.iterdir()]\nfound.sort()\n",
            ),
        ]
    )
    assert found.rule.body["pattern"].split("\n")[0] == "$X = []"
    assert found.fixes
    assert flagged(found.rule, "kept = []\nfor x in y:\n    other.append(x)\n") == []


def test_approved_code_narrows_a_rule_to_what_stands_around_the_samples() -> None:
    found = learned(SLEEP, negatives=["import time\n\ndef poll():\n    time.sleep(1)\n"])
    assert found.rule.body["pattern"] == "time.sleep(...)"
    assert found.rule.body["where"] == {"F": {"regex": "^test_"}}


def test_without_approved_code_the_more_general_rule_is_taken() -> None:
    assert learned(SLEEP).rule.body["parameters"]["calls"] == ["time.sleep"]


def test_approved_code_is_excluded_by_what_it_says_and_no_bad_code_does() -> None:
    samples = [
        Sample(f"x = open({given})\n", f"x = open({given}, encoding='utf-8')\n")
        for given in ("a", "b, 'w'", "c(), 'r'")
    ]
    found = learned(samples, negatives=["y = open(name, 'rb')\n"])
    assert flagged(found.rule, "z = open(other, 'rb')\n") == []
    assert flagged(found.rule, "z = open(other, 'a')\n") == [1]


def test_texts_are_told_by_what_befores_have_and_afters_lack() -> None:
    found = learned(
        [
            Sample('API = "http://api.example.org/v1"\n', 'API = "https://api.example.org/v1"\n'),
            Sample('get("http://rates.example.org", timeout=3)\n', 'get("https://rates.example.org", timeout=3)\n'),
            Sample('HOSTS = ["http://one.example.org", "b"]\n', 'HOSTS = ["https://one.example.org", "b"]\n'),
        ]
    )
    assert flagged(found.rule, 'send("http://x.org")\n') == [1]
    assert flagged(found.rule, 'send("https://x.org")\n') == []


def test_methods_of_one_kind_stand_for_each_other() -> None:
    levels = ("info", "warning", "error")
    found = learned([Sample(f'log.{name}(f"{name} {{x}}")\n', f'log.{name}("{name} %s", x)\n') for name in levels])
    assert flagged(found.rule, 'self.logger.debug(f"{x}")\n') == [1]
    assert flagged(found.rule, 'self.answer.send(f"{x}")\n') == []


def test_the_page_reads_as_if_a_person_had_written_it() -> None:
    page = learned(CURSOR).page
    assert page.startswith("# Smell of code\n\n```toml gardener\n# Learned from 3 changes")
    assert 'state = "shadow"' in page
    assert "It costs us time." in page
    assert "cursor.execute(f\"select * from users where name = '{name}'\")  # here" in page
    assert "_gardener" not in page


def test_the_same_samples_give_the_same_page() -> None:
    assert learned(CURSOR).page == learned(CURSOR).page


def test_statements_that_only_moved_and_unrelated_imports_are_no_change() -> None:
    before = "import a{0}\n\nfirst()\nprint(x{0})\nlast()\n"
    after = "import a{0}\nimport log\n\nlast()\nlog.info(x{0})\nfirst()\n"
    assert learned([Sample(before.format(n), after.format(n)) for n in range(3)]).atoms == ("print",)


@pytest.mark.parametrize("after", ["class A(Base):\n    pass\n", None])
def test_samples_without_a_common_change_are_refused(after: str | None) -> None:
    samples = [
        Sample("x = 1\n", "x = f(2)\n"),
        Sample("for a in b:\n    c()\n", "while b:\n    c()\n"),
        Sample("class A:\n    pass\n", after),
    ]
    found = refused(samples)
    assert found.reason


def test_a_pattern_that_names_nothing_is_refused() -> None:
    samples = [Sample(f"x{n} = f{n}(a)\n", f"x{n} = g{n}(a, b)\n") for n in range(3)]
    found = refused(samples)
    assert all("$F($" not in said or reason for said, reason in found.tried)


def test_a_refusal_names_the_sample_and_the_piece_where_the_match_died() -> None:
    samples = [
        Sample("import m\n\nm.f(1, k=2)\n", "import m\n\nm.g(1, k=2)\n"),
        Sample("import m\n\nm.f(3, k=4)\n", "import m\n\nm.g(3, k=4)\n"),
        Sample("import n\n\nn.h(5)\n", "import n\n\nn.i(5)\n"),
        Sample("import n\n\nn.z(5)\n", "import n\n\nn.y(5)\n"),
    ]
    found = refused(samples)
    assert "sample" in found.reason


def test_a_rule_that_finds_too_much_in_the_repository_is_refused_and_says_so() -> None:
    repository = {f"src/m{n}.py": 'c.execute(f"a{b}")\n' * 10 for n in range(10)}
    found = refused(CURSOR, repository=repository)
    assert "flags 100 places in the repository" in [reason for _, reason in found.tried]
    wide = learned(CURSOR, repository=repository, limits=Limits(hits=100))
    assert wide.proof.hits == 100
    assert wide.places["src/m3.py"] == tuple(range(1, 11))


def test_a_sample_of_which_nobody_knows_what_became_still_has_to_be_flagged() -> None:
    found = learned([*CURSOR, Sample('x.execute(f"{y}")\n', None)])
    assert (found.proof.befores, found.proof.afters) == (4, 3)
    assert refused([*CURSOR, Sample("unrelated = 1\n", None)])


def test_lines_in_focus_decide_between_several_changes() -> None:
    code = "import os\n\nos.{0}(a{2})\n" + "pass\n" * 12 + "y = {1}(b{2})\n"
    pairs = [(code.format("system", "old", n), code.format("popen", "new", n)) for n in range(3)]
    found = learned([Sample(before, after, focus=(16, 16)) for before, after in pairs])
    assert flagged(found.rule, "z = old(1)\n") == [1]
    found = learned([Sample(before, after) for before, after in pairs])
    assert found.rule.body["parameters"] == {"calls": ["os.system"], "instead": "os.popen"}


def test_relative_imports_mean_the_module_they_stand_for() -> None:
    before = "from ..db import query\n\n\ndef f(x):\n    return query({})\n"
    samples = [
        Sample(before.format(given), before.format(f"{given}, seconds=5"), path="src/shop/web/views.py")
        for given in ("x", "'select 1'", "x.text, fast")
    ]
    found = induce(samples, title="Query without a limit", why="")
    assert isinstance(found, Induced), found
    assert found.rule.body["parameters"]["calls"] == ["shop.db.query"]
    assert "from shop.db import query" in found.page


def test_what_is_around_samples_counts_where_the_code_itself_is_found_everywhere() -> None:
    code = "class {0}(Widget):\n    def paint(self, canvas):\n        {1}\n"
    samples = [
        Sample(code.format(name, f"x = len({given})"), code.format(name, f"x = measure({given})"))
        for name, given in (("A", "self.a"), ("B", "canvas"), ("C", "rows[1]"))
    ]
    found = learned(samples)
    assert flagged(found.rule, "x = len(y)\n") == []
