"""Before a command touches the database: the server runs, is new enough, speaks UTF-8, and has our tables.

Whether the tables are up to date is told by a mark left on the migrations table after each
migration: a hash of the migration files and the number of those applied. Comparing it costs one
query and no import of Django, so the processes that only start others stay small.
"""

import hashlib
import importlib.util
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

import psycopg
from psycopg import sql

from houqin.cli.refusal import CannotRunError
from houqin.cli.wording import gettext as _
from houqin.embedded import EmbeddedError, EmbeddedServer
from houqin.kernel.environment import Environment

OLDEST_SERVER = 16
CONNECT_SECONDS = 10
LOOK_SECONDS = 2.0
MIGRATING = 7_204_311
"""The advisory lock held by whoever migrates."""


@dataclass(frozen=True)
class Target:
    """Where the database is."""

    dsn: str
    name: str

    def elsewhere(self, name: str) -> str:
        """Return how to reach another database of the same server."""
        return psycopg.conninfo.make_conninfo(self.dsn, dbname=name)


def target(environment: Environment) -> Target:
    """Return where the environment says the database is."""
    if not environment.database_url:
        server = EmbeddedServer(environment.data_dir)
        return Target(server.dsn(), "houqin")
    name = unquote(urlsplit(environment.database_url).path.lstrip("/")) or "houqin"
    return Target(psycopg.conninfo.make_conninfo(environment.database_url, dbname=name), name)


@contextmanager
def server_in_use(environment: Environment) -> Iterator[None]:
    """Keep the embedded server running inside the block; nothing to do for a server of one's own."""
    if environment.database_url:
        yield
        return
    with EmbeddedServer(environment.data_dir).in_use():
        yield


def make_ready(environment: Environment, *, tables: bool = True) -> None:
    """Check the server and bring the tables up to this release. Raises `CannotRunError`."""
    where = target(environment)
    require_usable(where)
    if tables:
        from django.conf import settings  # noqa: PLC0415 - the settings cost a tenth of a second

        migrate_if_needed(where, list(settings.INSTALLED_APPS))


def keep_running(environment: Environment) -> None:
    """Start the embedded server again when it was killed; a server of one's own is not ours to start."""
    if environment.database_url:
        return
    server = EmbeddedServer(environment.data_dir)
    try:
        if not server.is_running():
            server.start()
    except EmbeddedError as error:
        print(_(error.template) % error.params, file=sys.stderr, flush=True)


def keep_watch(environment: Environment) -> None:
    """Do so every `LOOK_SECONDS` in the background, for a process that nobody supervises."""

    def watch() -> None:
        while True:
            time.sleep(LOOK_SECONDS)
            keep_running(environment)

    if not environment.database_url:
        threading.Thread(target=watch, name="database-watch", daemon=True).start()


def require_usable(where: Target) -> None:
    """Create the database where it is missing, and check the server's version and encoding.

    Raises `CannotRunError` with what is wrong and what would be right.
    """
    try:
        connection = psycopg.connect(where.dsn, connect_timeout=CONNECT_SECONDS)
    except psycopg.OperationalError as error:
        connection = _connected_anew(where, error)
    with connection:
        version = connection.info.server_version // 10_000
        if version < OLDEST_SERVER:
            raise CannotRunError(
                _("The PostgreSQL server is version %(found)s; houqin needs %(needed)s or newer.")
                % {"found": version, "needed": OLDEST_SERVER}
            )
        encoding = connection.execute("SHOW server_encoding").fetchone()
        if encoding != ("UTF8",):
            raise CannotRunError(
                _(
                    "The database %(name)s is encoded in %(found)s; houqin needs UTF8. Create one with: "
                    "CREATE DATABASE %(name)s ENCODING 'UTF8' TEMPLATE template0"
                )
                % {"name": where.name, "found": encoding and encoding[0]}
            )


def is_up_to_date(where: Target, fingerprint: str) -> bool:
    """Return whether every migration of this release has been applied, by the mark."""
    with psycopg.connect(where.dsn, connect_timeout=CONNECT_SECONDS) as connection:
        if connection.execute("SELECT to_regclass('django_migrations')").fetchone() == (None,):
            return False
        found = connection.execute(
            "SELECT obj_description('django_migrations'::regclass, 'pg_class'), count(*)"
            " FROM django_migrations"
        ).fetchone()
    return found is not None and found[0] == f"{fingerprint} {found[1]}"


def leave_mark(where: Target, fingerprint: str) -> None:
    """Note that the migrations of this release have been applied."""
    with psycopg.connect(where.dsn, connect_timeout=CONNECT_SECONDS) as connection:
        (count,) = connection.execute("SELECT count(*) FROM django_migrations").fetchone() or (0,)
        mark = sql.SQL("COMMENT ON TABLE django_migrations IS {}").format(
            sql.Literal(f"{fingerprint} {count}")
        )
        connection.execute(mark)


@contextmanager
def migrating(where: Target) -> Iterator[None]:
    """Be the only one who migrates; others wait."""
    with psycopg.connect(where.dsn, connect_timeout=CONNECT_SECONDS, autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [MIGRATING])
        yield


def is_empty(where: Target) -> bool:
    """Return whether nobody has used the installation yet: no tables, or no person and no request."""
    with psycopg.connect(where.dsn, connect_timeout=CONNECT_SECONDS) as connection:
        for table in ("accounts_user", "desk_servicerequest"):
            known = connection.execute("SELECT to_regclass(%s)", [table]).fetchone() != (None,)
            if (
                known
                and connection.execute(
                    sql.SQL("SELECT 1 FROM {} LIMIT 1").format(sql.Identifier(table))
                ).fetchone()
            ):
                return False
    return True


def fingerprint(apps: list[str]) -> str:
    """Return a hash of the names of the migrations that the installed apps bring along."""
    found = hashlib.blake2b(digest_size=12)
    for app in apps:
        for file in sorted(_migrations_folder(app).glob("[0-9a-zA-Z]*.py")):
            found.update(f"{app}/{file.name}\n".encode())
    return found.hexdigest()


def migrate_if_needed(where: Target, apps: list[str]) -> bool:
    """Bring the tables up to this release, once however many start together; return whether that was needed.

    The migration runs in a process of its own, so that this one stays small.
    """
    mark = fingerprint(apps)
    if is_up_to_date(where, mark):
        return False
    with migrating(where):
        if not is_up_to_date(where, mark):
            print(_("Preparing the database …"), file=sys.stderr, flush=True)
            _run_migrations()
            leave_mark(where, mark)
    return True


def _run_migrations() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "django", "migrate", "--no-input", "--verbosity", "0"],
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": os.environ.get("DJANGO_SETTINGS_MODULE", "houqin.config.settings"),
        },
        stdin=subprocess.DEVNULL,
        check=False,
    )
    if done.returncode:
        raise CannotRunError(_("The tables could not be brought up to this release; see above."))


def _connected_anew(where: Target, error: psycopg.OperationalError) -> psycopg.Connection:
    """Create the database if it is that which is missing, and connect to it."""
    try:
        with psycopg.connect(
            where.elsewhere("postgres"), connect_timeout=CONNECT_SECONDS, autocommit=True
        ) as admin:
            if admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [where.name]).fetchone():
                raise _unreachable(error) from error
            admin.execute(
                sql.SQL("CREATE DATABASE {} ENCODING 'UTF8' TEMPLATE template0").format(
                    sql.Identifier(where.name)
                )
            )
        return psycopg.connect(where.dsn, connect_timeout=CONNECT_SECONDS)
    except psycopg.OperationalError as second:
        raise _unreachable(error) from second
    except psycopg.errors.InsufficientPrivilege as refused:
        raise CannotRunError(
            _("There is no database %(name)s, and the user may not create one. Create it with encoding UTF8.")
            % {"name": where.name}
        ) from refused


def _unreachable(error: psycopg.OperationalError) -> CannotRunError:
    return CannotRunError(
        _("The database cannot be reached: %(what)s Check HOUQIN_DATABASE_URL and that the server runs.")
        % {"what": str(error).strip().splitlines()[-1]}
    )


def _migrations_folder(app: str) -> Path:
    """Return where an installed app keeps its migrations; the entry may name its configuration class."""
    package = app.rpartition(".apps.")[0] or app
    spec = importlib.util.find_spec(package)
    folders = spec.submodule_search_locations if spec else None
    return Path(next(iter(folders or ["."]))) / "migrations"
