"""One throw-away PostgreSQL cluster for the whole run, and the clean-up after it."""

import shutil
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.db import connection
from django.utils import translation
from pytest_django import DjangoDbBlocker

from houqin.embedded import EmbeddedServer
from tests import schema
from tests import settings as suite
from tests.fixtures_cast import *  # noqa: F403 - the cast, one fixture each


@pytest.fixture(scope="session")
def cluster() -> Iterator[EmbeddedServer | None]:
    """The server the tests run against: the embedded one without fsync, unless a URL was given."""
    if suite.SERVER_URL:
        yield None
        return
    server = EmbeddedServer(suite.SCRATCH, durable=False)
    with server.in_use():
        settings.DATABASES["default"]["HOST"] = str(server.folders.socket)
        yield server


@pytest.fixture(scope="session")
def django_db_modify_db_settings(cluster: EmbeddedServer | None) -> None:
    """Start the cluster before the test database is made, from the kept schema where there is one."""
    if cluster is not None and schema.load(cluster, schema.kept()):
        settings.DATABASES["default"]["TEST"] |= {"TEMPLATE": schema.TEMPLATE, "MIGRATE": False}


@pytest.fixture(scope="session")
def django_db_setup(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, cluster: EmbeddedServer | None
) -> Iterator[None]:
    """Keep the schema that was just migrated for the next run; at the end nobody holds the database.

    Chromium's driver runs a loop in the main thread, and from its start Django keeps its connections
    apart by that loop: the first one is never closed.
    """
    path = schema.kept()
    if cluster is not None and not path.exists():
        schema.keep(cluster, str(connection.settings_dict["NAME"]), path)
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND backend_type = 'client backend'"
        )


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Sentences are English, whatever language the test before has left."""
    with translation.override("en"):
        yield


def pytest_unconfigure() -> None:
    shutil.rmtree(suite.SCRATCH, ignore_errors=True)
