"""An embedded PostgreSQL server, shared by all processes that need it and stopped by the last."""

import atexit
import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from psycopg.conninfo import make_conninfo

from . import binaries as programs
from . import cluster, database, processes
from .accounts import Account, server_account, telling_about
from .errors import (
    DiskFull,
    FolderBusy,
    NoBinaries,
    RunsWithoutTcp,
    ServerDidNotStart,
    ServerDidNotStop,
    StartTimedOut,
    TurnTimedOut,
)
from .folders import Folders
from .locks import FileLock

SOCKET_PORT = 5432
TURN_SECONDS = 180.0
# Children of a killed postmaster end by themselves, or are told, or are made to.
LEFTOVER_STEPS = ((None, 0.5), (signal.SIGQUIT, 1.0), (signal.SIGKILL, 5.0))
# Fast shutdown writes what is in memory; then the children are told, then the kernel.
STOP_STEPS = ((signal.SIGINT, 60.0), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0))


class EmbeddedServer:
    """The PostgreSQL server whose data lies in `<data_dir>/postgres`.

    Any number of processes and objects may name the same folder. Each `acquire` counts
    as one user, by a shared lock that the kernel frees when the process dies; whoever
    finds no other user in `release` stops the server. A user killed with `kill -9`
    leaves the server running; the next one finds it, and the last one stops it.

    Three locks, files in `<data_dir>/postgres`:

    - `turn.lock`, held by the one process that is just starting or stopping;
    - `users.lock`, shared by all users;
    - `alive.lock`, inherited by every process of the server, so it is free exactly when
      all of them are gone, whatever killed them.

    Started as root, the server runs as an unprivileged account (`server_account`).
    `durable=False` is for tests: a power cut may destroy the data.
    """

    def __init__(
        self,
        data_dir: Path,
        *,
        durable: bool = True,
        tcp_port: int | None = None,
        password: str | None = None,
        start_seconds: float = 120.0,
    ) -> None:
        """Touch nothing yet.

        With `tcp_port` (0: any free one) the server also listens on 127.0.0.1, and
        `password`, or a random one, is set for the application's role at each start.
        """
        self.folders = Folders.below(data_dir)
        self.durable = durable
        self.start_seconds = start_seconds
        self.tcp_port = tcp_port
        self.password = password or secrets.token_urlsafe(24) if tcp_port is not None else None
        self._port = tcp_port or SOCKET_PORT
        self._alive = FileLock(self.folders.state / "alive.lock")
        self._users: list[FileLock] = []
        self._users_of = 0
        self._thread_lock = threading.RLock()

    # Using it

    @contextmanager
    def in_use(self) -> Iterator["EmbeddedServer"]:
        """Keep the server running inside the block; see `acquire` and `release`."""
        self.acquire()
        try:
            yield self
        finally:
            self.release()

    def acquire(self) -> None:
        """Start the server unless it runs, and count as one more user until `release`.

        Processes made by `fork` count until they end; those made by `exec` do not.
        Raises an `EmbeddedError`, and then counts nobody.
        """
        with self._thread_lock, self._turn():
            self._forget_users_of_parent()
            user = FileLock(self.folders.state / "users.lock")
            user.take(exclusive=False)
            try:
                self._ensure_running()
            except BaseException as error:
                user.drop()
                if not isinstance(error, StartTimedOut):
                    self._stop_if_unused()
                raise
            if not self._users:
                atexit.register(self.release_all)
            self._users.append(user)

    def release(self) -> None:
        """Count one user less; the last one stops the server. Does nothing without `acquire`."""
        with self._thread_lock:
            self._forget_users_of_parent()
            if not self._users:
                return
            user = self._users.pop()
            if not self._users:
                atexit.unregister(self.release_all)
            try:
                if self.folders.state.exists():
                    with self._turn():
                        user.drop()
                        self._stop_if_unused()
            finally:
                user.drop()

    def release_all(self) -> None:
        """Undo every `acquire` of this object; runs at the end of the process if it was forgotten."""
        while self._users and self._users_of == os.getpid():
            self.release()

    # Starting and stopping

    def start(self) -> None:
        """Make sure that the server accepts sessions, recovering after a crash if need be.

        It runs on until `stop`, or until the last user leaves. Safe to call at any time
        and from several processes at once. Raises an `EmbeddedError`.
        """
        with self._thread_lock, self._turn():
            self._ensure_running()

    def stop(self) -> None:
        """Stop the server, whoever uses it: sessions are ended, open transactions undone.

        Nothing happens when it does not run. Raises `ServerDidNotStop`.
        """
        if not self.folders.state.exists():
            return
        with self._thread_lock, self._turn():
            self._stop()

    def is_running(self) -> bool:
        """Return whether a living server accepts sessions; False while it starts, recovers or stops."""
        if sys.platform == "win32" or self._is_dead():
            return False
        noted = processes.read_pid_file(self.folders.cluster)
        return bool(noted and noted.ready and self._living().postmaster)

    # Reaching it

    @property
    def port(self) -> int:
        """The port of the running server; it also names the Unix socket."""
        noted = processes.read_pid_file(self.folders.cluster)
        return noted.port if noted else self._port

    def dsn(self, dbname: str = database.DATABASE) -> str:
        """Return a libpq connection string over the Unix socket as the application's role."""
        return self._dsn(user=database.ROLE, dbname=dbname)

    def admin_dsn(self, dbname: str = "postgres") -> str:
        """Return the same as superuser, for backups of the whole cluster and for repairs."""
        return self._dsn(user=cluster.ADMIN, dbname=dbname)

    def url(self, dbname: str = database.DATABASE) -> str:
        """Return the connection as a URL: over TCP with the password if a port was asked for."""
        if self.password is not None:
            secret = quote(self.password, safe="")
            return f"postgresql://{database.ROLE}:{secret}@127.0.0.1:{self.port}/{quote(dbname, safe='')}"
        folder = quote(str(self.folders.socket), safe="")
        return f"postgresql://{database.ROLE}@/{quote(dbname, safe='')}?host={folder}&port={self.port}"

    def create_database(self, name: str) -> bool:
        """Create a database owned by the application's role; return False if it was there."""
        return database.create_database(self.admin_dsn(), name)

    @staticmethod
    def binary(name: str) -> Path:
        """Return the path of a client program (`pg_dump`, `psql`, …) of the server's version.

        It needs no other account: root and the server's account both reach the socket.
        """
        return programs.installed().path(name)

    def _dsn(self, *, user: str, dbname: str) -> str:
        return make_conninfo(host=str(self.folders.socket), port=self.port, user=user, dbname=dbname)

    # Below, `turn.lock` is held

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Be the only process that starts or stops this server."""
        if sys.platform == "win32":
            raise NoBinaries(platform=sys.platform)
        account = self._account()
        self.folders.create(account)
        turn = FileLock(self.folders.state / "turn.lock")
        with telling_about(self.folders.state, account):
            if not turn.take(exclusive=True, seconds=TURN_SECONDS):
                raise TurnTimedOut(folder=self.folders.state, seconds=int(TURN_SECONDS))
        try:
            yield
        finally:
            turn.drop()

    def _account(self) -> Account:
        return server_account(self.folders.cluster, self.folders.state, self.folders.data_dir)

    def _ensure_running(self) -> None:
        """Adopt the server that lives, or start one; return when it accepts sessions."""
        with telling_about(self.folders.state, self._account()):
            log_from = self.folders.tidy_log()
        started = False

        def ready() -> bool:
            nonlocal started
            if self._alive.take(exclusive=True):
                try:
                    if started:
                        self._explain_failure(log_from)
                    self._spawn()
                    started = True
                finally:
                    self._alive.drop()
            elif not started:
                self._end_leftovers()
            return self._accepts_sessions()

        if not processes.wait_until(ready, self.start_seconds):
            tail = self.folders.log_tail(since=log_from)
            raise StartTimedOut(seconds=int(self.start_seconds), log=self.folders.log, tail=tail)

    def _accepts_sessions(self) -> bool:
        noted = processes.read_pid_file(self.folders.cluster)
        if noted is None or not noted.ready:
            return False
        if self.tcp_port is not None and not noted.listens:
            raise RunsWithoutTcp(folder=self.folders.cluster)
        return database.prepare(self.admin_dsn(), password=self.password)

    def _spawn(self) -> None:
        """Start the server, detached from us, with the lock `alive` in its hands.

        A shell in between starts it and ends, so the server is nobody's zombie and a
        Ctrl-C for our process group does not reach it.
        """
        account = self._account()
        runnable = programs.runnable_by(account)
        cluster.create_if_missing(self.folders, account, runnable, durable=self.durable)
        self.folders.create_socket_folder(account)
        if not processes.wait_until(lambda: not self._living().pids, 1.0):
            raise FolderBusy(folder=self.folders.cluster, pid=self._living().pids[0])
        cluster.clear_stale_files(self.folders)
        self._port = _free_port() if self.tcp_port == 0 else self._port
        command = cluster.serve_command(
            self.folders,
            runnable,
            durable=self.durable,
            port=self._port,
            listen="" if self.tcp_port is None else "127.0.0.1",
        )
        log = self.folders.open_log()
        try:
            subprocess.run(  # noqa: S603 — our own program, words passed one by one
                ["/bin/sh", "-c", '"$@" &', "sh", *command],
                cwd=self.folders.cluster,
                env=programs.ENVIRONMENT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                pass_fds=[self._alive.fd],
                umask=0o077,
                check=True,
                **account.run_as(),
            )
        finally:
            os.close(log)

    def _explain_failure(self, log_from: int) -> None:
        tail = self.folders.log_tail(since=log_from)
        if cluster.NO_SPACE in tail:
            raise DiskFull(folder=self.folders.state)
        raise ServerDidNotStart(log=self.folders.log, tail=tail)

    def _end_leftovers(self) -> None:
        """End the children of a postmaster that was killed; they may be busy and not notice."""
        for number, seconds in LEFTOVER_STEPS:
            found = self._living()
            if found.postmaster is not None or not found.children:
                return
            if number is not None:
                processes.send(found.children, number)
            processes.wait_until(self._is_dead, seconds)

    def _stop_if_unused(self) -> None:
        everybody = FileLock(self.folders.state / "users.lock")
        if everybody.take(exclusive=True):
            try:
                self._stop()
            finally:
                everybody.drop()

    def _stop(self) -> None:
        if self._is_dead():
            return
        for number, seconds in STOP_STEPS:
            processes.wait_until(lambda: self._is_dead() or bool(self._living().pids), 1.0)
            found = self._living()
            if found.postmaster is None and number == signal.SIGINT:
                continue
            processes.send(found.pids[:1] if number == signal.SIGINT else found.pids, number)
            if processes.wait_until(self._is_dead, seconds):
                processes.reap(found.pids)
                return
        if not self._is_dead():
            pids = ", ".join(str(pid) for pid in self._living().pids)
            raise ServerDidNotStop(folder=self.folders.cluster, pids=pids)

    def _is_dead(self) -> bool:
        return not self._alive.is_held_by_anyone()

    def _living(self) -> processes.ServerProcesses:
        return processes.living(self.folders.cluster)

    def _forget_users_of_parent(self) -> None:
        """After a fork the parent's locks are the parent's to release."""
        if self._users_of != os.getpid():
            self._users_of = os.getpid()
            self._users = []


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
