"""`houqin worker`: the jobs that wait, and whatever is due by the clock."""

import asyncio
import signal
from contextlib import suppress
from typing import Any

import psycopg
import structlog
from django.conf import settings
from procrastinate.contrib.django import app
from procrastinate.exceptions import ProcrastinateException

from houqin.cli import database, lifeline
from houqin.cli.base import HouqinCommand
from houqin.cli.duties import Duties
from houqin.cli.mailbox import Watch
from houqin.intake.mailbox import mailbox_of
from houqin.kernel.environment import read

log = structlog.get_logger(__name__)

LEAVE_SECONDS = 10.0
AGAIN_SECONDS = 2.0


class Command(HouqinCommand):
    """Work until a signal ends it."""

    words = ("worker",)

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Take jobs from the queue, and do in the background what no queue may delay."""
        if not lifeline.is_supervised():
            database.keep_watch(read())
        duties = Duties()
        watch = Watch(mailbox_of(settings.IMAP_URL)) if settings.IMAP_URL else None
        duties.start()
        if watch is not None:
            watch.start()
        try:
            asyncio.run(_work())
        finally:
            duties.stop()
            if watch is not None:
                watch.stop()


async def _work() -> None:
    """Take jobs until SIGTERM or Ctrl-C; the one in hand has `LEAVE_SECONDS` to end."""
    ending = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, ending.set)
    while not ending.is_set():
        await _until_it_fails(ending)
        with suppress(TimeoutError):
            await asyncio.wait_for(ending.wait(), AGAIN_SECONDS)


async def _until_it_fails(ending: asyncio.Event) -> None:
    """Work with fresh connections; return when told to end, or when the database is gone."""
    fresh = app.connector.get_worker_connector()  # type: ignore[attr-defined]
    with app.replace_connector(fresh) as working:
        job = asyncio.create_task(_take_jobs(working))
        told = asyncio.create_task(ending.wait())
        await asyncio.wait({job, told}, return_when=asyncio.FIRST_COMPLETED)
        told.cancel()
        if not job.done():
            job.cancel()
        try:
            await job
        except asyncio.CancelledError:
            return
        except (ProcrastinateException, psycopg.Error, OSError) as error:
            log.warning("worker_begins_afresh", error=repr(error))


async def _take_jobs(working: Any) -> None:
    async with working.open_async():
        await working.run_worker_async(
            concurrency=1,
            delete_jobs="successful",
            install_signal_handlers=False,
            shutdown_graceful_timeout=LEAVE_SECONDS,
        )
