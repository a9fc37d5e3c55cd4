"""The events of an order alone give what is stored, whatever was tried in which order."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from houqin.accounts.models import User
from houqin.kernel import clock
from houqin.kernel.errors import Refused
from houqin.work.actions import coworkers, finishing, orders, progress, time
from houqin.work.models import OrderEvent, WorkOrder
from houqin.work.policies import allowed_steps
from houqin.work.queries.replay import BrokenHistoryError, replayed, stored
from tests import cast
from tests.makers import make_crew, make_job_type, make_order
from tests.work import stories

MORNING = dt.datetime(2026, 11, 23, 1, 0, tzinfo=dt.UTC)
Step = Callable[[WorkOrder, User, dict[str, User]], object]


def _assign(order: WorkOrder, by: User, people: dict[str, User]) -> object:
    order.refresh_from_db(fields=["worker"])
    other = people["liu"] if order.worker_id == people["chen"].pk else people["chen"]
    return orders.assign(order_id=order.pk, worker_id=other.pk, by=by, reason="换人")


def _to_crew(order: WorkOrder, by: User, people: dict[str, User]) -> object:
    crew_id = people["banzhang"].leads.get().pk
    return orders.assign(order_id=order.pk, crew_id=crew_id, by=by, reason="整班")


def _schedule(order: WorkOrder, by: User, _people: dict[str, User]) -> object:
    start = clock.now() + dt.timedelta(hours=1)
    end = start + dt.timedelta(hours=1)
    return orders.schedule(order_id=order.pk, scheduled_from=start, scheduled_until=end, by=by)


def _hold(order: WorkOrder, by: User, _people: dict[str, User]) -> object:
    until = clock.now() + dt.timedelta(days=1)
    return progress.hold(order_id=order.pk, reason="parts", note="等阀门", promised_until=until, by=by)


def _plain(action: Callable[..., object], **facts: Any) -> Step:
    return lambda order, by, _people: action(order_id=order.pk, by=by, **facts)


STEPS: dict[str, Step] = {
    "claim": _plain(progress.claim),
    "accept": _plain(progress.accept),
    "arrive": _plain(progress.arrive),
    "start": _plain(progress.start),
    "resume": _plain(progress.resume),
    "complete": _plain(finishing.complete, result="fixed"),
    "hold": _hold,
    "send_back": _plain(progress.send_back, reason="不会修"),
    "verify": _plain(finishing.verify),
    "reject_completion": _plain(finishing.reject_completion, reason="还漏"),
    "submit": _plain(orders.submit),
    "approve": _plain(orders.approve),
    "refuse_approval": _plain(orders.refuse_approval, reason="先报预算"),
    "assign": _assign,
    "cancel": _plain(finishing.cancel, reason="不用了"),
}
OTHERS: dict[str, Step] = {
    "to_crew": _to_crew,
    "schedule": _schedule,
    "priority": _plain(orders.set_priority, priority="urgent", reason="急"),
    "begin": _plain(time.begin),
    "end": _plain(time.end),
    "note": _plain(coworkers.note, text="带梯子"),
}
PEOPLE = ["chen", "liu", "banzhang", "xu", "lin", "wang"]
TRIED = st.lists(
    st.tuples(st.sampled_from([*STEPS, *OTHERS]), st.sampled_from(PEOPLE), st.integers(0, 3_600)),
    min_size=4,
    max_size=16,
)


def people() -> dict[str, User]:
    found = {
        "chen": cast.technician_chen(),
        "liu": cast.technician_liu(),
        "banzhang": cast.crew_leader(),
        "xu": cast.dispatcher_xu(),
        "lin": cast.director_lin(),
        "wang": cast.requester_wang(),
    }
    make_crew("水电班", found["chen"], found["liu"], leader=found["banzhang"])
    return found


def tried(order: WorkOrder, name: str, by: User, cast_: dict[str, User]) -> None:
    """Take the step: it works exactly when it is offered, and a refusal leaves no trace."""
    before, state = stories.trace(order), stored(WorkOrder.objects.get(pk=order.pk))
    offered = name in allowed_steps(by, WorkOrder.objects.get(pk=order.pk))
    refused = ""
    try:
        (STEPS | OTHERS)[name](order, by, cast_)
    except Refused as refusal:
        refused = str(refusal)
    if refused:
        assert stories.trace(order) == before
        assert stored(WorkOrder.objects.get(pk=order.pk)) == state
    assert name in OTHERS or offered != bool(refused), refused


@pytest.mark.django_db
@settings(
    max_examples=12,
    deadline=None,
    phases=[Phase.generate],  # shrinking a long story takes minutes and tells little
    suppress_health_check=[HealthCheck.too_slow],
)
@given(steps=TRIED, draft=st.booleans(), approval=st.booleans(), arrival=st.booleans())
def test_the_events_alone_give_what_is_stored(
    steps: list[tuple[str, str, int]], *, draft: bool, approval: bool, arrival: bool
) -> None:
    with transaction.atomic():
        acting = people()
        job_type = make_job_type(needs_approval=approval, asks_arrival=arrival)
        now = MORNING
        with clock.stopped_at(now):
            order = make_order(job_type=job_type, draft=draft)
        for name, who, seconds in steps:
            now += dt.timedelta(seconds=seconds)
            with clock.stopped_at(now):
                tried(order, name, acting[who], acting)
            assert replayed(OrderEvent.objects.filter(order=order)) == stored(
                WorkOrder.objects.get(pk=order.pk)
            )
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_a_whole_life_is_replayed(chen: User, liu: User) -> None:
    order = stories.on_hold(chen)
    progress.hold(order_id=order.pk, reason="other", note="换人", by=chen)
    orders.assign(order_id=order.pk, worker_id=liu.pk, by=None, reason="陈师傅请假")
    progress.accept(order_id=order.pk, by=liu)
    progress.arrive(order_id=order.pk, by=liu)
    progress.start(order_id=order.pk, by=liu)
    finishing.complete(order_id=order.pk, result="temporary", result_note="先堵上", by=liu)
    finishing.reject_completion(order_id=order.pk, reason="还漏", by=None)
    finishing.complete(order_id=order.pk, result="fixed", by=liu)
    order = finishing.verify(order_id=order.pk, by=None)

    assert replayed(order.events.all()) == stored(order)


@pytest.mark.django_db
def test_a_gap_in_the_history_is_seen(chen: User) -> None:
    events = list(stories.completed(chen).events.all())

    with pytest.raises(BrokenHistoryError):
        replayed([event for event in events if event.kind != "started"])
