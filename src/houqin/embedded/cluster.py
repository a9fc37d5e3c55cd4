"""The cluster folder: created whole or not at all, and the command that serves it.

Who may connect is decided by the folder of the Unix socket: it is 0700 and belongs to
the account of the server, so only that account and root reach the socket, and the
server trusts whoever does. A password in a file of the same owner and mode would keep
out nobody else, and costs every connection a key derivation. TCP connections, when a
port is asked for, always need a password (SCRAM-SHA-256).

On Linux the server is told to work in `/proc/self/cwd`. Its parent process enters the
folder while it is still root, so the server needs no permission on the folders above:
a checkout below `/root` works. Creating, crash recovery, reloading, `pg_dump` and
`pg_basebackup` work in such a folder.
"""

import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from .accounts import Account, has_name, telling_about
from .binaries import ENVIRONMENT, Binaries
from .errors import AccountUnknown, DiskFull, NotACluster, OtherMajorVersion, ServerDidNotStart
from .folders import Folders
from .processes import tag

ADMIN = "postgres"
SYNCFS_TELLS_ERRORS = (5, 8)
NO_SPACE = "No space left on device"

# Written once into postgresql.conf, where an operator may change them.
TUNING = {
    "shared_buffers": "128MB",
    "max_connections": "100",
    "work_mem": "8MB",
    "maintenance_work_mem": "64MB",
    "effective_cache_size": "1GB",
    "random_page_cost": "1.1",
    "jit": "off",
    # Two cores are shared with the web server and the worker; parallel queries also
    # need more shared memory than a container's default of 64 MB.
    "max_parallel_workers_per_gather": "0",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    # A statement or a DETAIL line may hold a person's data; the log must not.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
NOT_DURABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def create_if_missing(folders: Folders, account: Account, binaries: Binaries, *, durable: bool) -> None:
    """Make sure that `folders.cluster` holds a cluster of our major version.

    It is built beside its place and renamed, so a creation that was killed leaves
    nothing but a folder that the next one removes. Call it only while holding the turn.

    Raises `OtherMajorVersion`, `NotACluster`, `AccountUnknown`, `DiskFull`,
    `FolderNotUsable` or `ServerDidNotStart` (creation failed; carries what it said).
    """
    with telling_about(folders.cluster, account):
        if folders.cluster.exists() and any(folders.cluster.iterdir()):
            _check_version(folders.cluster, binaries)
            return
        for leftover in folders.state.glob("init-*"):
            shutil.rmtree(leftover, ignore_errors=True)
        if not has_name(account.uid):
            raise AccountUnknown(uid=account.uid)
        fresh = Path(tempfile.mkdtemp(prefix="init-", dir=folders.state))
        account.own(fresh)
        try:
            _initdb(fresh, folders, account, binaries, durable=durable)
            fresh.rename(folders.cluster)
        except BaseException:
            shutil.rmtree(fresh, ignore_errors=True)
            raise
        _sync(folders.state)


def serve_command(
    folders: Folders, binaries: Binaries, *, durable: bool, port: int, listen: str
) -> list[str | Path]:
    """Return the command that runs the server; it must be started inside `folders.cluster`.

    What this room depends on is given here and wins over postgresql.conf.
    """
    settings = {
        "port": str(port),
        "listen_addresses": listen,
        "unix_socket_directories": folders.socket_for_server,
        "unix_socket_permissions": "0700",
        "cluster_name": tag(folders.cluster),
        "logging_collector": "off",
        "log_destination": "stderr",
        "recovery_init_sync_method": _sync_method(),
        **({} if durable else NOT_DURABLE),
    }
    options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    return [binaries.path("postgres"), "-D", _as_seen_inside(folders.cluster), *options]


def clear_stale_files(folders: Folders) -> None:
    """Remove the notes of a server that is dead.

    PostgreSQL would refuse to start when the process id in them was given to another
    process since. Call it only when no process of the server lives.
    """
    (folders.cluster / "postmaster.pid").unlink(missing_ok=True)
    for note in folders.socket.glob(".s.PGSQL.*"):
        note.unlink(missing_ok=True)


def _check_version(cluster: Path, binaries: Binaries) -> None:
    version = cluster / "PG_VERSION"
    if not version.exists() or not (cluster / "global" / "pg_control").exists():
        raise NotACluster(folder=cluster)
    found = version.read_text().strip()
    if found != binaries.major:
        raise OtherMajorVersion(folder=cluster, found=found, expected=binaries.major)


def _initdb(fresh: Path, folders: Folders, account: Account, binaries: Binaries, *, durable: bool) -> None:
    # LC_CTYPE must know Chinese too: under C, pg_trgm finds nothing in a Chinese text.
    command: list[str | Path] = [
        binaries.path("initdb"),
        *("-D", _as_seen_inside(fresh)),
        *("-U", ADMIN, "-E", "UTF8", "--locale=C.UTF-8"),
        *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--text-search-config=simple"),
        *("--auth-local=trust", "--auth-host=scram-sha-256", "--no-instructions"),
        f"--sync-method={_sync_method()}",
        *([] if durable else ["--no-sync"]),
        *(word for name, value in TUNING.items() for word in ("--set", f"{name}={value}")),
    ]
    done = subprocess.run(  # noqa: S603 — our own program
        command,
        cwd=fresh,
        env=ENVIRONMENT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        check=False,
        umask=0o077,
        **account.run_as(),
    )
    if done.returncode == 0:
        return
    if NO_SPACE in done.stdout:
        raise DiskFull(folder=folders.state)
    folders.append_to_log(done.stdout)
    raise ServerDidNotStart(log=folders.log, tail="\n".join(done.stdout.splitlines()[-10:]))


def _sync_method() -> str:
    """Return how a whole cluster reaches the disk: by one syncfs where that reports errors.

    It is several times faster than a thousand fsyncs when the disk is busy; before
    Linux 5.8 it kept silent about a failed write.
    """
    if sys.platform != "linux":
        return "fsync"
    major, minor = re.findall(r"\d+", platform.release())[:2]
    return "syncfs" if (int(major), int(minor)) >= SYNCFS_TELLS_ERRORS else "fsync"


def _as_seen_inside(cluster: Path) -> str:
    return "/proc/self/cwd" if sys.platform == "linux" else str(cluster)


def _sync(folder: Path) -> None:
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
