"""Files come in checked and harmless, or not at all, and leave nothing behind when refused."""

import datetime as dt
import hashlib
import io
import os
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from PIL import Image, ImageCms

from houqin.desk.actions.requests import attach
from houqin.files.actions.orphans import remove_orphans, remove_unnamed
from houqin.files.actions.store import NoRoom, TooLarge, store
from houqin.files.models import IMAGE_TYPES, Attachment
from houqin.files.queries import content
from houqin.files.sniffing import STORED_TYPES
from houqin.kernel import clock
from houqin.kernel.errors import Invalid, Missing
from houqin.work.models import OrderAttachment
from tests.files import hostile
from tests.makers import make_order
from tests.makers_desk import make_request

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.FILES_DIR = tmp_path / "files"
    return tmp_path / "files"


class Upload(io.BytesIO):
    def __init__(self, name: str, content: bytes) -> None:
        super().__init__(content)
        self.name = name
        self.size = len(content)


def take(name: str, content: bytes) -> Attachment:
    return store(upload=Upload(name, content))


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def stored(attachment: Attachment) -> bytes:
    with content.open_content(attachment) as file:
        return file.read()


CORPUS = list(hostile.corpus())


def test_the_corpus_is_large_enough() -> None:
    assert len(CORPUS) >= 40
    assert len({data for _name, data in CORPUS}) >= 40


@pytest.mark.parametrize("number", range(len(CORPUS)), ids=lambda number: ascii(CORPUS[number][0])[:40])
def test_a_hostile_file_is_refused_or_made_harmless(folder: Path, number: int) -> None:
    name, data = CORPUS[number]
    try:
        attachment = take(name, data)
    except Invalid:
        assert files(folder) == []
        assert not Attachment.objects.exists()
        return
    kept = stored(attachment)
    assert attachment.content_type in IMAGE_TYPES | STORED_TYPES
    assert attachment.size == len(kept)
    assert "/" not in attachment.name
    assert attachment.name.isprintable()
    assert attachment.name.endswith((".jpg", ".webp", ".pdf", ".zip", ".xlsx", ".docx", ".txt", ".csv"))
    assert all(folder in path.parents for path in files(folder))
    if attachment.is_image:
        assert content.shown_in_page(attachment)
        for mark in (b"<script", b"SECRETCAMERA", b"Exif", b"GPS", b"xmp", b"PK\x03\x04"):
            assert mark not in kept
        assert not Image.open(io.BytesIO(kept)).getexif()
    else:
        assert not content.shown_in_page(attachment)


def test_a_photo_is_turned_upright_and_gets_a_thumbnail() -> None:
    attachment = take("现场 照片.JPEG", hostile.located(orientation=6, size=(640, 480)))

    assert (attachment.width, attachment.height) == (480, 640)
    assert attachment.name == "现场 照片.jpg"
    with content.open_content(attachment, thumbnail=True) as file:
        assert Image.open(file).size == (240, 320)


def test_a_large_photo_is_made_smaller() -> None:
    attachment = take("big.jpg", hostile.picture(size=(6_000, 4_000)))

    assert (attachment.width, attachment.height) == (2_560, 1_707)


@pytest.mark.parametrize(
    ("name", "data", "content_type"),
    [
        ("a.heic", hostile.heic(), "image/jpeg"),
        ("a.gif", hostile.picture("GIF"), "image/jpeg"),
        ("a.png", hostile.picture("PNG", mode="RGBA"), "image/jpeg"),
        ("grey.png", hostile.picture("PNG", mode="L"), "image/jpeg"),
        ("bits.png", hostile.picture("PNG", mode="1"), "image/jpeg"),
        ("print.jpg", hostile.picture("JPEG", mode="CMYK"), "image/jpeg"),
        ("a.pdf", b"%PDF-1.7\n%%EOF", "application/pdf"),
        ("a.xlsx", hostile.office("xl"), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (
            "a.docx",
            hostile.office("word"),
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
        ("a.zip", hostile.archive(("a.txt", b"a")), "application/zip"),
        ("a.txt", "灯不亮".encode(), "text/plain"),
        ("旧.csv", "编号,名称\r\n1,灯\r\n".encode("gb18030"), "text/csv"),
    ],
    ids=lambda value: value if isinstance(value, str) and "." in value[-5:] else "",
)
def test_what_people_send_is_accepted(name: str, data: bytes, content_type: str) -> None:
    assert take(name, data).content_type == content_type


def test_a_transparent_picture_stays_transparent() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (40, 40), (255, 0, 0, 0)).save(out, "PNG")

    attachment = take("logo.png", out.getvalue())

    assert attachment.content_type == "image/webp"
    assert Image.open(io.BytesIO(stored(attachment))).convert("RGBA").getpixel((5, 5))[3] == 0  # type: ignore[index]


def test_sixteen_bit_greys_keep_their_brightness() -> None:
    out = io.BytesIO()
    Image.new("I;16", (40, 40), 32_768).save(out, "PNG")

    pixel = Image.open(io.BytesIO(stored(take("scan.png", out.getvalue())))).getpixel((5, 5))

    assert pixel == (128, 128, 128)


def test_a_colour_profile_is_applied_and_dropped() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    odd = take("odd.jpg", hostile.picture(icc_profile=profile))
    good = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    even = take("even.jpg", hostile.picture(icc_profile=good))

    for attachment in (odd, even):
        assert "icc_profile" not in Image.open(io.BytesIO(stored(attachment))).info


def test_what_came_in_is_what_is_stored_for_documents() -> None:
    attachment = take("报价.pdf", b"%PDF-1.7\nhello")

    assert stored(attachment) == b"%PDF-1.7\nhello"
    assert attachment.name == "报价.pdf"
    assert attachment.sha256 == hashlib.sha256(b"%PDF-1.7\nhello").hexdigest()


def test_an_empty_file_is_refused(folder: Path) -> None:
    with pytest.raises(Invalid):
        take("a.txt", b"")

    assert files(folder) == []


class Endless:
    """300 MB that come in pieces and count what was taken; the size is not known before."""

    name = "big.pdf"

    def __init__(self) -> None:
        self.taken = 0

    def read(self, size: int = -1, /) -> bytes:
        assert 0 < size <= 1 << 20
        if self.taken >= 300 * 1024 * 1024:
            return b""
        self.taken += size
        return b"%" * size


def test_a_huge_upload_is_refused_without_being_read(folder: Path, settings: Any) -> None:
    endless = Endless()
    with pytest.raises(TooLarge) as refusal:
        store(upload=endless)

    assert endless.taken <= settings.MAX_UPLOAD_BYTES + (1 << 20)
    assert "20 MB" in str(refusal.value)
    assert files(folder) == []

    announced = Upload("a.pdf", b"%PDF-")
    announced.size = 300 * 1024 * 1024
    with pytest.raises(TooLarge):
        store(upload=announced)
    assert announced.tell() == 0


def test_a_disk_that_cannot_be_written_is_told_in_a_sentence(settings: Any, tmp_path: Path) -> None:
    blocked = tmp_path / "blocked"
    blocked.write_text("a file where the folder should be")
    settings.FILES_DIR = blocked

    with pytest.raises(NoRoom):
        take("a.pdf", b"%PDF-1.7")

    assert not Attachment.objects.exists()


def test_a_full_disk_is_told_in_a_sentence() -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("this machine has no /dev/full")

    class Full(Upload):
        def read(self, _size: int | None = -1, /) -> bytes:
            with full.open("wb", buffering=0) as device:
                device.write(b"x")
            return b""

    with pytest.raises(NoRoom) as refusal:
        store(upload=Full("a.pdf", b"%PDF-1.7"))

    assert "full" in str(refusal.value) or "满" in str(refusal.value)


def test_a_rolled_back_upload_is_found_by_the_clean_up(folder: Path) -> None:
    kept = take("kept.jpg", hostile.picture())
    with transaction.atomic():
        take("lost.jpg", hostile.picture())
        transaction.set_rollback(True)
    (folder / ".incoming" / "half").write_bytes(b"half")
    assert len(files(folder)) == 5

    assert remove_orphans() == 0
    with clock.stopped_at(clock.now() + dt.timedelta(hours=2)):
        assert remove_orphans() == 3

    assert sorted(files(folder)) == sorted([content.path_of(kept), content.path_of(kept, thumbnail=True)])


def test_what_nobody_names_for_a_day_is_removed(folder: Path) -> None:
    named, hung, unnamed = (take(f"{name}.jpg", hostile.picture()) for name in "abc")
    attach(request=make_request(), attachment_ids=[named.pk], by=None)
    OrderAttachment.objects.create(order=make_order(), attachment=hung)

    assert remove_unnamed() == 0
    with clock.stopped_at(clock.now() + dt.timedelta(days=1, minutes=1)):
        fresh = take("fresh.jpg", hostile.picture())
        assert remove_unnamed() == 1

    assert set(Attachment.objects.all()) == {named, hung, fresh}
    assert not content.path_of(unnamed).exists()
    assert not content.path_of(unnamed, thumbnail=True).exists()
    assert content.path_of(named).exists()


def test_bytes_that_are_gone_are_missing() -> None:
    attachment, other = take("a.jpg", hostile.picture()), take("b.jpg", hostile.picture())
    content.path_of(attachment).unlink()

    with pytest.raises(Missing):
        content.open_content(attachment)
    assert list(content.missing()) == [attachment]
    content.open_content(other).close()


def test_what_the_house_has_made_has_a_limit_of_its_own(settings: Any, folder: Path) -> None:
    book = Upload("list.xlsx", hostile.office("xl", ("xl/pad.bin", os.urandom(21 * 1024 * 1024))))
    with pytest.raises(TooLarge, match="20 MB"):
        store(upload=book)
    assert not files(folder)

    made = store(upload=book, most=settings.MAX_MADE_BYTES)

    assert made.size == book.size > settings.MAX_UPLOAD_BYTES
    assert made.content_type.endswith("spreadsheetml.sheet")
    with pytest.raises(TooLarge, match="21 MB"):
        store(upload=book, most=21 * 1024 * 1024)
