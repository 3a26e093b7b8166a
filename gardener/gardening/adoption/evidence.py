"""What the code of a repository does, by its bytes: enough to choose beliefs that fit, no more."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from gardener.gardening.adoption.survey import Survey
    from gardener.repo.trees import Tree

LARGEST = 1024 * 1024
_LIBRARIES = (
    rb"requests|httpx|aiohttp|urllib3|urllib\.request|http\.client|socket|smtplib|ftplib|imaplib|poplib|xmlrpc\.client|"
    rb"websockets?|grpc|paramiko|redis|psycopg2?|pymongo|boto3|botocore|elasticsearch|pika|kafka|niquests|httplib2|"
    rb"asyncpg|aiosmtplib|ldap3|openai|anthropic"
)
TOPICS: Mapping[str, re.Pattern[bytes]] = {
    "network": re.compile(rb"^[ \t]*(?:import|from)[ \t]+(?:" + _LIBRARIES + rb")\b", re.MULTILINE),
    "errors": re.compile(rb"^[ \t]*except\b", re.MULTILINE),
    "logging": re.compile(rb"^[ \t]*(?:import|from)[ \t]+(?:logging|structlog|loguru)\b", re.MULTILINE),
    "printing": re.compile(rb"^[ \t]*print\(", re.MULTILINE),
    "contexts": re.compile(rb"^[ \t]*@(?:contextlib\.)?(?:async)?contextmanager\b", re.MULTILINE),
    "clocks": re.compile(rb"\btime\.time\(|^[ \t]*from[ \t]+time[ \t]+import[ \t].*\btime\b", re.MULTILINE),
    "loops": re.compile(rb"\bget_event_loop\(|\.run_until_complete\("),
    "environment": re.compile(rb"\bos\.environ\b|\bgetenv\("),
    "folders": re.compile(rb"\bos\.makedirs\(|\.mkdir\("),
}
_SKIPS = re.compile(rb"\bmark\.(?:skip|xfail)|\bunittest\.skip|^[ \t]*@skip", re.MULTILINE)


def evidence_of(tree: Tree, found: Survey) -> Mapping[str, tuple[str, ...]]:
    """By topic: the files that show it. `tests` are all test files, `skips` those that skip, `documents` all documents.

    Files that cannot be read, and what lies beyond the first megabyte of a file, show nothing.
    """
    shown: dict[str, list[str]] = {topic: [] for topic in TOPICS}
    for path, data in _contents(tree, found.product):
        for topic, pattern in TOPICS.items():
            if pattern.search(data):
                shown[topic].append(path)
    skips = [path for path, data in _contents(tree, found.test_files) if _SKIPS.search(data)]
    whole = {"code": found.product, "tests": found.test_files, "skips": tuple(skips), "documents": found.documents}
    return {topic: tuple(paths) for topic, paths in shown.items()} | whole


def _contents(tree: Tree, paths: Iterable[str]) -> Iterable[tuple[str, bytes]]:
    for path in paths:
        try:
            yield path, tree.head(path, LARGEST)
        except OSError:
            continue
