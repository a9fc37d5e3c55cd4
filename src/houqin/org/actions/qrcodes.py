"""QR labels: made, linked, scanned and taken out of use. A printed label outlives what it is linked to."""

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from houqin.kernel import clock
from houqin.kernel.errors import Refused
from houqin.org.models import Place, QrCode, QrScan

MOST_AT_ONCE = 5_000


@transaction.atomic
def make_for(*, places: Iterable[Place]) -> list[QrCode]:
    """Return one label for each place: the one it has, else a new one; repeating makes none.

    Raises `Refused` for more than 5,000 places at once.
    """
    wanted = {place.pk: place for place in places}
    if len(wanted) > MOST_AT_ONCE:
        raise Refused(_("At most %(most)s labels at once.") % {"most": MOST_AT_ONCE})
    list(Place.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=wanted).order_by("pk"))
    live = QrCode.objects.filter(place__in=wanted, retired_at__isnull=True).order_by("-pk")
    found = {code.place_id: code for code in live}
    missing = [QrCode(place=place) for pk, place in wanted.items() if pk not in found]
    found |= {code.place_id: code for code in QrCode.objects.bulk_create(missing)}
    return [found[pk] for pk in wanted]


@transaction.atomic
def make_blank(*, count: int) -> list[QrCode]:
    """Return labels that are linked to nothing yet, to be stuck up first and linked on the spot."""
    if not 1 <= count <= MOST_AT_ONCE:
        raise Refused(_("Between 1 and %(most)s labels at once.") % {"most": MOST_AT_ONCE})
    return QrCode.objects.bulk_create(QrCode() for _number in range(count))


@transaction.atomic
def link(*, code: QrCode, place: Place) -> QrCode:
    """Link a label to a place, whatever it was linked to before.

    Raises `Refused` for a label out of use and for a place out of use.
    """
    code = _locked(code)
    if code.retired_at is not None:
        raise Refused(_("This label is out of use. Take a new one."))
    if not place.active:
        raise Refused(_("%(place)s is out of use.") % {"place": place})
    code.place = place
    code.save(update_fields=["place"])
    return code


@transaction.atomic
def unlink(*, code: QrCode) -> QrCode:
    """Free a label from its place; who scans it still comes to a report form."""
    code = _locked(code)
    code.place = None
    code.save(update_fields=["place"])
    return code


@transaction.atomic
def retire(*, code: QrCode) -> QrCode:
    """Take a label out of use for good; it stays with its place, for the record."""
    code = _locked(code)
    if code.retired_at is None:
        code.retired_at = clock.now()
        code.save(update_fields=["retired_at"])
    return code


@transaction.atomic
def note_printed(*, codes: Iterable[QrCode]) -> int:
    """Note that labels were printed now; return how many."""
    return QrCode.objects.filter(pk__in=[code.pk for code in codes]).update(printed_at=clock.now())


def record_scan(*, code: QrCode, person: str = "") -> QrScan:
    """Note that somebody opened a label's address; `person` is the user name of who was signed in."""
    return QrScan.objects.create(code=code, at=clock.now(), person=person)


def _locked(code: QrCode) -> QrCode:
    return QrCode.objects.select_for_update(of=("self",)).get(pk=code.pk)
