"""`houqin worker`: the jobs that wait, and whatever is due by the clock."""

from typing import Any

from procrastinate.contrib.django import app

from houqin.cli import database, lifeline
from houqin.cli.base import HouqinCommand
from houqin.cli.duties import Duties
from houqin.kernel.environment import read

LEAVE_SECONDS = 10.0


class Command(HouqinCommand):
    """Work until a signal ends it."""

    words = ("worker",)

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Take jobs from the queue, and do in the background what no queue may delay."""
        if not lifeline.is_supervised():
            database.keep_watch(read())
        duties = Duties()
        duties.start()
        working = app.replace_connector(app.connector.get_worker_connector())  # type: ignore[attr-defined]
        with working as worker:
            worker.run_worker(
                concurrency=1,
                listen_notify=True,
                delete_jobs="successful",
                shutdown_graceful_timeout=LEAVE_SECONDS,
            )
        duties.stop()
