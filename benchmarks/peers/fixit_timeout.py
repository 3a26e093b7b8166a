"""The nearest thing to `network-call-without-timeout` that Fixit's documentation leads to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fixit import Invalid, LintRule, Valid
from libcst.metadata import QualifiedNameProvider

if TYPE_CHECKING:
    import libcst as cst

VERBS = ("delete", "get", "head", "options", "patch", "post", "put", "request")
CALLS = {f"{library}.{verb}" for library in ("requests", "httpx") for verb in VERBS}


class NetworkCallWithoutTimeout(LintRule):
    """this call can wait forever"""

    METADATA_DEPENDENCIES = (QualifiedNameProvider,)
    VALID = (Valid("import requests\nrequests.get('u', timeout=1)"),)
    INVALID = (Invalid("import requests\nrequests.get('u')"),)

    def visit_Call(self, node: cst.Call) -> None:  # noqa: N802 - the name is LibCST's
        """Report calls of the listed functions without a `timeout` argument."""
        names = {found.name for found in self.get_metadata(QualifiedNameProvider, node.func, set())}
        if names & CALLS and not any(arg.keyword and arg.keyword.value == "timeout" for arg in node.args):
            self.report(node, "this call can wait forever")
