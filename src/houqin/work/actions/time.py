"""Working time: whose clock runs on an order, and what was entered by hand.

The lead's clock starts and stops with the work; a helper starts an own one. The database lets
nobody work on two orders at once; the sentence here says which one is in the way.
"""

import datetime as dt

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from houqin.accounts.models import User
from houqin.kernel import clock
from houqin.kernel.errors import Invalid, Missing, NotPermitted, Refused, StaleState
from houqin.work.actions import moving, whom
from houqin.work.models import TimeEntry, WorkOrder, WorkOrderStatus
from houqin.work.policies import helps, leads, may_dispatch

S = WorkOrderStatus
LONGEST = dt.timedelta(hours=24)
"""Longest entry by hand: more is a slip of the pen."""


@transaction.atomic
def begin(*, order_id: int, by: User, at: dt.datetime | None = None) -> TimeEntry:
    """Start the person's clock on an order in progress: a helper's, or the lead's after a refusal.

    Raises `NotPermitted` for anybody else, `StaleState` unless the order is in progress, and
    `Refused` while a clock of the person runs, naming the order.
    """
    order = moving.lock(order_id)
    if not leads(by, order) and not helps(by, order):
        raise NotPermitted(_("You do not work on this order."))
    if order.status != S.IN_PROGRESS:
        raise StaleState(_("Work on %(number)s is not under way.") % {"number": order.number})
    return run(order, by, moving.instant(order, at), by=by)


@transaction.atomic
def end(*, order_id: int, by: User, at: dt.datetime | None = None) -> TimeEntry:
    """Stop the person's clock on an order. Raises `StaleState` when none runs."""
    order = moving.lock(order_id)
    entry = TimeEntry.objects.filter(order=order, user=by, ended_at__isnull=True).first()
    if entry is None:
        raise StaleState(_("Your clock does not run on %(number)s.") % {"number": order.number})
    entry.ended_at = max(at or clock.now(), entry.started_at)
    entry.save(update_fields=["ended_at"])
    return entry


@transaction.atomic
def enter(
    *, order_id: int, user_id: int, started_at: dt.datetime, ended_at: dt.datetime, by: User | None
) -> TimeEntry:
    """Working time written down afterwards, for oneself, or by a dispatcher for who worked on it.

    Raises `Invalid` unless it starts before it ends, both in the past and at most 24 hours apart;
    `Refused` when it overlaps other time of the person or the person has no part in the order;
    `StaleState` once the order is closed.
    """
    order = _open(order_id)
    person = _worked_on(order, user_id)
    _require(by, order, person)
    start, finish = _plausible(started_at, ended_at)
    entry = _stored(
        TimeEntry(order=order, user=person, started_at=start, ended_at=finish, entered_by_hand=True)
    )
    moving.record(order, "time_entered", by=by, at=clock.now(), data=_told(entry))
    return entry


@transaction.atomic
def correct(*, entry_id: int, started_at: dt.datetime, ended_at: dt.datetime, by: User | None) -> TimeEntry:
    """An entry with other times; a running clock is stopped by it. What was is kept as an event.

    Raises as `enter` does.
    """
    entry, order = _entry(entry_id, by)
    before = _told(entry)
    entry.started_at, entry.ended_at = _plausible(started_at, ended_at)
    entry.entered_by_hand = True
    _stored(entry)
    moving.record(order, "time_corrected", by=by, at=clock.now(), data={**_told(entry), "before": before})
    return entry


@transaction.atomic
def remove(*, entry_id: int, by: User | None) -> WorkOrder:
    """The order without a wrong entry; what it said is kept as an event. Raises as `enter` does."""
    entry, order = _entry(entry_id, by)
    moving.record(order, "time_removed", by=by, at=clock.now(), data=_told(entry))
    entry.delete()
    return order


def run(order: WorkOrder, person: User, at: dt.datetime, *, by: User | None) -> TimeEntry:
    """Start the person's clock on a locked order; raises `Refused`, with the order it runs on as `busy`.

    The person is locked: of two clocks that start at once the second waits here. In the exclusion
    constraint both would wait for each other.
    """
    whom.locked_person(person.pk)
    busy = TimeEntry.objects.filter(user=person, ended_at__isnull=True).select_related("order").first()
    if busy is not None:
        raise Refused(_still_working(busy, person, by), busy=busy.order.number)
    return _stored(TimeEntry(order=order, user=person, started_at=at), by=by)


def stop_all(order: WorkOrder, at: dt.datetime) -> None:
    """Stop every clock that runs on a locked order."""
    for entry in TimeEntry.objects.filter(order=order, ended_at__isnull=True):
        entry.ended_at = max(at, entry.started_at)
        entry.save(update_fields=["ended_at"])


def _stored(entry: TimeEntry, *, by: User | None = None) -> TimeEntry:
    """Save under the person's lock; the exclusion constraint has the last word, and the order is named."""
    whom.locked_person(entry.user_id)
    try:
        with transaction.atomic():
            entry.save()
    except IntegrityError as error:
        if "time_entry_one_job_at_a_time" not in str(error):
            raise
        others = TimeEntry.objects.filter(user_id=entry.user_id).exclude(pk=entry.pk).select_related("order")
        if entry.ended_at is not None:
            others = others.filter(started_at__lt=entry.ended_at)
        other = others.order_by("-started_at").first()
        raise Refused(_in_the_way(other, entry, by)) from error
    return entry


def _in_the_way(other: TimeEntry | None, entry: TimeEntry, by: User | None) -> object:
    if other is None:
        return _("The time overlaps other working time of the same person.")
    if other.ended_at is None and entry.ended_at is None:
        return _still_working(other, entry.user, by)
    return _("%(name)s has working time on %(number)s then: %(start)s to %(end)s.") % {
        "name": entry.user,
        "number": other.order.number,
        "start": f"{timezone.localtime(other.started_at):%H:%M}",
        "end": f"{timezone.localtime(other.ended_at):%H:%M}" if other.ended_at else "…",
    }


def _still_working(busy: TimeEntry, person: User, by: User | None) -> object:
    facts = {"name": person, "number": busy.order.number, "title": busy.order.title}
    if by is not None and by.pk == person.pk:
        return (
            _("You are still working on %(number)s (%(title)s). Put it on hold or complete it first.") % facts
        )
    return (
        _("%(name)s is still working on %(number)s (%(title)s). It has to be put on hold or completed first.")
        % facts
    )


def _open(order_id: int) -> WorkOrder:
    order = moving.lock(order_id)
    if order.status in {S.VERIFIED, S.CLOSED, S.CANCELLED}:
        raise StaleState(_("%(number)s is already closed.") % {"number": order.number})
    return order


def _entry(entry_id: int, by: User | None) -> tuple[TimeEntry, WorkOrder]:
    entry = TimeEntry.objects.filter(pk=entry_id).first()
    if entry is None:
        raise Missing(_("This working time does not exist."))
    order = _open(entry.order_id)
    _require(by, order, entry.user)
    # Read again: it was found before the order was locked.
    entry = TimeEntry.objects.filter(pk=entry_id).first()
    if entry is None:
        raise Missing(_("This working time does not exist."))
    return entry, order


def _worked_on(order: WorkOrder, user_id: int) -> User:
    person = User.objects.filter(pk=user_id).first()
    if person is None:
        raise Missing(_("There is no such person."))
    known = order.worker_id == person.pk or helps(person, order)
    if not known and not TimeEntry.objects.filter(order=order, user=person).exists():
        raise Refused(_("%(name)s does not work on %(number)s.") % {"name": person, "number": order.number})
    return person


def _require(by: User | None, order: WorkOrder, person: User) -> None:
    if by is not None and by.pk != person.pk and not may_dispatch(by, order):
        raise NotPermitted(_("You may not enter working time for somebody else."))


def _plausible(start: dt.datetime, end: dt.datetime) -> tuple[dt.datetime, dt.datetime]:
    start, end = start.replace(microsecond=0), end.replace(microsecond=0)
    if end <= start:
        raise Invalid(_("The working time ends before it begins."), field="ended_at")
    if end > clock.now():
        raise Invalid(_("This time lies in the future."), field="ended_at")
    if end - start > LONGEST:
        raise Invalid(_("More than 24 hours at a stretch: please check the day."), field="started_at")
    return start, end


def _told(entry: TimeEntry) -> dict[str, object]:
    return {
        "person_id": entry.user_id,
        "person": entry.user.full_name,
        "started_at": entry.started_at.isoformat(),
        "ended_at": entry.ended_at.isoformat() if entry.ended_at else "",
    }
