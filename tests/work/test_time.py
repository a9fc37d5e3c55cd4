"""Working time: one person one job, labour summed, duration united."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from houqin.accounts.models import User
from houqin.kernel import clock
from houqin.kernel.errors import Invalid, NotPermitted, Refused, StaleState
from houqin.work.actions import coworkers, finishing, progress, time
from houqin.work.models import TimeEntry
from houqin.work.queries.time import united, worked
from tests.work import stories

MORNING = dt.datetime(2026, 11, 23, 1, 0, tzinfo=dt.UTC)


def at(minutes: int) -> dt.datetime:
    return MORNING + dt.timedelta(minutes=minutes)


@pytest.mark.django_db
def test_the_leads_clock_runs_while_work_is_under_way(chen: User) -> None:
    with clock.stopped_at(MORNING):
        order = stories.accepted(chen)
        progress.start(order_id=order.pk, by=chen)
    with clock.stopped_at(at(20)):
        progress.hold(order_id=order.pk, reason="parts", by=chen)
    with clock.stopped_at(at(60)):
        progress.resume(order_id=order.pk, by=chen)
    with clock.stopped_at(at(75)):
        finishing.complete(order_id=order.pk, result="fixed", by=chen)

    spans = [(e.started_at, e.ended_at) for e in TimeEntry.objects.all()]
    assert spans == [(MORNING, at(20)), (at(60), at(75))]
    found = worked(TimeEntry.objects.select_related("user"), now=at(90))
    assert (found.labour_minutes, found.duration_minutes, found.running) == (35, 35, ())


@pytest.mark.django_db
def test_two_people_count_twice_as_labour_and_once_as_duration(chen: User, liu: User) -> None:
    with clock.stopped_at(MORNING):
        order = stories.in_progress(chen)
        coworkers.add_helper(order_id=order.pk, user_id=liu.pk, by=chen)
    with clock.stopped_at(at(10)):
        time.begin(order_id=order.pk, by=liu)
    with clock.stopped_at(at(30)):
        finishing.complete(order_id=order.pk, result="fixed", by=chen)

    found = worked(TimeEntry.objects.select_related("user"), now=at(99))
    assert (found.labour_minutes, found.duration_minutes) == (50, 30)


@pytest.mark.django_db
def test_only_who_works_on_it_starts_a_clock_and_only_while_it_is_under_way(chen: User, liu: User) -> None:
    order = stories.in_progress(chen)
    with pytest.raises(NotPermitted):
        time.begin(order_id=order.pk, by=liu)
    with pytest.raises(Refused, match=order.number):
        time.begin(order_id=order.pk, by=chen)

    coworkers.add_helper(order_id=order.pk, user_id=liu.pk, by=chen)
    progress.hold(order_id=order.pk, reason="parts", by=chen)
    with pytest.raises(StaleState):
        time.begin(order_id=order.pk, by=liu)
    with pytest.raises(StaleState):
        time.end(order_id=order.pk, by=liu)


@pytest.mark.django_db
def test_a_helper_stops_the_own_clock(chen: User, liu: User) -> None:
    with clock.stopped_at(MORNING):
        order = stories.in_progress(chen)
        coworkers.add_helper(order_id=order.pk, user_id=liu.pk, by=chen)
        time.begin(order_id=order.pk, by=liu)
    with clock.stopped_at(at(5)):
        entry = time.end(order_id=order.pk, by=liu)

    assert entry.ended_at == at(5)
    assert worked(TimeEntry.objects.select_related("user"), now=at(9)).running == ("陈师傅",)


@pytest.mark.django_db
def test_time_by_hand_never_overlaps_other_time_of_the_person(chen: User) -> None:
    with clock.stopped_at(MORNING):
        first = stories.in_progress(chen)
    with clock.stopped_at(at(30)):
        finishing.complete(order_id=first.pk, result="fixed", by=chen)
        second = stories.accepted(chen)
    with clock.stopped_at(at(120)):
        for start, end in ((at(-10), at(1)), (at(5), at(10)), (at(29), at(40)), (at(-10), at(60))):
            with pytest.raises(Refused, match=f"{first.number} then: 09:00 to 09:30"):
                time.enter(order_id=second.pk, user_id=chen.pk, started_at=start, ended_at=end, by=chen)
        time.enter(order_id=second.pk, user_id=chen.pk, started_at=at(30), ended_at=at(60), by=chen)
        time.enter(order_id=second.pk, user_id=chen.pk, started_at=at(-30), ended_at=at(0), by=chen)

    assert TimeEntry.objects.filter(entered_by_hand=True).count() == 2
    assert second.events.filter(kind="time_entered").count() == 2


@pytest.mark.django_db
def test_time_by_hand_makes_sense(chen: User, liu: User, xu: User) -> None:
    with clock.stopped_at(at(600)):
        order = stories.accepted(chen)
        for start, end, field in (
            (at(10), at(10), "ended_at"),
            (at(10), at(5), "ended_at"),
            (at(590), at(601), "ended_at"),
            (at(-1000), at(500), "started_at"),
        ):
            with pytest.raises(Invalid) as refusal:
                time.enter(order_id=order.pk, user_id=chen.pk, started_at=start, ended_at=end, by=chen)
            assert refusal.value.field == field
        with pytest.raises(Refused, match="刘师傅"):
            time.enter(order_id=order.pk, user_id=liu.pk, started_at=at(0), ended_at=at(9), by=liu)
        with pytest.raises(NotPermitted):
            time.enter(order_id=order.pk, user_id=chen.pk, started_at=at(0), ended_at=at(9), by=liu)
        assert not TimeEntry.objects.exists()
        time.enter(order_id=order.pk, user_id=chen.pk, started_at=at(0), ended_at=at(9), by=xu)


@pytest.mark.django_db
def test_a_forgotten_clock_is_corrected_and_what_was_stays_known(chen: User) -> None:
    with clock.stopped_at(MORNING):
        order = stories.in_progress(chen)
    entry = TimeEntry.objects.get()
    with clock.stopped_at(at(900)):
        time.correct(entry_id=entry.pk, started_at=MORNING, ended_at=at(40), by=chen)
        other = stories.accepted(chen)
        progress.start(order_id=other.pk, by=chen)

    entry.refresh_from_db()
    assert (entry.ended_at, entry.entered_by_hand) == (at(40), True)
    event = order.events.get(kind="time_corrected")
    assert event.data["before"]["ended_at"] == ""
    assert event.data["ended_at"] == at(40).isoformat()


@pytest.mark.django_db
def test_a_wrong_entry_is_removed_but_not_once_the_order_is_closed(chen: User, liu: User) -> None:
    order = stories.completed(chen)
    entry = TimeEntry.objects.get()
    with pytest.raises(NotPermitted):
        time.remove(entry_id=entry.pk, by=liu)
    finishing.verify(order_id=order.pk, by=None)

    with pytest.raises(StaleState):
        time.remove(entry_id=entry.pk, by=chen)

    second = stories.completed(chen)
    time.remove(entry_id=second.time_entries.get().pk, by=chen)
    assert second.events.filter(kind="time_removed").count() == 1
    assert TimeEntry.objects.count() == 1


@pytest.mark.django_db
def test_the_database_itself_lets_nobody_work_twice(chen: User) -> None:
    order = stories.in_progress(chen)

    with pytest.raises(IntegrityError, match="one_job_at_a_time"), transaction.atomic():
        TimeEntry.objects.create(order=order, user=chen, started_at=clock.now() + dt.timedelta(hours=1))


_spans = st.lists(
    st.tuples(st.integers(0, 300), st.integers(0, 60)).map(lambda pair: (pair[0], pair[0] + pair[1])),
    max_size=12,
)


@given(_spans)
def test_duration_counts_every_minute_once(spans: list[tuple[int, int]]) -> None:
    minutes = {minute for start, end in spans for minute in range(start, end)}

    assert united([(at(start), at(end)) for start, end in spans]) == dt.timedelta(minutes=len(minutes))
