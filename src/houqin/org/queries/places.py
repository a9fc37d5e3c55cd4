"""The tree of places."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import Case, Q, QuerySet, Value, When
from django.db.models.functions import Length

from houqin.kernel.text_search import matches, normalise
from houqin.org.models import Place, PlaceType


@dataclass(frozen=True)
class PlaceFilter:
    """What a list of places is narrowed to; an empty field narrows nothing."""

    text: str = ""
    type: str = ""
    below_id: int | None = None
    department_id: int | None = None
    active: bool | None = True


@dataclass(frozen=True, slots=True)
class Node:
    """A place in a tree: how deep it stands and how many places stand right below it."""

    place: Place
    depth: int
    children: int


def places(wanted: PlaceFilter, among: QuerySet[Place]) -> QuerySet[Place]:
    """Return the places of `among` that match, sorted by label."""
    found = among
    if wanted.text:
        found = found.filter(matches(wanted.text))
    if wanted.type:
        found = found.filter(type=wanted.type)
    if wanted.below_id is not None:
        found = found.filter(lineage__contains=[wanted.below_id])
    if wanted.department_id is not None:
        found = found.filter(department=wanted.department_id)
    if wanted.active is not None:
        found = found.filter(active=wanted.active)
    return found.order_by("label", "code")


def find(text: str, among: QuerySet[Place], *, limit: int = 20) -> list[Place]:
    """Return the places a few typed letters mean: name, code or pinyin, in any order, the shortest first.

    A place with exactly this code comes first. No text finds nothing.
    """
    wanted = normalise(text)
    if not wanted:
        return []
    exact = Case(When(Q(code__iexact=wanted) | Q(name__iexact=wanted), then=Value(0)), default=Value(1))
    found = among.filter(matches(text)).order_by(exact, Length("label"), "label", "pk")
    return list(found[:limit])


def sites() -> QuerySet[Place]:
    """Return the places at the top that are in use."""
    return Place.objects.filter(parent__isnull=True, active=True)


def children(place: Place, among: QuerySet[Place]) -> QuerySet[Place]:
    """Return the places right below a place, in their order."""
    return among.filter(parent=place).order_by("position", "code")


def path(place: Place) -> list[Place]:
    """Return the places from the site down to `place` itself, in one query."""
    found = Place.objects.in_bulk(place.lineage)
    return [found[pk] for pk in place.lineage]


def tree(among: QuerySet[Place], *, below: Place | None = None, levels: int | None = None) -> list[Node]:
    """Return places in the order of a tree, each before those inside it, in one query.

    With `below` only what stands inside that place; with `levels` only so many levels of it. A
    place whose own parent is not among them stands at the top.
    """
    found = among if below is None else among.filter(lineage__contains=[below.pk]).exclude(pk=below.pk)
    if levels is not None:
        depth = levels + (len(below.lineage) if below else 0)
        found = found.filter(lineage__len__lte=depth)
    rows = list(found.order_by("position", "code"))
    return list(_walk(rows))


def _walk(rows: Iterable[Place]) -> Iterator[Node]:
    here = {place.pk for place in rows}
    inside: dict[int | None, list[Place]] = {}
    for place in rows:
        inside.setdefault(place.parent_id if place.parent_id in here else None, []).append(place)
    stack = [(place, 0) for place in reversed(inside.get(None, []))]
    while stack:
        place, depth = stack.pop()
        below = inside.get(place.pk, [])
        yield Node(place, depth, len(below))
        stack.extend((child, depth + 1) for child in reversed(below))


RANK = {PlaceType.SITE: 0, PlaceType.BUILDING: 1, PlaceType.FLOOR: 2, PlaceType.ROOM: 3}
"""How the main types nest; zones and outdoor areas may stand anywhere."""


def may_stand_in(type_: str, parent_type: str | None) -> bool:
    """Tell whether a place of one type may stand inside one of another (None: at the top)."""
    if parent_type is None:
        return True
    if type_ == PlaceType.SITE:
        return False
    if type_ not in RANK or parent_type not in RANK:
        return True
    return RANK[PlaceType(type_)] >= RANK[PlaceType(parent_type)]
