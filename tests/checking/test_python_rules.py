"""Python rules: read without running, run only where allowed, and never the cause of a traceback."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from gardener.checking.engine import examine_rule, examine_variant
from gardener.checking.load import load, load_rules
from gardener.checking.prove import prove
from gardener.checking.python_rules import read_module
from gardener.checking.repo_rules import run_document_rules
from gardener.checking.selection import Variant
from gardener.core.errors import ManyErrors, RuleError
from gardener.core.rule import Plan, Rule
from gardener.core.settings import Settings
from gardener.repo.memory import MemoryTree

if TYPE_CHECKING:
    from pathlib import Path

RULE = '''"""A rule."""

import libcst as cst

from gardener import rule


@rule(cst.Call, {declared})
def bare_print(call, file):
    """Print in library code.

    Whoever uses the library owns its output.

    ```python bad
    print(total)  # here
    ```

    ```python good
    log.info(total)
    ```
    """
    {body}
'''
FLAG = "if file.name_of(call.func) == 'print':\n        yield file.flag(call, 'do not print')"
DOCUMENT = '''from gardener import Document, rule


@rule(Document, belief="words-are-final")
def todo_heading(document):
    """Heading that is still to be written.

    ```markdown bad
    # Guide

    ## TODO <!-- here -->
    ```

    ```markdown good
    # Guide
    ```
    """
    for heading in document.headings:
        if "TODO" in heading.text:
            yield document.flag(heading.line, "write this section")
'''
REPO = '''import gardener


@gardener.rule(gardener.Repo)
def lonely_page(repo):
    """Page that the README does not mention.

    ```text bad
    === README.md
    Nothing here.
    === docs/a.md
    # A <!-- here -->
    ```

    ```text good
    === README.md
    See docs/a.md.
    === docs/a.md
    # A
    ```
    """
    readme = repo.read("README.md").decode()
    for document in repo.documents:
        if document.path != "README.md" and document.path not in readme:
            yield repo.flag(document.path, 1, "the README does not mention this page")
'''


def rule_of(declared: str = 'mentions="print"', body: str = FLAG) -> Rule:
    """A Python rule, read from its source."""
    found = read_module(RULE.format(declared=declared, body=body), "rules/bare_print.py")
    assert found is not None
    return found


def problems(text: str, path: str = "rules/bare_print.py") -> list[str]:
    """`line: message` of every mistake in a module."""
    with pytest.raises((RuleError, ManyErrors)) as caught:
        read_module(text, path)
    errors = caught.value.errors if isinstance(caught.value, ManyErrors) else (caught.value,)
    return [f"{(error.at or '').partition(':')[2]}: {error.message}" for error in errors]


def test_the_decorator_is_read_without_running_the_module() -> None:
    declared = (
        'belief="quiet", mentions=("print", "pprint.pp"), names=["print"], severity="P1", state="warn", '
        'paths="app/**", exclude=["tests/"], python=">=3.12", default=False, options={"limit": 3}'
    )
    text = "raise SystemExit\n" + RULE.format(declared=declared, body=FLAG)
    rule = read_module(text, "rules/bare_print.py")
    assert rule is not None
    assert (rule.id, rule.title, rule.why) == (
        "bare-print",
        "Print in library code",
        "Whoever uses the library owns its output.",
    )
    assert (rule.belief, rule.severity, rule.state, rule.default) == ("quiet", "P1", "warn", False)
    assert (rule.paths, rule.exclude, rule.python) == (("app/**",), ("tests/",), ">=3.12")
    assert rule.plan == Plan((("print",), ("pprint", "pp")), ("Call",), ("print",), "toplevel")
    assert rule.body["options"] == {"limit": 3}
    assert [example.line for example in rule.examples] == [16, 20]


@pytest.mark.parametrize(
    ("declared", "body", "expected"),
    [
        ("mentions=WORDS", FLAG, "8: `mentions` must be a literal"),
        ("mention='a'", FLAG, "8: unknown key `mention`"),
        ("**more", FLAG, "8: unknown key `**`"),
        ("severity='P9'", FLAG, "8: `severity` must be one of P0"),
        ("mentions=[1]", FLAG, "8: `mentions` must be a string or a list of strings"),
        ("options=[]", FLAG, "8: `options` must be a dictionary"),
    ],
)
def test_every_mistake_in_a_declaration_is_named(declared: str, body: str, expected: str) -> None:
    assert problems(RULE.format(declared=declared, body=body))[0].startswith(expected)


def test_the_function_is_called_like_its_file() -> None:
    text = RULE.format(declared="", body=FLAG)
    assert problems(text, "rules/other.py") == ["9: the function must be called `other`, like its file"]


def test_a_module_holds_one_rule() -> None:
    text = RULE.format(declared="", body=FLAG)
    assert problems(text + text)[0].endswith("a module holds one rule")


def test_a_module_that_does_not_parse_is_an_error_with_its_line() -> None:
    assert problems("import\n")[0].startswith("1: not valid Python")


def test_a_rule_needs_a_docstring_with_examples() -> None:
    text = "from gardener import rule\n\n@rule(cst.Call)\ndef bare_print(call, file):\n    yield\n"
    assert "no docstring" in problems(text)[0]


def test_a_module_without_a_rule_is_left_alone() -> None:
    assert read_module("def rule(): ...\n", "rules/other.py") is None


@pytest.mark.parametrize(
    ("body", "fixes"),
    [
        (FLAG, False),
        ("yield file.flag(call, file.path.replace('a', 'b'))", False),
        ("yield file.flag(call, 'no', fix=file.replace(call, 'pass'))", True),
    ],
)
def test_a_rule_fixes_when_it_flags_with_a_fix(body: str, fixes: bool) -> None:
    assert rule_of("", body).fixes is fixes


def test_a_rule_runs_on_what_it_asked_for() -> None:
    rule = rule_of()
    assert prove(rule) == []
    assert [finding.message for finding in examine_rule(rule, "x = print(1)\n")] == ["do not print"]


def test_options_have_defaults_that_settings_override() -> None:
    rule = rule_of(
        'options={"limit": 1}', "if len(call.args) > file.options['limit']:\n        yield file.flag(call, 'no')"
    )
    assert examine_rule(rule, "f(1, 2)\n")
    assert not examine_rule(rule, "f(1)\n")
    assert not examine_variant(Variant(rule, {"limit": 2}), "f(1, 2)\n", "a.py").findings


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("yield 1 / 0", "the rule raised ZeroDivisionError: division by zero"),
        ("yield 3", "it yielded int"),
    ],
)
def test_a_rule_that_breaks_is_a_failure_that_names_its_line(body: str, reason: str) -> None:
    result = examine_variant(Variant(rule_of("", body), {}), "f()\n", "a.py")
    assert result.findings == ()
    assert reason in result.failures[0].reason
    assert result.failures[0].rule == "bare-print"


def test_the_line_in_the_rule_is_named() -> None:
    result = examine_variant(Variant(rule_of("", "yield 1 / 0"), {}), "f()\n", "a.py")
    assert "rules/bare_print.py:22" in result.failures[0].reason


def test_an_import_that_fails_is_a_failure_that_names_its_line() -> None:
    rule = rule_of()
    source = "import nowhere_at_all\n" + rule.body["source"]
    result = examine_variant(Variant(replace(rule, body={**rule.body, "source": source}), {}), "print()\n", "a.py")
    assert "rules/bare_print.py:1" in result.failures[0].reason
    assert "nowhere_at_all" in result.failures[0].reason


def test_a_node_that_does_not_exist_is_a_failure() -> None:
    text = RULE.format(declared="", body=FLAG).replace("cst.Call", "cst.Cal")
    rule = read_module(text, "rules/bare_print.py")
    assert rule is not None
    assert "no node `Cal`" in examine_variant(Variant(rule, {}), "print()\n", "a.py").failures[0].reason


def test_rules_of_a_repository_rest_until_it_allows_them(tmp_path: Path) -> None:
    files = {"rules/bare_print.py": RULE.format(declared="", body=FLAG).encode()}
    loaded = load(Settings(), MemoryTree(files, root=tmp_path), python_rules=False)
    assert "bare-print" not in [rule.id for rule in loaded.rules]
    assert [rule.id for rule in loaded.resting] == ["bare-print"]
    assert "bare-print" in [rule.id for rule in load_rules(Settings(), MemoryTree(files), python_rules=True)]


def test_loading_runs_nothing(tmp_path: Path) -> None:
    flag = tmp_path / "ran"
    text = f"open({str(flag)!r}, 'w').close()\n" + RULE.format(declared="mentions='print'", body=FLAG)
    tree = MemoryTree({"rules/bare_print.py": text.encode()}, root=tmp_path)
    rule = next(rule for rule in load_rules(Settings(), tree, python_rules=True) if rule.id == "bare-print")
    examine_rule(rule, "log.info(1)\n")
    assert not flag.exists()
    examine_rule(rule, "print(1)\n")
    assert flag.exists()


@pytest.mark.parametrize(("text", "name"), [(DOCUMENT, "todo_heading"), (REPO, "lonely_page")])
def test_document_and_repository_rules_hold_on_their_examples(text: str, name: str) -> None:
    rule = read_module(text, f"rules/{name}.py")
    assert rule is not None
    assert prove(rule) == []


def test_findings_of_document_rules_know_their_section() -> None:
    rule = read_module(DOCUMENT, "rules/todo_heading.py")
    assert rule is not None
    tree = MemoryTree({"docs/a.md": b"# Guide\n\n## Later: TODO\n", "docs/b.md": b"# TODO\n", "a.py": b"# TODO\n"})
    findings, failures = run_document_rules([replace(rule, exclude=("docs/b.md",))], tree, Settings())
    assert failures == []
    (found,) = findings
    assert (found.path, found.place.line, found.place.column) == ("docs/a.md", 3, 1)
    assert (found.origin, found.scope, found.text) == ("document", "Guide > Later: TODO", "## Later: TODO")


def test_a_document_rule_that_breaks_is_a_failure() -> None:
    rule = read_module(REPO, "rules/lonely_page.py")
    assert rule is not None
    findings, failures = run_document_rules([rule], MemoryTree({}), Settings())
    assert findings == []
    assert failures[0].rule == "lonely-page"
