"""Backups and long imports in the background."""

from procrastinate.contrib.django import app

from houqin.flows.back_up import back_up, tell_backup_failed
from houqin.kernel.errors import Refused
from houqin.web.setup import import_jobs

BACK_UP = "setup.back_up"


@app.task(name=BACK_UP, queueing_lock=BACK_UP, lock=BACK_UP)
def make_backup() -> None:
    """Make a backup in the data folder; the administrators are told when it fails."""
    try:
        back_up()
    except Refused as refusal:
        tell_backup_failed(reason=str(refusal))
        raise


@app.task(name=import_jobs.TASK)
def import_table(*, key: str, user_id: int, token: str, stage: str, language: str) -> None:
    """Look through a long table, or store it."""
    import_jobs.run(key=key, user_id=user_id, token=token, stage=stage, language=language)
