"""An archive is brought back into an empty installation.

Writes: everything. Locks: the whole database, while its empty tables are replaced.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg
from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.utils.translation import gettext as _
from psycopg import sql

from houqin.flows.backup import archive, server
from houqin.kernel.errors import Refused

USED_TABLES = ("accounts_user", "desk_servicerequest", "work_workorder", "files_attachment")
"""Tables that hold a row as soon as anybody has used an installation."""


class NotEmpty(Refused):
    """There is something in the installation that a restore would bury."""

    code = "not_empty"


@dataclass(frozen=True)
class Restored:
    """What was brought back. `settings` are the HOUQIN_ settings that were in force then."""

    version: str
    made_at: str
    rows: int
    files: int
    missing: int
    settings: list[str]


def restore_backup(*, path: Path) -> Restored:
    """Bring an archive back and say what it held.

    Everything is unpacked beside the data and every hash checked before anything is touched; the
    database comes last and in one transaction, so that a restore that fails can be tried again.
    Afterwards the tables are those of the release that made the backup: migrate.

    Raises `BadArchive`, `NotEmpty`, or `Refused` for a backup of a newer release.
    """
    if not path.is_file():
        raise Refused(_("There is no file %(file)s.") % {"file": path})
    require_empty()
    data_dir = Path(settings.DATA_DIR)
    with _telling_about(data_dir), tempfile.TemporaryDirectory(prefix=".restore-", dir=data_dir) as scratch:
        staged = Path(scratch)
        manifest = archive.unpack(path, staged)
        _require_known_release(manifest)
        with _in_place(staged, data_dir):
            _restore_database(staged / archive.DATABASE, manifest)
        kept = staged / archive.SETTINGS
        return Restored(
            version=manifest.version,
            made_at=manifest.made_at,
            rows=sum(manifest.rows.values()),
            files=sum(member.name.startswith("files/") for member in manifest.members),
            missing=len(manifest.missing),
            settings=kept.read_text(encoding="utf-8").splitlines() if kept.exists() else [],
        )


def require_empty() -> None:
    """Pass when nobody has used the installation and nobody uses it now. Raises `NotEmpty`."""
    with server.connect() as session:
        for table in USED_TABLES:
            if session.execute("SELECT to_regclass(%s)", [table]).fetchone() == (None,):
                continue
            if session.execute(sql.SQL("SELECT 1 FROM {} LIMIT 1").format(sql.Identifier(table))).fetchone():
                raise NotEmpty(
                    _(
                        "This installation is not empty. Restore into an empty one: set HOUQIN_DATA_DIR to a "
                        "new folder, or HOUQIN_DATABASE_URL to an empty database."
                    )
                )
        others = session.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND application_name = 'houqin' AND pid <> ALL (%s)",
            [_own_sessions()],
        ).fetchone()
        if others != (0,):
            raise NotEmpty(_("houqin is running. End it first, then restore."))


def _own_sessions() -> list[int]:
    return [connection.connection.info.backend_pid] if connection.connection is not None else []


def _require_known_release(manifest: archive.Manifest) -> None:
    known = MigrationLoader(None).disk_migrations.keys()
    newer = [name for app, name in map(tuple, manifest.migrations) if (app, name) not in known]
    if newer:
        raise Refused(
            _("The backup was made by houqin %(version)s, which is newer. Update houqin first.")
            % {"version": manifest.version}
        )


@contextmanager
def _in_place(staged: Path, data_dir: Path) -> Iterator[None]:
    """Put files and secret key into their places; take them out again when the block fails."""
    moved: list[Path] = []
    key, former = data_dir / archive.SECRET_KEY, data_dir / f".{archive.SECRET_KEY}.before"
    try:
        for file in sorted((staged / "files").glob("*/*")):
            target = Path(settings.FILES_DIR) / file.parent.name / file.name
            target.parent.mkdir(parents=True, exist_ok=True)
            file.replace(target)
            moved.append(target)
        if (staged / archive.SECRET_KEY).exists():
            with suppress(FileNotFoundError):
                shutil.copy2(key, former)
            (staged / archive.SECRET_KEY).chmod(0o600)
            (staged / archive.SECRET_KEY).replace(key)
        yield
    except BaseException:
        for target in moved:
            target.unlink(missing_ok=True)
        if former.exists():
            former.replace(key)
        raise
    former.unlink(missing_ok=True)


def _restore_database(dump: Path, manifest: archive.Manifest) -> None:
    connection.close()
    with server.connect() as session:
        _drop_tables(session, manifest)
    contents = dump.with_suffix(".list")
    server.run("pg_restore", ["--list", f"--file={contents}", str(dump)])
    # An extension that the server's administrator made is not ours to comment on.
    lines = contents.read_text(encoding="utf-8").splitlines()
    contents.write_text(
        "\n".join(line for line in lines if "COMMENT - EXTENSION" not in line), encoding="utf-8"
    )
    server.run(
        "pg_restore",
        [
            "--single-transaction",
            "--exit-on-error",
            "--no-owner",
            "--no-privileges",
            f"--use-list={contents}",
            f"--dbname={connection.settings_dict['NAME']}",
            str(dump),
        ],
    )


def _drop_tables(session: psycopg.Connection, manifest: archive.Manifest) -> None:
    """Drop the empty tables of this release with their functions and types.

    Raises `NotEmpty` when the database also holds tables that are not ours.
    """
    ours = set(connection.introspection.django_table_names(include_views=True)) | manifest.rows.keys()
    found = {
        table for (table,) in session.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    }
    foreign = sorted(name for name in found - ours if not name.startswith(("procrastinate_", "django_")))
    if foreign:
        raise NotEmpty(
            _("The database also holds %(tables)s. Restore into a database of its own.")
            % {"tables": ", ".join(foreign[:5])}
        )
    for (statement,) in session.execute(_DROPS).fetchall():
        session.execute(statement)


_DROPS = """
    SELECT format('DROP TABLE IF EXISTS %I.%I CASCADE', schemaname, tablename)
    FROM pg_tables WHERE schemaname = 'public'
    UNION ALL
    SELECT format('DROP FUNCTION IF EXISTS %s CASCADE', function.oid::regprocedure)
    FROM pg_proc AS function
    WHERE pronamespace = 'public'::regnamespace AND NOT EXISTS (
        SELECT 1 FROM pg_depend WHERE objid = function.oid AND deptype = 'e')
    UNION ALL
    SELECT format('DROP TYPE IF EXISTS %s CASCADE', type.oid::regtype)
    FROM pg_type AS type
    WHERE typnamespace = 'public'::regnamespace AND typtype IN ('e', 'd') AND NOT EXISTS (
        SELECT 1 FROM pg_depend WHERE objid = type.oid AND deptype = 'e')
    UNION ALL
    SELECT format('DROP TYPE IF EXISTS %s CASCADE', type.oid::regtype)
    FROM pg_type AS type JOIN pg_class AS shape ON shape.oid = type.typrelid AND shape.relkind = 'c'
    WHERE typnamespace = 'public'::regnamespace
"""


@contextmanager
def _telling_about(folder: Path) -> Iterator[None]:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        yield
    except OSError as error:
        raise Refused(
            _("The backup cannot be unpacked in %(folder)s: %(what)s.")
            % {"folder": folder, "what": error.strerror or os.strerror(error.errno or 0)}
        ) from error
