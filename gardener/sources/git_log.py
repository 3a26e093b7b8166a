"""What a team took back or put right: reverts, fixups and commits that name the one they fix.

No comment says why, but the commit does, and both states of every file are there. Plain changes are not read: what most
of them have in common is empty of meaning.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gardener.core.errors import RepoError, SourceError
from gardener.core.feedback import Batch, Feedback, Skipped
from gardener.repo import git
from gardener.sources._records import moment, start_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

# Commits that touch more files than this are no remark about a piece of code.
MOST_FILES = 5
_LARGEST_FILE = 512 * 1024
_TOGETHER = 200
_TELLING = r"^This reverts commit [0-9a-f]{7,}|^(fixup|squash|amend)! |^Fixes: [0-9a-f]{7,}"
_NUMBER = re.compile(r"\(#(\d+)\)\s*$|^Merge pull request #(\d+)")
_TRAILER = re.compile(r"^(?:[A-Z][\w-]*-by|Fixes|Cc|Change-Id|Co-authored-by|See-also|Refs?):.*$", re.MULTILINE)
_MARK = re.compile(r"^(?:(?:fixup|squash|amend)! )+")
_REVERTED = re.compile(r"This reverts commit [0-9a-f]+[^.\n]*\.?")


@dataclass(frozen=True, slots=True)
class _Commit:
    sha: str
    parent: str
    author: str
    date: str
    message: str
    paths: tuple[tuple[str, str], ...]


def read(place: str, root: Path, since: str = "", cursor: str = "") -> Iterator[Batch]:
    """Commits up to `place` (empty: HEAD) that are younger than `since` and were not read up to `cursor`.

    Raises SourceError where there is no history to read.
    """
    since = start_of(since)
    try:
        head = git.commit_of(root, place or "HEAD")
        commits = list(_commits(git.telling(root, _TELLING, *_range(root, head, cursor))))
    except RepoError as error:
        raise SourceError(f"history cannot be read: {error.message}", hint=error.hint) from error
    wanted = [commit for commit in reversed(commits) if moment(commit.date) >= since]
    for start in range(0, len(wanted), _TOGETHER):
        yield _batch(root, wanted[start : start + _TOGETHER])
    if cursor != head:
        # Only now is everything up to the head read.
        yield Batch(cursor=head)


def _range(root: Path, head: str, cursor: str) -> Sequence[str]:
    """What is reachable from `head` and not from `cursor`, where that commit is still there."""
    return [head, f"^{cursor}"] if cursor and git.left_out(root, cursor, head) is not None else [head]


def _commits(log: str) -> Iterator[_Commit]:
    fields = iter(log.split("\0"))
    header = ""
    paths: list[tuple[str, str]] = []
    for field in fields:
        text = field.lstrip("\n")
        if text.startswith("\x01"):
            if header:
                yield _commit(header, paths)
            header, paths = text[1:], []
        elif text:
            old = next(fields, "")
            new = next(fields, "") if text[0] in "RC" else old
            if text[0] in "MR":
                paths.append((old, new))
    if header:
        yield _commit(header, paths)


def _commit(header: str, paths: Sequence[tuple[str, str]]) -> _Commit:
    sha, parents, author, date, message = header.split("\x02", 4)
    code = tuple(pair for pair in paths if pair[1].endswith((".py", ".pyi")))
    return _Commit(sha, parents.partition(" ")[0], author, date, message, code)


def _batch(root: Path, commits: Sequence[_Commit]) -> Batch:
    skipped = [
        Skipped(f"commit {commit.sha[:12]}", f"changes {len(commit.paths)} files of code")
        for commit in commits
        if len(commit.paths) > MOST_FILES
    ]
    told = [commit for commit in commits if commit.parent and len(commit.paths) <= MOST_FILES]
    names = [name for commit in told for pair in commit.paths for name in _names(commit, pair)]
    blobs = git.read_blobs(root, [name for name in names if "\n" not in name])
    found = [each for commit in told for pair in commit.paths if (each := _feedback(commit, pair, blobs))]
    return Batch(tuple(found), skipped=tuple(skipped))


def _names(commit: _Commit, pair: tuple[str, str]) -> tuple[str, str]:
    return f"{commit.parent}:{pair[0]}", f"{commit.sha}:{pair[1]}"


def _feedback(commit: _Commit, pair: tuple[str, str], blobs: Mapping[str, bytes]) -> Feedback | None:
    before, after = (_text(blobs.get(name)) for name in _names(commit, pair))
    if before is None or after is None:
        return None
    number = _NUMBER.search(commit.message.partition("\n")[0])
    return Feedback(
        id=f"git-log-{commit.sha[:16]}-{pair[1]}",
        source="git-log",
        body=_reason(commit.message),
        pr=(number[1] or number[2]) if number else commit.sha[:12],
        author=commit.author,
        author_kind="bot" if commit.author.endswith("[bot]") else "human",
        created_at=moment(commit.date),
        path=pair[1],
        resolved=True,
        before_file=before,
        after_file=after,
    )


def _text(data: bytes | None) -> str | None:
    if data is None or len(data) > _LARGEST_FILE or b"\0" in data:
        return None
    return data.decode(errors="replace")


def _reason(message: str) -> str:
    """The message without what only git needs to know."""
    subject, _, rest = message.partition("\n")
    subject = _NUMBER.sub("", _MARK.sub("", subject)).strip()
    rest = _REVERTED.sub("", _TRAILER.sub("", rest)).strip()
    return f"{subject}\n\n{rest}".strip() or "A change was taken back"
