"""Long tables are looked at and stored in the background; what came of it is kept for a day."""

import io
import json
from contextlib import suppress
from itertools import islice
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import get_language, override
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import AlreadyEnqueued

from houqin.accounts.models import User
from houqin.journal.actions import answers
from houqin.kernel.errors import Refused
from houqin.web.setup.import_plans import IMPORTS, Import, shown

OWNER = "import"
AT_ONCE = 2_000
"""Rows that are looked at and stored while somebody waits."""

TASK = "setup.import"
PREVIEW, STORE, WRONG = "preview", "store", "wrong"


def is_long(kind: Import, content: bytes) -> bool:
    """Whether a table has more than `AT_ONCE` rows. Raises `Unreadable` for what is no such table."""
    return next(islice(kind.rows_of(io.BytesIO(content)), AT_ONCE, None), None) is not None


def begin(kind: Import, user: User, token: str, stage: str) -> None:
    """Ask for a stage to be done in the background; one that waits or runs already is enough."""
    task = app.configure_task(TASK, queueing_lock=f"{TASK}:{token}:{stage}")
    with suppress(AlreadyEnqueued), transaction.atomic():
        task.defer(key=kind.key, user_id=user.pk, token=token, stage=stage, language=get_language() or "")


def came_of(kind: Import, user: User, token: str, stage: str) -> dict[str, Any] | None:
    """What people are shown of a stage once it is done, or `refused` with the sentence."""
    found = kept(kind, user, f"{token}:{stage}")
    shown_: dict[str, Any] | None = json.loads(found) if found else None
    return shown_


def state(token: str, stage: str) -> str:
    """`waits`, `failed`, or nothing where there is no such job."""
    job = ProcrastinateJob.objects.filter(task_name=TASK, args__token=token, args__stage=stage)
    statuses = set(job.values_list("status", flat=True))
    if statuses & {"todo", "doing"}:
        return "waits"
    return "failed" if statuses - {"succeeded"} else ""


def keep(kind: Import, user: User, key: str, content: bytes) -> None:
    """Keep bytes for a day under a word, for one person; what is kept already stays."""
    with answers.once(owner=OWNER, key=key, digest=_digest(kind, user)) as answer:
        if answer.known is None:
            answer.keep(status=200, body=content)


def kept(kind: Import, user: User, key: str) -> bytes | None:
    """The bytes kept under a word for this person, or None; somebody else's are None too."""
    try:
        found = answers.remembered(owner=OWNER, key=key, digest=_digest(kind, user))
    except answers.KeyReused:
        return None
    return bytes(found.body) if found else None


def run(*, key: str, user_id: int, token: str, stage: str, language: str) -> None:
    """Do a stage and keep what came of it, both or neither. Who may not any more gets nothing."""
    kind, user = IMPORTS[key], User.objects.filter(pk=user_id, is_active=True).first()
    content = kept(kind, user, token) if user and kind.may(user) else None
    if user is None or content is None:
        return
    with override(language or settings.LANGUAGE_CODE), transaction.atomic():
        try:
            with transaction.atomic():
                found = _done(kind, user, token, stage, io.BytesIO(content))
        except Refused as refusal:
            found = {"refused": str(refusal)}
        keep(kind, user, f"{token}:{stage}", json.dumps(found).encode())


def _done(kind: Import, user: User, token: str, stage: str, file: io.BytesIO) -> dict[str, Any]:
    if stage == STORE:
        return shown(kind.store(file, user))
    plan = kind.preview(file, user)
    keep(kind, user, f"{token}:{WRONG}", plan.wrong_rows())
    return shown(plan)


def _digest(kind: Import, user: User) -> str:
    return answers.digest_of(kind.key, str(user.pk))
