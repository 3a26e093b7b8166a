"""Which documents have the code that they are about left behind, counted in commits?"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING

from gardener.gardening.chores_ground import Round
from gardener.gardening.night import Duty

if TYPE_CHECKING:
    from gardener.gardening.chores_ground import ChoreGround

_PATH = re.compile(r"[\w.-]+(?:/[\w.-]+)+")
_RULE_PAGE = "```toml gardener"
LEAST_COMMITS = 20
MOST = 5
MINUTES = 20


def run(ground: ChoreGround) -> Round:
    """A duty for each document that names files which many commits changed since it was touched, the farthest first."""
    if ground.history.gap is not None:
        return Round()
    code = {path for part in ground.parts for path in part.files}
    times: dict[str, tuple[tuple[int, str], ...]] = {}
    found: list[tuple[int, int, str]] = []
    for document in sorted({path for part in ground.parts for path in part.documents}):
        named = _named(ground, document) & code
        last = next(ground.history.versions(document), None)
        if not named or last is None:
            continue
        for path in named - times.keys():
            times[path] = tuple((commit.time, commit.sha) for commit, _ in ground.history.versions(path))
        since = {sha for path in named for time, sha in times[path] if time > last[0].time}
        if len(since) >= LEAST_COMMITS:
            found.append((len(since), len(named), document))
    ranked = sorted(found, key=lambda item: (-item[0], item[2]))[:MOST]
    return Round(tuple(_duty(*item) for item in ranked))


def _duty(commits: int, files: int, document: str) -> Duty:
    what = f"{commits} commits changed the {files} file{'s' * (files > 1)} that {document} names since it was touched"
    return Duty("stale-documents", what, document, "read it beside the code, and mend or cut it", MINUTES, commits)


def _named(ground: ChoreGround, document: str) -> set[str]:
    """The paths in a document. Those in the pages of rules stand for others."""
    with suppress(OSError):
        text = ground.tree.read(document).decode("utf-8", "replace")
        return set() if _RULE_PAGE in text else {token.rstrip(".") for token in _PATH.findall(text)}
    return set()
