"""The entry in `.pre-commit-config.yaml`: at the end of its list, in its indentation, where that can be done."""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gardener.gardening.adoption.installed import Installed

PATH = ".pre-commit-config.yaml"
_HOSTED = """\
  - repo: {url}
    rev: {commit}
    hooks:
      - id: gardener-check
      - id: gardener-documents
"""
_LOCAL = """\
  - repo: local
    hooks:
      - id: gardener-check
        name: gardener check
        entry: gardener check --only code
        language: {language}
{needs}        types_or: [python, pyi]
        require_serial: true
      - id: gardener-documents
        name: gardener documents
        entry: gardener check --only documents
        language: {language}
{needs}        always_run: true
        pass_filenames: false
        require_serial: true
"""


def with_hooks(old: str | None, source: Installed) -> str | None:
    """What to add to the file; None where gardener is there, or where a list of hooks is not what ends it."""
    if old is None or not old.strip():
        return "repos:\n" + _entry(source)
    keys = re.findall(r"(?m)^\w.*", old)
    items = re.findall(r"(?m)^([ ]*)- repo:", old)
    if "gardener" in old or not items or not keys or not re.fullmatch(r"repos:\s*(?:#.*)?", keys[-1]):
        return None
    return textwrap.indent(textwrap.dedent(_entry(source)), items[0])


def _entry(source: Installed) -> str:
    if source.url:
        return _HOSTED.format(url=source.url, commit=source.commit)
    if not source.portable:
        return _LOCAL.format(language="system", needs="")
    needs = f'        additional_dependencies: ["{source.requirement}"]\n'
    return _LOCAL.format(language="python", needs=needs)
