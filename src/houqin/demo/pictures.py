"""Photos of the demonstration: simple drawings, stored like any uploaded photo."""

import datetime as dt
from io import BytesIO
from typing import Any

from django.core.files.base import ContentFile
from PIL import Image, ImageColor, ImageDraw, ImageFont

from houqin.accounts.models import User
from houqin.demo.texts import read
from houqin.files.actions.store import store
from houqin.files.models import Attachment

SIZE = (800, 600)


def photo(scene: str, *, taken: dt.datetime, by: User | None) -> Attachment:
    """A drawing of `data/pictures.toml` with the time at which it was taken, stored."""
    content = BytesIO()
    drawn(scene, taken).save(content, "JPEG", quality=85)
    return store(upload=ContentFile(content.getvalue(), name=f"{scene}.jpg"), by=by)


def drawn(scene: str, taken: dt.datetime) -> Image.Image:
    """The drawing itself."""
    facts = read("pictures")[scene]
    picture = _wall(*facts["wall"])
    pen = ImageDraw.Draw(picture)
    for kind, *corners, colour in facts["shapes"]:
        _shape(pen, kind, corners, colour)
    font = ImageFont.load_default(size=28)
    written = taken.strftime("%Y-%m-%d %H:%M")
    pen.text((24, 556), written, fill="#ffd54a", font=font, stroke_width=2, stroke_fill="#3a3a3a")
    return picture


def _wall(top: str, bottom: str) -> Image.Image:
    """A sheet that goes from one colour into the other."""
    ramp = Image.linear_gradient("L").resize(SIZE)
    return Image.composite(
        Image.new("RGB", SIZE, ImageColor.getrgb(bottom)),
        Image.new("RGB", SIZE, ImageColor.getrgb(top)),
        ramp,
    )


def _shape(pen: ImageDraw.ImageDraw, kind: str, corners: list[Any], colour: str) -> None:
    match kind:
        case "rectangle":
            pen.rectangle(corners, fill=colour)
        case "ellipse":
            pen.ellipse(corners, fill=colour)
        case "polygon":
            pen.polygon(corners, fill=colour)
        case "line":
            pen.line(corners, fill=colour, width=5)
        case _:
            raise ValueError(f"no such shape: {kind}")
