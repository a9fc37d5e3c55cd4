"""Hostile files, made here: each a name and the bytes, none of which may ever be served as active."""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator

import pillow_heif
from PIL import Image, PngImagePlugin

SCRIPT = b"<script>alert(document.domain)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>'
GPS = {1: "N", 2: (30.0, 15.0, 0.0), 3: "E", 4: (120.0, 10.0, 0.0)}


def picture(form: str = "JPEG", size: tuple[int, int] = (64, 48), mode: str = "RGB", **more: object) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, "#336699").save(out, form, **more)
    return out.getvalue()


def located(form: str = "JPEG", *, orientation: int = 1, size: tuple[int, int] = (64, 48)) -> bytes:
    """A photo with a place, a camera, an orientation and a comment in its metadata."""
    image = Image.new("RGB", size, "#336699")
    exif = image.getexif()
    exif[0x0112] = orientation
    exif[0x010F] = "SECRETCAMERA"
    exif.get_ifd(0x8825).update(GPS)
    out = io.BytesIO()
    image.save(out, form, exif=exif.tobytes())
    return out.getvalue()


def heic() -> bytes:
    out = io.BytesIO()
    pillow_heif.from_pillow(Image.new("RGB", (64, 48), "#336699")).save(out, quality=80)
    return out.getvalue()


def png_header(width: int, height: int) -> bytes:
    """A PNG that claims a size and has next to nothing inside."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(b"\0" * 100_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def png_with_text() -> bytes:
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", "<script>alert(1)</script>")
    text.add_itxt("XML:com.adobe.xmp", "<x:xmpmeta>SECRETCAMERA</x:xmpmeta>")
    return picture("PNG", pnginfo=text)


def archive(*members: tuple[str, bytes], compressed: bool = True) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED if compressed else zipfile.ZIP_STORED) as made:
        for name, content in members:
            made.writestr(name, content)
    return out.getvalue()


def office(part: str, *more: tuple[str, bytes]) -> bytes:
    return archive(("[Content_Types].xml", b"<Types/>"), (f"{part}/document.xml", b"<x/>"), *more)


def corpus() -> Iterator[tuple[str, bytes]]:
    """At least forty hostile files."""
    jpeg, png, gif, webp = (picture(form) for form in ("JPEG", "PNG", "GIF", "WEBP"))
    yield from _active(jpeg)
    yield from _polyglots(jpeg, png, gif)
    yield from _broken(jpeg, png, gif, webp)
    yield from _bombs()
    yield from _names(jpeg)
    yield from _telling()


def _active(jpeg: bytes) -> Iterator[tuple[str, bytes]]:
    html = b"<!DOCTYPE html><html><body>" + SCRIPT
    yield "a.svg", SVG
    yield "a.jpg", SVG
    yield "xml.svg", b'<?xml version="1.0"?>' + SVG
    yield "a.svgz", zlib.compress(SVG)
    yield "page.html", html
    yield "page.jpg", html
    yield "page.txt", html
    yield "page.csv", b"\n\n  <iframe src=//evil>"
    yield "bom.txt", b"\xef\xbb\xbf" + html
    yield "wide.txt", html.decode().encode("utf-16")
    yield "page.xhtml", b'<html xmlns="http://www.w3.org/1999/xhtml">' + SCRIPT
    yield "a.xml", b'<?xml version="1.0"?><?xml-stylesheet href="a.xsl"?><a/>'
    yield "laughs.xml", b'<!DOCTYPE l [<!ENTITY a "a">]><l>&a;</l>'
    yield "a.js", b"alert(1)"
    yield "a.mht", b"MIME-Version: 1.0\nContent-Type: text/html\n\n" + html
    yield "a.php", b"<?php system($_GET[0]);"
    yield "a.sh", b"#!/bin/sh\nrm -rf /\n"
    yield "sh.txt", b"#!/bin/sh\nrm -rf /\n"
    yield "a.exe", b"MZ\x90\x00" + b"\0" * 64
    yield "a.elf", b"\x7fELF" + b"\0" * 64
    yield "a.swf", b"FWS\x09" + b"\0" * 64
    yield "a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512
    yield "photo.html", jpeg
    yield "script.pdf", b"%PDF-1.7\n1 0 obj<</S/JavaScript/JS(app.alert(1))>>endobj\n%%EOF"
    yield "macro.xlsx", office("xl", ("xl/vbaProject.bin", b"macro"))
    yield "macro.docm", office("word", ("word/VBAPROJECT.BIN", b"macro"))


def _polyglots(jpeg: bytes, png: bytes, gif: bytes) -> Iterator[tuple[str, bytes]]:
    yield "both.jpg", jpeg + SCRIPT
    yield "comment.jpg", picture(comment=SCRIPT)
    yield "both.png", png + SCRIPT
    yield "chunk.png", png_with_text()
    yield "both.gif", b"GIF89a/*" + gif[8:] + b"*/=1;alert(1)"
    yield "tail.gif", gif + SCRIPT
    yield "zip.jpg", jpeg + archive(("a.html", SCRIPT))
    yield "jpg.zip", archive(("a.html", SCRIPT)) + jpeg
    yield "pdf.html", b"%PDF-1.4\n" + SCRIPT
    yield "html.pdf", SCRIPT + b"\n%PDF-1.4\n"
    yield "html.zip", SCRIPT + archive(("a.txt", b"a"))


def _broken(jpeg: bytes, png: bytes, gif: bytes, webp: bytes) -> Iterator[tuple[str, bytes]]:
    for name, content in (
        ("t.jpg", jpeg),
        ("t.png", png),
        ("t.gif", gif),
        ("t.webp", webp),
        ("t.heic", heic()),
    ):
        yield name, content[: len(content) // 2]
        yield f"head-{name}", content[:24]
    yield "noise.heic", b"\0\0\0\x18ftypheic" + b"\xff" * 400
    yield "noise.webp", b"RIFF\xff\xff\xff\xffWEBPVP8X" + b"\xff" * 400
    yield "noise.jpg", b"\xff\xd8\xff" + bytes(range(256)) * 8
    yield "cut.zip", archive(("a.txt", b"a" * 500))[:60]
    yield "cut.xlsx", office("xl")[:80]


def _bombs() -> Iterator[tuple[str, bytes]]:
    yield "bomb.png", png_header(30_000, 30_000)
    yield "wide.png", png_header(2_000_000_000, 1)
    yield "flat.png", png_header(0, 100)
    yield (
        "bomb.gif",
        b"GIF89a" + struct.pack("<HH", 65_000, 65_000) + b"\x80\0\0" + b"\0" * 6 + b"\x2c" + b"\0" * 40,
    )
    yield "many.zip", archive(*((f"{number}.txt", b"\0" * 50_000) for number in range(50)))


def _names(jpeg: bytes) -> Iterator[tuple[str, bytes]]:
    yield "../../../etc/passwd", jpeg
    yield "..\\..\\windows\\system32\\a.jpg", jpeg
    yield "/etc/cron.d/x.jpg", jpeg
    yield "a\0.html.jpg", jpeg
    yield "photo\u202egpj.exe", jpeg
    yield "con.jpg", jpeg
    yield "好" * 400 + ".jpg", jpeg
    yield "", jpeg
    yield ".htaccess", jpeg
    yield 'a"; filename="b.html', jpeg
    yield "a\r\nSet-Cookie: x=1.jpg", jpeg
    yield "\ud800.jpg", jpeg


def _telling() -> Iterator[tuple[str, bytes]]:
    yield "gps.jpg", located()
    yield "gps.png", located("PNG")
    yield "gps.webp", located("WEBP")
    yield "upright.jpg", located(orientation=6)
    yield "iphone.heic", heic()
