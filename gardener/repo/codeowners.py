"""CODEOWNERS: who owns which files, read as the forges read it: the last pattern that matches wins."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gardener.core.globs import Globs, compile_globs

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gardener.repo.trees import Tree

PLACES = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS")

_SECTION = re.compile(r"\^?\[[^\]]+\](?:\[\d+\])?\s*(?P<owners>.*)")
_OWNER = re.compile(r"@[\w./-]+|[\w.+-]+@[\w.-]+\.\w+")


@dataclass(frozen=True, slots=True)
class Owners:
    """Patterns and their owners, in file order."""

    rules: tuple[tuple[str, Globs, tuple[str, ...]], ...] = ()

    def of(self, path: str) -> tuple[str, ...]:
        """Who owns a file; nobody when no pattern matches, or the last that does names nobody."""
        for pattern, globs, owners in reversed(self.rules):
            if globs.matches(path) and not (pattern.endswith("/*") and _deeper(pattern, path)):
                return owners
        return ()


def read_owners(text: str) -> Owners:
    """The patterns of a CODEOWNERS file. Lines that make no sense are left out, as the forges do."""
    rules: list[tuple[str, Globs, tuple[str, ...]]] = []
    inherited: tuple[str, ...] = ()
    for line in _lines(text):
        section = _SECTION.fullmatch(line)
        if section is not None:
            inherited = tuple(_OWNER.findall(section["owners"]))
            continue
        pattern, *words = re.split(r"(?<!\\)\s+", line)
        owners = tuple(word for word in words if _OWNER.fullmatch(word))
        try:
            globs = compile_globs([pattern.replace("\\ ", " ")])
        except ValueError:
            # "/" and "*" alone mean every file; what else makes no glob makes no owner.
            if pattern.strip("/"):
                continue
            globs = compile_globs(["**"])
        rules.append((pattern, globs, owners or inherited))
    return Owners(tuple(rules))


def owners_of(tree: Tree) -> Owners:
    """The owners that stand in a tree: in the first place that has the file; nobody where there is none."""
    for place in PLACES:
        if tree.exists(place):
            try:
                return read_owners(tree.read(place).decode("utf-8-sig", "replace"))
            except OSError:
                return Owners()
    return Owners()


def _lines(text: str) -> Iterator[str]:
    lines: Iterable[str] = text.replace("\r\n", "\n").split("\n")
    for line in lines:
        bare = re.sub(r"(?:^|\s)#.*", "", line).strip()
        if bare:
            yield bare


def _deeper(pattern: str, path: str) -> bool:
    """True when `path` lies in a folder below the one whose files `pattern` names: `docs/*` means those files only."""
    return path.count("/") > pattern.strip("/").count("/")
