"""The import law, read from the source with `ast`: only downwards, and some imports only in one place."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGE = Path(__file__).parent.parent / "gardener"
FLOORS = {
    "core": 0,
    "documents": 1,
    "repo": 1,
    "llm": 1,
    "outputs": 2,
    "sources": 2,
    "trackers": 2,
    "checking": 3,
    "reviewing": 4,
    "learning": 5,
    "gardening": 6,
    "cli": 7,
}
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if "rules" not in path.relative_to(PACKAGE).parts)
GIT_AND_RUFF = {"repo/git.py", "repo/ruff.py"}
NETWORK = {
    "aiohttp", "ftplib", "http", "httpx", "httpx2", "openai", "requests", "smtplib", "socket", "socketserver", "ssl",
    "urllib", "urllib3", "xmlrpc",
}  # fmt: skip
WIRE = {"llm/line.py", "llm/openai.py", "llm/scripted_exchange.py", "llm/scripted_server.py", "repo/forge.py"}
WAY_OF_A_CHECK = ("core/", "documents/", "repo/", "outputs/", "checking/", "cli/check.py", "rules/")


def name_of(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def imports(path: Path) -> Iterator[tuple[str, int, bool]]:
    """(dotted module, line, whether it happens while the module is imported) of every import in a file."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    late = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) or is_type_checking(node)
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node.lineno, id(node) not in late
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: relative import"
            for alias in node.names:
                yield f"{node.module}.{alias.name}", node.lineno, id(node) not in late


def is_type_checking(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


def folder_of(dotted: str) -> str | None:
    parts = dotted.split(".")
    return parts[1] if parts[0] == "gardener" and len(parts) > 1 and parts[1] in FLOORS else None


def breaks_the_law(importer: str, imported: str) -> bool:
    """True when a module in folder `importer` may not import from folder `imported`."""
    if importer == imported:
        return False
    return FLOORS[imported] >= FLOORS[importer]


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_imports_go_downwards_only(path: Path) -> None:
    folder = path.relative_to(PACKAGE).parts[0]
    if folder not in FLOORS:
        return
    wrong = [
        f"{name_of(path)}:{line} imports {dotted}"
        for dotted, line, _ in imports(path)
        if (target := folder_of(dotted)) is not None and breaks_the_law(folder, target)
    ]
    assert wrong == []


def test_every_folder_stands_on_a_floor() -> None:
    folders = {path.name for path in PACKAGE.iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert folders - set(FLOORS) == {"rules"}


def test_siblings_on_the_ground_never_import_each_other() -> None:
    assert breaks_the_law("repo", "documents")
    assert breaks_the_law("outputs", "trackers")
    assert breaks_the_law("checking", "gardening")
    assert not breaks_the_law("gardening", "checking")


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_heavy_libraries_are_imported_where_they_are_needed(path: Path) -> None:
    heavy = {"libcst", "markdown_it", "regex", "pathspec", "packaging", "sqlite3", "openai", "rich", "detect_secrets"}
    early = [
        f"{name_of(path)}:{line}" for dotted, line, at_import in imports(path) if at_import and root(dotted) in heavy
    ]
    assert early == []


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_slow_parts_of_libcst_are_never_imported(path: Path) -> None:
    slow = ("libcst.matchers", "libcst.metadata", "libcst.codemod")
    assert [dotted for dotted, _, _ in imports(path) if dotted.startswith(slow)] == []


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_processes_are_started_in_one_place(path: Path) -> None:
    starts = [dotted for dotted, _, _ in imports(path) if root(dotted) == "subprocess"]
    assert not starts or name_of(path) in GIT_AND_RUFF


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_only_the_command_line_and_text_use_click(path: Path) -> None:
    uses = [dotted for dotted, _, _ in imports(path) if root(dotted) == "click"]
    assert not uses or name_of(path).startswith(("cli/", "outputs/"))


@pytest.mark.parametrize("path", sorted((PACKAGE / "core").glob("*.py")), ids=name_of)
def test_core_is_standard_library_without_input_or_output(path: Path) -> None:
    banned = {"os", "io", "pathlib", "subprocess", "socket", "tempfile", "shutil", "sqlite3", "urllib"}
    reached = [dotted for dotted, _, _ in imports(path) if root(dotted) in banned]
    assert reached == []
    calls = [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
    assert [
        call.lineno for call in calls if isinstance(call.func, ast.Name) and call.func.id in {"open", "print"}
    ] == []


def test_nothing_imports_a_rule_file() -> None:
    wrong = [
        f"{name_of(path)}:{line}"
        for path in MODULES
        for dotted, line, _ in imports(path)
        if dotted.startswith("gardener.rules.")
    ]
    assert wrong == []


def test_no_module_reaches_the_network() -> None:
    wrong = [
        f"{name_of(path)}:{line} {dotted}"
        for path in MODULES
        for dotted, line, _ in imports(path)
        if root(dotted) in NETWORK and not dotted.startswith("urllib.parse") and name_of(path) not in WIRE
    ]
    assert wrong == []


def test_the_way_of_a_check_knows_no_model() -> None:
    wrong = [
        f"{name_of(path)}:{line} {dotted}"
        for path in [*MODULES, *(PACKAGE / "rules").rglob("*.py")]
        for dotted, line, _ in imports(path)
        if name_of(path).startswith(WAY_OF_A_CHECK) and (folder_of(dotted) == "llm" or root(dotted) == "openai")
    ]
    assert wrong == []


def root(dotted: str) -> str:
    return dotted.split(".", maxsplit=1)[0]
