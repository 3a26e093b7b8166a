"""The project's own ruff, in gardener's terms."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from gardener.core.finding import Edit, Failure, Place, Span
from gardener.repo.ruff import run_ruff, severity_of

if TYPE_CHECKING:
    from pathlib import Path

Make = Callable[..., Any]
CONFIG = '[lint]\nselect = ["F", "S", "E9"]\n'


def apply(text: str, edits: tuple[Edit, ...]) -> str:
    for edit in reversed(edits):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text


def test_findings_have_offsets_places_and_fixes_in_code_points(garden: Make) -> None:
    text = 'import os\r\n\x0cx = "ä😀"; y = undefined\r\n'
    made = garden({"ruff.toml": CONFIG, "pkg/a.py": "\ufeff" + text})
    findings, failures = run_ruff(made.root)
    assert failures == []
    unused, undefined = findings
    assert (unused.rule, unused.path, unused.origin, unused.severity) == ("ruff:F401", "pkg/a.py", "ruff", "P2")
    assert unused.fix is not None
    assert unused.fix.safety == "safe"
    assert apply(text, unused.fix.edits) == text.removeprefix("import os\r\n")
    assert (unused.text, unused.scope) == ("import os", "")
    assert undefined.rule == "ruff:F821"
    assert text[undefined.span.start : undefined.span.end] == "undefined"
    assert undefined.place.line == 2
    assert undefined.message == "Undefined name `undefined`"


def test_only_named_files_are_looked_at_and_ruffs_excludes_hold(garden: Make) -> None:
    bad = "import os\n"
    made = garden({"ruff.toml": 'exclude = ["x.py"]\n' + CONFIG, "a.py": bad, "b.py": bad, "x.py": bad, "-c.py": bad})
    findings, failures = run_ruff(made.root, ["a.py", "x.py", "-c.py"])
    assert [finding.path for finding in findings] == ["-c.py", "a.py"]
    assert failures == []
    assert run_ruff(made.root, []) == ([], [])


def test_nothing_is_fixed_even_where_the_project_says_so(garden: Make) -> None:
    made = garden({"ruff.toml": "fix = true\nunsafe-fixes = true\n" + CONFIG, "a.py": "import os\n"})
    findings, _ = run_ruff(made.root)
    assert len(findings) == 1
    assert made.read("a.py") == b"import os\n"


def test_a_syntax_error_is_one_failure_and_other_files_still_count(garden: Make) -> None:
    made = garden({"ruff.toml": CONFIG, "a.py": "def f(:\n", "b.py": "import os\n"})
    findings, failures = run_ruff(made.root)
    assert [finding.path for finding in findings] == ["b.py"]
    assert [failure.path for failure in failures] == ["a.py"]


def test_a_broken_configuration_is_a_failure(garden: Make) -> None:
    made = garden({"ruff.toml": "[lint]\nselect = 3\n", "a.py": ""})
    findings, failures = run_ruff(made.root)
    assert findings == []
    assert [failure.rule for failure in failures] == ["ruff"]
    assert "ruff.toml" in failures[0].reason


def test_an_empty_finding_stays_inside_the_text(garden: Make) -> None:
    made = garden({"ruff.toml": '[lint]\nselect = ["W292"]\n', "a.py": "x = 1"})
    findings, _ = run_ruff(made.root)
    assert (findings[0].span, findings[0].place) == (Span(5, 5), Place(1, 6, 1, 6))


def test_a_ruff_on_path_is_taken_and_one_in_the_working_folder_is_not(
    garden: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = garden({"ruff": "#!/bin/sh\ntouch trap\n"})
    (made.root / "ruff").chmod(0o755)
    monkeypatch.chdir(made.root)
    monkeypatch.setenv("PATH", ".")
    run_ruff(made.root)
    assert not (made.root / "trap").exists()
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "ruff").write_text("#!/bin/sh\necho no >&2\nexit 2\n")
    (tmp_path / "bin" / "ruff").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert run_ruff(made.root) == ([], [Failure("ruff failed: no", rule="ruff")])


@pytest.mark.parametrize(
    ("code", "severity"),
    [("F821", "P1"), ("E902", "P1"), ("S113", "P1"), ("S608", "P1"), ("F401", "P2"), ("E501", "P2"), ("I001", "P2")],
)
def test_what_breaks_or_leaks_is_graver(code: str, severity: str) -> None:
    assert severity_of(code) == severity
