"""How a run may end for a hostile file that stands beside a healthy one."""

from __future__ import annotations

from typing import Any

RULE = "network-call-without-timeout"
CALL = "import requests\nrequests.get(url)\n"
CHECK = ("check", "--format", "json", "--no-cache", "--select", RULE)


def outcome(ran: Any, name: str, *, healthy: str = "healthy.py") -> str:
    """`found`, `silent`, or the reason of the failure that names the file.

    Fails the test for a traceback, for an exit code that does not fit, and when the healthy file went unchecked.
    """
    assert "Traceback" not in ran.err, ran.err
    assert ran.code in {1, 2}, ran.err
    paths = {path for _, path, _ in ran.hits}
    assert healthy in paths, "the healthy file beside it was not checked"
    assert (ran.code == 2) == bool(ran.json["failures"])
    reasons = [failure["reason"] for failure in ran.json["failures"] if failure.get("path") == name]
    if reasons:
        return str(reasons[0])
    return "found" if name in paths else "silent"
