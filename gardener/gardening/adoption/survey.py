"""What a repository is like, as far as its files tell: where code and tests lie, which tools and documents it has."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from gardener.core.globs import compile_globs

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from gardener.core.belief import Area
    from gardener.core.settings import Settings
    from gardener.repo.trees import Tree

Forge = Literal["github", "gitlab", ""]

TESTS = ("tests/", "test/", "test_*.py", "*_test.py", "conftest.py")
VENDORED = ("vendor/", "_vendor/", "vendored/", "_vendored/", "third_party/", "thirdparty/")
GUIDES = ("AGENTS.md", "CLAUDE.md", "GEMINI.md", ".github/copilot-instructions.md")
OTHER_CI = (
    ".circleci/config.yml",
    "azure-pipelines.yml",
    "bitbucket-pipelines.yml",
    ".travis.yml",
    "Jenkinsfile",
    ".cirrus.yml",
    ".woodpecker.yml",
)
_ASIDE = frozenset({"doc", "docs", "example", "examples", "benchmark", "benchmarks", "script", "scripts", "extras"})
_BRANCH = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_./-]*")
_AT_LEAST = re.compile(r"(?:>=|~=|==|\^)\s*(3\.\d+)")


@dataclass(frozen=True, slots=True)
class Survey:
    """What was seen. Paths are relative to the root; `code`, `tests` and `vendored` are globs.

    `product` are the Python files that are neither tests nor vendored nor beside the product (documentation, examples,
    scripts). `beliefs`, `tracker` and `guide` are the documents that are there, None where there is none. `branch` is
    what changes are merged into. `python` is the oldest Python that the project says it supports.
    """

    product: tuple[str, ...] = ()
    test_files: tuple[str, ...] = ()
    areas: tuple[Area, ...] = ()
    code: tuple[str, ...] = ()
    tests: tuple[str, ...] = ()
    vendored: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    beliefs: str | None = None
    tracker: str | None = None
    guide: str | None = None
    forge: Forge = ""
    other_ci: str | None = None
    branch: str = "main"
    python: str | None = None
    ruff: bool = False
    coverage: bool = False


def survey(tree: Tree, settings: Settings) -> Survey:
    """Look at a tree. Raises ConfigError when the settings name a document that is not there."""
    from gardener.documents.places import find_core_beliefs, find_tech_tracker
    from gardener.repo.discovery import discover

    paths = tree.paths()
    vendored = () if settings.source else _matched(VENDORED, paths)
    found = discover(tree, settings)
    outside = compile_globs(vendored)
    python = tuple(path for path in found.python if not outside.matches(path))
    tests = _matched(TESTS, python)
    is_test = compile_globs(tests)
    product = _product(path for path in python if not is_test.matches(path))
    project = _project(tree)
    return Survey(
        product=product,
        test_files=tuple(path for path in python if is_test.matches(path)),
        areas=_areas(product, settings),
        code=_code(product),
        tests=tests,
        vendored=vendored,
        documents=found.documents,
        beliefs=find_core_beliefs(paths, settings),
        tracker=find_tech_tracker(paths, settings),
        guide=_guide(tree),
        forge=_forge(tree),
        other_ci=next((name for name in OTHER_CI if tree.exists(name)), None),
        branch=main_branch(tree.root),
        python=_oldest_python(project),
        ruff=uses_ruff(tree),
        coverage="coverage" in _tools(project) or tree.exists(".coveragerc") or tree.exists("coverage.xml"),
    )


def main_branch(root: Path) -> str:
    """What changes are merged into: the main branch of `origin` where it is known, else one of the usual names."""
    from gardener.core.errors import RepoError
    from gardener.repo import git

    for reference in ("refs/remotes/origin/HEAD", "HEAD"):
        try:
            named = git.output(root, "symbolic-ref", "--quiet", reference).strip()
        except RepoError:
            continue
        name = named.removeprefix("refs/remotes/origin/").removeprefix("refs/heads/")
        usual = reference != "HEAD" or name in ("main", "master", "trunk", "develop")
        if usual and _BRANCH.fullmatch(name):
            return name
    return "main"


def uses_ruff(tree: Tree) -> bool:
    """True where the project has chosen rules of ruff: elsewhere its defaults are nobody's decision."""
    return "ruff" in _tools(_project(tree)) or tree.exists("ruff.toml") or tree.exists(".ruff.toml")


def _matched(globs: Iterable[str], paths: Iterable[str]) -> tuple[str, ...]:
    """Those of `globs` that match a Python file which none before them matches."""
    left = [path for path in paths if path.endswith(".py")]
    matched: list[str] = []
    for glob in globs:
        compiled = compile_globs([glob])
        rest = [path for path in left if not compiled.matches(path)]
        if len(rest) < len(left):
            matched.append(glob)
        left = rest
    return tuple(matched)


def _product(python: Iterable[str]) -> tuple[str, ...]:
    """What lies in folders, but for those beside the product; where nothing does, the files in the root."""
    listed = tuple(path for path in python if path.partition("/")[0] not in _ASIDE)
    return tuple(path for path in listed if "/" in path) or listed


def _areas(product: tuple[str, ...], settings: Settings) -> tuple[Area, ...]:
    """The areas as they are graded; without settings, in globs that can be written down."""
    from gardener.core.belief import Area
    from gardener.reviewing.areas import areas_of

    found = areas_of(settings, product)
    if settings.areas:
        return found
    named = {printable(area.name): tuple(map(_safe, area.globs)) for area in found}
    return tuple(Area(name, globs) for name, globs in named.items())


def _safe(glob: str) -> str:
    """A glob of a folder, `folder/**` or `folder/*`, whose folder is taken as it is written."""
    folder, slash, rest = glob.rpartition("/")
    return f"{as_glob(folder)}{slash}{rest}"


def _code(product: tuple[str, ...]) -> tuple[str, ...]:
    """Globs of the product: its outermost folders; of a project without folders, the files in the root."""
    folders = sorted({path.partition("/")[0] for path in product if "/" in path})
    if folders:
        return tuple(f"{as_glob(folder)}/**" for folder in folders)
    return ("/*.py",) if product else ()


def _guide(tree: Tree) -> str | None:
    """The guide for coding agents: the one that has a section of ours, else the first that is there."""
    present = [name for name in GUIDES if tree.exists(name)]
    for name in present:
        try:
            if b"gardener:agents" in tree.read(name):
                return name
        except OSError:
            continue
    return present[0] if present else None


def as_glob(path: str) -> str:
    """A glob that matches a path, in whatever signs of globs, Markdown or TOML it is written."""
    return printable(re.sub(r"[*?\[\]{},!\\#`\"'\s]", "?", path))


def printable(text: str) -> str:
    """`text` with a question mark for every character that cannot be seen."""
    return "".join(char if char.isprintable() else "?" for char in text)


def _forge(tree: Tree) -> Forge:
    """Where continuous integration runs: by its files, else by where `origin` is."""
    from gardener.repo.forge_links import origin_of

    if any(path.startswith(".github/") for path in tree.paths()):
        return "github"
    if tree.exists(".gitlab-ci.yml"):
        return "gitlab"
    host = origin_of(tree.root).host
    if host == "github.com":
        return "github"
    return "gitlab" if "gitlab" in host else ""


def _project(tree: Tree) -> dict[str, Any]:
    """`pyproject.toml`; empty where there is none, or none that can be read: what it says is only a hint."""
    try:
        return tomllib.loads(tree.read("pyproject.toml").decode("utf-8-sig"))
    except (OSError, ValueError, RecursionError):
        return {}


def _tools(project: dict[str, Any]) -> dict[str, Any]:
    tools = project.get("tool")
    return tools if isinstance(tools, dict) else {}


def _oldest_python(project: dict[str, Any]) -> str | None:
    table = project.get("project")
    said = table.get("requires-python") if isinstance(table, dict) else None
    match = _AT_LEAST.search(said) if isinstance(said, str) else None
    return match[1] if match else None
