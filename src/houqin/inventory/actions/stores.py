"""Stores, sub-stores and the locations in them, set up by hand."""

from collections.abc import Sequence
from typing import Any, TypedDict, Unpack

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from houqin.inventory.models import INSIDE, Location, LocationKind, Warehouse
from houqin.inventory.queries.codes import SLASH
from houqin.inventory.queries.use import items_at, items_in
from houqin.kernel.errors import Invalid
from houqin.kernel.reading import plain
from houqin.org.models import Place

_TREE = 0x68717374
MOST_AT_ONCE = 500
"""Locations that are entered at once."""


class StoreFacts(TypedDict, total=False):
    """What may be said about a store."""

    code: str
    name: str
    name_en: str
    parent: Warehouse | None
    place: Place | None
    active: bool


@transaction.atomic
def enter_store(**facts: Unpack[StoreFacts]) -> Warehouse:
    """A new store without locations; needs code and name. Raises `Invalid` with the field."""
    return _stored(Warehouse(), dict(facts))


@transaction.atomic
def change_store(*, store_id: int, **facts: Unpack[StoreFacts]) -> Warehouse:
    """The store with other facts.

    Raises `Invalid` with the field: for a sub-store of itself, and for closing one in which something
    lies or that has open sub-stores.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_TREE])
    store = Warehouse.objects.select_for_update(of=("self",)).get(pk=store_id)
    above = facts.get("parent")
    while above is not None:
        if above.pk == store.pk:
            raise Invalid(_("A store cannot be a sub-store of itself or of one below it."), field="parent")
        above = above.parent
    if store.active and facts.get("active") is False:
        _require_empty(store)
    return _stored(store, dict(facts))


def _require_empty(store: Warehouse) -> None:
    if count := items_in(store):
        sentence = ngettext(
            "%(count)s item still lies in %(store)s. Transfer, issue or write it off first.",
            "%(count)s items still lie in %(store)s. Transfer, issue or write them off first.",
            count,
        )
        raise Invalid(sentence % {"count": count, "store": store}, field="active")
    if count := store.children.filter(active=True).count():
        sentence = ngettext(
            "%(store)s still has %(count)s open sub-store. Close it first.",
            "%(store)s still has %(count)s open sub-stores. Close them first.",
            count,
        )
        raise Invalid(sentence % {"count": count, "store": store}, field="active")


def _stored(store: Warehouse, facts: dict[str, Any]) -> Warehouse:
    for name, value in facts.items():
        setattr(store, name, plain(value) if isinstance(value, str) else value)
    _clean(store)
    _require_no_stroke(store.code)
    other = Warehouse.objects.filter(code__iexact=store.code).exclude(pk=store.pk).first()
    if other is not None:
        told = {"code": store.code, "store": other}
        raise Invalid(_("%(code)s is the code of %(store)s already.") % told, field="code")
    store.save()
    return store


@transaction.atomic
def enter_locations(
    *, store_id: int, codes: Sequence[str], kind: str = LocationKind.STORE, name: str = ""
) -> list[Location]:
    """The locations of a store with these codes, made where there are none; at most `MOST_AT_ONCE`.

    Raises `Invalid` for a code that is there already, naming it, and then makes none of them.
    """
    store = Warehouse.objects.select_for_update(of=("self",), no_key=True).get(pk=store_id)
    wanted = list(dict.fromkeys(code for code in map(plain, codes) if code))
    if not wanted:
        raise Invalid(_("Please give the code of a location."), field="codes")
    if len(wanted) > MOST_AT_ONCE:
        told = {"count": len(wanted), "most": MOST_AT_ONCE}
        raise Invalid(_("%(count)s locations are too many; at most %(most)s at once.") % told, field="codes")
    known = {code.lower() for code in store.locations.values_list("code", flat=True)}
    made = []
    for code in wanted:
        if code.lower() in known:
            sentence = _("%(store)s has a location %(code)s already.")
            raise Invalid(sentence % {"code": code, "store": store}, field="codes")
        known.add(code.lower())
        made.append(_located(Location(warehouse=store, code=code, kind=kind, name=name), "codes"))
    return Location.objects.bulk_create(made)


@transaction.atomic
def change_location(*, location_id: int, code: str, name: str, kind: str, active: bool) -> Location:
    """The location with other facts.

    Raises `Invalid` with the field: for a code its store has already, and for closing it or giving it
    another purpose while something lies there.
    """
    location = (
        Location.objects.select_for_update(of=("self",)).select_related("warehouse").get(pk=location_id)
    )
    moved = kind != location.kind
    if (moved or (location.active and not active)) and (count := items_at(location)):
        sentence = ngettext(
            "%(count)s item still lies at %(code)s. Put it away elsewhere first.",
            "%(count)s items still lie at %(code)s. Put them away elsewhere first.",
            count,
        )
        field = "kind" if moved else "active"
        raise Invalid(sentence % {"count": count, "code": location.code}, field=field)
    others = Location.objects.filter(warehouse=location.warehouse_id, code__iexact=plain(code))
    if others.exclude(pk=location.pk).exists():
        told = {"code": plain(code), "store": location.warehouse}
        raise Invalid(_("%(store)s has a location %(code)s already.") % told, field="code")
    location.code, location.name = plain(code), plain(name)
    location.kind, location.active = kind, active
    _located(location, "code").save()
    return location


def _located(location: Location, field: str) -> Location:
    if location.kind not in INSIDE:
        raise Invalid(_("A location of a store is a shelf, quarantine, or on the way."), field="kind")
    _require_no_stroke(location.code, field)
    _clean(location, code=field)
    return location


def _require_no_stroke(code: str, field: str = "code") -> None:
    if SLASH in code:
        told = {"code": code, "sign": SLASH}
        raise Invalid(
            _("%(code)s: on labels “%(sign)s” stands between store and location. Use another sign.") % told,
            field=field,
        )


def _clean(row: Warehouse | Location, *, code: str = "code") -> None:
    try:
        row.clean_fields()
    except ValidationError as error:
        field, sentences = next(iter(error.message_dict.items()))
        raise Invalid(sentences[0], field=code if field == "code" else field) from error
