"""A server is checked, a database made, and the tables brought up to date exactly once."""

import os
from collections.abc import Iterator

import psycopg
import pytest
from django.conf import settings
from django.db import connection

from houqin.cli import database
from houqin.cli.refusal import CannotRunError
from tests.cli.processes import houqin, own_url, url_of

pytestmark = pytest.mark.django_db(transaction=True)


def where(url: str) -> database.Target:
    name = psycopg.conninfo.conninfo_to_dict(url)["dbname"]
    return database.Target(url, str(name))


@pytest.fixture
def fresh() -> Iterator[database.Target]:
    """A database that does not exist yet."""
    name = f"houqin_cli_{os.getpid()}"
    yield where(url_of(name))
    with psycopg.connect(where(url_of(name)).elsewhere("postgres"), autocommit=True) as admin:
        admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def test_a_missing_database_is_made_in_utf8(fresh: database.Target) -> None:
    database.require_usable(fresh)

    with psycopg.connect(fresh.dsn) as session:
        assert session.execute("SHOW server_encoding").fetchone() == ("UTF8",)
    assert database.is_empty(fresh)


def test_another_encoding_is_refused_with_what_would_be_right(
    fresh: database.Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
    with psycopg.connect(fresh.elsewhere("postgres"), autocommit=True) as admin:
        admin.execute(
            f'CREATE DATABASE "{fresh.name}" TEMPLATE template0'
            " ENCODING 'LATIN1' LOCALE_PROVIDER libc LOCALE 'C'"
        )

    with pytest.raises(CannotRunError, match=r"LATIN1.*UTF8"):
        database.require_usable(fresh)


def test_an_old_server_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "OLDEST_SERVER", 99)

    with pytest.raises(CannotRunError, match="99"):
        database.require_usable(where(own_url()))


def test_the_mark_tells_whether_every_migration_was_applied() -> None:
    here, mark = where(own_url()), database.fingerprint(list(settings.INSTALLED_APPS))

    database.leave_mark(here, mark)

    assert database.is_up_to_date(here, mark)
    assert not database.is_up_to_date(here, "another release")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('desk', '9999_by_hand', now())"
        )
    assert not database.is_up_to_date(here, mark)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE name = '9999_by_hand'")


def test_the_fingerprint_knows_the_migrations_of_every_app() -> None:
    apps = list(settings.INSTALLED_APPS)

    assert database.fingerprint(apps) != database.fingerprint([app for app in apps if app != "houqin.desk"])
    assert database.fingerprint(apps) != database.fingerprint([app for app in apps if app != "allauth.mfa"])


def test_a_command_runs_on_a_server_of_ones_own() -> None:
    database.leave_mark(where(own_url()), database.fingerprint(list(settings.INSTALLED_APPS)))

    done = houqin("status", "--json", HOUQIN_DATABASE_URL=own_url(), HOUQIN_DATA_DIR=str(settings.DATA_DIR))

    assert (done.returncode, done.stderr) == (0, "")
    assert '"embedded_database": false' in done.stdout
