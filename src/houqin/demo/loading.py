"""The demonstration is loaded: the campus, its people, a year of requests and the present day.

Writes: org, accounts, staffing, work, desk, journal (numbers), notify, files, intake, inventory, budget.
Locks: one advisory lock, so that two loads do not run at once; then the number counters.
"""

import datetime as dt
import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection, transaction
from django.utils import timezone

from houqin.accounts.models import User
from houqin.demo import (
    agreeing,
    calls,
    dispatching,
    letters,
    lives,
    notices,
    rosters,
    rules,
    stocktaking,
    stores,
    today,
    writing,
)
from houqin.demo.campus import SITE
from houqin.demo.clocks import Clockwork
from houqin.demo.ground import require_free_codes
from houqin.demo.occasions import ZONE
from houqin.demo.stories import Story
from houqin.demo.world import World, build
from houqin.desk.models import ServiceRequest
from houqin.kernel import clock
from houqin.org.models import Place
from houqin.work.models import Alarm, PartnerClock, WorkOrder

SEED = 20_260_901
OCCASIONS = 2_950
"""Occasions of the year; doubles of some of them come on top."""

DAYS = 365
LOCK = 0x68716465
SPARED = dt.timedelta(hours=2)
"""What happened in the last hours is told by `today` alone."""


@dataclass(frozen=True)
class Loaded:
    """What is there of the demonstration; `new` says that this call has loaded it."""

    new: bool
    requests: int
    orders: int
    places: int
    people: int


def is_loaded() -> bool:
    """Whether the campus is there."""
    return Place.objects.filter(code=SITE).exists()


@transaction.atomic
def load_demonstration(*, now: dt.datetime | None = None, occasions: int = OCCASIONS) -> Loaded:
    """Load the demonstration as of `now` (default: the present) and say what there is.

    The year has so many `occasions`; what is open at present comes on top. All or nothing, in one
    transaction. Loaded already, it stays as it is. The same instant gives
    the same demonstration but for the secrets in links and labels. Raises `Refused` where codes of
    the house begin like those of the demonstration.
    """
    lock()
    if is_loaded():
        return counted(new=False)
    require_free_codes()
    world = build(now or clock.now(), SEED)
    with _all_kept():
        rosters.plan(world)
        present = today.tell(world)
        stories = [*present, *tell_past(world, occasions)]
        for story in stories:
            story.cut_off(world.now)
        rules.judge(world, rules.lay_down(world), stories)
        stories.sort(key=lambda story: story.request.opened_at)
        writing.number(stories)
        clockwork = Clockwork(world)
        alarms = Alarm.objects.bulk_create(clockwork.wind(stories))
        writing.write(stories)
        PartnerClock.objects.bulk_create(clockwork.partner_clocks())
        dispatching.decide(world, present)
        notices.tell(world, present, alarms)
        letters.deliver(world.now)
        calls.ring(world, stories)
        stores.tell(world, stories, store_days(occasions))
        stocktaking.tell(world)
        agreeing.tell(world)
    return counted(new=True)


def store_days(occasions: int) -> int:
    """How far back the stores' books go: a year, less where the year is told with few occasions."""
    return min(DAYS, max(35, DAYS * occasions // OCCASIONS))


def tell_past(world: World, count: int) -> list[Story]:
    """The stories of the year up to the last hours, which are told by `today`."""
    last = timezone.localtime(world.now, ZONE).date()
    until = world.now - SPARED
    stories: list[Story] = []
    first = last - dt.timedelta(days=DAYS)
    for occasion in world.occasions.over(first, last, count, world.hours):
        if occasion.at < until:
            stories += lives.live(world, occasion)
    return stories


@contextmanager
def _all_kept() -> Iterator[None]:
    """Do not look for garbage meanwhile: all that is made is needed to the end, and looking costs a fifth."""
    paused = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if paused:
            gc.enable()


def lock() -> None:
    """Be the only one who loads or removes, until the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def counted(*, new: bool) -> Loaded:
    """What is there now."""
    return Loaded(
        new=new,
        requests=ServiceRequest.objects.filter(is_demo=True).count(),
        orders=WorkOrder.objects.filter(request_link__request__is_demo=True).count(),
        places=Place.objects.filter(code__startswith=SITE).count(),
        people=User.objects.filter(is_demo=True).count(),
    )
