"""The whole plug-in system: a folder is a family of same-shaped modules, and the directory is the registry."""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import ModuleType


def names(package: str) -> list[str]:
    """The option names of a family, sorted: module file names with `-` for `_`. Imports no member."""
    spec = importlib.util.find_spec(package)
    if spec is None or spec.submodule_search_locations is None:
        raise ModuleNotFoundError(package)
    found = pkgutil.iter_modules(spec.submodule_search_locations)
    return sorted(module.name.replace("_", "-") for module in found if not module.name.startswith("_"))


def load(package: str, name: str) -> ModuleType:
    """The member called `name`. Raises KeyError when the family has no such member."""
    if name not in names(package):
        raise KeyError(name)
    return importlib.import_module(f"{package}.{name.replace('-', '_')}")
