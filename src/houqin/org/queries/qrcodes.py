"""QR labels: which one was scanned, and what is printed on a sheet of them."""

from collections.abc import Iterable
from dataclasses import dataclass

import segno
from django.conf import settings

from houqin.org.models import Place, QrCode


@dataclass(frozen=True, slots=True)
class Label:
    """What is printed: the picture, its address, and the words beside it."""

    code: QrCode
    address: str
    svg: str
    name: str
    around: str
    place_code: str


def scanned(token: str) -> QrCode | None:
    """Return the label with this token and its place, or None for a token that was never made.

    Labels out of use and places out of use still answer: the page decides what to show.
    """
    return QrCode.objects.select_related("place").filter(token=token.strip().lower()[:32]).first()


def address(code: QrCode) -> str:
    """Return the public address in the picture; it tells the random token and nothing else."""
    return f"{settings.PUBLIC_URL}/q/{code.token}/"


def picture(code: QrCode) -> str:
    """Return the QR code as an SVG element that scales; damage of 15 % does not matter to it."""
    made: str = segno.make(address(code), error="m").svg_inline(omitsize=True, border=2)
    return made


def sheet(codes: Iterable[QrCode]) -> list[Label]:
    """Return what is to be printed for each label, in the given order; one query for all places around."""
    codes = list(codes)
    wanted = {pk for code in codes if code.place for pk in code.place.lineage[:-1]}
    found = Place.objects.defer("search_text", "search_grams").in_bulk(wanted)
    labels = []
    for code in codes:
        around = [found[pk] for pk in code.place.lineage[:-1]] if code.place else []
        labels.append(
            Label(
                code=code,
                address=address(code),
                svg=picture(code),
                name=code.place.own_name if code.place else "",
                around=" · ".join(place.own_name for place in around),
                place_code=code.place.code if code.place else "",
            )
        )
    return labels
