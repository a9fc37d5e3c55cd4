"""One cluster for all quick tests: each finds it running and may treat it as badly as it likes."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from houqin.embedded import EmbeddedServer

from .programs import private_folder


@pytest.fixture(scope="package")
def data_dir() -> Iterator[Path]:
    with private_folder() as folder:
        yield folder
        EmbeddedServer(folder).stop()


@pytest.fixture
def server(data_dir: Path) -> Iterator[EmbeddedServer]:
    """A running server, whatever the tests before did to it."""
    running = EmbeddedServer(data_dir, durable=False)
    running.start()
    yield running
    running.release_all()


@pytest.fixture
def stopped(server: EmbeddedServer) -> EmbeddedServer:
    """A server with a cluster that does not run."""
    server.stop()
    return server
