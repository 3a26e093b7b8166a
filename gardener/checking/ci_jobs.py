"""What a repository's continuous integration and its hooks run: names of jobs, hooks and targets, and their text.

Read by line, since these files are looked at and never run; what is not found counts as not there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gardener.repo.trees import Tree

_FILES = re.compile(
    r"\.github/(?:workflows|actions)/.+\.ya?ml|\.gitlab-ci\.ya?ml|\.gitlab/.+\.ya?ml|\.circleci/config\.yml|"
    r"azure-pipelines\.ya?ml|\.travis\.ya?ml|bitbucket-pipelines\.yml|\.buildkite/.+\.ya?ml|Jenkinsfile|\.ci/[^/]+|ci/[^/]+|"
    r"\.pre-commit-config\.yaml|lefthook\.ya?ml|\.husky/[^/]+|Makefile|makefile|GNUmakefile|[Jj]ustfile|tox\.ini|"
    r"noxfile\.py|Taskfile\.ya?ml|pyproject\.toml|setup\.cfg|package\.json"
)
_YAML_KEY = re.compile(r"^( +)([\w.-]+):[ \t]*(?:#.*)?$", re.MULTILINE)
_NAMED = re.compile(r"^[ \t]*(?:- )?(?:name|id|alias):[ \t]*['\"]?(.+?)['\"]?[ \t]*$", re.MULTILINE)
_TARGET = re.compile(r"^([\w.-]+)(?:[ \t]+[\w.*$-]+)*[ \t]*:(?!=)", re.MULTILINE)
_SESSION = re.compile(r"^def (\w+)\(", re.MULTILINE)
_ENVIRONMENT = re.compile(r"^\[testenv:([^\]]+)\]", re.MULTILINE)
_TOP_KEY = re.compile(r"^([\w.-]+):", re.MULTILINE)
# Where a line of a script, a workflow or a configuration begins to be a command.
_COMMAND = (
    r"(?m)(?:^[ ]*(?:- )?|[|&;(][ ]*|(?:run|entry|command|commands|script)[ ]*[:=][ ]*['\"]?|bin/)"
    r"(?:(?:uv|poetry|hatch|pdm) run |python3? -m |npx |exec )*"
)
_LARGEST = 400_000


@dataclass(frozen=True)
class CiJobs:
    """The jobs, hooks and targets of the repository in `tree`."""

    tree: Tree

    @cached_property
    def _texts(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for path in self.tree.paths():
            if _FILES.fullmatch(path):
                try:
                    found[path] = self.tree.read(path)[:_LARGEST].decode("utf-8", "replace")
                except OSError:
                    continue
        return found

    @cached_property
    def names(self) -> frozenset[str]:
        """Names of jobs, steps, hooks, targets, sessions and environments, in lower case."""
        return frozenset(name.lower() for path, text in self._texts.items() for name in _names(path, text))

    def runs(self, name: str) -> bool:
        """True when something is called `name`, is a script at that path that exists, or stands in what is run."""
        bare = re.sub(r"^(?:make|just|nox -s|tox -e|npm run|pre-commit run|hatch run|task)\s+", "", name.strip())
        first = name.split(maxsplit=1)[0] if name.split() else ""
        if bare.lower() in self.names:
            return True
        if "/" in first and self.tree.exists(first.removeprefix("./")):
            return True
        if re.match(r"(?:make|just|nox|tox|npm)\s", name):
            return False
        words = re.escape(" ".join(name.split()))
        pattern = re.compile(rf"(?m)(?<![\w-]){words}(?![\w-])" if " " in name else rf"{_COMMAND}{words}(?![\w:=-])")
        return any(pattern.search(re.sub(r"[ \t]+", " ", text)) for text in self._texts.values())


def _names(path: str, text: str) -> list[str]:
    name = path.rpartition("/")[2]
    if name.lower() in ("makefile", "gnumakefile", "justfile"):
        return _TARGET.findall(text)
    if name == "noxfile.py":
        return _SESSION.findall(text)
    if name == "tox.ini":
        return _ENVIRONMENT.findall(text)
    if not name.endswith((".yml", ".yaml")):
        return []
    named = [match.strip() for match in _NAMED.findall(text)]
    if name.startswith(".gitlab"):
        return [*named, *_TOP_KEY.findall(text)]
    return [*named, *_jobs(text)]


def _jobs(text: str) -> list[str]:
    """The keys right under `jobs:`."""
    after = re.search(r"^jobs:[ \t]*(?:#.*)?$", text, re.MULTILINE)
    if after is None:
        return []
    rest = text[after.end() :]
    ends = re.search(r"^\S", rest, re.MULTILINE)
    block = rest[: ends.start()] if ends else rest
    keys = [(len(match[1]), match[2]) for match in _YAML_KEY.finditer(block)]
    indent = min((width for width, _ in keys), default=0)
    return [name for width, name in keys if width == indent]
