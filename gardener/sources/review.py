"""What people said about our own findings: deferrals and disputes on record, and what they changed after a review."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gardener.core.errors import ConfigError, SourceError
from gardener.core.feedback import Batch, Feedback, Skipped
from gardener.core.ledgers import records
from gardener.repo import git
from gardener.sources._accepted import accepted
from gardener.sources._records import WrongRecord, moment, start_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

PATH = ".gardener/deferrals.jsonl"
_VERB = {"defer": "defer", "dispute": "wrong"}


def read(place: str, root: Path, since: str = "", cursor: str = "") -> Iterator[Batch]:  # noqa: ARG001 - read anew
    """The records of `place` that are younger than `since`.

    Without a place: those of `.gardener/deferrals.jsonl`, and the findings of reviews that were acted on. The body is
    `VERB[rule] reason`, as in a comment in the code, and the commit that added a line stands for its pull request. A
    line that cannot be used is skipped. Raises SourceError for a file that cannot be read.
    """
    path = place or PATH
    since = start_of(since)
    if not place:
        found, skipped = accepted(root, since)
        if found or skipped:
            yield Batch(tuple(found), skipped=tuple(skipped))
    try:
        text = (root / path).read_bytes().decode("utf-8-sig", "replace")
    except FileNotFoundError:
        if place:
            raise SourceError(f"no such file: `{place}`") from None
        return
    except OSError as error:
        raise SourceError(f"`{path}` cannot be read: {error.strerror or error}") from error
    authors = git.blame(root, path) if git.find_root(root) else ()
    yield _batch(path, text, authors, since)


def _batch(path: str, text: str, authors: tuple[tuple[str, str], ...], since: str) -> Batch:
    latest: dict[str, Feedback] = {}
    skipped: list[Skipped] = []
    for number, line in enumerate(text.replace("\r\n", "\n").split("\n")):
        commit, author = authors[number] if number < len(authors) else ("", "")
        if not commit.strip("0"):
            # Not committed yet: git has no author for it.
            commit = author = ""
        try:
            for _, fields in records(line, at=f"{path}:{number + 1}"):
                each = _feedback(fields, commit[:12], author)
                if each.created_at >= since and _is_newer(each, latest.get(each.id)):
                    latest[each.id] = each
        except (ConfigError, WrongRecord) as error:
            reason = error.message if isinstance(error, ConfigError) else str(error)
            skipped.append(Skipped(f"{path}:{number + 1}", reason))
    return Batch(tuple(latest[key] for key in sorted(latest)), skipped=tuple(skipped))


def _feedback(fields: Mapping[str, Any], commit: str, author: str) -> Feedback:
    wrong = [
        name for name in ("fingerprint", "verb", "rule", "path", "reason") if not isinstance(fields.get(name), str)
    ]
    if wrong:
        raise WrongRecord(f"{' and '.join(wrong)} missing or no text")
    return Feedback(
        id=fields["fingerprint"],
        source="review",
        body=f"{_VERB.get(fields['verb'], fields['verb'])}[{fields['rule']}] {fields['reason']}".strip(),
        pr=commit,
        author=author,
        created_at=moment(str(fields.get("opened") or "")),
        path=fields["path"],
        resolved=True,
    )


def _is_newer(one: Feedback, other: Feedback | None) -> bool:
    return other is None or (one.created_at, one.body) >= (other.created_at, other.body)
