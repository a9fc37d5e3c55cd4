"""Locks between processes: a flock on a file, freed by the kernel when its holder dies."""

import os
import sys
import time
from pathlib import Path

if sys.platform != "win32":
    import fcntl

PAUSE = 0.01


class FileLock:
    """One flock on the file at `path`, shared or exclusive.

    The lock belongs to the open file: a process that inherits the descriptor holds it
    too, and it ends when the last of them closes it or dies. The file itself stays.
    """

    def __init__(self, path: Path) -> None:
        """Take nothing yet; the file is created when it is first locked."""
        self.path = path
        self.fd = -1

    def take(self, *, exclusive: bool, seconds: float = 0.0) -> bool:
        """Return whether the lock was had within `seconds`.

        A new file belongs to the owner of its folder, so that what root creates in a
        user's folder does not shut that user out later.
        """
        fd = open_owned(self.path, os.O_RDWR)
        how = (fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH) | fcntl.LOCK_NB
        deadline = time.monotonic() + seconds
        try:
            while not _locked(fd, how):
                if time.monotonic() >= deadline:
                    os.close(fd)
                    return False
                time.sleep(PAUSE)
        except BaseException:
            os.close(fd)
            raise
        self.fd = fd
        return True

    def drop(self) -> None:
        """Close our descriptor; nothing happens when the lock is not held."""
        if self.fd >= 0:
            os.close(self.fd)
            self.fd = -1

    def is_held_by_anyone(self) -> bool:
        """Return whether some process holds the lock exclusively; False when the file is missing."""
        try:
            fd = os.open(self.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        except FileNotFoundError:
            return False
        try:
            return not _locked(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
        finally:
            os.close(fd)


def open_owned(path: Path, flags: int) -> int:
    """Open or create `path` (mode 0600, never through a symbolic link) and return the descriptor.

    Created by root, the file is given to the owner of its folder.
    """
    fd = os.open(path, flags | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    if os.geteuid() == 0:
        folder = path.parent.stat()
        os.fchown(fd, folder.st_uid, folder.st_gid)
    return fd


def _locked(fd: int, how: int) -> bool:
    try:
        fcntl.flock(fd, how)
    except BlockingIOError:
        return False
    return True
