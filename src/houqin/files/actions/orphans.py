"""Files nobody owns: left by rolled-back transactions and broken uploads."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from houqin.files import places
from houqin.files.models import Attachment
from houqin.kernel import clock

SAFE_AGE = dt.timedelta(hours=1)
_BATCH = 1_000


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
