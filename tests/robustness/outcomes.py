"""How a run may end for a hostile file that stands beside a healthy one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

RULE = "network-call-without-timeout"
CALL = "import requests\nrequests.get(url)\n"
CHECK = ("check", "--format", "json", "--no-cache", "--select", RULE)

Table = Mapping[str, str | bytes]


def outcome(ran: Any, name: str, *, healthy: str = "healthy.py") -> str:
    """`found`, `silent`, or the reason of the failure that names the file.

    Fails the test for a traceback, for an exit code that does not fit, and when the healthy file went unchecked.
    """
    assert ran.out, ran.err
    assert "Traceback" not in ran.err, ran.err
    assert ran.code in {1, 2}, ran.err
    paths = {path for _, path, _ in ran.hits}
    assert healthy in paths, "the healthy file beside it was not checked"
    assert (ran.code == 2) == bool(ran.json["failures"])
    reasons = [failure["reason"] for failure in ran.json["failures"] if failure.get("path") == name]
    if reasons:
        return str(reasons[0])
    return "found" if name in paths else "silent"


def file_names(table: Table) -> dict[str, str]:
    """A file name for every kind of content."""
    return {kind: re.sub(r"\W+", "_", kind) + ".py" for kind in table}


def as_bytes(content: str | bytes) -> bytes:
    """Text as UTF-8."""
    return content.encode() if isinstance(content, str) else content


def assert_only_the_call_changed(before: str | bytes, after: bytes) -> None:
    """The first `requests.get` got a timeout, and every other byte is as it was."""
    start, _, rest = as_bytes(before).partition(b"requests.get(")
    end = rest[rest.index(b")") :]
    assert after.startswith(start + b"requests.get(")
    assert after.endswith(end)
    assert b", timeout=" in after[len(start) : len(after) - len(end)]
