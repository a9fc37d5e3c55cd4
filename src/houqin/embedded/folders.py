"""Where a cluster keeps its parts below the data folder, and how those folders are made."""

import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path

from .accounts import Account, telling_about
from .errors import FolderNotUsable
from .locks import open_owned

LONGEST_SOCKET_PATH = 103
SOCKET_NAME = ".s.PGSQL.65535"
LOG_LIMIT = 10 * 1024 * 1024
LOG_KEPT = 1024 * 1024


@dataclass(frozen=True)
class Folders:
    """The parts of one embedded database.

    `postgres/` below the data folder holds `cluster/` (PGDATA) and `socket/`, both
    0700 and owned by the account that runs the server, the log and the locks.
    """

    data_dir: Path

    @classmethod
    def below(cls, data_dir: Path) -> "Folders":
        """Return the folders for `data_dir`, with symbolic links resolved so that one place has one name."""
        return cls(data_dir=data_dir.expanduser().resolve())

    @property
    def state(self) -> Path:
        """The folder that holds all others."""
        return self.data_dir / "postgres"

    @property
    def cluster(self) -> Path:
        """PostgreSQL's own data folder, PGDATA."""
        return self.state / "cluster"

    @property
    def log(self) -> Path:
        """What the server says, bounded by `tidy_log`."""
        return self.state / "server.log"

    @property
    def socket(self) -> Path:
        """Where clients find the server's Unix socket.

        A socket path may have 107 bytes (103 on macOS), and libpq splits it at commas;
        for a data folder that does not fit, a private folder below `/tmp` is used. Not
        `TMPDIR`: every process must find the same folder.
        """
        inside = self.state / "socket"
        if len(os.fsencode(inside / SOCKET_NAME)) <= LONGEST_SOCKET_PATH and "," not in str(inside):
            return inside
        digest = hashlib.sha256(os.fsencode(self.state)).hexdigest()[:16]
        return Path("/tmp") / f"houqin-{digest}"  # noqa: S108 — owner and mode are checked

    @property
    def socket_for_server(self) -> str:
        """The same folder as the server, working inside `cluster/`, names it.

        The relative name needs no permission on the folders above `postgres/`.
        """
        return "../socket" if self.socket.parent == self.state else str(self.socket)

    def create(self, account: Account) -> None:
        """Create what is missing; owner and mode of folders that exist are never changed.

        Created by root, `postgres/` may be passed through by the server's account
        (0711) or belongs to it. Raises `FolderNotUsable` or `DiskFull`.
        """
        with telling_about(self.state, account):
            closed = 0o711 if account.run_as() else 0o700
            self.data_dir.mkdir(mode=closed, parents=True, exist_ok=True)
            if not self.state.exists():
                self.state.mkdir(mode=closed)
                owner = self.data_dir.stat()
                if os.geteuid() == 0:
                    os.chown(self.state, owner.st_uid, owner.st_gid)

    def create_socket_folder(self, account: Account) -> None:
        """Create the socket folder, 0700 and owned by `account`.

        Raises `FolderNotUsable` when somebody else made one in its place: the folder's
        permissions are what protects the database, see `cluster.py`.
        """
        with telling_about(self.socket, account):
            if not os.path.lexists(self.socket):
                self.socket.mkdir(mode=0o700)
                account.own(self.socket)
            status = self.socket.lstat()
        private = stat.S_ISDIR(status.st_mode) and not status.st_mode & 0o077
        if status.st_uid != account.uid or not private:
            reason = f"it is not a private folder (0700) of the user {account.name}"
            raise FolderNotUsable(folder=self.socket, reason=reason, user=account.name)

    def open_log(self) -> int:
        """Return a descriptor that appends to the log."""
        return open_owned(self.log, os.O_RDWR | os.O_APPEND)

    def tidy_log(self) -> int:
        """Return the size of the log in bytes, after making it shorter if it has grown beyond 10 MB.

        Its last megabyte then goes to `server.log.1`, the rest is dropped. A running
        server appends, so it goes on at the new end; lines written just then may be lost.
        """
        log = self.open_log()
        try:
            size = os.fstat(log).st_size
            if size <= LOG_LIMIT:
                return size
            kept = open_owned(self.state / "server.log.1", os.O_WRONLY | os.O_TRUNC)
            try:
                os.write(kept, os.pread(log, LOG_KEPT, size - LOG_KEPT))
            finally:
                os.close(kept)
            os.ftruncate(log, 0)
            return 0
        finally:
            os.close(log)

    def append_to_log(self, text: str) -> None:
        """Write `text` at the end of the log."""
        log = self.open_log()
        try:
            os.write(log, text.encode())
        finally:
            os.close(log)

    def log_tail(self, *, since: int = 0, lines: int = 20) -> str:
        """Return the last lines of the log, none written before byte `since`; empty without a log."""
        try:
            with self.log.open("rb") as log:
                size = log.seek(0, os.SEEK_END)
                log.seek(max(0 if since > size else since, size - 64 * 1024))
                text = log.read().decode(errors="replace")
        except OSError:
            return ""
        return "\n".join(text.splitlines()[-lines:])
