"""The archive of a backup: a plain tar whose last member lists all others with their hashes.

Plain, because what is in it is packed already; the list last, because hashes are known when all has
been written. An archive that was cut off therefore has no list.
"""

import hashlib
import io
import json
import os
import re
import tarfile
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

from houqin.kernel.errors import Refused

PRODUCT = "houqin"
FORMAT = 1
MANIFEST = "manifest.json"
DATABASE = "database.dump"
SECRET_KEY = "secret_key"  # noqa: S105 - the name of a file
SETTINGS = "settings.env"
FILE = re.compile(r"files/[0-9a-f]{2}/[0-9a-f]{32}(\.thumb)?")
MANIFEST_LIMIT = 512 * 1024 * 1024
CHUNK = 1024 * 1024


class BadArchive(Refused):
    """The archive is not one of ours, or not whole; nothing was taken from it."""

    code = "bad_archive"


@dataclass(frozen=True)
class Member:
    """One member of an archive."""

    name: str
    size: int
    sha256: str


@dataclass
class Manifest:
    """What an archive holds and where it came from.

    `migrations` are those applied, as [app, name]; `rows` counts each table; `missing` are the keys
    of attachments whose bytes were not on the disk when the backup was made.
    """

    version: str
    made_at: str
    server: str
    migrations: list[list[str]] = field(default_factory=list)
    rows: dict[str, int] = field(default_factory=dict)
    members: list[Member] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    product: str = PRODUCT
    format: int = FORMAT

    @classmethod
    def read(cls, text: bytes) -> "Manifest":
        """Return the manifest written as `text`. Raises `BadArchive`."""
        try:
            facts: dict[str, Any] = json.loads(text)
            if facts["product"] != PRODUCT:
                raise BadArchive(_("This is not a backup of houqin."))
            if facts["format"] != FORMAT:
                raise BadArchive(
                    _("The backup was made by houqin %(version)s, which is newer. Update houqin first.")
                    % {"version": facts["version"]}
                )
            facts["members"] = [Member(**member) for member in facts["members"]]
            return cls(**facts)
        except (ValueError, KeyError, TypeError) as error:
            raise BadArchive(_("The list of contents of this backup cannot be read.")) from error


class Writer:
    """Writes an archive beside its place and puts it there when it is whole."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._part = path.with_name(path.name + ".part")
        self._file = os.fdopen(os.open(self._part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")
        self._tar = tarfile.open(fileobj=self._file, mode="w", format=tarfile.PAX_FORMAT)  # noqa: SIM115
        self.members: list[Member] = []

    def add(self, name: str, content: BinaryIO, size: int) -> None:
        """Add `size` bytes under a name."""
        info = tarfile.TarInfo(name)
        info.size, info.mode, info.mtime = size, 0o600, int(time.time())
        hashing = _Hashing(content)
        self._tar.addfile(info, hashing)
        self.members.append(Member(name, size, hashing.digest.hexdigest()))

    def add_file(self, name: str, path: Path) -> None:
        """Add a file as it is now."""
        with path.open("rb") as content:
            self.add(name, content, os.fstat(content.fileno()).st_size)

    def finish(self, manifest: Manifest) -> int:
        """Write the manifest, put the archive into its place and return its size in bytes."""
        manifest.members = list(self.members)
        text = json.dumps(asdict(manifest), ensure_ascii=False, indent=1).encode()
        self.add(MANIFEST, io.BytesIO(text), len(text))
        self._tar.close()
        self._file.flush()
        os.fsync(self._file.fileno())
        size = self._file.tell()
        self._file.close()
        self._part.replace(self.path)
        return size

    def discard(self) -> None:
        """Leave nothing behind."""
        self._file.close()
        self._part.unlink(missing_ok=True)


def unpack(archive: Path, folder: Path) -> Manifest:
    """Unpack an archive into an empty folder and return its manifest, with every hash checked.

    Only the members that a backup has are unpacked, as plain files below `folder`. Raises
    `BadArchive` for anything else, and for an archive that is cut off, damaged or no archive.
    """
    try:
        with tarfile.open(archive, mode="r:") as tar:
            found, manifest = _unpacked(tar, folder)
    except (tarfile.TarError, EOFError) as error:
        if not isinstance(error, tarfile.ReadError) or archive.stat().st_size >= tarfile.BLOCKSIZE:
            raise BadArchive(_("The backup is damaged or was cut off. Nothing was restored.")) from error
        raise BadArchive(_("This is not a backup of houqin.")) from error
    if manifest is None:
        raise BadArchive(
            _("The backup was cut off: its list of contents is missing. Nothing was restored.")
            if found
            else _("This is not a backup of houqin.")
        )
    _require_whole(found, manifest)
    return manifest


def _unpacked(tar: tarfile.TarFile, folder: Path) -> tuple[list[Member], Manifest | None]:
    found: list[Member] = []
    for info in tar:
        if not info.isreg() or not _is_known(info.name):
            raise BadArchive(
                _("The archive holds %(name)s, which no backup does.") % {"name": info.name[:200]}
            )
        content = tar.extractfile(info)
        if content is None:
            raise BadArchive(_("The backup is damaged or was cut off. Nothing was restored."))
        if info.name == MANIFEST:
            return found, Manifest.read(content.read(MANIFEST_LIMIT))
        target = folder / info.name
        target.parent.mkdir(parents=True, exist_ok=True)
        hashing = _Hashing(content)
        with target.open("xb") as file:
            while chunk := hashing.read(CHUNK):
                file.write(chunk)
        found.append(Member(info.name, info.size, hashing.digest.hexdigest()))
    return found, None


def _is_known(name: str) -> bool:
    return name in {DATABASE, SECRET_KEY, SETTINGS, MANIFEST} or bool(FILE.fullmatch(name))


def _require_whole(found: Iterable[Member], manifest: Manifest) -> None:
    listed = {member.name: member for member in manifest.members}
    unpacked = {member.name: member for member in found}
    for name in listed.keys() | unpacked.keys() | {DATABASE}:
        if name not in listed or name not in unpacked:
            raise BadArchive(_("%(name)s is missing in the backup. Nothing was restored.") % {"name": name})
        if listed[name] != unpacked[name]:
            raise BadArchive(
                _("%(name)s in the backup is not what was put in. Nothing was restored.") % {"name": name}
            )


class _Hashing:
    """Hashes what is read through it."""

    def __init__(self, content: Any) -> None:
        self._content = content
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        chunk: bytes = self._content.read(size)
        self.digest.update(chunk)
        return chunk
