"""What a file is, told by its content; the name only tells text from CSV."""

import codecs
import zipfile
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from houqin.files.names import ending
from houqin.kernel.errors import Invalid

OFFICE = "application/vnd.openxmlformats-officedocument"
_HEIF_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
_CONTROLS = bytes(code for code in range(32) if code not in b"\t\n\r\f") + b"\x7f"
_CHUNK = 1 << 20


class NotAccepted(Invalid):
    """The content is not of a kind that is stored."""

    code = "file_not_accepted"


@dataclass(frozen=True)
class Kind:
    """A kind of content; images are re-encoded and get their final kind then."""

    content_type: str
    suffix: str
    image: bool = False


IMAGE = Kind("image/*", "", image=True)
PDF = Kind("application/pdf", ".pdf")
XLSX = Kind(f"{OFFICE}.spreadsheetml.sheet", ".xlsx")
DOCX = Kind(f"{OFFICE}.wordprocessingml.document", ".docx")
ZIP = Kind("application/zip", ".zip")
TEXT = Kind("text/plain", ".txt")
CSV = Kind("text/csv", ".csv")
STORED_TYPES = frozenset(kind.content_type for kind in (PDF, XLSX, DOCX, ZIP, TEXT, CSV))


def kind_of(path: Path, *, name: str) -> Kind:
    """Return what the file is; raise `NotAccepted` with what is accepted when it is something else."""
    with path.open("rb") as file:
        head = file.read(1024)
    if _is_image(head):
        return IMAGE
    if head.startswith(b"%PDF-"):
        return PDF
    if head.startswith(b"PK\x03\x04"):
        return _archive(path)
    named = {"txt": TEXT, "csv": CSV}.get(ending(name))
    if named and _is_text(path, head):
        return named
    raise not_accepted()


def not_accepted() -> NotAccepted:
    """Return the refusal that says what is accepted."""
    return NotAccepted(
        _(
            "This kind of file is not accepted. Accepted are photos (JPEG, PNG, WebP, HEIC, GIF), PDF, "
            "Excel (xlsx), Word (docx), text (txt), CSV and ZIP."
        )
    )


def _is_image(head: bytes) -> bool:
    return (
        head.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a"))
        or (head[:4] == b"RIFF" and head[8:12] == b"WEBP")
        or (head[4:8] == b"ftyp" and head[8:12] in _HEIF_BRANDS)
    )


def _archive(path: Path) -> Kind:
    """Tell the Office formats from other archives; what carries macros is not accepted."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.namelist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
        raise not_accepted() from None
    if any(member.lower().endswith("vbaproject.bin") for member in members):
        raise not_accepted()
    if "[Content_Types].xml" not in members:
        return ZIP
    if any(member.startswith("xl/") for member in members):
        return XLSX
    return DOCX if any(member.startswith("word/") for member in members) else ZIP


def _is_text(path: Path, head: bytes) -> bool:
    """Plain text in UTF-8 or GB 18030 that no browser or shell would run."""
    start = head.removeprefix(codecs.BOM_UTF8).lstrip()
    if start.startswith((b"<", b"#!")):
        return False
    return any(_decodes(path, encoding) for encoding in ("utf-8", "gb18030"))


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as file:
        try:
            while chunk := file.read(_CHUNK):
                if chunk.translate(None, _CONTROLS) != chunk:
                    return False
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True
