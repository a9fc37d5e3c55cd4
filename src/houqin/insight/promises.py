"""How each kind of promise was kept: ours to requesters, and those of contractors to us.

A promise counts as missed as soon as its due time has passed without it, unless its clock stands
still; one that still runs in time, or that was not needed any more, is left out.
"""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from houqin.desk.models import ServiceRequest
from houqin.desk.queries import counted
from houqin.desk.queries.promised import LEFT_OUT, came, in_time, too_late, update_late
from houqin.insight.period import local_days
from houqin.kernel import clock
from houqin.org.models import Partner
from houqin.work.models import PartnerClock, TargetKind
from houqin.work.queries.partners import broken, kept


@dataclass(frozen=True, kw_only=True)
class Kept:
    """How often one kind of promise was kept and how often it was not."""

    met: int = 0
    missed: int = 0

    @property
    def measured(self) -> int:
        """How many were decided."""
        return self.met + self.missed

    @property
    def share(self) -> float | None:
        """The part that was kept, from 0 to 1; None where nothing was decided."""
        return self.met / self.measured if self.measured else None

    def as_json(self) -> dict[str, Any]:
        """The same as plain values; the share has four places."""
        share = None if self.share is None else round(self.share, 4)
        return {"met": self.met, "missed": self.missed, "share": share}


Kinds = dict[str, Kept]


@dataclass(frozen=True, kw_only=True)
class PartnerLine:
    """How a contractor kept what it promised for the orders it was given in a period."""

    key: int
    name: str
    orders: int
    kinds: Kinds = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The same as plain values."""
        return {"orders": self.orders, **{kind: one.as_json() for kind, one in self.kinds.items()}}


def kept_promises(
    *, start: dt.date, end: dt.date, time_zone: str = "", among: QuerySet[ServiceRequest] | None = None
) -> Kinds:
    """Our promises for the requests opened on the days `[start, end)`, by kind, as things stand now.

    Days are local to the place, or to `time_zone`. An answer is counted for each message of the
    requester that asked. Rejected, merged and withdrawn requests are left out, since nobody was to
    repair anything. One statement.
    """
    now = clock.now()
    requests = (ServiceRequest.objects.all() if among is None else among).exclude(status__in=LEFT_OUT)
    since, until = local_days(start, end, time_zone) if time_zone else (None, None)
    days = Q(opened_at__gte=since, opened_at__lt=until)
    if not time_zone:
        days = counted.on_days("opened_at", start, end - dt.timedelta(days=1))
    found = requests.filter(days).order_by().annotate(came_at=came(), repair=counted.verdict(now))
    totals = found.aggregate(
        **_both("response", "response_due_at", "responded_at", now),
        **_both("arrival", "arrival_due_at", "came_at", now),
        resolution_met=Count("pk", filter=Q(repair="yes")),
        resolution_missed=Count("pk", filter=Q(repair="no")),
        update_met=Coalesce(Sum("updates_kept"), 0),
        update_missed=Coalesce(Sum("updates_missed"), 0),
        update_late=Count("pk", filter=update_late(now)),
    )
    totals["update_missed"] += totals["update_late"]
    return {
        str(kind): Kept(met=totals[f"{kind}_met"], missed=totals[f"{kind}_missed"]) for kind in TargetKind
    }


def partner_promises(
    *, start: dt.date, end: dt.date, time_zone: str = "", among: QuerySet[ServiceRequest] | None = None
) -> list[PartnerLine]:
    """What contractors promised for the orders they were given on the days `[start, end)`, by company.

    Days are local to the organisation, or to `time_zone`. An order that was taken away and given again
    counts each time. `among` narrows to the orders of these requests. Two statements.
    """
    now = clock.now()
    since, until = local_days(start, end, time_zone or settings.TIME_ZONE)
    clocks = PartnerClock.objects.filter(started_at__gte=since, started_at__lt=until)
    if among is not None:
        clocks = clocks.filter(order__request_link__request__in=among.order_by().values("pk"))
    rows = clocks.order_by().values("partner", "kind")
    counts = rows.annotate(met=Count("pk", filter=kept()), missed=Count("pk", filter=broken(now)))
    kinds: dict[int, Kinds] = defaultdict(dict)
    for row in counts:
        kinds[row["partner"]][row["kind"]] = Kept(met=row["met"], missed=row["missed"])
    orders = Count("order", distinct=True)
    given = dict(clocks.order_by().values_list("partner").annotate(orders))
    partners = Partner.objects.defer("search_text", "search_grams").filter(pk__in=given)
    return [
        PartnerLine(key=one.pk, name=str(one), orders=given[one.pk], kinds=kinds[one.pk]) for one in partners
    ]


def _both(kind: str, due: str, done: str, now: dt.datetime) -> dict[str, Count]:
    """The counts of a promise that pauses do not move."""
    return {
        f"{kind}_met": Count("pk", filter=in_time(F(done), due)),
        f"{kind}_missed": Count("pk", filter=too_late(F(done), due, now)),
    }
