"""A backup that came in by a page is laid ready to be restored.

Writes: a file in the data folder. The process that watches over all others ends them, restores, and
starts them again: nobody may use the database meanwhile, and the secret key changes with it.
"""

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from houqin.accounts.models import User
from houqin.flows.backup.archive import BadArchive
from houqin.flows.restore_backup import NotEmpty
from houqin.kernel import handover

_MAGIC = slice(257, 262)


def hand_over_backup(*, chunks: Iterable[bytes]) -> None:
    """Lay an archive ready; whether it is whole is checked by the restore, before it touches anything.

    Raises `BadArchive` for what is no archive and `NotEmpty` once anybody is there.
    """
    if User.objects.exists():
        raise NotEmpty(_("Somebody is here already. A backup is restored only into an empty installation."))
    folder = Path(settings.DATA_DIR)
    handle, name = tempfile.mkstemp(prefix=".restore-", suffix=".part", dir=folder)
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            for chunk in chunks:
                file.write(chunk)
        with part.open("rb") as file:
            if file.read(512)[_MAGIC] != b"ustar":
                raise BadArchive(_("This is not a backup of houqin."))
        handover.forget(folder)
        part.replace(handover.wanted(folder))
    finally:
        part.unlink(missing_ok=True)
