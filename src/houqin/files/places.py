"""Where the bytes of attachments lie."""

from pathlib import Path

from django.conf import settings

INCOMING = ".incoming"
THUMBNAIL = ".thumb"


def file_of(key: str) -> Path:
    """Return where the bytes under a key lie."""
    return Path(settings.FILES_DIR) / key[:2] / key


def thumbnail_of(key: str) -> Path:
    """Return where the thumbnail of an image lies."""
    return file_of(key).with_suffix(THUMBNAIL)


def incoming() -> Path:
    """Return the folder for files that are still coming in, on the same disk as the others."""
    folder = Path(settings.FILES_DIR) / INCOMING
    folder.mkdir(parents=True, exist_ok=True)
    return folder
