"""Whom the server runs as: ourselves, or an unprivileged account when we are root."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from .errors import BelongsToOther, BelongsToRoot, DiskFull, FolderNotUsable, NoServerAccount

if sys.platform != "win32":
    import errno
    import pwd

CANDIDATES = ("houqin", "postgres", "nobody")


class RunAs(TypedDict, total=False):
    """The arguments of `subprocess` that change the user."""

    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True)
class Account:
    """A user id that may own and run a server: never root."""

    uid: int
    gid: int
    name: str

    def run_as(self) -> RunAs:
        """Return what `subprocess` needs to run a program as this account; empty when that is us."""
        if os.geteuid() == self.uid:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def own(self, folder: Path) -> None:
        """Give a folder that we just created to this account; nothing to do when that is us."""
        if os.geteuid() != self.uid:
            os.chown(folder, self.uid, self.gid, follow_symlinks=False)


def server_account(*folders: Path) -> Account:
    """Return who runs the server whose data lies in `folders`, innermost first.

    An ordinary user runs it. For root it is the owner of the cluster, so that a user's
    database stays that user's when root starts it once; of a new one the owner of the
    folder around it; when that is root or, as in a container's volume, an id without a
    name, the first of `CANDIDATES` known to this machine.

    Raises `BelongsToOther` or `BelongsToRoot` when that account may not use the
    innermost folder, and `NoServerAccount` when root finds no account.
    """
    me = os.geteuid()
    innermost, *around = folders
    if me != 0:
        if innermost.exists() and innermost.stat().st_uid != me:
            raise BelongsToOther(folder=innermost, owner=_account(innermost.stat().st_uid).name)
        return _account(me)
    if innermost.exists():
        if innermost.stat().st_uid == 0:
            raise BelongsToRoot(folder=innermost, user=_first_candidate().name)
        return _account(innermost.stat().st_uid)
    owner = next((folder.stat().st_uid for folder in around if folder.exists()), 0)
    return _account(owner) if owner != 0 and has_name(owner) else _first_candidate()


def has_name(uid: int) -> bool:
    """Return whether the account database knows this user id; `initdb` refuses one without a name."""
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True


@contextmanager
def telling_about(folder: Path, account: Account) -> Iterator[None]:
    """Turn a refusal of the file system inside the block into an error that says what to do."""
    try:
        yield
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise DiskFull(folder=folder) from error
        reason = f"{error.strerror} ({error.filename or folder})"
        raise FolderNotUsable(folder=folder, reason=reason, user=account.name) from error


def _account(uid: int) -> Account:
    try:
        entry = pwd.getpwuid(uid)
    except KeyError:
        return Account(uid=uid, gid=os.getegid() if uid == os.geteuid() else uid, name=str(uid))
    return Account(uid=uid, gid=entry.pw_gid, name=entry.pw_name)


def _first_candidate() -> Account:
    for name in CANDIDATES:
        try:
            uid = pwd.getpwnam(name).pw_uid
        except KeyError:
            continue
        if uid != 0:
            return _account(uid)
    raise NoServerAccount(accounts=", ".join(CANDIDATES))
