"""Answers nobody can ask for any more are deleted in the background."""

from procrastinate.contrib.django import app

from houqin.journal.actions import answers


@app.periodic(cron="13 * * * *")
@app.task(name="journal.prune_answers", queueing_lock="journal.prune_answers")
def prune_answers(timestamp: int) -> None:  # noqa: ARG001 - Procrastinate passes the tick
    """Delete the answers of yesterday's calls."""
    answers.prune()
