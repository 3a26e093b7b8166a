"""Failed tests of a build, from the JUnit XML that every test runner can write."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from gardener.core.errors import SourceError
from gardener.core.feedback import Batch, Feedback, Skipped
from gardener.sources._records import WrongRecord, moment, start_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LARGEST_FILE = 64 * 1024 * 1024
_LONGEST_TEXT = 4000
_SET_TIMES = re.compile(r"0x[0-9a-fA-F]+|\d+\.\d+ ?s(?:econds)?\b")


def read(place: str, root: Path, since: str = "", cursor: str = "") -> Iterator[Batch]:  # noqa: ARG001 - read anew
    """The failures and errors in the file `place`; a program said them, so they never carry a theme alone.

    The same failure of a later run has the same id. Raises SourceError for a file that cannot be read or is no XML.
    """
    start = start_of(since)
    path = root / place
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise SourceError(f"`{place}` is larger than {LARGEST_FILE} bytes")
        data = path.read_bytes()
    except OSError as error:
        raise SourceError(f"`{place}` cannot be read: {error.strerror or error}") from error
    yield _batch(place, _parsed(place, data), start)


def _parsed(place: str, data: bytes) -> ET.Element:
    # Entities are declared in a document type only, and test runners write none.
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise SourceError(f"`{place}` declares a document type, which test reports have no use for")
    try:
        return ET.fromstring(data)  # noqa: S314 - nothing is declared in it
    except (ET.ParseError, ValueError, LookupError, RecursionError) as error:
        raise SourceError(f"`{place}` is no XML: {error}") from None


def _batch(place: str, tree: ET.Element, since: str) -> Batch:
    found: dict[str, Feedback] = {}
    skipped: list[Skipped] = []
    suites = [tree, *tree.iter("testsuite")]
    dates = {id(case): suite.get("timestamp", "") for suite in suites for case in suite.iter("testcase")}
    for case in tree.iter("testcase"):
        for failure in (*case.findall("failure"), *case.findall("error")):
            try:
                each = _feedback(case, failure, dates.get(id(case), ""))
            except WrongRecord as error:
                skipped.append(Skipped(f"{place}: {case.get('name')}", str(error)))
                continue
            if not each.created_at or each.created_at >= since:
                found[each.id] = each
    return Batch(tuple(found.values()), skipped=tuple(skipped))


def _feedback(case: ET.Element, failure: ET.Element, date: str) -> Feedback:
    name = ".".join(filter(None, (case.get("classname", ""), case.get("name", ""))))
    message = (failure.get("message") or (failure.text or "").strip().partition("\n")[0]).strip()
    kind = failure.get("type") or ""
    body = f"`{name}` failed: {kind + ': ' if kind and not message.startswith(kind) else ''}{message}"[:_LONGEST_TEXT]
    stable = _SET_TIMES.sub("", f"{name}\0{kind}\0{message}")
    line = case.get("line", "")
    return Feedback(
        id=f"junit-{hashlib.sha256(stable.encode('utf-8', 'replace')).hexdigest()[:16]}",
        source="junit",
        body=body,
        author="tests",
        author_kind="bot",
        created_at=moment(date),
        path=case.get("file", "").replace("\\", "/"),
        line=int(line) if line.isdecimal() else 0,
    )
