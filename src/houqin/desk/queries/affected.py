"""Whom a fault affects: its requester, those merged into it, and the followers of all of them."""

import datetime as dt
from collections.abc import Iterable

from django.db.models import IntegerField, Max, Q, QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from houqin.accounts.models import User
from houqin.desk.models import Follower, Impact, KnownFaultRules, RequestEvent, ServiceRequest
from houqin.desk.queries.recipients import requesters_of

COUNTING = ("followed", "unfollowed", "absorbed")
"""Events that keep how many people were affected then."""

Marks = frozenset[str]
"""By what one person is known: account, phone number, mail address."""


def rules() -> KnownFaultRules:
    """The rules for known faults: as somebody set them, else as they ship. One statement."""
    return KnownFaultRules.objects.first() or KnownFaultRules(pk=1)


def followers_of(request: ServiceRequest) -> QuerySet[Follower]:
    """Who follows a request now, or one that was merged into it, the first one first."""
    tree = [one.pk for one in requesters_of(request)]
    found = Follower.objects.filter(request__in=tree, left_at__isnull=True)
    return found.select_related("user", "place").order_by("pk")


def marks(*, user: User | None, phone: str, email: str) -> Marks:
    """By what somebody is known, for telling whether two are one person."""
    phones = {phone, user.phone if user else ""} - {""}
    addresses = {email.lower(), user.email.lower() if user else ""} - {""}
    return frozenset({f"user {user.pk}"} if user else ()) | frozenset(
        [*(f"phone {_digits(one)}" for one in phones), *(f"mail {one}" for one in addresses)]
    )


def known_marks(request: ServiceRequest) -> Marks:
    """By what everybody is known whom the request affects already."""
    return frozenset().union(*_everybody(request))


def count_affected(request: ServiceRequest) -> int:
    """How many people a fault affects."""
    return distinct(_everybody(request))


def distinct(people: Iterable[Marks]) -> int:
    """How many different people these are: who is known by the same number, address or account is one.

    Who left nothing is somebody else each time.
    """
    seen: set[str] = set()
    count = 0
    for person in people:
        count += not person or seen.isdisjoint(person)
        seen |= person
    return count


def pressed_since(
    since: dt.datetime, *, request: ServiceRequest, user: User | None, phone: str, email: str
) -> int:
    """How many faults one account, number or address has followed since an instant. One statement.

    Whom the request knows already leaves no number behind: presses of that kind on this request are
    counted together. Who left nothing is nobody in particular, and none.
    """
    by_mark = Q(user=user) if user else Q(pk__in=[])
    if phone.strip():
        by_mark |= Q(phone=phone.strip())
    if email.strip():
        by_mark |= Q(email__iexact=email.strip())
    if not marks(user=user, phone=phone.strip(), email=email.strip()).isdisjoint(known_marks(request)):
        by_mark |= Q(request=request, counted=False)
    return Follower.objects.filter(by_mark, since__gte=since).count()


def most_affected(request: ServiceRequest) -> int:
    """The highest number of people that was ever counted for a request."""
    told = RequestEvent.objects.filter(request=request, kind__in=COUNTING, data__has_key="affected")
    number = Cast(KeyTextTransform("affected", "data"), IntegerField())
    most: int | None = told.aggregate(most=Max(number))["most"]
    return most or 1


def impact_of(affected: int, rules: KnownFaultRules) -> str:
    """The least impact of a fault with so many people, empty for none in particular."""
    if affected >= rules.building_from:
        return Impact.BUILDING
    return Impact.ROOM if affected >= rules.room_from else ""


def _everybody(request: ServiceRequest) -> Iterable[Marks]:
    for own in requesters_of(request):
        yield marks(user=own.requester, phone=own.contact_phone, email=own.contact_email)
    for follower in followers_of(request).filter(counted=True):
        yield marks(user=follower.user, phone=follower.phone, email=follower.email)


def _digits(phone: str) -> str:
    return "".join(filter(str.isdigit, phone))
