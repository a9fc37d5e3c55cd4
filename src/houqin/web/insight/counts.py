"""What is counted over a period: where the time went, and what another standard would have come to."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from houqin.accounts.models import User
from houqin.desk.models import ServiceRequest
from houqin.desk.queries import counted
from houqin.insight import replay, time_owners
from houqin.insight.scope import counted_for
from houqin.kernel import clock
from houqin.web.insight import trials
from houqin.web.insight.periods import Period, period_of


@dataclass(frozen=True)
class Count:
    """Something that is counted. `subject` tells apart what addresses ask for."""

    title: Promise
    page: str
    subject: Callable[[QueryDict], str]
    size: Callable[[User, QueryDict], int]
    """How many requests it is about, give or take those of the days' ends."""
    run: Callable[[User, QueryDict], dict[str, Any]]
    """The counting, as values that JSON knows."""


def as_of(query: QueryDict) -> dt.datetime:
    """The instant that an address names, else now; never one that is still to come."""
    now = clock.now()
    try:
        at = dt.datetime.fromisoformat(query.get("as_of", ""))
    except ValueError:
        return now
    return min(at, now) if at.utcoffset() is not None else now


def _days(query: QueryDict) -> str:
    period = period_of(query)[0]
    return f"{period.start} {period.last}"


def _size(user: User, query: QueryDict) -> int:
    period, among = period_of(query)[0], counted_for(user)
    found = _in(period, ServiceRequest.objects.all() if among is None else among)
    return found.exclude(status__in=time_owners.NOT_MEASURED).count()


def _in(period: Period, among: QuerySet[ServiceRequest]) -> QuerySet[ServiceRequest]:
    return among.filter(counted.on_days("opened_at", period.start, period.last))


def _time_owners(user: User, query: QueryDict) -> dict[str, Any]:
    period = period_of(query)[0]
    found = time_owners.time_owners(
        start=period.start, end=period.end, as_of=as_of(query), among=counted_for(user)
    )
    return {"as_of": found.as_of.isoformat(), "cases": time_owners.kept(found.cases)}


def _replay(user: User, query: QueryDict) -> dict[str, Any]:
    period, at = period_of(query)[0], as_of(query)
    outcomes = replay.measured(
        trials.proposals_of(query), start=period.start, end=period.end, as_of=at, among=counted_for(user)
    )
    return {"as_of": at.isoformat(), "requests": [[list(one) for one in some] for some in outcomes]}


COUNTS = {
    "waiting": Count(_("Where the time went"), "insight:waiting", _days, _size, _time_owners),
    "replay": Count(
        _("What if"),
        "insight:replay",
        lambda query: f"{_days(query)} {trials.subject(query)}",
        _size,
        _replay,
    ),
}
