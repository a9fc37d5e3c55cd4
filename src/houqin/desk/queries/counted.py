"""What a report counts, as conditions on requests: a figure and the list behind it mean the same rows.

The target of a request is the promised time, else the computed due time of the restoration; of an
imported request it is the promised time only.
"""

import datetime as dt
from typing import Any

from django.conf import settings
from django.db.models import (
    BooleanField,
    Case,
    CharField,
    DateField,
    DateTimeField,
    Exists,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Least
from django.db.models.lookups import Exact, GreaterThanOrEqual, LessThanOrEqual

from houqin.accounts.policies import Person, scope
from houqin.desk.models import RequestEvent, RequestOrder, RequestStatus, TriageProposal
from houqin.desk.models.requests import OPEN
from houqin.org.models import Place
from houqin.work.models import OrderEvent, WorkOrder, WorkOrderStatus

DAY = dt.timedelta(days=1)
"""No time zone is further than this from UTC."""

_COMPUTED = Q(target_at__isnull=True, imported=False)


def kept() -> Q:
    """Requests whose work was done by the target."""
    return Q(resolved_at__lte=F("target_at")) | _COMPUTED & Q(resolved_at__lte=F("due_at"))


def missed() -> Q:
    """Requests whose work was done after the target."""
    return Q(resolved_at__gt=F("target_at")) | _COMPUTED & Q(resolved_at__gt=F("due_at"))


def late(now: dt.datetime) -> Q:
    """Open requests whose target is past.

    While a computed clock stands still its target moves on, though the copy on the row does not: such
    a request is late only when it was so before the pause. A promised time moves for no pause.
    """
    runs = Q(paused=False) | Q(due_at__lte=_standing_since())
    past = Q(target_at__lt=now) | _COMPUTED & Q(due_at__lt=now) & runs
    return Q(status__in=sorted(OPEN)) & past


def verdict(now: dt.datetime) -> Case:
    """`yes` for what was done by its target, `no` for what was not and for what is late, else `none`."""
    return Case(
        When(kept(), then=Value("yes")),
        When(missed() | late(now), then=Value("no")),
        default=Value("none"),
        output_field=CharField(),
    )


def repaired() -> Q:
    """Requests whose work is done."""
    return Q(resolved_at__isnull=False)


def on_days(column: str, first: dt.date | None, last: dt.date | None) -> Q:
    """Requests whose instant lies on the days from `first` to `last`, either of which may be open.

    A day is local to the place: the time zone of the nearest place with a calendar, else the
    organisation's. Only the rows within a day of either end are looked at for their zone.
    """
    found, day = Q(), _LocalDay(F(column), Coalesce(_zone(), Value(settings.TIME_ZONE)))
    if first is not None:
        at = dt.datetime.combine(first, dt.time(), dt.UTC)
        surely = Q(**{f"{column}__gte": at + DAY})
        found &= Q(**{f"{column}__gte": at - DAY}) & (surely | Q(GreaterThanOrEqual(day, first)))
    if last is not None:
        at = dt.datetime.combine(last, dt.time(), dt.UTC)
        surely = Q(**{f"{column}__lt": at})
        found &= Q(**{f"{column}__lt": at + 2 * DAY}) & (surely | Q(LessThanOrEqual(day, last)))
    return found


def in_charge(crew_id: int | None) -> Q:
    """Requests that count as one crew's: its own, else by the latest order with a crew. None: nobody's."""
    of_orders = RequestOrder.objects.filter(request=OuterRef("pk"), order__crew__isnull=False)
    if crew_id is None:
        return Q(crew__isnull=True) & ~Q(Exists(of_orders))
    latest = Subquery(of_orders.order_by("-pk").values("order__crew")[:1])
    return Q(crew=crew_id) | Q(crew__isnull=True) & Q(Exact(latest, crew_id))


def came_by(door: str) -> Q:
    """Requests that came by a door: the source's own word for it, else our channel."""
    return Q(channel_name=door) | Q(channel_name="", channel=door)


def of_rule(rule_id: int | None, *, field: str = "", verdict: str = "", instead: str = "") -> Q:
    """Requests of which a triage rule said something; `field`, `verdict`, `instead` narrow its proposals."""
    narrower = {"field": field, "verdict": verdict, "corrected_to": instead}
    given: dict[str, Any] = {name: value for name, value in narrower.items() if value}
    if rule_id is not None:
        given["rule"] = rule_id
    if not given:
        return Q()
    return Q(Exists(TriageProposal.objects.filter(request=OuterRef("pk"), **given)))


def in_figures(user: Person) -> Q:
    """Requests that the person's right to see figures reaches."""
    inside = scope(user, "insight.view").condition(place="place", department="department")
    return Q(pk__in=[]) if inside is None else inside


class _LocalDay(Func):
    """The day of an instant in a time zone."""

    template = "(%(expressions)s)::date"
    arg_joiner = " AT TIME ZONE "
    output_field = DateField()


class _IsAnyOf(Func):
    """Whether a value is among those of an array."""

    template = "%(expressions)s)"
    arg_joiner = " = ANY ("
    output_field = BooleanField()


def _zone() -> Subquery:
    """The time zone of the nearest place with a calendar, on the way up from the request's own."""
    on_the_way = _IsAnyOf(F("pk"), OuterRef("place__lineage"))
    depth = Func(F("lineage"), function="cardinality", output_field=IntegerField())
    above = Place.objects.filter(on_the_way, calendar__isnull=False).order_by(depth.desc())
    return Subquery(above.values("calendar__time_zone")[:1], output_field=CharField())


def _standing_since() -> Least:
    """Since when the clock of a paused request stands still; nothing where no step tells."""
    asked = RequestEvent.objects.filter(request=OuterRef("pk"), to_status=RequestStatus.NEED_INFO)
    held = OrderEvent.objects.filter(order=OuterRef("pk"), to_status=WorkOrderStatus.ON_HOLD)
    orders = WorkOrder.objects.filter(request_link__request=OuterRef("pk"), status=WorkOrderStatus.ON_HOLD)
    orders = orders.annotate(since=_latest(held)).order_by("since")
    return Least(
        Case(When(status=RequestStatus.NEED_INFO, then=_latest(asked)), output_field=DateTimeField()),
        Subquery(orders.values("since")[:1], output_field=DateTimeField()),
    )


def _latest(events: Any) -> Subquery:
    return Subquery(events.order_by("-pk").values("at")[:1], output_field=DateTimeField())
