"""A backup in the background."""

from procrastinate.contrib.django import app

from houqin.flows.back_up import back_up

BACK_UP = "setup.back_up"


@app.task(name=BACK_UP, queueing_lock=BACK_UP, lock=BACK_UP)
def make_backup() -> None:
    """Make a backup in the data folder."""
    back_up()
