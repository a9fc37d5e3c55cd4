"""Places: made, changed, moved and taken out of use."""

from collections.abc import Iterable
from decimal import Decimal
from itertools import islice
from typing import TypedDict, Unpack

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from houqin.kernel.errors import Invalid, Refused
from houqin.kernel.reading import plain
from houqin.org.models import Calendar, Department, Place, PlaceType
from houqin.org.queries.places import may_stand_in

MOST_AT_ONCE = 2_000
"""Rooms `fill` makes in one go."""

_TREE = 0x68716F72
_KEPT_BY_THE_HOUSE = ("parent", "lineage", "label", "label_en", "search_text", "search_grams")
_INDEXED_TOGETHER = 1_000
# One statement for a thousand rows: Django's bulk_update needs five times as long for them.
_INDEX = """
    UPDATE org_place SET search_text = given.text, search_grams = string_to_array(given.grams, ' ')
    FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS given(id, text, grams)
    WHERE org_place.id = given.id
"""


class PlaceFacts(TypedDict, total=False):
    """What may be said about a place; what is left out stays as it is."""

    type: str
    code: str
    name: str
    name_en: str
    area_m2: Decimal | None
    use: str
    criticality: int
    calendar: Calendar | None
    department: Department | None
    position: int


@transaction.atomic
def create(*, parent: Place | None = None, **facts: Unpack[PlaceFacts]) -> Place:
    """Make a place, at the top or inside `parent`; needs `type`, `code` and `name`.

    Raises `Invalid`, with the field, when a fact is missing or wrong, the code is taken, or a place
    of this type cannot stand there.
    """
    place = Place(parent=parent)
    _store(place, facts)
    return place


@transaction.atomic
def change(*, place: Place, **facts: Unpack[PlaceFacts]) -> Place:
    """Change what is said about a place; a new name shows at once in the labels of all places inside.

    Raises `Invalid` like `create` and then changes nothing.
    """
    place = _locked(place)
    before = place.label, place.label_en
    _store(place, facts)
    if (place.label, place.label_en) != before:
        refresh_search(Place.objects.filter(lineage__contains=[place.pk]).exclude(pk=place.pk))
    return place


@transaction.atomic
def move(*, place: Place, parent: Place | None) -> Place:
    """Move a place with everything inside it into another, or to the top for None.

    Moves queue up behind one another. Raises `Refused` for a move into itself or into a place
    inside it, and `Invalid` where a place of this type cannot stand.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_TREE])
    place = _locked(place)
    parent = _locked(parent) if parent else None
    if parent and place.pk in parent.lineage:
        raise Refused(
            _("%(place)s cannot be moved into itself or into a place inside it.") % {"place": place.own_name}
        )
    _require_fitting(place.type, parent)
    place.parent = parent
    place.save(update_fields=["parent"])
    refresh_search(Place.objects.filter(lineage__contains=[place.pk]))
    place.refresh_from_db()
    return place


@transaction.atomic
def deactivate(*, place: Place) -> int:
    """Take a place and everything inside it out of use; return how many places that were.

    They stay in the records of the past and can no longer be chosen.
    """
    return Place.objects.filter(lineage__contains=[place.pk], active=True).update(active=False)


@transaction.atomic
def reactivate(*, place: Place) -> int:
    """Take a place and everything inside it into use again; refused while the place around it is not."""
    if place.parent_id and not Place.objects.filter(pk=place.parent_id, active=True).exists():
        raise Refused(_("Take the place around it into use first."))
    return Place.objects.filter(lineage__contains=[place.pk], active=False).update(active=True)


@transaction.atomic
def fill(*, building: Place, floors: Iterable[int], rooms: int = 0) -> list[Place]:
    """Make numbered floors in a building and `rooms` rooms on each; return what was made.

    Floor 3 of building B1 is `B1-3F`, its fourth room `B1-304` with the name 304; floor -1 is
    `B1-B1F`. Codes that exist are left as they are, so it may be repeated with more rooms. Raises
    `Refused` for more than 2,000 places at once.
    """
    wanted = sorted(set(floors))
    if len(wanted) * (rooms + 1) > MOST_AT_ONCE:
        raise Refused(_("At most %(most)s places at once.") % {"most": MOST_AT_ONCE})
    taken = dict(Place.objects.filter(code__startswith=f"{building.code}-").values_list("code", "pk"))
    made: list[Place] = []
    for number in wanted:
        mark = f"{number}" if number > 0 else f"B{-number}"
        code = f"{building.code}-{mark}F"
        if code in taken:
            floor = Place.objects.get(pk=taken[code])
        else:
            floor = Place.objects.create(
                parent=building,
                type=PlaceType.FLOOR,
                code=code,
                name=f"{number}层" if number > 0 else f"地下{-number}层",
                name_en=f"Floor {number}" if number > 0 else f"Basement {-number}",
                position=max(0, number + 10),
            )
            made.append(floor)
        made += Place.objects.bulk_create(
            Place(parent=floor, type=PlaceType.ROOM, code=f"{building.code}-{name}", name=name)
            for name in (f"{mark}{room:02d}" for room in range(1, rooms + 1))
            if f"{building.code}-{name}" not in taken
        )
    refresh_search(Place.objects.filter(pk__in=[place.pk for place in made]))
    return made


def refresh_search(among: Iterable[Place]) -> None:
    """Make places findable by their present labels: code, name, names around them, pinyin, English."""
    found = iter(among)
    while part := list(islice(found, _INDEXED_TOGETHER)):
        for place in part:
            english = place.label_en if place.label_en != place.label else ""
            place.set_search(place.code, place.label, english, place.use)
        with connection.cursor() as cursor:
            cursor.execute(
                _INDEX,
                [
                    [place.pk for place in part],
                    [place.search_text for place in part],
                    [" ".join(place.search_grams) for place in part],
                ],
            )


def apply(place: Place, facts: PlaceFacts, *, stands_anywhere: bool = False) -> None:
    """Set and check the facts of a place without storing it; raises `Invalid` with the field.

    Whether it may stand inside its parent is left to the caller with `stands_anywhere`.
    """
    for field, value in facts.items():
        setattr(place, field, plain(value) if isinstance(value, str) else value)
    if not stands_anywhere:
        _require_fitting(place.type, place.parent)
    try:
        place.clean_fields(exclude=_KEPT_BY_THE_HOUSE)
    except ValidationError as error:
        field, sentences = next(iter(error.message_dict.items()))
        raise Invalid(sentences[0], field=field) from error
    if not 1 <= place.criticality <= 5:  # noqa: PLR2004 - the scale of the field
        raise Invalid(_("Criticality goes from 1 to 5."), field="criticality")
    if place.area_m2 is not None and place.area_m2 < 0:
        raise Invalid(_("An area is not negative."), field="area_m2")


def _store(place: Place, facts: PlaceFacts) -> None:
    apply(place, facts)
    if Place.objects.filter(code__iexact=place.code).exclude(pk=place.pk).exists():
        raise Invalid(_("Another place already has this code."), field="code")
    place.save()
    place.refresh_from_db()
    refresh_search([place])


def _require_fitting(type_: str, parent: Place | None) -> None:
    if parent and not may_stand_in(type_, parent.type):
        raise Invalid(
            _("A %(type)s cannot stand inside a %(around)s.")
            % {"type": PlaceType(type_).label, "around": parent.get_type_display()},
            field="parent",
        )


def _locked(place: Place) -> Place:
    return Place.objects.select_for_update(of=("self",)).get(pk=place.pk)
