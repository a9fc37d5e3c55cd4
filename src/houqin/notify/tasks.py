"""Mail in the background."""

from procrastinate.contrib.django import app

from houqin.notify.actions import outbox, returns, sending


@app.task(name="notify.send_due")
def send_due() -> None:
    """Send what is due; asked for with each new mail."""
    sending.send_due()


@app.periodic(cron="* * * * *")
@app.task(name="notify.send_waiting", queueing_lock="notify.send_waiting")
def send_waiting(timestamp: int) -> None:  # noqa: ARG001 - Procrastinate passes the tick
    """Send what was put off or waited for the end of quiet hours."""
    sending.send_due()


@app.periodic(cron="23 3 * * *")
@app.task(name="notify.prune", queueing_lock="notify.prune")
def prune(timestamp: int) -> None:  # noqa: ARG001 - Procrastinate passes the tick
    """Delete old mail and notices, and forget what came back long ago."""
    outbox.prune()
    returns.prune()
