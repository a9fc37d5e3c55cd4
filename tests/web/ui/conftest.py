"""Pages rendered without a server: the browser asks this process for every address."""

import mimetypes
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpRequest
from django.template import engines
from django.template.loader import render_to_string
from django.test import RequestFactory
from playwright.sync_api import Page, Route

from houqin.web.ui import samples
from tests.fixtures_browser import *  # noqa: F403

SITE = "http://houqin.test"
POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; "
    "img-src 'self' data: blob:; object-src 'none'; base-uri 'self'"
)
Answer = Callable[[Route], None]


@pytest.fixture
def http_request() -> HttpRequest:
    """A signed-in request with the things that middleware adds."""
    request = RequestFactory().get("/")
    request.user = SimpleNamespace(is_authenticated=True, full_name="许晓", shortcuts=True)  # type: ignore[assignment]
    request._messages = CookieStorage(request)  # type: ignore[attr-defined]
    return request


def from_text(text: str, context: dict[str, object], request: HttpRequest) -> str:
    """Render a template written in a test, components included."""
    django = engines["django"]
    compiler = django.engine.template_loaders[0].loaders[0].loaders[0].cotton_compiler  # type: ignore[attr-defined]
    return django.from_string(compiler.process(text)).render(context, request)


@pytest.fixture
def gallery(http_request: HttpRequest) -> str:
    """The gallery page in English."""
    return render_to_string("ui/gallery.html", samples.context(), http_request)


class Site:
    """Answers the browser: static files from the build, everything else as a test says."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.answers: dict[str, Answer] = {}
        self.asked: list[str] = []
        self.complaints: list[str] = []
        page.on("console", self._keep)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.route("**/*", self._answer)

    def _keep(self, message: object) -> None:
        if getattr(message, "type", "") == "error":
            self.complaints.append(getattr(message, "text", ""))

    def _answer(self, route: Route) -> None:
        path = route.request.url.removeprefix(SITE).partition("?")[0]
        self.asked.append(f"{route.request.method} {path}")
        if path.startswith(settings.STATIC_URL):
            file = Path(settings.STATIC_ROOT) / path.removeprefix(settings.STATIC_URL)
            route.fulfill(body=file.read_bytes(), content_type=mimetypes.guess_type(file.name)[0])
        else:
            self.answers[path](route)

    def show(self, html: str) -> Page:
        """Open a page under the product's content security policy."""
        self.answers["/"] = lambda route: route.fulfill(
            body=html, content_type="text/html; charset=utf-8", headers={"Content-Security-Policy": POLICY}
        )
        self.page.goto(f"{SITE}/")
        return self.page


@pytest.fixture
def site(page: Page) -> Iterator[Site]:
    """A site for this page; a complaint in the browser's console fails the test."""
    shown = Site(page)
    yield shown
    assert shown.complaints == []
