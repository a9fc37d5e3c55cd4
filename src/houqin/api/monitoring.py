"""For those who watch the installation: does it live, can it serve, how does it do."""

import os
import tempfile
from collections.abc import Callable
from functools import cache
from http import HTTPStatus
from ipaddress import ip_address
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from houqin.accounts.policies import scope
from houqin.accounts.queries.tokens import person_of
from houqin.api import metrics as figures

FORWARDED = ("X-Forwarded-For", "Forwarded", "X-Real-IP")


class NotReady(Exception):
    """Something without which nothing can be served; the text says what."""


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 while the process answers. It asks nobody: a database that is away is not a reason to restart."""
    return _told(JsonResponse({"status": "ok"}))


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """200 when requests can be served; 503, and what is wrong, when not."""
    found = {name: _state(check) for name, check in CHECKS.items()}
    good = all(state == "ok" for state in found.values())
    status = HTTPStatus.OK if good else HTTPStatus.SERVICE_UNAVAILABLE
    return _told(JsonResponse({"status": "ok" if good else "unavailable", **found}, status=status))


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """The figures, for this machine itself or with a token of somebody who looks after the system."""
    if not (is_this_machine(request) or _looks_after_it(request)):
        return _told(
            HttpResponse(
                "Ask from the machine itself, or with a token whose person has the right system.manage.\n",
                status=HTTPStatus.UNAUTHORIZED,
                content_type="text/plain; charset=utf-8",
                headers={"WWW-Authenticate": "Bearer"},
            )
        )
    return _told(HttpResponse(figures.written(), content_type="text/plain; version=0.0.4; charset=utf-8"))


def is_this_machine(request: HttpRequest) -> bool:
    """Tell whether the caller is on this machine, and no proxy that speaks for somebody else."""
    if settings.TRUSTED_PROXIES or any(name in request.headers for name in FORWARDED):
        return False
    try:
        return ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


def database_answers() -> None:
    """Raise `NotReady` when the database does not answer."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except (DatabaseError, InterfaceError) as error:
        connection.close()
        raise NotReady("cannot be reached") from error


def tables_are_up_to_date() -> None:
    """Raise `NotReady` while a migration of this release is missing. Once applied, it stays so."""
    try:
        if not _applied():
            _applied.cache_clear()
            raise NotReady("migrations are missing")
    except (DatabaseError, InterfaceError) as error:
        raise NotReady("unknown") from error


def files_can_be_written() -> None:
    """Raise `NotReady` when the folder of attachments takes no file."""
    folder = Path(settings.FILES_DIR)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as probe:
            probe.write(b"ok")
            probe.flush()
            os.fsync(probe.fileno())
    except OSError as error:
        raise NotReady("cannot be written") from error


CHECKS: dict[str, Callable[[], None]] = {
    "database": database_answers,
    "migrations": tables_are_up_to_date,
    "files": files_can_be_written,
}


@cache
def _applied() -> bool:
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def _state(check: Callable[[], None]) -> str:
    try:
        check()
    except NotReady as reason:
        return str(reason)
    return "ok"


def _looks_after_it(request: HttpRequest) -> bool:
    scheme, _blank, secret = request.headers.get("Authorization", "").partition(" ")
    person = person_of(secret) if scheme.lower() == "bearer" else None
    return person is not None and scope(person, "system.manage").everywhere


def _told(response: HttpResponse) -> HttpResponse:
    response.headers["Cache-Control"] = "no-store"
    return response
