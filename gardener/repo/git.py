"""Git, and the only place that starts it.

Git is asked, never obeyed: hooks, file-system monitors, filters, external diffs and lazy fetches that a repository's
configuration names are switched off, so that looking at a repository runs nothing of it and opens no connection.
"""

from __future__ import annotations

import contextlib
import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from gardener.core.errors import RepoError

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

_GUARDS = (
    "--no-pager",
    "--literal-pathspecs",
    *("-c", "core.fsmonitor=false", "-c", f"core.hooksPath={os.devnull}", "-c", "core.quotePath=false"),
    *("-c", "log.showSignature=false", "-c", "submodule.recurse=false"),
    *("-c", "core.sshCommand=false", "-c", "credential.helper=", "-c", "core.pager=cat"),
)
_ENVIRONMENT = {
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}
# A hook's environment points at the hook's repository, which need not be the one that is looked at.
_FOREIGN = ("GIT_DIR", "GIT_WORK_TREE", "GIT_PREFIX", "GIT_EXTERNAL_DIFF", "GIT_NAMESPACE")
_STAGED = re.compile(r"([0-7]{6}) ([0-9a-f]{40,64}) [0-3]\t(.*)", re.DOTALL)
_TREE = re.compile(r"([0-7]{6}) (\w+) ([0-9a-f]{40,64})\t(.*)", re.DOTALL)

SMALL_BYTES = 1024 * 1024

Status = Literal["added", "modified", "deleted", "renamed"]


@dataclass(frozen=True, slots=True)
class Entry:
    """A path git knows, its blob and mode: `100755` executable, `120000` link, `160000` submodule, empty untracked."""

    path: str
    mode: str = ""
    oid: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """A path that differs between two states; `old` is its path before (the same unless renamed, None when added)."""

    path: str
    status: Status
    old: str | None


def find_root(start: Path) -> Path | None:
    """The top folder of the git work tree that holds `start`, or None outside one (a bare repository has none)."""
    folder = start.resolve()
    for candidate in (folder, *folder.parents):
        if (candidate / ".git").exists():
            return candidate
    return None


def working_entries(root: Path) -> list[Entry]:
    """Tracked and untracked-not-ignored paths that are there. Raises RepoError when git cannot say."""
    out = _text(root, "ls-files", "-z", "-t", "-c", "-s", "-d", "-o", "--exclude-standard")
    entries: dict[str, Entry] = {}
    gone: set[str] = set()
    for record in filter(None, out.split("\0")):
        tag, entry = record[0], _entry(record[2:])
        if tag == "R":
            gone.add(entry.path)
        elif tag != "S" or os.path.lexists(os.path.join(root, entry.path)):  # noqa: PTH118 - one call a file
            entries[entry.path] = entry
    return [entry for path, entry in entries.items() if path not in gone]


def index_entries(root: Path) -> list[Entry]:
    """What is staged; of a path in conflict, the side git lists last. Raises RepoError when git cannot say."""
    out = _text(root, "ls-files", "-z", "-s")
    return list({entry.path: entry for entry in map(_entry, filter(None, out.split("\0")))}.values())


def tree_entries(root: Path, ref: str) -> list[Entry]:
    """The paths of a commit. Raises RepoError for an unknown ref."""
    out = _text(root, "ls-tree", "-z", "-r", "--full-tree", commit_of(root, ref))
    found = (_TREE.fullmatch(record) for record in out.split("\0"))
    return [Entry(match[4], match[1], match[3]) for match in found if match]


def tracked(root: Path, prefix: str = "") -> tuple[str, ...]:
    """The tracked paths at or below `prefix` (relative to the root), sorted."""
    out = _text(root, "ls-files", "-z", "--", prefix or ".")
    return tuple(sorted(set(filter(None, out.split("\0")))))


def commit_of(root: Path, ref: str) -> str:
    """The hash of the commit `ref` names. Raises RepoError for an unknown ref, or one that is an option."""
    if ref.startswith("-") or not ref.strip() or "\0" in ref:
        raise RepoError(f"`{ref}` is no name of a commit")
    done = _run(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}")
    if done.returncode:
        _refuse_unusable(done.stderr)
        hint = "this is a shallow clone: fetch more history" if is_shallow(root) else "fetch it, or check the spelling"
        raise RepoError(f"unknown commit `{ref}`", hint=hint)
    return done.stdout.decode().strip()


def has_commit(root: Path) -> bool:
    """False in a repository without a first commit."""
    return not _run(root, "rev-parse", "--verify", "--quiet", "HEAD^{commit}").returncode


def is_shallow(root: Path) -> bool:
    """True when history was cut off by a shallow clone."""
    return _text(root, "rev-parse", "--is-shallow-repository").strip() == "true"


def merge_base(root: Path, ref: str) -> str:
    """The newest common ancestor of HEAD and `ref`. Raises RepoError when there is none."""
    done = _run(root, "merge-base", commit_of(root, "HEAD"), commit_of(root, ref))
    if done.returncode or not done.stdout.strip():
        _refuse_unusable(done.stderr)
        shallow = "fetch with full depth, as in `fetch-depth: 0`" if is_shallow(root) else None
        raise RepoError(f"HEAD and `{ref}` have no common ancestor", hint=shallow)
    return done.stdout.decode().split()[0]


def changes(root: Path, base: str, *, staged: bool = False) -> tuple[Change, ...]:
    """What differs between the commit `base` and the working tree (or, `staged`, the index), renames followed.

    Untracked-not-ignored files count as added, or as renamed when they hold what a deleted file held. Submodules are
    left out. Raises RepoError for an unknown commit.
    """
    arguments = ["diff", "--name-status", "-z", "-M", *_PLAIN_DIFF, *(["--cached"] if staged else [])]
    fields = _text(root, *arguments, commit_of(root, base), "--", filters=not staged).split("\0")
    found = _statuses(fields)
    if not staged:
        listed = _text(root, "ls-files", "-z", "-o", "--exclude-standard").split("\0")
        untracked = [path for path in listed if path and not path.endswith("/")]
        found = [*_without_moves(root, base, found, untracked)]
    by_path = {change.path: change for change in found}
    return tuple(by_path[path] for path in sorted(by_path))


def _without_moves(root: Path, base: str, found: Sequence[Change], untracked: Sequence[str]) -> Iterator[Change]:
    """All changes, where an untracked file that holds what a deleted one held counts as that one, renamed."""
    deleted = {change.path for change in found if change.status == "deleted"}
    origin: Mapping[str, str] = {}
    if deleted and untracked:
        from gardener.repo.moves import moved

        oids = {entry.path: entry.oid for entry in tree_entries(root, base) if entry.path in deleted}
        blobs = read_blobs(root, oids.values())
        gone = {path: blobs[oid] for path, oid in oids.items() if len(blobs.get(oid, b"")) in range(1, SMALL_BYTES)}
        origin = moved(gone, _contents(root, untracked))
    for change in found:
        if change.path not in origin.values():
            yield change
    for path in untracked:
        yield Change(path, "renamed", origin[path]) if path in origin else Change(path, "added", None)


def _contents(root: Path, paths: Iterable[str]) -> dict[str, bytes]:
    """What small regular files hold."""
    found: dict[str, bytes] = {}
    for path in paths:
        file = root / path
        with contextlib.suppress(OSError, ValueError):
            if file.is_file() and not file.is_symlink() and file.stat().st_size <= SMALL_BYTES:
                found[path] = file.read_bytes()
    return found


def diff(root: Path, base: str, *, staged: bool = False, context: int = 0) -> str:
    """The unified diff from `base` to the working tree or index. Undecodable bytes become U+FFFD."""
    arguments = ["diff", "-M", f"-U{context}", "--src-prefix=a/", "--dst-prefix=b/", *_PLAIN_DIFF]
    arguments += [*(["--cached"] if staged else []), commit_of(root, base), "--"]
    return _checked(root, *arguments, filters=not staged).decode(errors="replace")


def unstaged(root: Path) -> tuple[str, ...]:
    """Tracked paths whose working-tree content differs from what is staged."""
    fields = _text(root, "diff", "--name-only", "-z", *_PLAIN_DIFF, filters=True).split("\0")
    return tuple(path for path in fields if path)


def read_blobs(root: Path, oids: Iterable[str]) -> Mapping[str, bytes]:
    """The content of many blobs, from one process. Blobs that are missing are missing from the answer too."""
    wanted = list(dict.fromkeys(oids))
    if not wanted:
        return {}
    out = _checked(root, "cat-file", "--batch", feed="".join(f"{oid}\n" for oid in wanted).encode())
    found: dict[str, bytes] = {}
    at = 0
    for oid in wanted:
        end = out.index(b"\n", at)
        header = out[at:end].split(b" ")
        at = end + 1
        if len(header) == 3 and header[1] == b"blob":
            size = int(header[2])
            found[oid] = out[at : at + size]
            at += size + 1
    return found


def log(root: Path, *revisions: str) -> str:
    """The commits of `revisions`, children first, each with the paths it touched, renames followed; fields end in NUL.

    A commit is `\\x01hash\\x02seconds\\x02date\\x02subject`, followed by letters and paths as in `--name-status`.
    In a clone that lacks some contents only renames without changes are followed. Raises RepoError when history cannot
    be read.
    """
    form = "--format=%x01%H%x02%ct%x02%cs%x02%s"
    options = ("--name-status", "-M", "-l1000", "-z", "--no-diff-merges", "--no-follow", "--no-mailmap", "--date-order")
    wanted = (form, *options, *_PLAIN_DIFF[:-1], *revisions, "--")
    try:
        return _text(root, "log", *wanted)
    except RepoError as error:
        if "unable to read" not in error.message and "missing" not in error.message:
            raise
        return _text(root, "log", "-M100%", *(option for option in wanted if option != "-M"))


def messages(root: Path, base: str) -> str:
    """The messages of the commits since `base`. Raises RepoError for an unknown commit."""
    return _text(root, "log", "--format=%B", f"{commit_of(root, base)}..HEAD", "--")


def telling(root: Path, pattern: str, *revisions: str) -> str:
    """The commits of `revisions` whose message matches `pattern` (extended), as in `log`, with the paths they touched.

    A commit is `\\x01hash\\x02parents\\x02author\\x02date\\x02message`. Raises RepoError when history cannot be read.
    """
    options = ("--name-status", "-M", "-l1000", "-z", "--no-diff-merges", "--no-follow", "-E", f"--grep={pattern}")
    return _text(
        root, "log", "--format=%x01%H%x02%P%x02%an%x02%cI%x02%B", *options, *_PLAIN_DIFF[:-1], *revisions, "--"
    )


def blame(root: Path, path: str) -> tuple[tuple[str, str], ...]:
    """(commit, author) of each line of a file as it stands; the hash of what is not committed is all zeros.

    Empty where git cannot say.
    """
    done = _run(root, "blame", "--line-porcelain", "--no-textconv", "--", path, disarm=_disarmed_filters(root))
    if done.returncode:
        return ()
    found: list[tuple[str, str]] = []
    commit = author = ""
    for line in done.stdout.decode("utf-8", "replace").split("\n"):
        if line.startswith("\t"):
            found.append((commit, author))
        elif line.startswith("author "):
            author = line[7:]
        elif re.match(r"[0-9a-f]{40,64} \d+ \d+", line):
            commit = line.partition(" ")[0]
    return tuple(found)


def remote_address(root: Path, name: str = "origin") -> str:
    """The address of a remote; empty where there is none."""
    return _run(root, "config", "--get", f"remote.{name}.url").stdout.decode(errors="replace").strip()


def left_out(root: Path, commit: str, head: str) -> tuple[str, ...] | None:
    """The commits reachable from `commit` and not from `head`; None when `commit` is not in this clone."""
    done = _run(root, "rev-list", commit, f"^{head}", "--")
    return None if done.returncode else tuple(done.stdout.decode().split())


def ignored(root: Path, paths: Iterable[str]) -> frozenset[str]:
    """Those of `paths` that the repository's own ignore files cover; what a user ignores everywhere does not count."""
    wanted = sorted(set(paths))
    if not wanted:
        return frozenset()
    feed = "\0".join(wanted).encode("utf-8", "surrogateescape")
    options = ("--no-literal-pathspecs", "-c", f"core.excludesFile={os.devnull}")
    done = _run(root, "check-ignore", "-z", "--stdin", "--no-index", feed=feed, disarm=options)
    return frozenset(filter(None, done.stdout.decode("utf-8", "surrogateescape").split("\0")))


def show(root: Path, ref: str, path: str) -> bytes | None:
    """The content of `path` in a commit, or None when it is not there. Raises RepoError for an unknown ref."""
    out = _text(root, "ls-tree", "-z", "--full-tree", commit_of(root, ref), "--", path)
    match = _TREE.fullmatch(out.rstrip("\0"))
    return read_blobs(root, [match[3]]).get(match[3]) if match and match[2] == "blob" else None


_PLAIN_DIFF = (
    "--no-ext-diff",
    "--no-textconv",
    "--no-color",
    "--ignore-submodules=all",
    "--no-relative",
    "--inter-hunk-context=0",
)
_LETTERS: Mapping[str, Status] = {"A": "added", "C": "added", "D": "deleted", "R": "renamed"}


def _statuses(fields: list[str]) -> list[Change]:
    found: list[Change] = []
    rest = iter(fields)
    for letter in rest:
        if not letter:
            break
        status = _LETTERS.get(letter[0], "modified")
        first = next(rest)
        path = next(rest) if letter[0] in "RC" else first
        found.append(Change(path, status, None if status == "added" else first))
    return found


def _entry(record: str) -> Entry:
    match = _STAGED.fullmatch(record)
    return Entry(match[3], match[1], match[2]) if match else Entry(record)


def output(root: Path, *arguments: str) -> str:
    """What git prints when it is run in `root` with these arguments. Raises RepoError when it fails."""
    return _text(root, *arguments)


def _text(root: Path, *arguments: str, filters: bool = False) -> str:
    return _checked(root, *arguments, filters=filters).decode("utf-8", "surrogateescape")


def _checked(root: Path, *arguments: str, feed: bytes | None = None, filters: bool = False) -> bytes:
    done = _run(root, *arguments, feed=feed, disarm=_disarmed_filters(root) if filters else ())
    if done.returncode:
        _refuse_unusable(done.stderr)
        said = done.stderr.decode(errors="replace").strip().splitlines() or ["no reason given"]
        raise RepoError(f"`git {arguments[0]}` failed: {said[-1]}", at=str(root))
    return done.stdout


def _run(
    root: Path, *arguments: str, feed: bytes | None = None, disarm: tuple[str, ...] = ()
) -> subprocess.CompletedProcess[bytes]:
    import subprocess

    command = ["git", *_GUARDS, *disarm, *arguments]
    try:
        return subprocess.run(  # noqa: S603 - a fixed program with separate arguments
            command, cwd=root, env=_environment(root), input=feed or b"", capture_output=True, check=False
        )
    except FileNotFoundError:
        if not root.is_dir():
            raise RepoError("no such folder", at=str(root)) from None
        raise RepoError("git is not installed", hint="install git, or put it on PATH") from None
    except OSError as error:
        raise RepoError(f"git cannot be started: {error.strerror}", at=str(root)) from error


def _disarmed_filters(root: Path) -> tuple[str, ...]:
    """Options that empty every content filter a configuration defines: comparing work-tree files would run them."""
    done = _run(root, "config", "-z", "--name-only", "--get-regexp", r"^filter\..*\.(clean|smudge|process|required)$")
    keys = [key for key in done.stdout.decode("utf-8", "surrogateescape").split("\0") if key and "=" not in key]
    return tuple(part for key in dict.fromkeys(keys) for part in ("-c", f"{key}=" + "false" * key.endswith("required")))


def _environment(root: Path) -> dict[str, str]:
    environment = {key: value for key, value in os.environ.items() if key not in _FOREIGN} | _ENVIRONMENT
    index = environment.get("GIT_INDEX_FILE")
    if index and not _belongs(root, index):
        del environment["GIT_INDEX_FILE"]
    return environment


def _belongs(root: Path, index: str) -> bool:
    """True when an index file named by the environment (as `git commit -a` does for hooks) is this repository's."""
    marker = root / ".git"
    home = marker
    if marker.is_file():
        home = root / marker.read_text(encoding="utf-8", errors="replace").removeprefix("gitdir:").strip()
    return (root / index).resolve().is_relative_to(home.resolve())


def _refuse_unusable(stderr: bytes) -> None:
    said = stderr.decode(errors="replace")
    if "dubious ownership" in said or "unsafe repository" in said:
        hint = "if you trust it: git config --global --add safe.directory <folder>"
        raise RepoError("git refuses this repository, as it belongs to another user", hint=hint)
    if "must be run in a work tree" in said:
        raise RepoError("a bare repository has no files to check")
    if "not a git repository" in said:
        raise RepoError("not a git repository", hint="run in a clone, or without --diff and --staged")
