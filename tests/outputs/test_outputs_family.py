"""Every output is one `render`, and renders the same five reports as its golden files say.

`UPDATE_GOLDEN=1 pytest tests/outputs` writes the files anew; read the diff before committing it.
"""

from __future__ import annotations

import inspect
import os
from pathlib import Path

import pytest
from sample_reports import REPORTS

from gardener.core import family
from gardener.core.report import PLAIN, Style

FORMATS = family.names("gardener.outputs")
GOLDEN = Path(__file__).parent / "golden"


def rendered(form: str, name: str, style: Style = PLAIN) -> str:
    text = family.load("gardener.outputs", form).render(REPORTS[name], style)
    assert isinstance(text, str)
    return text


def test_the_nine_formats_are_the_modules_of_the_folder() -> None:
    assert FORMATS == ["agent", "github", "gitlab", "json", "junit", "markdown", "rdjson", "sarif", "text"]


@pytest.mark.parametrize("form", FORMATS)
def test_a_format_is_one_documented_function(form: str) -> None:
    module = family.load("gardener.outputs", form)
    own = [
        value
        for name, value in vars(module).items()
        if not name.startswith("_") and inspect.isfunction(value) and value.__module__ == module.__name__
    ]
    assert [function.__name__ for function in own] == ["render"]
    assert list(inspect.signature(own[0]).parameters) == ["report", "style"]
    assert own[0].__doc__
    assert module.__doc__


@pytest.mark.parametrize("name", REPORTS)
@pytest.mark.parametrize("form", FORMATS)
def test_a_report_renders_as_its_golden_file(form: str, name: str) -> None:
    data = rendered(form, name, Style(statistics=True)).encode("utf-8", "backslashreplace")
    golden = GOLDEN / f"{name}.{form}"
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_bytes(data)
    assert data.decode() == golden.read_bytes().decode()


@pytest.mark.parametrize("name", REPORTS)
@pytest.mark.parametrize("form", FORMATS)
def test_a_report_ends_in_one_newline_and_does_not_depend_on_the_order_of_its_findings(form: str, name: str) -> None:
    from dataclasses import replace

    text = rendered(form, name)
    assert text.endswith("\n")
    assert not text.endswith("\n\n")
    report = REPORTS[name]
    backwards = replace(report, findings=tuple(reversed(report.findings)))
    assert family.load("gardener.outputs", form).render(backwards) == text


@pytest.mark.parametrize("form", sorted(set(FORMATS) - {"json", "sarif"}))
def test_suppressed_and_shadow_findings_are_listed_in_json_and_sarif_only(form: str) -> None:
    text = rendered(form, "many")
    assert "a1c284c2ce5196b9b67380ab8e975411" not in text
    assert "client.py:3" not in text
    assert "shadow-rule" not in text


@pytest.mark.parametrize("form", FORMATS)
def test_no_steering_character_of_foreign_text_survives(form: str) -> None:
    text = rendered(form, "hostile", Style(statistics=True))
    assert not {character for character in text if character < " " and character not in "\n\t"}
    assert not set("\u202e\u200b\x7f") & set(text)


@pytest.mark.parametrize("form", ["text", "agent"])
def test_the_documentation_shows_what_is_printed(form: str) -> None:
    documentation = (Path(__file__).parents[2] / "docs/formats.md").read_text(encoding="utf-8")
    assert f"```text\n{rendered(form, 'one')}```" in documentation


@pytest.mark.parametrize("form", FORMATS)
def test_the_documentation_has_a_section_for_every_format(form: str) -> None:
    documentation = (Path(__file__).parents[2] / "docs/formats.md").read_text(encoding="utf-8")
    assert f"\n## {form}\n" in documentation
