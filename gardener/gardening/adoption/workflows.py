"""Files for continuous integration, from the templates beside this module: what is hostile in them stays in variables.

Actions are pinned by the commit of the release that the comment beside them names.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gardener.gardening.adoption.installed import Installed
    from gardener.repo.trees import Tree

TEMPLATES = Path(__file__).parent / "templates"
GITHUB = {
    ".github/workflows/gardener.yml": "github.yml",
    ".github/workflows/gardener-nightly.yml": "github-nightly.yml",
}
GITLAB_PATH = ".gitlab/gardener.yml"
GITLAB_ROOT = ".gitlab-ci.yml"
_INCLUDE = f"include:\n  - local: {GITLAB_PATH}\n"
_WORKFLOW = re.compile(r"\.github/workflows/[^/]+\.ya?ml")


def rendered(template: str, *, source: Installed, branch: str, beliefs: str) -> str:
    """A template with its three blanks filled in: what to install, the main branch, and where the beliefs stand."""
    text = (TEMPLATES / template).read_text(encoding="utf-8")
    values: Mapping[str, str] = {"REQUIREMENT": source.requirement, "BRANCH": branch, "BELIEFS": beliefs}
    return re.sub(r"@(REQUIREMENT|BRANCH|BELIEFS)@", lambda match: values[match[1]], text)


def has_workflow(tree: Tree) -> bool:
    """True when a workflow of GitHub runs gardener already."""
    return any(_runs_gardener(tree, path) for path in tree.paths() if _WORKFLOW.fullmatch(path))


def gitlab_include(old: str | None) -> str | None:
    """What to add to `.gitlab-ci.yml`; None where gardener is there, or where the file has includes of its own."""
    if old is None or not old.strip():
        return _INCLUDE
    return None if "gardener" in old or re.search(r"(?m)^include\s*:", old) else "\n" + _INCLUDE


def _runs_gardener(tree: Tree, path: str) -> bool:
    try:
        return re.search(rb"\bgardener (?:check|garden|review)\b|/gardener@", tree.read(path)) is not None
    except OSError:
        return False
