"""Everything is put into one archive: the database, the files, the secret key and the settings.

Writes: an archive, and beside the data a note of when the last one was made; notify when it fails.
Locks: none; the database is read in one snapshot.
"""

import datetime as dt
import io
import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

import psycopg
from django.conf import settings
from django.utils.translation import gettext as _
from psycopg import sql

import houqin
from houqin.accounts.models import Role
from houqin.accounts.queries.people import active_holders
from houqin.files import places
from houqin.flows.backup import archive, server
from houqin.kernel import clock
from houqin.kernel.errors import Refused
from houqin.kernel.flow import flow
from houqin.notify.actions import notices

NOTE = "last_backup.json"
NOT_KEPT = frozenset({"HOUQIN_DATA_DIR", "HOUQIN_DATABASE_URL"})
"""Settings that tell where this installation is, not how it works."""


@dataclass(frozen=True)
class Backup:
    """A backup that was made; sizes in bytes. `missing` attachments have lost their bytes."""

    path: str
    made_at: str
    size: int
    rows: int
    files: int
    missing: int


def back_up(*, folder: Path | None = None) -> Backup:
    """Make a backup in `folder` (`backups` in the data folder) and say what is in it.

    Rows and list of files come from one snapshot; a file is never changed, so it may be copied
    later. People go on working meanwhile. Raises `Refused` when the folder cannot be written or
    `pg_dump` fails, and then leaves nothing behind.
    """
    made_at = clock.now()
    folder = folder or Path(settings.DATA_DIR) / "backups"
    path = folder / f"houqin-{made_at:%Y%m%d-%H%M%S}.tar"
    with _telling_about(folder):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if path.exists():
            raise Refused(_("There is a backup %(file)s already.") % {"file": path})
        writer = archive.Writer(path)
        try:
            made = _write(writer, made_at)
        except BaseException:
            writer.discard()
            raise
        _take_note(made)
    return made


@flow
def tell_backup_failed(*, reason: str) -> None:
    """Tell the administrators that a backup could not be made, why, and when the last one was."""
    last = last_backup()
    notices.tell(
        recipients=active_holders(Role.ADMINISTRATOR),
        kind="backup_failed",
        change=f"backup-failed:{clock.now().isoformat()}",
        subject="",
        path="/setup/system/",
        data={"reason": reason, "since": last.made_at if last else ""},
    )


def last_backup() -> Backup | None:
    """Return the backup that was made last, whether or not it is still there."""
    with suppress(OSError, ValueError, TypeError):
        return Backup(**json.loads((Path(settings.DATA_DIR) / NOTE).read_text(encoding="utf-8")))
    return None


def _write(writer: archive.Writer, made_at: dt.datetime) -> Backup:
    with server.connect() as session:
        session.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        session.read_only = True
        manifest = archive.Manifest(
            version=houqin.__version__,
            made_at=made_at.isoformat(),
            server=session.info.parameter_status("server_version") or "",
            migrations=[
                list(row) for row in session.execute("SELECT app, name FROM django_migrations ORDER BY id")
            ],
            rows=_count_rows(session),
        )
        keys = [key for (key,) in session.execute("SELECT key FROM files_attachment ORDER BY id")]
        _add_database(writer, session)
    manifest.missing = _add_files(writer, keys)
    _add_text(writer, archive.SECRET_KEY, str(settings.SECRET_KEY))
    _add_text(writer, archive.SETTINGS, _settings())
    size = writer.finish(manifest)
    return Backup(
        path=str(writer.path),
        made_at=manifest.made_at,
        size=size,
        rows=sum(manifest.rows.values()),
        files=len(keys) - len(manifest.missing),
        missing=len(manifest.missing),
    )


def _count_rows(session: psycopg.Connection) -> dict[str, int]:
    tables = session.execute(
        "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
    ).fetchall()
    counts = {}
    for (table,) in tables:
        count = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))
        (counts[table],) = session.execute(count).fetchone() or (0,)
    return counts


def _add_database(writer: archive.Writer, session: psycopg.Connection) -> None:
    (snapshot,) = session.execute("SELECT pg_export_snapshot()").fetchone() or ("",)
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=writer.path.parent) as scratch:
        dump = Path(scratch) / archive.DATABASE
        server.run(
            "pg_dump",
            ["--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}", f"--file={dump}"],
        )
        writer.add_file(archive.DATABASE, dump)


def _add_files(writer: archive.Writer, keys: list[str]) -> list[str]:
    """Add the bytes of attachments and their thumbnails; return the keys whose bytes are gone."""
    missing = []
    for key in keys:
        try:
            writer.add_file(f"files/{key[:2]}/{key}", places.file_of(key))
        except FileNotFoundError:
            missing.append(key)
            continue
        with suppress(FileNotFoundError):
            writer.add_file(f"files/{key[:2]}/{key}.thumb", places.thumbnail_of(key))
    return missing


def _add_text(writer: archive.Writer, name: str, text: str) -> None:
    content = text.encode()
    writer.add(name, io.BytesIO(content), len(content))


def _settings() -> str:
    kept = sorted(name for name in os.environ if name.startswith("HOUQIN_") and name not in NOT_KEPT)
    return "".join(f"{name}={os.environ[name]}\n" for name in kept)


def _take_note(made: Backup) -> None:
    note = Path(settings.DATA_DIR) / NOTE
    fresh = note.with_name(f"{NOTE}.{os.getpid()}")
    fresh.write_text(json.dumps(asdict(made)), encoding="utf-8")
    fresh.replace(note)


@contextmanager
def _telling_about(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise Refused(
            _("The backup cannot be written to %(folder)s: %(what)s.")
            % {"folder": folder, "what": error.strerror or error}
        ) from error
