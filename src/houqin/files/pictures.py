"""Pictures re-encoded: upright, small enough, in sRGB, and without anything but the pixels."""

import io
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path

import pillow_heif
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageCms, ImageOps

from houqin.kernel.errors import Invalid

MAX_EDGE = 2_560
THUMBNAIL_EDGE = 320
QUALITY = 85
# What Pillow and the decoders below it raise at broken content, found by feeding them some.
_DAMAGED = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    TypeError,
    LookupError,
    ArithmeticError,
    RuntimeError,
    MemoryError,
    struct.error,
    zlib.error,
)
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "HEIF")

Image.init()
pillow_heif.register_heif_opener(thumbnails=False)
# The limit of the settings is checked below, before anything is decoded, and refused in words.
Image.MAX_IMAGE_PIXELS = None


class BadPicture(Invalid):
    """The picture is damaged or too large to open."""

    code = "bad_picture"


@dataclass(frozen=True)
class Picture:
    """A re-encoded picture and its thumbnail, both as JPEG, or WebP where it is transparent."""

    content: bytes
    thumbnail: bytes
    content_type: str
    suffix: str
    width: int
    height: int


def reencoded(path: Path) -> Picture:
    """Return the first frame of a picture, at most 2,560 pixels wide and high.

    The size is read from the header and checked before a pixel is decoded. Orientation and colour
    profile are applied, then all metadata is dropped, places and comments included. Raises
    `BadPicture` for a damaged or too large picture.
    """
    try:
        with Image.open(path, formats=_FORMATS) as image:
            width, height = image.size
            if width * height > settings.MAX_IMAGE_PIXELS or min(width, height) < 1:
                raise BadPicture(
                    _("The picture has too many pixels (%(width)s × %(height)s); at most %(most)s million.")
                    % {"width": width, "height": height, "most": settings.MAX_IMAGE_PIXELS // 1_000_000}
                )
            plain = _plain(image)
    except _DAMAGED as error:
        raise BadPicture(
            _("The picture is damaged and cannot be opened. Please take or send it again.")
        ) from error
    small = plain.copy()
    small.thumbnail((THUMBNAIL_EDGE, THUMBNAIL_EDGE))
    clear = plain.mode == "RGBA"
    return Picture(
        content=_encoded(plain),
        thumbnail=_encoded(small),
        content_type="image/webp" if clear else "image/jpeg",
        suffix=".webp" if clear else ".jpg",
        width=plain.width,
        height=plain.height,
    )


def _plain(image: Image.Image) -> Image.Image:
    """Return the pixels in RGB or RGBA, made small first: a large photo is never copied at full size."""
    clear = image.has_transparency_data
    profile = image.info.get("icc_profile")
    if image.mode == "P":
        image = image.convert("RGBA" if clear else "RGB")
    elif image.mode.startswith("I;16"):
        image = image.point(lambda value: value / 256).convert("L")
    image.thumbnail((MAX_EDGE, MAX_EDGE))
    image = ImageOps.exif_transpose(image)
    image = _in_srgb(image, profile)
    image = image.convert("RGBA" if clear else "RGB")
    if clear and image.getchannel("A").getextrema() == (255, 255):
        image = image.convert("RGB")
    image.info = {}
    return image


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Apply a colour profile; one that does not fit the picture is ignored."""
    if not profile or image.mode not in {"RGB", "RGBA", "CMYK"}:
        return image
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        output = "RGBA" if image.mode == "RGBA" else "RGB"
        turned = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode=output)
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image
    return turned or image


def _encoded(image: Image.Image) -> bytes:
    out = io.BytesIO()
    if image.mode == "RGBA":
        image.save(out, "WEBP", quality=QUALITY, method=4)
    else:
        image.save(out, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    return out.getvalue()
