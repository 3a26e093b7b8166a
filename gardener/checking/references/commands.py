"""Commands of the project's own runners: targets, sessions, recipes, scripts and modules that are no longer there."""

from __future__ import annotations

import json
import posixpath
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gardener.checking.references.judgement import Judgement, by, told
from gardener.checking.references.loudness import is_about_development_anywhere, loudness
from gardener.checking.references.phrases import excuse
from gardener.checking.references.shell import Command, commands
from gardener.checking.references.tokens import candidates

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gardener.checking.repository import Repo
    from gardener.documents.document import Document

_PROGRAMS = re.compile(
    r"\b(?:make|just|nox|npm|pnpm|yarn|bun)[ \t]|-m[ \t]+\w|(?:^|[`$ \t])(?:\./|scripts/|bin/|tools/)[\w.-]|"
    r"\b(?:python[\d.]*|bash|sh|node)[ \t]+[\w.-]+/",
    re.MULTILINE,
)
_NAME = re.compile(r"[A-Za-z][\w.:/-]*")
_MAKE_OPTION_WITH_VALUE = frozenset(["-C", "-f", "-j", "-I", "-o", "-W"])
_SCRIPT = re.compile(
    r"(?:\./)?[\w.-]+(?:/[\w.-]+)*\.(?:py|sh|bash|ps1|js|ts|rb|pl)|\./[\w.-]+(?:/[\w.-]+)*|[\w.-]+(?:/[\w.-]+)+"
)
_INTERPRETERS = re.compile(r"(?:python|pypy)[\d.]*|bash|sh|zsh|node|source|\.|pwsh")
MOST_VERSIONS = 120


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a command needs: a name that one of some files must define, or a file.

    `defines` says of a file's text whether it defines the name, or may do so in ways that cannot be seen.
    """

    name: str
    kind: str
    files: tuple[str, ...]
    defines: Callable[[str, str], bool] | None = None


def judge_commands(document: Document, repo: Repo) -> Iterator[Judgement]:
    """Every command of a runner that the project defines itself, with what decides about it."""
    if repo.tier(document) in ("record", "generated") or not _PROGRAMS.search(document.text):
        return
    if loudness(document, 1, repo).quiet and not is_about_development_anywhere(document.text):
        return
    for command in commands(document):
        wanted = wanted_by(command, document, repo)
        if wanted is not None and wanted.files:
            yield _judge(command, wanted, document, repo)


def wanted_by(command: Command, document: Document, repo: Repo) -> Wanted | None:
    """What a command needs of the repository; None for programs that are not the project's own."""
    if command.folder is None:
        return None
    words, here = command.words, document.path.rpartition("/")[0]
    program = (
        posixpath.basename(words[0]) if words[0].startswith(("/", "./", "../")) and "/" in words[0][2:] else words[0]
    )
    for runner in (_make, _just, _nox, _npm):
        if (found := runner(program, words, command.folder, here)) is not None:
            return found
    return _module(words, command.folder, here, repo) or _script(words, command.folder, here)


def _near(folder: str, here: str, *names: str) -> tuple[str, ...]:
    """Where a file that a runner reads may stand."""
    found = [place for name in names for place in candidates(f"{folder}/{name}" if folder else name, here)]
    return tuple(dict.fromkeys(found))


def _make(program: str, words: tuple[str, ...], folder: str, here: str) -> Wanted | None:
    if program not in ("make", "gmake"):
        return None
    names: list[str] = []
    rest = list(words[1:])
    while rest:
        word = rest.pop(0)
        if word == "-C" and rest:
            folder = f"{folder}/{rest.pop(0)}".strip("/")
        elif word == "-f":
            return None
        elif word in _MAKE_OPTION_WITH_VALUE and rest:
            rest.pop(0)
        elif not word.startswith("-") and "=" not in word:
            names.append(word)
    if len(names) != 1 or not _NAME.fullmatch(names[0]):
        return None
    return Wanted(names[0], "target", _near(folder, here, "Makefile", "makefile", "GNUmakefile"), _has_target)


def _has_target(text: str, name: str) -> bool:
    quoted = re.escape(name)
    rules = re.search(rf"^(?:[^\s:#=][^:#=\n]*\s)?{quoted}(?:\s[^:#=\n]*)?\s*::?(?!=)", text, re.MULTILINE)
    return (
        rules is not None
        or re.search(r"^-?include\b|^[^\t#\n]*%[^:\n]*:|^[^\t#\n]*\$[({][^:=\n]*:(?!=)", text, re.MULTILINE) is not None
    )


def _just(program: str, words: tuple[str, ...], folder: str, here: str) -> Wanted | None:
    if program != "just" or len(words) < 2 or not re.fullmatch(r"[a-z][\w-]*", words[1]):
        return None
    return Wanted(words[1], "recipe", _near(folder, here, "justfile", "Justfile", ".justfile"), _has_recipe)


def _has_recipe(text: str, name: str) -> bool:
    return (
        re.search(
            rf"^@?{re.escape(name)}\b[^\n:=]*:(?!=)|^alias\s+{re.escape(name)}\b|^(?:import|mod)\b", text, re.MULTILINE
        )
        is not None
    )


def _nox(program: str, words: tuple[str, ...], folder: str, here: str) -> Wanted | None:
    if program != "nox":
        return None
    flags = [at for at, word in enumerate(words) if word in ("-s", "-e", "--session", "--sessions")]
    names = [words[at + 1] for at in flags if at + 1 < len(words)]
    if len(names) != 1 or not re.fullmatch(r"[A-Za-z][\w-]*", names[0]):
        return None
    return Wanted(names[0], "session", _near(folder, here, "noxfile.py"), _has_session)


def _has_session(text: str, name: str) -> bool:
    spelled = re.escape(name).replace(r"\-", "[-_]")
    return re.search(rf"\bdef {spelled}\b|[\"']{spelled}[\"'(]", text) is not None


def _npm(program: str, words: tuple[str, ...], folder: str, here: str) -> Wanted | None:
    if (
        program not in ("npm", "pnpm", "yarn", "bun")
        or words[1:2] != ("run",)
        or len(words) < 3
        or not _NAME.fullmatch(words[2])
    ):
        return None
    return Wanted(words[2], "script", _near(folder, here, "package.json"), _has_npm_script)


def _has_npm_script(text: str, name: str) -> bool:
    try:
        scripts = json.loads(text).get("scripts", {})
    except (ValueError, AttributeError, RecursionError):
        return True
    return not isinstance(scripts, dict) or name in scripts


def _module(words: tuple[str, ...], folder: str, here: str, repo: Repo) -> Wanted | None:
    if not re.fullmatch(r"(?:python|pypy)[\d.]*", words[0]) or len(words) < 3 or words[1] != "-m":
        return None
    dotted = words[2]
    if not re.fullmatch(r"[A-Za-z_]\w*(?:\.\w+)*", dotted):
        return None
    stem = dotted.replace(".", "/")
    names = (f"{stem}.py", f"{stem}/__main__.py", f"{stem}/__init__.py")
    return Wanted(
        dotted,
        "module",
        (*repo.python.path_of(dotted), *_near(folder, here, *names, *(f"src/{name}" for name in names))),
    )


def _script(words: tuple[str, ...], folder: str, here: str) -> Wanted | None:
    started = (
        words[0]
        if not _INTERPRETERS.fullmatch(words[0])
        else next((word for word in words[1:] if not word.startswith("-")), "")
    )
    if words[0] != started and words[1:2] in (("-c",), ("-m",)):
        return None
    if not _SCRIPT.fullmatch(started) or (
        words[0] == started and not started.startswith(("./", "scripts/", "bin/", "tools/"))
    ):
        return None
    return Wanted(started.removeprefix("./"), "script", _near(folder, here, started))


def _judge(command: Command, wanted: Wanted, document: Document, repo: Repo) -> Judgement:
    reference = " ".join(command.words)[:120]
    if wanted.defines is None:
        standing = next((path for path in wanted.files if repo.exists(path)), None)
        if standing:
            return Judgement(command.span, reference, f"`{standing}` exists")
        gone = next((found for path in wanted.files if (found := repo.history.removal(path))), None)
        if gone is None or repo.ignored(wanted.files):
            return Judgement(command.span, reference, "no commit ever held such a file, or git ignores it")
        successor = repo.history.successor(gone.path, repo.files.__contains__)
        return _flagged(command, reference, f"`{gone.path}` is gone: {told(gone, successor)}", document, repo)
    present = [path for path in wanted.files if path in repo.files]
    texts = [repo.text(path) for path in present]
    if any(text is None or wanted.defines(text, wanted.name) for text in texts):
        return Judgement(command.span, reference, f"the {wanted.kind} exists")
    lost = repo.once(("command", wanted), lambda: _lost(wanted, present, repo))
    if lost is None:
        return Judgement(command.span, reference, f"no version of the project had such a {wanted.kind}")
    return _flagged(command, reference, f"there is no {wanted.kind} `{wanted.name}`: {lost}", document, repo)


def _lost(wanted: Wanted, present: list[str], repo: Repo) -> str | None:
    """What took the name away: an edit of a file that is there, or the removal of one that defined it."""
    if wanted.defines is None:
        return None
    for path in present:
        after = None
        for commit, data in repo.history.contents(path, MOST_VERSIONS):
            if after is not None and wanted.defines(data.decode("utf-8", "replace"), wanted.name):
                return f"{by(after)} took it out of `{path}`"
            after = commit
    for path in () if present else wanted.files:
        removal = repo.history.removal(path)
        if removal is not None:
            for _, data in repo.history.contents(path, 3):
                if wanted.defines(data.decode("utf-8", "replace"), wanted.name):
                    return f"`{path}` is gone: {told(removal, None)}"
    return None


def _flagged(command: Command, reference: str, said: str, document: Document, repo: Repo) -> Judgement:
    heard = loudness(document, document.lines.position(command.span.start)[0], repo)
    in_fence = document.text[command.span.start] != "`"
    quiet = heard.quiet or (None if in_fence else excuse(document.text, command.span))
    facts = (("tier", heard.tier), ("history", said), ("guards", quiet or "none applies"))
    return Judgement(
        command.span,
        reference,
        message=f"`{reference}` no longer works: {said}",
        severity="P3" if quiet else None,
        certainty="maybe" if quiet else "certain",
        facts=facts,
    )
