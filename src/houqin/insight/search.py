"""One search over everything a person may see: requests, orders, places, people and services."""

import re
import unicodedata
from dataclasses import dataclass, field

from django.db.models import Case, QuerySet, Value, When

from houqin.accounts.models import User
from houqin.accounts.policies import Person, is_staff, visible_people
from houqin.desk.models import Service, ServiceRequest
from houqin.desk.policies import visible_requests
from houqin.desk.queries import requests as request_lists
from houqin.kernel import numbering
from houqin.kernel.text_search import matches, normalise
from houqin.org.models import Place
from houqin.org.policies import visible_places
from houqin.org.queries.places import find
from houqin.work.models import WorkOrder
from houqin.work.policies import visible_orders
from houqin.work.queries import orders as order_lists

MOST = 8
"""How many of each kind are returned."""

MOST_TYPED = 100
"""Characters of a query that are looked at."""

_NUMBER = re.compile(r"([A-Z]{2})(\d{8})-?(\d{4,})")


@dataclass(frozen=True)
class Found:
    """What a few typed words mean, at most `MOST` of each kind; documents newest first."""

    requests: list[ServiceRequest] = field(default_factory=list)
    orders: list[WorkOrder] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    people: list[User] = field(default_factory=list)
    services: list[Service] = field(default_factory=list)


def exact(text: str, user: Person) -> ServiceRequest | WorkOrder | None:
    """Return the one document that is numbered so, if the person may see it. At most one statement.

    Letters may be small or full width, and the dash may be missing.
    """
    found = _NUMBER.fullmatch(unicodedata.normalize("NFKC", text).strip().upper())
    if found is None:
        return None
    number = f"{found[1]}{found[2]}-{found[3]}"
    if found[1] == numbering.REQUEST:
        return visible_requests(user).filter(number=number).first()
    return visible_orders(user).filter(number=number).first()


def search(text: str, user: Person) -> Found:
    """Return what holds every word, in text, pinyin or initials; nothing for an empty text.

    Each kind is one indexed statement over what the person may see.
    """
    wanted = normalise(text[:MOST_TYPED])
    if not wanted:
        return Found()
    words = matches(wanted)
    requests = request_lists.listed(visible_requests(user).filter(words)).order_by("-pk")
    people = visible_people(user).filter(words, is_active=True).select_related("department", "partner")
    services = _services(user).filter(words).order_by(_called(wanted), "category_id", "position", "pk")
    return Found(
        requests=list(requests[:MOST]),
        orders=list(order_lists.listed(visible_orders(user).filter(words))[:MOST]),
        places=find(wanted, visible_places(user), limit=MOST),
        people=list(people.defer("search_text", "search_grams")[:MOST]),
        services=list(services[:MOST]),
    )


def _services(user: Person) -> QuerySet[Service]:
    """The services in use, without those only staff may choose where the person is none."""
    found = Service.objects.filter(active=True, category__active=True).select_related("category")
    found = found.defer("search_text", "search_grams")
    return found if is_staff(user) else found.filter(public=True)


def _called(wanted: str) -> Case:
    """Those that are called exactly so come first."""
    return Case(When(name__iexact=wanted, then=Value(0)), default=Value(1))
