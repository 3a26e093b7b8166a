"""Build hook: the shipped rules are compiled and proven by their own examples before they are packed."""

from __future__ import annotations

import sys
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

STORE = "gardener/rules/_proven.json"


class ProveShippedRules(BuildHookInterface[Any]):
    """Writes the store of proven rules into wheels and editable installs."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - hatchling's protocol
        """Prove the rules; a rule that does not hold stops the build."""
        if self.target_name != "wheel":
            return
        sys.path.insert(0, self.root)
        try:
            from gardener.checking.build import write_shipped_store

            write_shipped_store()
        finally:
            sys.path.remove(self.root)
        build_data["artifacts"].append(f"/{STORE}")
