"""One throw-away PostgreSQL cluster for the whole run, and the clean-up after it."""

import shutil
from collections.abc import Iterator

import pytest
from django.conf import settings

from houqin.embedded import EmbeddedServer
from tests import settings as suite
from tests.fixtures_cast import *  # noqa: F403 - the cast, one fixture each


@pytest.fixture(scope="session")
def cluster() -> Iterator[None]:
    """The server the tests run against: the embedded one without fsync, unless a URL was given."""
    if suite.SERVER_URL:
        yield
        return
    server = EmbeddedServer(suite.SCRATCH, durable=False)
    with server.in_use():
        settings.DATABASES["default"]["HOST"] = str(server.folders.socket)
        yield


@pytest.fixture(scope="session")
def django_db_modify_db_settings(cluster: None) -> None:
    """Start the cluster before the test database is made."""


def pytest_unconfigure() -> None:
    shutil.rmtree(suite.SCRATCH, ignore_errors=True)
