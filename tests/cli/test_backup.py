"""A backup brings everything back into an empty installation, and touches no other."""

import os
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.conf import global_settings, settings
from django.core.files.base import ContentFile
from django.test import override_settings
from psycopg import sql

from houqin.accounts.actions.passwords import set_password
from houqin.cli import database
from houqin.desk.models import ServiceRequest
from houqin.files.actions.store import store
from houqin.files.models import Attachment
from houqin.files.queries.content import path_of
from houqin.flows.back_up import Backup, back_up, last_backup
from houqin.kernel.errors import Refused
from tests.cli.processes import houqin, own_url, url_of
from tests.makers import make_person
from tests.makers_desk import make_request

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "Sehr-lang-und-sicher-77"


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[dict[str, str]]:
    """The settings of an empty installation on the same server."""
    name = f"houqin_restored_{os.getpid()}"
    yield {"HOUQIN_DATABASE_URL": url_of(name), "HOUQIN_DATA_DIR": str(tmp_path / "elsewhere")}
    with psycopg.connect(url_of("postgres"), autocommit=True) as admin:
        admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@pytest.fixture
def backup(tmp_path: Path) -> Backup:
    """A backup of a person who can sign in, a request and a file."""
    with override_settings(PASSWORD_HASHERS=global_settings.PASSWORD_HASHERS):  # as outside of tests
        person = set_password(person=make_person(username="qian"), password=PASSWORD)
    make_request(description="三楼漏水", requester=person)
    store(upload=ContentFile(b"three lamps", name="note.txt"), by=person)
    with psycopg.connect(own_url()) as session:
        session.execute("COMMENT ON TABLE django_migrations IS NULL")
    database.leave_mark(
        database.Target(own_url(), settings.DATABASES["default"]["NAME"]),
        database.fingerprint(list(settings.INSTALLED_APPS)),
    )
    return back_up(folder=tmp_path / "backups")


def counts(url: str) -> dict[str, int]:
    with psycopg.connect(url) as session:
        tables = session.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        found = {}
        for (table,) in tables:
            count = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))
            (found[table],) = session.execute(count).fetchone() or (0,)
        return found


def test_everything_comes_back_and_people_sign_in(backup: Backup, elsewhere: dict[str, str]) -> None:
    before = counts(own_url())

    done = houqin("restore", backup.path, **elsewhere)

    assert (done.returncode, done.stderr) == (0, "")
    there = Path(elsewhere["HOUQIN_DATA_DIR"])
    assert counts(elsewhere["HOUQIN_DATABASE_URL"]) == before
    assert (there / "secret_key").read_text() == settings.SECRET_KEY
    attachment = Attachment.objects.get()
    assert (there / "files" / attachment.key[:2] / attachment.key).read_bytes() == b"three lamps"
    assert not list(there.glob(".restore-*"))
    signs_in = (
        "from houqin.accounts.models import User;"
        f"print(User.objects.get(username='qian').check_password('{PASSWORD}'))"
    )
    assert "True" in houqin("shell", "-v", "0", "-c", signs_in, **elsewhere).stdout
    checked = houqin("check", **elsewhere)
    assert (checked.returncode, checked.stderr) == (0, "")


def test_a_used_installation_is_left_alone(backup: Backup) -> None:
    before = counts(own_url())

    done = houqin(
        "restore", backup.path, HOUQIN_DATABASE_URL=own_url(), HOUQIN_DATA_DIR=str(settings.DATA_DIR)
    )

    assert done.returncode == 2
    assert "not empty" in done.stderr
    assert counts(own_url()) == before


def test_a_cut_backup_stores_nothing(backup: Backup, elsewhere: dict[str, str]) -> None:
    path = Path(backup.path)
    path.write_bytes(path.read_bytes()[:-20_000])

    done = houqin("restore", str(path), **elsewhere)

    assert done.returncode == 2
    assert "cut off" in done.stderr
    there = Path(elsewhere["HOUQIN_DATA_DIR"])
    assert not (there / "files").exists()
    assert counts(elsewhere["HOUQIN_DATABASE_URL"]) == {}


def test_tables_of_somebody_else_stop_the_restore(backup: Backup, elsewhere: dict[str, str]) -> None:
    url = elsewhere["HOUQIN_DATABASE_URL"]
    database.require_usable(database.Target(url, str(psycopg.conninfo.conninfo_to_dict(url)["dbname"])))
    with psycopg.connect(elsewhere["HOUQIN_DATABASE_URL"]) as session:
        session.execute("CREATE TABLE payroll (salary integer)")

    done = houqin("restore", backup.path, **elsewhere)

    assert done.returncode == 2
    assert "payroll" in done.stderr


def test_the_last_backup_is_remembered(backup: Backup) -> None:
    assert last_backup() == backup
    assert backup.files == 1
    assert Path(backup.path).stat().st_size == backup.size


def test_a_lost_file_does_not_stop_the_backup(tmp_path: Path) -> None:
    attachment = store(upload=ContentFile(b"lost", name="lost.txt"), by=make_person())
    path_of(attachment).unlink()

    made = back_up(folder=tmp_path)

    assert (made.files, made.missing) == (0, 1)


def test_a_folder_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(Refused):
        back_up(folder=tmp_path / "file" / "backups")


def test_nothing_half_is_left_when_it_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("houqin.flows.backup.server.VARIABLES", {})
    monkeypatch.setenv("PGHOST", str(tmp_path))

    with pytest.raises(Refused):
        back_up(folder=tmp_path / "backups")

    assert list((tmp_path / "backups").iterdir()) == []
    assert not ServiceRequest.objects.exists()
