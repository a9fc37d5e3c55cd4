"""Reading attachments. Whether somebody may is decided by what the attachment belongs to."""

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from django.utils.translation import gettext_lazy as _

from houqin.files import places
from houqin.files.models import Attachment
from houqin.kernel.errors import Missing


def open_content(attachment: Attachment, *, thumbnail: bool = False) -> BinaryIO:
    """Return the opened bytes, or those of the thumbnail; `Missing` when they are not on the disk."""
    try:
        return path_of(attachment, thumbnail=thumbnail).open("rb")
    except OSError as error:
        raise Missing(_("This file is no longer there.")) from error


def path_of(attachment: Attachment, *, thumbnail: bool = False) -> Path:
    """Return where the bytes lie; only images have a thumbnail, of the same type as the image."""
    if thumbnail and attachment.is_image:
        return places.thumbnail_of(attachment.key)
    return places.file_of(attachment.key)


def shown_in_page(attachment: Attachment) -> bool:
    """Return True for what may be served inline; everything else is a download, whatever its type."""
    return attachment.is_image


def missing() -> Iterator[Attachment]:
    """Find the attachments whose bytes are gone or have another length than was stored."""
    for attachment in Attachment.objects.order_by("pk").iterator(chunk_size=1_000):
        path = path_of(attachment)
        if not path.is_file() or path.stat().st_size != attachment.size:
            yield attachment
