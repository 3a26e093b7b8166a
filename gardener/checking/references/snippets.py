"""Code in documents' fences: does it parse, and does what it imports from the project exist?"""

from __future__ import annotations

import ast
import re
import textwrap
from typing import TYPE_CHECKING

from gardener.checking.references.judgement import Judgement
from gardener.checking.references.symbols import judge_name
from gardener.core.finding import Span
from gardener.documents.glance import glance_blocks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gardener.checking.repository import Repo
    from gardener.documents.document import Document
    from gardener.documents.markdown import Fence

PYTHON = frozenset(["python", "py", "python3", "pycon", "py3"])
_COUNTER = re.compile(
    r"\b(?:wrong|bad|don'?t|do not|avoid|incorrect|invalid|broken|never|not valid|syntax ?error|fails?|"
    r"anti-?pattern|before|"
    r"python ?2|pseudo\w*|sketch|conceptual\w*|roughly|simplified|gardener: counter-example)\b",
    re.IGNORECASE,
)
_PARTIAL = re.compile(
    r"^[ \t]*\.\.\.[ \t]*[,)\]}]?[ \t]*$|\.\.\.\s*\w|\w \.\.\.|\u2026|"
    r"<[a-z][\w -]*>|\{\{|\{%|\$\{|^[+-] |^@@|^[ \t]*[%!?]\w|^\$ |"
    r"^In \[\d+\]|^Out\[|\.\.\.\.|^[ \t]*\.\.\.|^>>> |\[\.\.\.\]|--8<--|\{!|\(\d+\)!|\{\*",
    re.MULTILINE,
)
_ELLIPSIS = re.compile(r"\.\.\.|\u2026|<[\w -]+>|\{\{|\{%|\$\{|^[+-] |--8<--|\{!|\{\*|\(\d+\)!", re.MULTILINE)
_TEMPLATE = re.compile(
    r"^<<<<<<<|^>> ?|^[ \t]*%%|\b(?:class|def|from|import|async def)[ \t]+[\w.]*\{|\{\w+\}[\w.]*[ \t]*[(=.]|"
    r"^[ \t]*\*,[ \t]*$|\.\.\.\)|\w\.\.\.\)|^(?:\$ |[ \t]*(?:pip|uv|npm|curl|python3?|git)[ \t]+[\w-])|^[=*]{2,}",
    re.MULTILINE,
)
_PARAMETER = re.compile(
    r"[ \t]*\*{0,2}\w+[ \t]*(?::[^=]+)?(?:=[^=].*)?,[ \t]*(?:#.*)?$|.*,$|[\"'\w.]+[ \t]*:[ \t]*.*[\[{(]$"
)
_TEST_FILES = re.compile(r"(?:^|/)(?:tests?|testing|mdtest|fixtures|test[-_]?(?:data|cases|resources))/")
_LEAST_LINES = 4
_EXEMPT = re.compile(r"no-?(?:check|run|test|lint)|skip|test=\"?skip|diff|fragment|ignore", re.IGNORECASE)
_LOOK_BACK = 3


def judge_snippets(document: Document, repo: Repo, *, all_of_them: bool = False) -> Iterator[Judgement]:
    """The fences of Python, JSON, YAML and TOML, each with whether it parses.

    Unless `all_of_them` are wanted, a document is not parsed when a glance shows that all do.
    """
    if repo.tier(document) in ("record", "generated") or _TEST_FILES.search(document.path):
        return
    if not all_of_them and all(_parses(info, code) for info, code in glance_blocks(document.text)):
        return
    for fence in document.fences:
        language = language_of(fence.info)
        check = _CHECKS.get(language)
        if check is None or not fence.code.strip():
            continue
        span = _whole(fence, document)
        if (guard := _guard(fence, document)) is not None:
            yield Judgement(span, fence.info, guard)
        elif (problem := check(fence.code)) is None:
            yield Judgement(span, fence.info, "it parses")
        else:
            line, reason = problem
            at = document.span_of(min(fence.line + max(line, 1), fence.end))
            message = f"this {language} does not parse: {reason}"
            label = " ".join(fence.code.split())[:200]
            facts = (("tier", repo.tier(document)), ("language", language), ("guards", "none applies"))
            yield Judgement(at, label, message=message, certainty="likely", facts=facts)


def judge_imports(document: Document, repo: Repo) -> Iterator[Judgement]:
    """Every import of the project's own packages in a Python fence."""
    if repo.tier(document) in ("record", "generated"):
        return
    if not any(_imports_missing(info, code, repo) for info, code in glance_blocks(document.text)):
        return
    for fence in document.fences:
        if language_of(fence.info) != "python" or _guard(fence, document, partial=True) is not None:
            continue
        tree = _parsed(plain_python(fence.code))
        for node in ast.walk(tree) if tree is not None else ():
            for dotted in _imported(node):
                if dotted.partition(".")[0] in repo.python.roots:
                    span = document.span_of(min(fence.line + getattr(node, "lineno", 1), fence.end))
                    yield judge_name(span, dotted, document, repo, plain=True)


def _parses(info: str, code: str) -> bool:
    check = _CHECKS.get(language_of(info))
    return check is None or check(code) is None


def _imports_missing(info: str, code: str, repo: Repo) -> bool:
    """True when an import of an own package in a block, or in one that cannot be understood, may lead nowhere."""
    if language_of(info) != "python" or not any(root in code for root in repo.python.roots):
        return False
    tree = _parsed(plain_python(code))
    names = [name for node in ast.walk(tree) for name in _imported(node)] if tree is not None else None
    return names is None or any(repo.python.look_up(name).state not in ("found", "unknown") for name in names)


def language_of(info: str) -> str:
    """The language that an info string names, `python` for all that is Python; empty when it names none."""
    word = re.match(r"\{?\.?([\w+-]+)", info)
    name = word[1].lower() if word else ""
    return {"yml": "yaml"}.get(name, "python" if name in PYTHON else name)


def _guard(fence: Fence, document: Document, *, partial: bool = False) -> str | None:
    """Why a fence is not meant to be right."""
    if _EXEMPT.search(fence.info.partition(" ")[2]) or "bad" in fence.info.split():
        return "its info string exempts it"
    before = [document.lines.line(number) for number in range(max(fence.line - _LOOK_BACK, 1), fence.line)]
    first = fence.code.lstrip().partition("\n")[0]
    if _COUNTER.search(" ".join(before)) or (first.startswith(("#", "//")) and _COUNTER.search(first)):
        return "the words before it call it wrong, or a sketch"
    if not partial and _ELLIPSIS.search(fence.code) and language_of(fence.info) != "python":
        return "it leaves something out"
    return None


def plain_python(code: str) -> str:
    """Python without prompts and their output, and without the indentation of all of it."""
    code = textwrap.dedent(code)
    if re.search(r"^>>> ", code, re.MULTILINE):
        lines = [line[4:] for line in code.split("\n") if line.startswith((">>> ", "... "))]
        return "\n".join(lines) + "\n"
    return code


def _parsed(code: str) -> ast.Module | None:
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for text in (code, f"async def _():\n{textwrap.indent(code, '    ')}\n"):
            try:
                return ast.parse(text)
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                continue
    return None


def _python(code: str) -> tuple[int, str] | None:
    prompted = re.search(r"^>>> ", code, re.MULTILINE) is not None
    text = plain_python(code)
    if _parsed(text) is not None or prompted or _PARTIAL.search(code) or _TEMPLATE.search(code):
        return None
    if len(text.split("\n")) <= _LEAST_LINES or _parses_elsewhere(text):
        return None
    try:
        compile(text, "<example>", "exec", ast.PyCF_ONLY_AST, dont_inherit=True)
    except SyntaxError as error:
        return None if _is_fragment(text, error) else (error.lineno or 1, (error.msg or "invalid syntax").lower())
    except (ValueError, RecursionError, MemoryError):
        return None
    return None


def _parses_elsewhere(text: str) -> bool:
    """True for what newer versions of Python understand."""
    import libcst as cst

    try:
        cst.parse_module(text)
    except (cst.ParserSyntaxError, RecursionError, ValueError):
        return False
    return True


def _is_fragment(text: str, error: SyntaxError) -> bool:
    """True for a signature, a class head, arguments alone, or code that breaks off at its end."""
    last = len(text.rstrip().split("\n"))
    said = error.msg or ""
    lines = text.split("\n")
    if _PARAMETER.match(lines[min(error.lineno or 1, len(lines)) - 1]):
        return True
    if (error.lineno or 1) >= last and ("EOF" in said or "never closed" in said or "expected" in said):
        return True
    if re.search(r"^[\w.]+\([^()]*\)[ \t]*->|^(?:async )?def [^\n]*(?:[^:\n])$|^class [^\n:]*$", text, re.MULTILINE):
        return True
    bodies = (
        "expected an indented block",
        "unexpected indent",
        "unindent",
        "outside",
        "await",
        "positional argument follows",
    )
    return said.startswith(bodies) or "perhaps you forgot a comma" in said.lower()


def _json(code: str) -> tuple[int, str] | None:
    import json

    if re.search(r"(?:^|\s)//|/\*|^[ \t]*#|'|,\s*[}\]]", code, re.MULTILINE):
        return None
    decoder = json.JSONDecoder(strict=False)
    text, at = code.strip(), 0
    if not text.startswith(("{", "[")):
        return None
    while at < len(text):
        try:
            _, end = decoder.raw_decode(text, at)
        except ValueError as error:
            return getattr(error, "lineno", 1), str(error).partition(":")[0].lower()
        except RecursionError:
            return None
        at = end + len(text[end:]) - len(text[end:].lstrip())
        if at < len(text) and text[at] not in "{[":
            return None
    return None


def _toml(code: str) -> tuple[int, str] | None:
    import tomllib

    try:
        tomllib.loads(textwrap.dedent(code))
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"line (\d+)", str(error))
        said = re.sub(r" \(at .*\)$", "", str(error)).lower()
        # An example often shows the same table twice, before and after.
        return (
            None
            if "twice" in said or "overwrite" in said or "mutate" in said
            else (int(found[1]) if found else 1, said)
        )
    except RecursionError:
        return None
    return None


def _yaml(code: str) -> tuple[int, str] | None:
    from importlib import import_module

    try:
        yaml = import_module("yaml")
    except ImportError:
        return None
    try:
        for _ in yaml.parse(code, Loader=yaml.SafeLoader):
            pass
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        return (mark.line + 1 if mark else 1), str(error.problem or error.context).lower()
    except (yaml.YAMLError, RecursionError, ValueError):
        return None
    return None


_CHECKS: dict[str, Callable[[str], tuple[int, str] | None]] = {
    "python": _python,
    "json": _json,
    "toml": _toml,
    "yaml": _yaml,
}


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.module and not node.level:
        return [f"{node.module}.{alias.name}" if alias.name != "*" else node.module for alias in node.names]
    return []


def _whole(fence: Fence, document: Document) -> Span:
    return Span(document.lines.offset(fence.line, 1), document.lines.offset(fence.end, 1))
