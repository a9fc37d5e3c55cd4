"""Mail and calls that came in, in the background."""

from procrastinate.contrib.django import app

from houqin.intake.actions import keeping


@app.periodic(cron="37 3 * * *")
@app.task(name="intake.prune", queueing_lock="intake.prune")
def prune(timestamp: int) -> None:  # noqa: ARG001 - Procrastinate passes the tick
    """Delete old mail and old calls that belong to no request."""
    keeping.prune()
    keeping.prune_calls()
