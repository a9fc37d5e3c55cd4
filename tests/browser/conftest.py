"""The product on a port of this machine, over WSGI with its own static files, and people with browsers."""

import os
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from playwright.sync_api import Browser

from tests.browser.visitor import Visitor
from tests.fixtures_browser import *  # noqa: F403

# The browser is driven from an event loop, next to which Django would refuse to ask the database.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
Visit = Callable[..., Visitor]


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - as the library names it
        """Say nothing."""


@pytest.fixture(scope="session")
def address(django_db_setup: None) -> Iterator[str]:
    """Where the product answers; each request runs in a thread of its own."""
    from houqin.config.wsgi import application

    server = ThreadedWSGIServer(("127.0.0.1", 0), _Quiet)
    server.daemon_threads = True
    server.set_app(application)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def visit(browser: Browser, address: str, transactional_db: None) -> Iterator[Visit]:
    """Send people with browsers; whatever a browser complains about fails the test."""
    visitors: list[Visitor] = []

    def send(**facts: Any) -> Visitor:
        visitors.append(Visitor(browser, address, **facts))
        return visitors[-1]

    yield send
    for visitor in visitors:
        visitor.close()
    assert [said for visitor in visitors for said in visitor.complaints] == []
