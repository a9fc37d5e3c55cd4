"""Which places and labels anybody may see."""

from collections.abc import Collection

from django.db.models import QuerySet

from houqin.org.models import Place


def visible_places(_user: object = None) -> QuerySet[Place]:
    """Return the places in use: all of them, for everybody, since anybody may report a fault anywhere."""
    return Place.objects.filter(active=True).defer("search_text", "search_grams")


def places_below(place_ids: Collection[int] | None) -> QuerySet[Place]:
    """Return these places and all inside them, in use or not; all places for None.

    For those who set places up: what their right `org.manage` reaches.
    """
    places = Place.objects.defer("search_text", "search_grams")
    return places if place_ids is None else places.filter(lineage__overlap=sorted(place_ids))
