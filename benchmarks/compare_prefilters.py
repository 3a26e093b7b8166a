"""Ways to ask in pure Python which of many words occur in which files: why `gardener.checking.prefilter` splits.

python benchmarks/compare_prefilters.py FOLDER
"""

from __future__ import annotations

import re
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

WORDS = (
    b"requests httpx aiohttp urllib smtplib ftplib poplib imaplib nntplib socket http xmlrpc urllib3 httplib2 "
    b"websocket websockets tornado grpc boto3 botocore redis psycopg psycopg2 asyncpg pymysql mysql sqlalchemy pymongo "
    b"elasticsearch slack_sdk github docker hvac stripe kafka pika kombu openai anthropic telnetlib"
).split()
MANY = [*WORDS, *(b"word%d" % number for number in range(500))]
TABLE = bytes(c if (chr(c).isalnum() and c < 128) or c == ord("_") or c > 127 else 32 for c in range(256))
ROUNDS = 3


def by_alternation(words: list[bytes]) -> Callable[[bytes], bool]:
    """One regular expression, whole words."""
    pattern = re.compile(rb"\b(?:" + b"|".join(sorted(words, key=len, reverse=True)) + rb")\b")
    return lambda data: pattern.search(data) is not None


def by_search(words: list[bytes]) -> Callable[[bytes], bool]:
    """One substring search a word."""
    return lambda data: any(word in data for word in words)


def by_split(words: list[bytes]) -> Callable[[bytes], bool]:
    """Split the file into words once, and intersect; also tells which words occur."""
    wanted = frozenset(words)
    return lambda data: bool(wanted.intersection(data.translate(TABLE).split()))


def best(technique: Callable[[bytes], bool], contents: list[bytes]) -> tuple[float, int]:
    """The best of a few rounds in seconds, and the number of files kept."""
    spent = []
    kept = 0
    for _ in range(ROUNDS):
        started = time.perf_counter()
        kept = sum(map(technique, contents))
        spent.append(time.perf_counter() - started)
    return min(spent), kept


def main(folder: str) -> None:
    """Print a Markdown table for the Python files under `folder`."""
    contents = [path.read_bytes() for path in Path(folder).rglob("*.py") if path.is_file()]
    print(f"{len(contents)} files, {sum(map(len, contents)) / 1e6:.1f} MB\n")
    print(f"| technique | {len(WORDS)} words | {len(MANY)} words | files kept |\n|---|---|---|---|")
    for make in (by_alternation, by_search, by_split):
        few, kept = best(make(WORDS), contents)
        many, _ = best(make(MANY), contents)
        print(f"| {make.__doc__} | {few:.3f} s | {many:.3f} s | {kept} |")


if __name__ == "__main__":
    main(*sys.argv[1:])
