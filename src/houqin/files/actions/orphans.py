"""Files nobody owns: left by rolled-back transactions and broken uploads, or stored and never named."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Exists, ForeignKey, OuterRef, QuerySet

from houqin.files import places
from houqin.files.models import Attachment
from houqin.files.queries.content import path_of
from houqin.kernel import clock

SAFE_AGE = dt.timedelta(hours=1)
UNNAMED_AGE = dt.timedelta(days=1)
"""How long a stored file may wait for the report or message that names it."""

_BATCH = 1_000


def remove_unnamed(*, older_than: dt.timedelta = UNNAMED_AGE) -> int:
    """Delete attachments that nothing has named for so long, with their bytes, and return how many.

    What is named just then stays: the foreign key has the last word. `older_than` exceeds the time
    a long export is kept for its owner.
    """
    removed = 0
    for attachment in _unnamed().filter(created_at__lt=clock.now() - older_than).iterator():
        paths = [path_of(attachment), path_of(attachment, thumbnail=True)]
        try:
            with transaction.atomic():
                attachment.delete()
        except IntegrityError:
            continue
        for path in paths:
            path.unlink(missing_ok=True)
        removed += 1
    return removed


def _unnamed() -> QuerySet[Attachment]:
    """The attachments to which no row of any table ties anything."""
    found = Attachment.objects.all()
    for tie in Attachment._meta.get_fields(include_hidden=True):
        if tie.auto_created and isinstance(tie.remote_field, ForeignKey):
            rows: QuerySet[Any] = QuerySet(tie.related_model)
            found = found.exclude(Exists(rows.filter(**{tie.remote_field.name: OuterRef("pk")})))
    return found


def remove_orphans(*, older_than: dt.timedelta = SAFE_AGE) -> int:
    """Delete files without a row that are older than any transaction, and return how many."""
    before = (clock.now() - older_than).timestamp()
    removed = 0
    for batch in _batches(_old_files(before)):
        known = set(
            Attachment.objects.filter(key__in={path.stem for path in batch}).values_list("key", flat=True)
        )
        for path in batch:
            if path.stem not in known or path.parent.name == places.INCOMING:
                path.unlink(missing_ok=True)
                removed += 1
    return removed


def _old_files(before: float) -> Iterator[Path]:
    folder = Path(settings.FILES_DIR)
    for path in folder.glob("*/*"):
        if path.is_file() and path.stat().st_mtime < before:
            yield path


def _batches(paths: Iterator[Path]) -> Iterator[list[Path]]:
    batch: list[Path] = []
    for path in paths:
        batch.append(path)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
