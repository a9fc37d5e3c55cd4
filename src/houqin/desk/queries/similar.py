"""Open faults that may be the same as one that somebody reports, or as another request.

The public is told of them without anything that others wrote: see `Known`. Two faults are compared by
place and category, and by what was written (`kernel.likeness`) where both say something.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.db.models import Q, QuerySet

from houqin.accounts.policies import Person
from houqin.desk import links
from houqin.desk.models import KnownFaultRules, RequestStatus, ServiceRequest
from houqin.desk.models.requests import OPEN
from houqin.desk.policies import visible_requests
from houqin.desk.queries.affected import rules
from houqin.desk.queries.catalogue import kind_of
from houqin.kernel import clock
from houqin.kernel.likeness import likeness
from houqin.kernel.text_search import normalise
from houqin.org.models import Place, PlaceType

MOST_LOOKED_AT = 60
MOST_SHOWN = 3
WIDE = frozenset({PlaceType.SITE, PlaceType.BUILDING, PlaceType.OUTDOOR})
"""Places so wide that a fault there is no news before it is known what it is about."""
_WAITING = frozenset({RequestStatus.NEW, RequestStatus.NEED_INFO})


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What somebody reports, as far as it is known yet.

    What makes two faults one is gathered in `_candidates` and `_is_same`; the asset, once there are
    assets, is one more line in each.
    """

    place: Place | None = None
    place_note: str = ""
    category_id: int | None = None
    text: str = ""


@dataclass(frozen=True)
class Alike:
    """A request that may be the same. `likeness` is that of the texts, None where one says nothing."""

    request: ServiceRequest
    likeness: float | None
    same_place: bool
    is_same: bool


@dataclass(frozen=True)
class Known:
    """An open fault as everybody may be told of it: nothing that anybody wrote, no name, no number.

    `category` is the word of the catalogue for it (`catalogue.kind_of`). `where` is as wide as the
    asker said: the own place (`here`), or the floor it is on. `token` lets the asker follow the fault
    (`links.known_of`).
    """

    token: str
    category: str
    icon: str
    where: str
    here: bool
    since: dt.datetime
    waiting: bool
    affected: int


def known_faults(asked: Asked, *, now: dt.datetime | None = None) -> list[Known]:
    """The open faults that an asker should be told of, the likeliest first, at most three."""
    if asked.place is None and not asked.place_note.strip():
        return []
    found = [one for one in _alike(asked, ServiceRequest.objects.all(), now) if one.is_same]
    floor = _floor_of(asked.place)
    return [_known(one, asked, floor) for one in found[:MOST_SHOWN]]


def similar_to(request: ServiceRequest, user: Person) -> list[Alike]:
    """The open requests a person may see that are the same or at the same place, the likeliest first.

    Those at the same place are listed whatever their age and whatever they say; `is_same` are only
    those that the public would be told of.
    """
    if request.place is None and not request.place_note:
        return []
    asked = Asked(
        place=request.place,
        place_note=request.place_note,
        category_id=request.category_id,
        text=text_of(request),
    )
    among = visible_requests(user).exclude(pk=request.pk)
    found = _alike(asked, among, None)
    listed = {one.request.pk for one in found}
    if asked.place is not None:
        others = among.filter(_here(asked), status__in=sorted(OPEN)).exclude(pk__in=listed)
        found += [replace(_compared(one, asked, rules()), is_same=False) for one in _loaded(others)]
    return [one for one in found if one.is_same or one.same_place]


def text_of(request: ServiceRequest) -> str:
    """What a request says beyond its category; empty where the category is all there is."""
    category = request.category
    if request.description:
        return request.description
    return "" if request.title in {category.name, category.name_en} else request.title


def _alike(asked: Asked, among: QuerySet[ServiceRequest], now: dt.datetime | None) -> list[Alike]:
    """Open requests of the last hours that could be meant, those that are the same first."""
    given = rules()
    since = (now or clock.now()) - dt.timedelta(hours=given.hours)
    found = among.filter(_candidates(asked), status__in=sorted(OPEN), opened_at__gte=since)
    compared = [_compared(one, asked, given) for one in _loaded(found)]
    return sorted(compared, key=_order)


def _loaded(found: QuerySet[ServiceRequest]) -> Iterable[ServiceRequest]:
    loaded = found.select_related("category", "service", "place").defer(
        "search_text", "search_grams", "answers"
    )
    return loaded.order_by("-pk")[:MOST_LOOKED_AT]


def _order(one: Alike) -> tuple[bool, bool, float, int]:
    return (not one.is_same, not one.same_place, -(one.likeness or 0.0), -one.request.pk)


def _candidates(asked: Asked) -> Q:
    """At the same place, or on the same floor and of the same category."""
    found = _here(asked)
    floor = _floor_of(asked.place)
    if floor is not None and asked.category_id is not None:
        found |= Q(category=asked.category_id, place__lineage__contains=[floor.pk])
    return found


def _here(asked: Asked) -> Q:
    if asked.place is not None:
        return Q(place=asked.place.pk)
    return Q(place__isnull=True, place_note__iexact=asked.place_note.strip())


def _compared(one: ServiceRequest, asked: Asked, given: KnownFaultRules) -> Alike:
    alike = likeness(asked.text, text_of(one))
    same_place = (
        one.place_id == asked.place.pk
        if asked.place is not None
        else one.place_id is None and normalise(one.place_note) == normalise(asked.place_note)
    )
    enough = alike is not None and alike * 100 >= given.similarity
    return Alike(one, alike, same_place, _is_same(one, asked, alike, same_place=same_place, enough=enough))


def _is_same(
    one: ServiceRequest, asked: Asked, alike: float | None, *, same_place: bool, enough: bool
) -> bool:
    """What was written decides where both say something; else place and category do.

    Before the asker has chosen a category, a fault in the same room is told of.
    """
    if alike is not None:
        return enough and (same_place or one.category_id == asked.category_id)
    if asked.category_id is None:
        return same_place and asked.place is not None and asked.place.type not in WIDE
    return same_place and one.category_id == asked.category_id


def _known(one: Alike, asked: Asked, floor: Place | None) -> Known:
    request = one.request
    return Known(
        token=links.known_token(request),
        category=kind_of(request),
        icon=request.category.icon,
        where=str(asked.place or asked.place_note) if one.same_place else str(floor or ""),
        here=one.same_place,
        since=request.opened_at,
        waiting=request.status in _WAITING,
        affected=request.affected,
    )


def _floor_of(place: Place | None) -> Place | None:
    """The floor a place is on, or is."""
    if place is None:
        return None
    if place.type == PlaceType.FLOOR:
        return place
    return Place.objects.filter(pk__in=place.lineage, type=PlaceType.FLOOR).order_by("pk").last()
