"""Which words in a document may be paths, and what they are without line numbers and the like."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gardener.core.finding import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gardener.documents.document import Document

_TAIL = re.compile(r"(?:::[\w.\[\]-]+)+$|:\d+(?:[-:]\d+)*$|#L\d+(?:-L?\d+)?$|#[\w-]+$|[,;:]$")
_PATH = re.compile(r"(?:\.{0,2}/)*[\w.@+-]+(?:/[\w.@+-]+)*/?")
_EXTENSION = re.compile(
    r"\.(?:py|pyi|pyx|md|mdx|rst|txt|toml|ya?ml|json|jsonl|cfg|ini|sh|bash|ps1|bat|js|jsx|mjs|cjs|ts|tsx|css|scss|html?|"
    r"sql|proto|lock|ipynb|csv|tsv|xml|j2|jinja2?|go|rs|c|h|cc|cpp|hpp|java|kt|swift|rb|tf|hcl|mk|just|env|svg|png|"
    r"jpe?g|gif|pdf|mdc)$",
    re.IGNORECASE,
)
_PLACEHOLDER = re.compile(
    r"(?:^|[/_.-])(?:path|to|your|my|foo|bar|baz|qux|example|examples?_?name|xxx+|yyy+|name|some|something|file|filename|"
    r"username|user|org|owner|repo|project[-_]?name|package[-_]?name|module[-_]?name|feature[-_]?name|topic|slug|"
    r"placeholder|whatever)(?:$|[/_.-])",
    re.IGNORECASE,
)
# Names that stand for a kind of file in any project, and folders that come and go.
GENERIC = frozenset(
    [
        "setup.py", "setup.cfg", "requirements.txt", "requirements-dev.txt", "dev-requirements.txt", "tox.ini",
        "noxfile.py", "conftest.py", "pyproject.toml", "poetry.lock", "uv.lock", "package.json",
        "package-lock.json", "yarn.lock", "pnpm-lock.yaml", "mise.toml", "config.py", "config.yml",
        "config.yaml", "config.json", "config.toml", "settings.py", "settings.json", "main.py", "app.py",
        "index.md", "index.html", "index.js", "index.ts", "readme.md", "changelog.md", "license.md", "todo.md",
        "notes.md", "agents.md", "claude.md", "gemini.md", "manage.py", "docker-compose.yml",
        "docker-compose.yaml", "compose.yml", "compose.yaml", "mkdocs.yml", "conf.py", "__init__.py",
        "__main__.py", "utils.py", "models.py", "views.py", "urls.py", "tests.py", "test.py", ".env",
        ".env.example", ".gitignore", ".pre-commit-config.yaml", "mypy.ini", "pytest.ini", "ruff.toml",
        ".python-version", "runtime.txt", "environment.yml", "makefile", "dockerfile", "manifest.in", "build",
        "dist", "data", "logs", "log", "tmp", "temp", "output", "outputs", "out", "cache", "coverage",
        "htmlcov", "venv", "env", "node_modules", "target", "site", "public", "static", "media", "bin", "lib",
        "src", "app", "test", "tests", "docs", "results", "artifacts",
    ]
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Token:
    """A word that may be a path: where it stands, the path alone, and what followed it, as `:12`."""

    span: Span
    path: str
    tail: str = ""

    @property
    def is_folder(self) -> bool:
        """True for what is written as a folder."""
        return self.path.endswith("/")

    @property
    def segments(self) -> int:
        """How many names the path is made of."""
        return len([part for part in self.path.split("/") if part not in ("", ".", "..")])

    @property
    def is_generic(self) -> bool:
        """True for a path of nothing but names that any project may have, such as `src/index.ts`."""
        names = [part.lower() for part in self.path.split("/") if part not in ("", ".", "..")]
        return all(name in GENERIC for name in names)


def path_tokens(document: Document) -> Iterator[Token]:
    """The inline code of a document that is written like a path, struck-out text aside."""
    for code in document.outline.codes:
        if code.struck:
            continue
        raw = document.text[code.span.start : code.span.end]
        ticks = len(raw) - len(raw.lstrip("`"))
        body = raw[ticks : len(raw) - ticks]
        text = body.strip()
        start = code.span.start + ticks + len(body) - len(body.lstrip())
        if (token := path_token(text, start)) is not None:
            yield token


def path_token(text: str, start: int) -> Token | None:
    """The path that a text which begins at offset `start` is written like; None when it is not."""
    tail = _TAIL.search(text)
    path = text[: tail.start()] if tail else text
    at = len(path) - len(path.lstrip("@"))
    path = path[at:]
    if not path or len(path) > 200 or not _PATH.fullmatch(path):
        return None
    if path.startswith((".../", "-")) or "..." in path or _PLACEHOLDER.search(path):
        return None
    if "/" not in path and not _EXTENSION.search(path):
        return None
    if path.strip("./") == "" or re.match(r"(?:www\.|[\w-]+\.(?:com|org|io|net|dev|ai|co)(?:/|$))", path):
        return None
    return Token(Span(start + at, start + at + len(path)), path, text[at + len(path) :])


def candidates(path: str, folder: str) -> tuple[str, ...]:
    """What a written path may mean in a document in `folder`, from the root: the likeliest first."""
    bare = path.rstrip("/")
    if bare.startswith("/"):
        return (bare.lstrip("/"),)
    if bare.startswith("../"):
        return _inside([posixpath.normpath(f"{folder}/{bare}" if folder else bare)])
    bare = posixpath.normpath(bare)
    bases = [""]
    while folder:
        bases.append(folder)
        folder = folder.rpartition("/")[0]
    return _inside([f"{base}/{bare}" if base else bare for base in bases])


def _inside(paths: list[str]) -> tuple[str, ...]:
    return tuple(path for path in paths if path != "." and not path.startswith(("../", "/")) and path != "..")
