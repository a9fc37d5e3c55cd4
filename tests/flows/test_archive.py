"""An archive is unpacked whole or not at all."""

import io
import json
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.utils.translation import override

from houqin.flows.backup import archive
from houqin.flows.backup.archive import BadArchive, Manifest, Writer, unpack

KEY = "ab" + "0" * 30


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with override("en"):
        yield


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    path = tmp_path / "backup.tar"
    writer = Writer(path)
    for name, content in {
        archive.DATABASE: b"rows" * 5_000,
        f"files/ab/{KEY}": b"photo",
        archive.SECRET_KEY: b"secret",
    }.items():
        writer.add(name, io.BytesIO(content), len(content))
    writer.finish(Manifest(version="0.1.0", made_at="2026-11-23T01:00:00+00:00", server="18.6"))
    return path


def refused(path: Path, tmp_path: Path) -> str:
    folder = tmp_path / "unpacked"
    folder.mkdir()
    with pytest.raises(BadArchive) as error:
        unpack(path, folder)
    return str(error.value)


def rewritten(whole: Path, change: Callable[[str, bytes], tuple[tarfile.TarInfo, bytes] | None]) -> Path:
    """The archive with each member as `change` gives it back; None leaves it out."""
    path = whole.with_name("changed.tar")
    with tarfile.open(whole) as old, tarfile.open(path, "w") as new:
        for info in old:
            content = old.extractfile(info)
            changed = change(info.name, content.read() if content else b"")
            if changed:
                new.addfile(changed[0], io.BytesIO(changed[1]))
    return path


def member(name: str, content: bytes) -> tuple[tarfile.TarInfo, bytes]:
    info = tarfile.TarInfo(name)
    info.size = len(content)
    return info, content


def test_what_was_put_in_comes_out(whole: Path, tmp_path: Path) -> None:
    folder = tmp_path / "unpacked"

    manifest = unpack(whole, folder)

    assert (folder / "files" / "ab" / KEY).read_bytes() == b"photo"
    assert [one.name for one in manifest.members] == [archive.DATABASE, f"files/ab/{KEY}", archive.SECRET_KEY]
    assert whole.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("kept", [0.02, 0.4, 0.7])
def test_a_cut_archive_is_told_from_a_whole_one(whole: Path, tmp_path: Path, kept: float) -> None:
    content = whole.read_bytes()
    whole.write_bytes(content[: int(len(content) * kept)])

    assert "cut off" in refused(whole, tmp_path)


def test_an_archive_cut_between_two_members_lacks_its_list(whole: Path, tmp_path: Path) -> None:
    cut = rewritten(whole, lambda name, content: None if name == archive.MANIFEST else member(name, content))

    assert "list of contents is missing" in refused(cut, tmp_path)


def test_a_changed_byte_is_noticed(whole: Path, tmp_path: Path) -> None:
    changed = rewritten(whole, lambda name, content: member(name, content.replace(b"photo", b"photq")))

    assert KEY in refused(changed, tmp_path)


def test_a_missing_member_is_named(whole: Path, tmp_path: Path) -> None:
    changed = rewritten(whole, lambda name, content: None if KEY in name else member(name, content))

    assert KEY in refused(changed, tmp_path)


@pytest.mark.parametrize(
    "name",
    ["../evil", "/etc/passwd", "files/../../evil", "files/ab/../../../evil", "files/zz/x", "postgres/x"],
)
def test_nothing_is_unpacked_outside_its_place(whole: Path, tmp_path: Path, name: str) -> None:
    changed = rewritten(whole, lambda old, content: member(name if KEY in old else old, content))

    assert name in refused(changed, tmp_path)
    assert not (tmp_path / "evil").exists()


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.DIRTYPE])
def test_links_and_devices_are_refused(whole: Path, tmp_path: Path, kind: bytes) -> None:
    def linked(name: str, content: bytes) -> tuple[tarfile.TarInfo, bytes]:
        if KEY not in name:
            return member(name, content)
        info = tarfile.TarInfo(name)
        info.type, info.linkname = kind, "/etc/passwd"
        return info, b""

    assert KEY in refused(rewritten(whole, linked), tmp_path)


@pytest.mark.parametrize("content", [b"", b"no archive at all" * 1000, b"\0" * 10_240])
def test_another_file_is_no_backup(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "other.tar"
    path.write_bytes(content)

    assert refused(path, tmp_path)


@pytest.mark.parametrize(
    ("facts", "words"),
    [({"product": "other"}, "not a backup"), ({"format": 2}, "newer"), ({"members": 7}, "cannot be read")],
)
def test_the_list_must_be_one_of_ours(
    whole: Path, tmp_path: Path, facts: dict[str, object], words: str
) -> None:
    def changed(name: str, content: bytes) -> tuple[tarfile.TarInfo, bytes]:
        if name == archive.MANIFEST:
            content = json.dumps({**json.loads(content), **facts}).encode()
        return member(name, content)

    assert words in refused(rewritten(whole, changed), tmp_path)
