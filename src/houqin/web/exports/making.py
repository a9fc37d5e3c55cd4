"""Making the file of an export: at once into a temporary file, or kept for its owner."""

import datetime as dt
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings
from django.core.files import File
from django.http import QueryDict

from houqin.accounts.models import User
from houqin.files.actions.store import store
from houqin.files.models import Attachment
from houqin.files.queries.content import path_of
from houqin.journal.actions import answers
from houqin.journal.models import StoredAnswer
from houqin.kernel import clock
from houqin.notify.actions import notices
from houqin.web.exports.kinds import SHEETS
from houqin.web.exports.sheet import Sheet, filled
from houqin.web.exports.workbook import write

OWNER = "export"
KEPT = dt.timedelta(hours=20)
"""How long a kept export can be fetched; less than a stored answer is remembered."""


def file_name(sheet: Sheet) -> str:
    """The name of the file: what it is, and of which day."""
    return f"{sheet.name} {clock.today():%Y-%m-%d}.xlsx"


def fill(path: Path, sheet: Sheet, *, user: User, query: QueryDict) -> int:
    """Write the rows that a person sees under an address, and return how many they are."""
    rows = filled(sheet, sheet.found(user, query), rows=sheet.filler(user, query))
    return write(path, title=str(sheet.name), columns=sheet.columns(user), rows=rows)


def prepare(*, kind: str, user: User, query: str, token: str) -> Attachment:
    """The stored file of a long export, told to its owner. Asked again for a token it is the same one."""
    sheet = SHEETS[kind]
    known = prepared(user, token)
    if known is not None:
        return known
    with TemporaryDirectory() as folder:
        path = Path(folder) / file_name(sheet)
        rows = fill(path, sheet, user=user, query=QueryDict(query))
        with path.open("rb") as file:
            made = store(upload=File(file, name=path.name), by=user, most=settings.MAX_MADE_BYTES)
    with answers.once(owner=OWNER, key=token, digest=_digest(user)) as answer:
        if answer.known is None:
            answer.keep(status=200, body=made.key.encode())
            notices.tell(
                recipients=[user],
                kind="export_ready",
                change=f"export:{token}",
                subject=str(sheet.name)[:30],
                path=f"/exports/ready/{token}/",
                data={"title": made.name, "rows": rows},
                mail=False,
            )
    return made


def prepared(user: User, token: str) -> Attachment | None:
    """The file of a long export, once it is there; only for who asked for it."""
    try:
        answer = answers.remembered(owner=OWNER, key=token, digest=_digest(user))
    except answers.KeyReused:
        return None
    if answer is None:
        return None
    return Attachment.objects.filter(key=bytes(answer.body).decode(), uploaded_by=user).first()


def forget_old() -> int:
    """Delete the files of exports that nobody can fetch any more, and return how many they were."""
    old = StoredAnswer.objects.filter(owner=OWNER, stored_at__lte=clock.now() - KEPT)
    keys = {bytes(answer.body).decode() for answer in old}
    for attachment in Attachment.objects.filter(key__in=keys):
        path_of(attachment).unlink(missing_ok=True)
        attachment.delete()
    return old.delete()[0]


def _digest(user: User) -> str:
    return answers.digest_of(str(user.pk))
