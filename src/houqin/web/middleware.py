"""What happens around every page."""

import sys
from collections.abc import Callable
from http import HTTPStatus

import pghistory
from django.conf import settings
from django.contrib.auth import logout
from django.core.exceptions import BadRequest
from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template import loader
from django.urls import reverse
from django.utils import timezone
from django.views import defaults

from houqin.accounts.models import User
from houqin.kernel import clock, handover

Handler = Callable[[HttpRequest], HttpResponse]
_FREE_TO_OPEN = ("/accounts/password/", "/accounts/logout/", "/static/", "/i18n/", "/accounts/mfa/")


def database_gone(get_response: Handler) -> Handler:
    """Answer 503 with a plain page while the database cannot be reached; recovers by itself."""

    def middleware(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    def process_exception(request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, OperationalError | InterfaceError):
            return unavailable(request)
        return None

    def guarded(request: HttpRequest) -> HttpResponse:
        try:
            return middleware(request)
        except (OperationalError, InterfaceError):
            return unavailable(request)

    guarded.process_exception = process_exception  # type: ignore[attr-defined]
    return guarded


def server_error(request: HttpRequest) -> HttpResponse:
    """The page of an error nobody caught; while the database cannot be reached that is the 503 page.

    Django turns what a middleware raises into this page before `database_gone` could see it.
    """
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        return unavailable(request)
    return defaults.server_error(request)


def unavailable(request: HttpRequest) -> HttpResponse:
    """The 503 page; drops the dead connection so that the next request makes a new one."""
    connection.close()
    if request.path.startswith("/api/"):
        return HttpResponse(
            '{"type":"about:blank","title":"Service Unavailable","status":503,'
            '"detail":"The database cannot be reached; try again in a few seconds."}',
            status=503,
            content_type="application/problem+json",
            headers={"Retry-After": "5"},
        )
    response = HttpResponse(
        loader.render_to_string("503.html", {"sent": request.method == "POST"}), status=503
    )
    response["Retry-After"] = "5"
    return response


def not_too_large(get_response: Handler) -> Handler:
    """Answer 413 to a form beyond `MAX_REQUEST_BYTES` before any of it is read and laid on the disk.

    Only a backup brought into an empty installation may be larger.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if _length(request) > settings.MAX_REQUEST_BYTES and not _is_backup(request):
            most = settings.MAX_REQUEST_BYTES // (1024 * 1024)
            return HttpResponse(loader.render_to_string("413.html", {"most": most}), status=413)
        return get_response(request)

    return middleware


def _length(request: HttpRequest) -> int:
    text = request.META.get("CONTENT_LENGTH") or ""
    return int(text) if text.isascii() and text.isdigit() else 0


def _is_backup(request: HttpRequest) -> bool:
    here = request.path == reverse("accounts:restore")
    return here and handover.is_attended() and not User.objects.exists()


def head_like_get(get_response: Handler) -> Handler:
    """Answer HEAD wherever there is a GET, without the content: monitors and link previews ask so."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.method != "HEAD":
            return get_response(request)
        request.method = "GET"
        response = get_response(request)
        request.method = "HEAD"
        if not response.streaming:
            length = str(len(response.content))
            response.content = b""
            response.headers["Content-Length"] = length
        return response

    return middleware


def wrong_method(get_response: Handler) -> Handler:
    """Put a page on a 405, which would be an empty one: somebody reloaded the address of a form."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        page = response.status_code == HTTPStatus.METHOD_NOT_ALLOWED and not request.path.startswith("/api/")
        if not page or response.content:
            return response
        readable = render(request, "405.html", status=HTTPStatus.METHOD_NOT_ALLOWED)
        readable["Allow"] = response["Allow"]
        return readable

    return middleware


def no_nul(get_response: Handler) -> Handler:
    """Answer 400 to a NUL in an address or a form: no column takes one, and nobody types it."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if not request.path.startswith("/api/") and _has_nul(request):
            raise BadRequest
        return get_response(request)

    return middleware


def _has_nul(request: HttpRequest) -> bool:
    given = [request.GET, request.POST] if request.method == "POST" else [request.GET]
    return "\0" in request.path or any(
        "\0" in name or any("\0" in value for value in values)
        for query in given
        for name, values in query.lists()
    )


def person(get_response: Handler) -> Handler:
    """End idle sessions and ask for a new password where the password profile wants it."""

    def middleware(request: HttpRequest) -> HttpResponse:
        user = request.user
        if isinstance(user, User):
            if _idle_too_long(request):
                logout(request)
                return redirect(settings.LOGIN_URL)
            if _password_is_due(user) and not request.path.startswith((*_FREE_TO_OPEN, "/api/")):
                return redirect("account_change_password")
        return get_response(request)

    return middleware


def _idle_too_long(request: HttpRequest) -> bool:
    if settings.SESSION_IDLE_MINUTES is None:
        return False
    seen = request.session.get("seen")
    now = int(clock.now().timestamp())
    request.session["seen"] = now
    return seen is not None and now - seen > settings.SESSION_IDLE_MINUTES * 60


def _password_is_due(user: User) -> bool:
    if user.must_change_password:
        return True
    if settings.PASSWORD_MAX_AGE_DAYS is None or user.password_changed_at is None:
        return False
    return (timezone.now() - user.password_changed_at).days >= settings.PASSWORD_MAX_AGE_DAYS


def history(get_response: Handler) -> Handler:
    """Let the database-level history know who changed what and by which request."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.method in {"GET", "HEAD", "OPTIONS"}:
            return get_response(request)
        user = getattr(request, "user", None)
        who = user.username if isinstance(user, User) else ""
        with pghistory.context(user=who, path=request.path):
            return get_response(request)

    return middleware
