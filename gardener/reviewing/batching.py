"""Bring your own judge: requests written to a file, responses read from one, in the Batch format of OpenAI.

A batch endpoint at half the price, a machine without a network and a coding agent that answers by itself all work the
same way: `--emit` writes what is still to ask, `--ingest` takes what was answered, until there is nothing to emit. The
refuter gets no tools here. A manifest beside the requests says which pairs each of them is about.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gardener.core.errors import ModelError, RepoError
from gardener.repo.cache_folder import believable
from gardener.reviewing.answers import read_answer
from gardener.reviewing.briefs import aliases, axes
from gardener.reviewing.deciding import STAGES, Row

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from gardener.reviewing.deciding import Stage
    from gardener.reviewing.requests import Request

MANIFEST_SUFFIX = ".manifest.json"
KEPT_MANIFESTS = ".gardener/cache/manifests"


@dataclass(frozen=True, slots=True)
class Asked:
    """What one request was about: the stage, and the key of each case by the ids used in it."""

    stage: Stage
    keys: Mapping[tuple[str, str], str]


@dataclass(frozen=True, slots=True)
class Ingested:
    """Rows as (key of the case, stage, row); responses that could not be used, and rows, both in sentences."""

    rows: tuple[tuple[str, Stage, Row], ...]
    unusable: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


def emit(path: Path, root: Path, requests: Sequence[Request]) -> None:
    """Write the requests to `path` and a manifest beside it; with no requests the file is empty.

    The manifest comes first, since requests that nobody knows would be answered in vain; another copy of it is kept
    where it can be. Raises RepoError when a file cannot be written.
    """
    from gardener.llm.batch import request_line

    lines: list[str] = []
    manifest: dict[str, Any] = {}
    for request in requests:
        custom_id, line = request_line(request.ask)
        lines.append(line)
        manifest[custom_id] = {"stage": request.stage, "pairs": _pairs(request)}
    text = json.dumps({"requests": manifest}, indent=1, ensure_ascii=False) + "\n"
    if manifest:
        with suppress(RepoError):
            _write(root / KEPT_MANIFESTS / f"{min(manifest)[:16]}{MANIFEST_SUFFIX}", text)
    _write(path.with_name(path.name + MANIFEST_SUFFIX), text)
    _write(path, "".join(f"{line}\n" for line in lines))


def ingest(path: Path, root: Path) -> Ingested:
    """The rows in the responses at `path`. What was asked is looked up in the manifests beside it and in the cache.

    Raises RepoError when the file cannot be read, ModelError when it holds no response at all.
    """
    from gardener.llm.batch import read_responses

    try:
        text = path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise RepoError(f"cannot read the responses: {reason}", at=str(path)) from None
    asked = _known(path.parent, root)
    rows: list[tuple[str, Stage, Row]] = []
    unusable: list[str] = []
    problems: list[str] = []
    responses = list(read_responses(text))
    for number, custom_id, reply in responses:
        where = f"{path.name}:{number}"
        if reply.outcome != "answered":
            unusable.append(f"{where}: {reply.detail or reply.outcome}")
        elif custom_id not in asked:
            unusable.append(f"{where}: no manifest knows the request `{custom_id[:16]}`, or several disagree about it")
        for about in asked.get(custom_id, ()) if reply.outcome == "answered" else ():
            found = read_answer(reply.text, about.keys.keys())
            rows += [(about.keys[pair], about.stage, Row(row)) for pair, row in found.rows.items()]
            problems += [f"{where}: {problem}" for problem in found.problems]
    if text.strip() and not responses:
        raise ModelError("holds no response", at=str(path), hint="each line must be a response of a batch")
    return Ingested(tuple(rows), tuple(unusable), tuple(problems))


def _pairs(request: Request) -> list[dict[str, str]]:
    _, units = axes(case.pair for case in request.block)
    names = {id(unit): alias for alias, unit in aliases(units).items()}
    return [
        {
            "clause": case.pair.criterion.id,
            "unit": names[id(case.pair.unit)],
            "path": case.pair.unit.path,
            "name": case.pair.unit.name,
            "key": case.key,
        }
        for case in request.block
    ]


def _known(folder: Path, root: Path) -> dict[str, list[Asked]]:
    """What each request was about. Our own copies are believed, and what they know nobody else is asked about.

    A file beside the responses may have come with the repository: what two of them tell differently, neither knows.
    """
    beside = {name: about for name, about in _manifests(folder).items() if len(about) == 1}
    return beside | (_manifests(root / KEPT_MANIFESTS) if believable(root) else {})


def _manifests(folder: Path) -> dict[str, list[Asked]]:
    """All that the manifests in a folder say of each request; with another second reader one has other keys."""
    found: dict[str, list[Asked]] = {}
    for file in sorted(folder.glob(f"*{MANIFEST_SUFFIX}")) if folder.is_dir() else ():
        try:
            requests = {str(name): _asked(entry) for name, entry in json.loads(file.read_bytes())["requests"].items()}
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            # A file of that name need not be ours; a request it should have known is reported as unknown.
            continue
        for name, about in requests.items():
            if about not in found.setdefault(name, []):
                found[name].append(about)
    return found


def _asked(entry: Any) -> Asked:
    if entry["stage"] not in STAGES:
        raise ValueError(entry["stage"])
    return Asked(entry["stage"], {(str(one["clause"]), str(one["unit"])): str(one["key"]) for one in entry["pairs"]})


def _write(path: Path, text: str) -> None:
    from gardener.repo.files import write_atomic

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(path, text.encode("utf-8", "backslashreplace"))
    except OSError as error:
        raise RepoError(f"cannot be written: {error.strerror}", at=str(path)) from error
