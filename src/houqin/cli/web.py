"""`houqin web`: the pages and the API, served by granian.

One blocking thread in each process, for as many processes as HOUQIN_WEB_WORKERS says: with
persistent connections that gives the most requests per second. This process never loads Django;
the ones that serve do.
"""

import argparse
import os
import signal
from collections.abc import Callable
from typing import Any

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from houqin.cli import database, lifeline, ports
from houqin.cli.wording import gettext as _
from houqin.embedded import exit_on_signals
from houqin.kernel import handover
from houqin.kernel.environment import Environment

LEAVE_SECONDS = 10


def main(arguments: list[str], environment: Environment) -> int:
    """Serve until a signal ends it; return 0."""
    parser = argparse.ArgumentParser(prog="houqin web", description=_("serve the pages and the API"))
    parser.parse_args(arguments)
    ports.require_free(environment)
    with exit_on_signals(), database.server_in_use(environment):
        database.make_ready(environment)
        if not lifeline.is_supervised():
            database.keep_watch(environment)
        _serve(environment)
    return 0


def _serve(environment: Environment) -> None:
    """Answer requests until SIGTERM or Ctrl-C; a serving process that dies is started again."""
    server = Granian(
        "houqin",
        address=environment.bind,
        port=environment.port,
        interface=Interfaces.WSGI,
        workers=max(1, environment.web_workers),
        blocking_threads=1,
        websockets=False,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        workers_kill_timeout=LEAVE_SECONDS,
    )
    loader = Loader(os.getpid(), supervised=lifeline.is_supervised())
    server.serve(target_loader=loader, wrap_loader=False)


class Loader:
    """Loads the application in each serving process, tied to the process that started it."""

    def __init__(self, parent: int, *, supervised: bool) -> None:
        self.parent = parent
        self.supervised = supervised

    def __call__(self) -> Callable[..., Any]:
        """Return the WSGI application."""
        lifeline.die_with(self.parent, signal.SIGKILL)
        if self.supervised:
            handover.attend()
        from django.conf import settings  # noqa: PLC0415 - only the serving process loads Django
        from django.utils.module_loading import import_string  # noqa: PLC0415

        application: Callable[..., Any] = import_string(settings.WSGI_APPLICATION)
        import_string("houqin.web.hearing.EAR").listen()
        return application
