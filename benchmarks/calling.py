"""Calls of a WSGI application without a network: the whole of Django's handling, nothing of a server's."""

import json
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.test import RequestFactory

Call = Callable[[], bytes]
_factory = RequestFactory(SERVER_NAME="127.0.0.1")


def call_of(
    application: Callable[..., Any],
    method: str,
    path: str,
    *,
    body: object = None,
    expected: int = 200,
    **headers: str,
) -> Call:
    """A call to be made once; it fails unless the status is the expected one."""
    sent = b"" if body is None else json.dumps(body).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    environ = _factory.generic(method, path, sent, "application/json", headers=named).environ

    def call() -> bytes:
        statuses: list[str] = []
        answer = application(environ, lambda status, _headers, *_more: statuses.append(status))
        content = b"".join(answer)
        answer.close()
        if not statuses[0].startswith(str(expected)):
            raise RuntimeError(f"{method} {path}: {statuses[0]} {content[:300]!r}")
        return content

    return call


def backend() -> int:
    """The server's process of our connection."""
    connection.ensure_connection()
    return int(connection.connection.info.backend_pid)


def statements(call: Callable[[], object]) -> int:
    """How many statements a call sends."""
    sent = 0

    def counting(execute: Callable[..., Any], *facts: Any) -> Any:
        nonlocal sent
        sent += 1
        return execute(*facts)

    with connection.execute_wrapper(counting):
        call()
    return sent
