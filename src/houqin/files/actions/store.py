"""Taking a file in: checked, made harmless, written to disk, then entered."""

import errno
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import structlog
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from houqin.accounts.models import User
from houqin.files import places
from houqin.files.models import Attachment, new_key
from houqin.files.names import safe_name
from houqin.files.sniffing import kind_of
from houqin.kernel import clock
from houqin.kernel.errors import Invalid, Refused

log = structlog.get_logger(__name__)
_CHUNK = 1 << 16
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


class Upload(Protocol):
    """Something that is read: an uploaded file, or an opened one with a name."""

    @property
    def name(self) -> str | None:
        """The name it came with."""
        ...

    def read(self, size: int = ..., /) -> bytes:
        """Read up to `size` bytes."""
        ...


class TooLarge(Invalid):
    """The file has more bytes than are accepted."""

    code = "file_too_large"


class NoRoom(Refused):
    """The file cannot be written: the disk is full or cannot be reached."""

    code = "storage_unavailable"


def store(*, upload: Upload, by: User | None = None, most: int | None = None) -> Attachment:
    """Store a file and return its attachment.

    What it is is told by its content. Pictures are re-encoded without their metadata, at most 2,560
    pixels wide and high, with a thumbnail; documents are kept as they came. The bytes are on disk
    before the row is written, so a rollback leaves at most a file that `remove_orphans` finds. At
    most `most` bytes are read (`MAX_UPLOAD_BYTES` unless told; `MAX_MADE_BYTES` is for files of our own
    making, such as exports), never all at once.

    Raises `Invalid` for an empty, too large, damaged or unaccepted file and `NoRoom` when the disk
    is full or cannot be written; then nothing is left behind.
    """
    most = settings.MAX_UPLOAD_BYTES if most is None else most
    size = getattr(upload, "size", None)
    if isinstance(size, int) and size > most:
        raise _too_large(most)
    key = new_key()
    with _on_disk(), _arriving(key) as path:
        _receive(upload, path, most=most)
        made = _settle(path, key=key, name=upload.name or "")
    made.uploaded_by = by
    made.created_at = clock.now()
    made.save(force_insert=True)
    return made


def keep(*, content: bytes, name: str, content_type: str) -> Attachment:
    """Store bytes of our own making or keeping as they are, whatever they are, and return the attachment.

    Only as a download are they ever handed out. Raises `NoRoom` like `store`.
    """
    key = new_key()
    with _on_disk(), _arriving(key) as path:
        path.write_bytes(content)
        _move(path, places.file_of(key))
    return Attachment.objects.create(
        key=key,
        name=name,
        content_type=content_type,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        created_at=clock.now(),
    )


def _receive(upload: Upload, path: Path, *, most: int) -> None:
    """Copy what comes in to a file, and stop as soon as it is too much."""
    received = 0
    with path.open("xb") as file:
        while chunk := upload.read(_CHUNK):
            received += len(chunk)
            if received > most:
                raise _too_large(most)
            file.write(chunk)
    if not received:
        raise Invalid(_("The file is empty. Please choose another one."))


def _settle(path: Path, *, key: str, name: str) -> Attachment:
    """Move a received file to its place, a picture re-encoded, and return the row for it."""
    kind = kind_of(path, name=name)
    made = Attachment(key=key, content_type=kind.content_type)
    suffix = kind.suffix
    if kind.image:
        from houqin.files.pictures import reencoded  # noqa: PLC0415 - eight megabytes of decoders

        picture = reencoded(path)
        path.write_bytes(picture.content)
        small = path.with_suffix(places.THUMBNAIL)
        small.write_bytes(picture.thumbnail)
        _move(small, places.thumbnail_of(key))
        made.content_type, suffix = picture.content_type, picture.suffix
        made.width, made.height = picture.width, picture.height
    made.name = safe_name(name, suffix=suffix)
    made.size = path.stat().st_size
    with path.open("rb") as file:
        made.sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    _move(path, places.file_of(key))
    return made


def _move(path: Path, target: Path) -> None:
    """Give a file its final name once its bytes are on the disk, and the name too."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with path.open("rb") as file:
        os.fsync(file.fileno())
    path.rename(target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


@contextmanager
def _arriving(key: str) -> Iterator[Path]:
    """Give a path to receive into; nothing of it is left when the block fails."""
    path = places.incoming() / key
    try:
        yield path
    except BaseException:
        for left in (path, path.with_suffix(places.THUMBNAIL), places.thumbnail_of(key), places.file_of(key)):
            left.unlink(missing_ok=True)
        raise


@contextmanager
def _on_disk() -> Iterator[None]:
    """Turn what the disk says into a sentence."""
    try:
        yield
    except OSError as error:
        log.warning("files_not_written", error=str(error))
        if error.errno in _FULL:
            raise NoRoom(
                _("The file cannot be stored because the disk is full. Please tell the administrator.")
            ) from error
        raise NoRoom(_("The file store cannot be written at the moment. Please try again later.")) from error


def _too_large(most: int) -> TooLarge:
    return TooLarge(_("The file is too large: at most %(most)s MB.") % {"most": most // (1024 * 1024)})
