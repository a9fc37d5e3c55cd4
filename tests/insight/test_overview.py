"""The manager's figures of the present."""

import datetime as dt

from houqin.accounts.models import User
from houqin.desk.models import FollowUp, Service, ServiceRequest
from houqin.flows.progress_work import hold_work
from houqin.insight.overview import Overview, overview
from houqin.kernel import clock
from houqin.staffing.models import Crew
from houqin.work.models import WorkOrder
from tests.flows.story import reported, under_way
from tests.makers_desk import make_request, resolved_request
from tests.times import MONDAY_9


def now() -> Overview:
    return overview(
        requests=ServiceRequest.objects.all(),
        orders=WorkOrder.objects.all(),
        follow_ups=FollowUp.objects.all(),
    )


def test_an_empty_house_has_thirty_quiet_days() -> None:
    found = now()

    assert (found.open, found.overdue, found.untouched) == (0, 0, 0)
    assert len(found.trend) == 30
    assert found.trend[-1].date == dt.date(2026, 11, 23)


def test_what_is_open_late_and_waiting_is_counted(leak: Service, xu: User, chen: User, crew: Crew) -> None:
    request = reported(leak)
    order = under_way(chen, request, xu)
    hold_work(order_id=order.pk, by=chen, reason="parts")
    make_request(target_at=MONDAY_9 + dt.timedelta(hours=1))
    resolved_request()

    found = now()

    assert (found.open, found.untouched, found.awaiting_acceptance, found.paused) == (2, 1, 1, 1)
    assert [(group.key, group.count) for group in found.holds] == [("parts", 1)]
    assert [(load.name, load.open, load.on_hold) for load in found.crews] == [(str(crew), 1, 1)]
    assert (found.opened_today, found.resolved_today) == (3, 1)
    assert {group.key for group in found.by_status} == {"new", "in_progress", "resolved"}


def test_today_is_the_day_of_the_house_not_of_greenwich() -> None:
    with clock.stopped_at(dt.datetime(2026, 11, 23, 17, 30, tzinfo=dt.UTC)):  # 01:30 on Tuesday in Shanghai
        make_request()
        found = now()

    assert found.trend[-1].date == dt.date(2026, 11, 24)
    assert found.opened_today == 1
