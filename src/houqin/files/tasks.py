"""Files nobody owns are deleted in the background."""

from procrastinate.contrib.django import app

from houqin.files.actions import orphans


@app.periodic(cron="43 3 * * *")
@app.task(name="files.remove_orphans", queueing_lock="files.remove_orphans")
def remove_orphans(timestamp: int) -> None:  # noqa: ARG001 - Procrastinate passes the tick
    """Delete what rolled-back transactions and broken uploads left, and what nobody has named."""
    orphans.remove_unnamed()
    orphans.remove_orphans()
