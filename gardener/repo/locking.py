"""One process at a time: a lock on a file, which ends with the process that holds it."""

from __future__ import annotations

import errno
import os
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from gardener.core.errors import RepoError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PATIENCE_S = 30.0
# A lock that is only a file outlives its holder. Whoever holds one writes for far less than this.
STALE_S = 20.0
_STEP_S = 0.01
_TAKEN = (errno.EAGAIN, errno.EACCES, errno.EWOULDBLOCK)


class Busy(RepoError):
    """Another run holds the lock, and went on holding it."""


@contextmanager
def locked(file: Path, *, patience: float = PATIENCE_S) -> Iterator[None]:
    """Hold the lock at `file`, which is made and stays. Raises Busy when it is not free within `patience` seconds.

    Where the system knows no locks, the existence of a file beside it stands for one.
    """
    try:
        handle = os.open(file, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o666)
    except OSError as error:
        raise RepoError(f"cannot be locked: {error.strerror}", at=str(file)) from None
    try:
        if _flocked(handle, file, time.monotonic() + patience):
            yield
        else:
            with exclusive(file.with_name(f"{file.name}.held"), patience=patience):
                yield
    finally:
        os.close(handle)


@contextmanager
def exclusive(file: Path, *, patience: float = PATIENCE_S) -> Iterator[None]:
    """Hold the lock that the existence of `file` is. One that is older than any work under it is overcome."""
    deadline = time.monotonic() + patience
    while True:
        try:
            os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666))
        except FileExistsError:
            _overcome(file)
            _wait(file, deadline)
        except OSError as error:
            raise RepoError(f"cannot be locked: {error.strerror}", at=str(file)) from None
        else:
            break
    try:
        yield
    finally:
        file.unlink(missing_ok=True)


def _flocked(handle: int, file: Path, deadline: float) -> bool:
    """Lock an open file; False where the platform or the file system has no such locks."""
    try:
        import fcntl
    except ImportError:
        return False
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno not in _TAKEN:
                return False
            _wait(file, deadline)
        else:
            return True


def _overcome(file: Path) -> None:
    with suppress(OSError):
        if time.time() - file.stat().st_mtime > STALE_S:
            file.unlink()


def _wait(file: Path, deadline: float) -> None:
    if time.monotonic() > deadline:
        raise Busy("another run holds this lock", at=str(file), hint="wait for it to end, then try again")
    time.sleep(_STEP_S)
