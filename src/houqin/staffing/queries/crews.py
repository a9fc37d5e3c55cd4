"""Who works together, and who could do a job."""

import datetime as dt
from collections.abc import Collection, Iterable

from django.db.models import Exists, OuterRef, Q, QuerySet

from houqin.accounts.models import User
from houqin.accounts.permissions import ROLE_PERMISSIONS
from houqin.accounts.policies import Person
from houqin.kernel import clock
from houqin.org.models import Place
from houqin.staffing.models import Crew, CrewMember, PersonTrade, Trade

PERFORMING = sorted(role for role, rights in ROLE_PERMISSIONS.items() if "work.perform" in rights)


def memberships_on(day: dt.date) -> Q:
    """The memberships that hold on a day, both ends included."""
    return Q(since__lte=day) & (Q(until__isnull=True) | Q(until__gte=day))


def crews_of(user: Person, *, on: dt.date | None = None) -> QuerySet[Crew]:
    """The crews in use that a person leads or belongs to on a day (today)."""
    if not isinstance(user, User):
        return Crew.objects.none()
    member = CrewMember.objects.filter(memberships_on(on or clock.today()), crew=OuterRef("pk"), user=user)
    return Crew.objects.filter(Q(Exists(member)) | Q(leader=user), active=True)


def crew_ids_of(user: Person) -> frozenset[int]:
    """The ids of `crews_of` today, read once for each loaded person."""
    return frozenset(crew.pk for crew in _own_crews(user))


def led_crew_ids_of(user: Person) -> frozenset[int]:
    """The ids of the crews in use that a person leads, read once for each loaded person."""
    return frozenset(crew.pk for crew in _own_crews(user) if crew.leader_id == user.pk)


def crew_places_of(user: Person) -> tuple[int | None, ...]:
    """Where the person's crews work: ids of places, None for a crew that works anywhere."""
    return tuple(crew.place_id for crew in _own_crews(user))


def _own_crews(user: Person) -> list[Crew]:
    if not isinstance(user, User):
        return []
    if "_crews_read" not in user.__dict__:
        user.__dict__["_crews_read"] = list(crews_of(user))
    crews: list[Crew] = user.__dict__["_crews_read"]
    return crews


def trade_ids_of(user: Person) -> frozenset[int]:
    """The trades a person knows; somebody without trades of their own knows those of their crews."""
    if not isinstance(user, User):
        return frozenset()
    if "_trades_read" not in user.__dict__:
        own = PersonTrade.objects.filter(user=user).values_list("trade_id", flat=True)
        of_crews = Trade.objects.filter(crews__in=crew_ids_of(user)).values_list("pk", flat=True)
        user.__dict__["_trades_read"] = frozenset(own) or frozenset(of_crews)
    trades: frozenset[int] = user.__dict__["_trades_read"]
    return trades


def workers_of(crew: Crew, *, on: dt.date | None = None) -> QuerySet[User]:
    """The people of a crew on a day (today) who may carry out work: members and the leader."""
    member = CrewMember.objects.filter(memberships_on(on or clock.today()), crew=crew, user=OuterRef("pk"))
    return _performers().filter(Q(Exists(member)) | Q(pk=crew.leader_id))


def leaders_of(user_ids: Collection[int], *, on: dt.date | None = None) -> dict[int, list[User]]:
    """The leaders of the crews in use that people belong to on a day (today), by id; one statement."""
    members = CrewMember.objects.filter(
        memberships_on(on or clock.today()), user__in=user_ids, crew__active=True, crew__leader__isnull=False
    )
    found: dict[int, list[User]] = {pk: [] for pk in user_ids}
    for member in members.select_related("crew__leader").order_by("crew__code"):
        leader = member.crew.leader
        if leader is not None and leader not in found[member.user_id]:
            found[member.user_id].append(leader)
    return found


def eligible_workers(
    *,
    crew: Crew | None = None,
    trade: Trade | None = None,
    place: Place | None = None,
    on: dt.date | None = None,
) -> QuerySet[User]:
    """Everybody a job could be given to: active, may carry out work, and in a crew that may come.

    `crew` narrows to its people; `trade` to those who know it (by themselves, or through their
    crew when they have no trade of their own); `place` leaves out crews that work only elsewhere.
    """
    day = on or clock.today()
    crews = Crew.objects.filter(active=True)
    if crew is not None:
        crews = crews.filter(pk=crew.pk)
    if place is not None:
        crews = crews.filter(Q(place__isnull=True) | Q(place__in=place.lineage))
    member = CrewMember.objects.filter(memberships_on(day), crew__in=crews, user=OuterRef("pk"))
    leader = crews.filter(leader=OuterRef("pk"))
    found = _performers().filter(Exists(member) | Exists(leader))
    if trade is None:
        return found
    own = PersonTrade.objects.filter(user=OuterRef("pk"))
    through_crew = Exists(member.filter(crew__trades=trade)) | Exists(leader.filter(trades=trade))
    return found.filter(Exists(own.filter(trade=trade)) | (~Exists(own) & through_crew))


def performer_ids(user_ids: Iterable[int]) -> frozenset[int]:
    """Those of the people who have an account and may carry out work."""
    return frozenset(_performers().filter(pk__in=list(user_ids)).values_list("pk", flat=True))


def _performers() -> QuerySet[User]:
    return User.objects.filter(
        Exists(User.objects.filter(pk=OuterRef("pk"), grants__role__in=PERFORMING)), is_active=True
    ).defer("search_text", "search_grams")
