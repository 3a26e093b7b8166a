"""Names of the repository's own code in documents: those that left the code."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gardener.checking.references.judgement import Judgement, by, told
from gardener.checking.references.phrases import excuse
from gardener.core.finding import Span
from gardener.documents.glance import glance_codes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gardener.checking.references.python_index import Answer
    from gardener.checking.repository import Repo
    from gardener.documents.document import Document
    from gardener.repo.history import Commit

_DOTTED = re.compile(r"([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+)(?:\(\))?")
_DIRECTIVE = re.compile(r"^:::[ \t]+([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+)", re.MULTILINE)
_FILE_ENDINGS = frozenset(
    [
        "py",
        "md",
        "toml",
        "cfg",
        "ini",
        "yml",
        "yaml",
        "json",
        "lock",
        "txt",
        "rst",
        "sh",
        "html",
        "js",
        "ts",
        "css",
        "exe",
        "log",
        "git",
        "dev",
        "io",
        "org",
        "com",
        "db",
        "sqlite",
    ]
)
MOST_VERSIONS = 120


@dataclass(frozen=True, slots=True)
class Loss:
    """The commit after which a name was gone, and what it did."""

    commit: Commit
    said: str


def judge_symbols(document: Document, repo: Repo, *, all_of_them: bool = False) -> Iterator[Judgement]:
    """The dotted names of own packages in inline code, each with what decides about it.

    Unless `all_of_them` are wanted, a document is not parsed when a glance shows that all exist.
    """
    if repo.tier(document) in ("record", "generated"):
        return
    if (
        not all_of_them
        and all(_exists(text, repo) for text in glance_codes(document.text))
        and ":::" not in document.text
    ):
        return
    for span, dotted in _names(document, repo):
        yield judge_name(span, dotted, document, repo)


def _exists(text: str, repo: Repo) -> bool:
    found = _DOTTED.fullmatch(text)
    return found is None or repo.python.look_up(found[1]).state in ("found", "unknown")


def _names(document: Document, repo: Repo) -> Iterator[tuple[Span, str]]:
    roots = repo.python.roots
    for code in document.outline.codes:
        found = None if code.struck else _DOTTED.fullmatch(code.text.strip())
        if found and found[1].partition(".")[0] in roots and found[1].rpartition(".")[2].lower() not in _FILE_ENDINGS:
            yield code.span, found[1]
    for found in _DIRECTIVE.finditer(document.text):
        if found[1].partition(".")[0] in roots:
            yield Span(found.start(1), found.end(1)), found[1]


def judge_name(span: Span, dotted: str, document: Document, repo: Repo, *, plain: bool = False) -> Judgement:
    """What decides about one dotted name; `plain` for code, which is no sentence."""
    answer = repo.python.look_up(dotted)
    if answer.state in ("found", "unknown"):
        said = "it exists" if answer.state == "found" else "whether it exists cannot be told without running code"
        return Judgement(span, dotted, said)
    loss = repo.once(("symbol", answer), lambda: loss_of(answer, repo))
    if loss is None:
        if repo.history.gap:
            repo.unsure.add((document.path, dotted))
            return Judgement(span, dotted, f"whether it ever existed is not known: {repo.history.gap}")
        return Judgement(span, dotted, "no version of the code had it")
    quiet = None if plain else excuse(document.text, span) or _like_a_key(dotted, answer)
    return Judgement(
        span,
        dotted,
        message=f"`{dotted}` is gone: {loss.said}",
        severity="P3" if quiet else None,
        certainty="maybe" if quiet else "likely",
        facts=(
            ("tier", repo.tier(document)),
            ("looked in", answer.path),
            ("history", loss.said),
            ("guards", quiet or "none applies"),
        ),
    )


def _like_a_key(dotted: str, answer: Answer) -> str | None:
    """Why a name may be a key of a configuration rather than a module."""
    return "it may be a key of a configuration" if answer.state == "no-module" and dotted.count(".") < 2 else None


def loss_of(answer: Answer, repo: Repo) -> Loss | None:
    """The commit that took a missing name away; None when no version had it."""
    if answer.state == "no-module":
        module = f"{answer.module}.{answer.name}"
        for path in repo.python.path_of(module):
            removal = repo.history.removal(path)
            if removal is not None:
                return Loss(removal.commit, told(removal, repo.history.successor(path, repo.files.__contains__)))
    return _dropped(answer, repo)


def _dropped(answer: Answer, repo: Repo) -> Loss | None:
    """The commit after which the file defines the name no more."""
    name = re.escape(answer.name).encode()
    shapes = (
        rb"(?:(?:async[ \t]+)?def|class)[ \t]+%s\b" % name,
        rb"(?:self\.)?%s[ \t]*(?::[^=\n]+)?=" % name,
        rb"[^#\n]*\bimport\b[^\n]*\b%s\b" % name,
        rb"%s,?[ \t]*$" % name,
    )
    defines = re.compile(rb"^[ \t]*(?:%s)" % rb"|".join(shapes), re.MULTILINE)
    owner = re.compile(rb"^class[ \t]+%s\b" % re.escape(answer.owner).encode(), re.MULTILINE) if answer.owner else None
    after: Commit | None = None
    for commit, data in repo.history.contents(answer.path, MOST_VERSIONS):
        if defines.search(_body(data, owner)):
            if after is None:
                return None
            return Loss(after, f"{by(after)} took `{answer.name}` out of `{answer.path}`")
        after = commit
    return None


def _body(data: bytes, owner: re.Pattern[bytes] | None) -> bytes:
    """The source of a class, or everything."""
    if owner is None:
        return data
    found = owner.search(data)
    if found is None:
        return b""
    end = re.compile(rb"^\S", re.MULTILINE).search(data, found.end())
    return data[found.start() : end.start() if end else None]
