"""What became of comments on GitHub: whether their thread was resolved, and the files before and after.

Only GraphQL tells it. Whole files come from there too: the commits that were commented on are seldom in a clone, as
squashing leaves them behind.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gardener.core.feedback import Outcome
from gardener.repo.forge import AllowanceSpent, Forge, ForgeError
from gardener.sources._github_records import comment_id

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_PULLS_AT_ONCE = 10
_FILES_AT_ONCE = 20
_LARGEST_FILE = 512 * 1024
_THREADS = """
fragment threads on PullRequest {
  merged mergeCommit { oid }
  number
  reviewThreads(first: 100) { pageInfo { hasNextPage } nodes {
    isResolved isOutdated path
    comments(first: 1) { nodes { databaseId originalCommit { oid } } }
  } }
}
"""


def outcomes(forge: Forge, name: str, numbers: Sequence[int]) -> tuple[tuple[Outcome, ...], tuple[str, ...]]:
    """What became of the comments on the pull requests `numbers`, and notes on what could not be asked.

    Raises AllowanceSpent.
    """
    if not numbers:
        return (), ()
    if not forge.token:
        return (), ("whether threads were resolved is not known: GitHub tells it only with a token in GITHUB_TOKEN",)
    found: list[Outcome] = []
    notes: list[str] = []
    try:
        for start in range(0, len(numbers), _PULLS_AT_ONCE):
            pulls = list(_pulls(forge, name, numbers[start : start + _PULLS_AT_ONCE]))
            found.extend(_outcomes(forge, name, [thread for pull in pulls for thread in _threads(pull)]))
            notes.extend(filter(None, map(_truncated, pulls)))
    except AllowanceSpent:
        raise
    except ForgeError as error:
        notes.append(f"whether threads were resolved is not known: {error.message}")
    except (AttributeError, TypeError):
        notes.append("whether threads were resolved is not known: the answer has another shape")
    return tuple(found), tuple(notes)


def _truncated(pull: Mapping[str, Any]) -> str:
    more = ((pull.get("reviewThreads") or {}).get("pageInfo") or {}).get("hasNextPage")
    return f"pull request {pull.get('number')} has more than 100 threads: only those count as resolved" if more else ""


def _pulls(forge: Forge, name: str, numbers: Sequence[int]) -> Iterator[Mapping[str, Any]]:
    fields = " ".join(f"p{number}: pullRequest(number: {number}) {{ ...threads }}" for number in numbers)
    for pull in _repository(forge, name, fields, _THREADS).values():
        if isinstance(pull, dict):
            yield pull


def _threads(pull: Mapping[str, Any]) -> Iterator[tuple[Outcome, str, str]]:
    """Each thread's outcome, and the names of its file before and after where the change was merged."""
    merged = (pull.get("mergeCommit") or {}).get("oid") if pull.get("merged") else None
    for thread in (pull.get("reviewThreads") or {}).get("nodes") or ():
        try:
            first = thread["comments"]["nodes"][0]
            outcome = Outcome(comment_id(first["databaseId"]), bool(thread["isResolved"]))
            commented = (first.get("originalCommit") or {}).get("oid")
            changed = thread["isResolved"] or thread["isOutdated"]
            path = thread["path"]
        except (KeyError, IndexError, TypeError):
            continue
        if changed and merged and commented and str(path).endswith(".py"):
            yield outcome, f"{commented}:{path}", f"{merged}:{path}"
        else:
            yield outcome, "", ""


def _outcomes(forge: Forge, name: str, threads: Sequence[tuple[Outcome, str, str]]) -> Iterator[Outcome]:
    wanted = sorted({file for _, *files in threads for file in files if file})
    texts: dict[str, str] = {}
    for start in range(0, len(wanted), _FILES_AT_ONCE):
        texts |= _files(forge, name, wanted[start : start + _FILES_AT_ONCE])
    for outcome, before, after in threads:
        yield Outcome(outcome.id, outcome.resolved, texts.get(before), texts.get(after))


def _files(forge: Forge, name: str, wanted: Sequence[str]) -> Mapping[str, str]:
    import json

    fields = " ".join(
        f"f{number}: object(expression: {json.dumps(file)}) {{ ... on Blob {{ text byteSize isTruncated }} }}"
        for number, file in enumerate(wanted)
    )
    blobs = _repository(forge, name, fields)
    found = {}
    for number, file in enumerate(wanted):
        blob = blobs.get(f"f{number}")
        if isinstance(blob, dict) and isinstance(blob.get("text"), str) and not blob.get("isTruncated"):
            found[file] = blob["text"][: _LARGEST_FILE + 1]
    return {file: text for file, text in found.items() if len(text) <= _LARGEST_FILE}


def _repository(forge: Forge, name: str, fields: str, fragment: str = "") -> Mapping[str, Any]:
    """The answer to a question about a repository; what GitHub could not find in it is null there."""
    owner, _, short = name.partition("/")
    query = (
        f"query($owner: String!, $name: String!) {{ repository(owner: $owner, name: $name) {{ {fields} }} }} {fragment}"
    )
    data = forge.post("/graphql", {"query": query, "variables": {"owner": owner, "name": short}}).data
    repository = (data.get("data") or {}).get("repository") if isinstance(data, dict) else None
    if not isinstance(repository, dict):
        raise ForgeError("GraphQL gave no answer")
    return repository
