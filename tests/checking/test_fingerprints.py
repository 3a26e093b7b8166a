from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable

import pytest

from gardener.checking.diffing import defines, new_findings
from gardener.checking.fingerprints import assign, fingerprint_of, rematch, under_path
from gardener.core.finding import Finding

Examine = Callable[..., tuple[Finding, ...]]

BEFORE = """\
import os


class Runner:
    def start(self, command):
        if command:
            os.system(command)
        os.system(command)

    def stop(self):
        os.system('stop')


os.system("top")
"""

MOVED = BEFORE.replace(
    "        if command:\n            os.system(command)\n        os.system(command)\n",
    "        os.system(command)\n        while command:\n            os.system(command)\n",
)


def prints(findings: tuple[Finding, ...]) -> list[str]:
    return [finding.fingerprint for finding in findings]


def formatted(text: str, *options: str) -> str:
    command = [sys.executable, "-m", "ruff", "format", "--isolated", *options, "-"]
    return subprocess.run(command, input=text, capture_output=True, text=True, check=True).stdout


def test_the_fingerprint_is_what_the_documents_say() -> None:
    value = '["rule","a.py","A.b","caf\\u00e9()",1]'
    assert json.loads(value) == ["rule", "a.py", "A.b", "café()", 1]
    assert fingerprint_of("rule", "a.py", "A.b", "café()", 1) == hashlib.sha256(value.encode()).hexdigest()[:32]


def test_equal_findings_differ_by_their_ordinal(examine: Examine) -> None:
    findings = examine(BEFORE)
    assert [finding.place.line for finding in findings] == [7, 8, 11, 14]
    assert len(set(prints(findings))) == 4


def test_the_order_in_which_findings_arrive_does_not_matter(examine: Examine) -> None:
    findings = examine(BEFORE)
    assert assign(reversed(findings)) == findings


@pytest.mark.parametrize(
    "after",
    [
        pytest.param(formatted(BEFORE, "--line-length", "20"), id="another line length"),
        pytest.param(formatted(BEFORE), id="formatted"),
        pytest.param(BEFORE.replace("(command)\n", "(\n            command,\n        )\n"), id="broken over lines"),
        pytest.param(BEFORE.replace('"top"', "'top'"), id="other quotes"),
        pytest.param("# a comment\n\n" + BEFORE, id="lines inserted above"),
        pytest.param(BEFORE.replace("    def stop", "    def go(self): ...\n\n    def stop"), id="method inserted"),
        pytest.param(BEFORE.replace("        if command:", "        self.x = 1\n        if command:"), id="moved down"),
        pytest.param(BEFORE.replace("import os", "import os\nimport sys"), id="import added"),
        pytest.param(BEFORE.replace("\n", "\r\n"), id="CRLF"),
        pytest.param(BEFORE.replace("        ", "\t\t").replace("    ", "\t"), id="tabs"),
        pytest.param(MOVED, id="moved in its scope"),
    ],
)
def test_fingerprints_survive_what_changes_no_finding(examine: Examine, after: str) -> None:
    assert sorted(prints(examine(after))) == sorted(prints(examine(BEFORE)))


@pytest.mark.parametrize(
    ("after", "kept"),
    [
        pytest.param(BEFORE.replace("start", "begin"), [False, False, True, True], id="method renamed"),
        pytest.param(BEFORE.replace("'stop')", "'halt')"), [True, True, False, True], id="argument changed"),
        pytest.param(BEFORE.replace("Runner", "Walker"), [False, False, False, True], id="class renamed"),
    ],
)
def test_other_scope_or_code_is_another_finding(examine: Examine, after: str, kept: list[bool]) -> None:
    known = set(prints(examine(BEFORE)))
    assert [fingerprint in known for fingerprint in prints(examine(after))] == kept


def test_a_renamed_file_is_recognised_under_its_old_path(examine: Examine) -> None:
    moved = examine(BEFORE, path="new.py")
    assert set(prints(moved)).isdisjoint(prints(examine(BEFORE)))
    assert under_path(moved, "a.py") == prints(examine(BEFORE))


def test_rematching_gives_each_old_fingerprint_away_once(examine: Examine) -> None:
    old = examine("import os\nos.system(x)\n")
    new = examine("import os\nos.system(x)\nos.system(x)\n", path="new.py")
    unclaimed = {finding.fingerprint: (finding.rule, finding.path) for finding in old}
    assert rematch(unclaimed, new, lambda _: ["a.py"]) == {new[0].fingerprint: old[0].fingerprint}


def test_what_the_base_has_is_not_new(examine: Examine) -> None:
    current = examine(BEFORE + "os.system(more)\n")
    assert [finding.place.line for finding in new_findings(current, examine(BEFORE))] == [15]


def test_a_renamed_file_has_nothing_new(examine: Examine) -> None:
    current = examine("# moved\n" + BEFORE, path="b/new.py")
    assert new_findings(current, examine(BEFORE), {"b/new.py": "a.py"}) == ()
    assert new_findings(current, examine(BEFORE)) == current


def test_a_renamed_definition_has_nothing_new(examine: Examine) -> None:
    after = BEFORE.replace("start", "begin")
    assert new_findings(examine(after), examine(BEFORE), texts={"a.py": after}) == ()
    assert len(new_findings(examine(after), examine(BEFORE))) == 2


def test_what_moves_between_definitions_that_both_remain_is_new(examine: Examine) -> None:
    before = "import os\ndef f():\n    os.system(x)\ndef g():\n    pass\n"
    after = "import os\ndef f():\n    pass\ndef g():\n    os.system(x)\n"
    [found] = new_findings(examine(after), examine(before), texts={"a.py": after})
    assert found.scope == "g"


def test_one_more_of_the_same_is_new_whatever_went_away_elsewhere(examine: Examine) -> None:
    before = "import os\ndef f():\n    os.system(x)\ndef g():\n    os.system(y)\n"
    after = "import os\ndef f():\n    os.system(x)\n    os.system(x)\ndef g():\n    pass\n"
    assert [found.scope for found in new_findings(examine(after), examine(before), texts={"a.py": after})] == ["f"]


@pytest.mark.parametrize(
    ("text", "scope", "expected"),
    [
        ("def f(): pass", "f", True),
        ("class A:\n    async  def f(self): ...", "A.f", True),
        ("class A(B): ...", "A", True),
        ("def ff(): pass", "f", False),
        ("x = 'def f'", "f", False),
    ],
)
def test_a_text_tells_whether_it_defines_a_scope(text: str, scope: str, expected: bool) -> None:
    assert defines(text, scope) is expected
