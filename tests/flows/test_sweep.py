"""What is due is done once, however late the sweep comes."""

import datetime as dt

import pytest

from houqin.accounts.models import User
from houqin.desk.models import Service, ServiceRequest
from houqin.desk.queries.silence import silence_at, silent_requests
from houqin.flows.add_message import write_to_requester
from houqin.flows.progress_work import hold_work
from houqin.flows.refresh_clocks import refresh_clocks
from houqin.flows.sweep import Swept, sweep
from houqin.flows.triage_request import accept_request, correct_request, promise_time, settle_request
from houqin.kernel import clock
from houqin.notify.models import Notice
from houqin.org.models import CalendarYear
from houqin.work.models import Alarm
from tests.flows.story import done, fresh, reported, told, under_way
from tests.makers import make_organisation
from tests.times import at, when

NOTHING = Swept(alarms=0, closed=0, recomputed=0)


@pytest.fixture(autouse=True)
def settled(monday: dt.datetime) -> None:
    """The holidays of the year are settled."""
    CalendarYear.objects.create(year=2026, confirmed_at=monday)


def swept(time: str) -> Swept:
    with when(time):
        return sweep()


def test_a_warning_and_a_breach_are_told_once_each(leak: Service, xu: User) -> None:
    request = reported(leak)
    assert fresh(request).warn_at == at("2026-11-23 09:15")

    assert swept("09:14") == NOTHING
    assert swept("09:15").alarms == 1
    assert swept("09:16") == NOTHING
    assert swept("09:30") == NOTHING  # due at this very second is on time
    assert swept("09:31").alarms == 1
    assert swept("09:32") == NOTHING

    assert told(xu) == ["new_request", "due_soon", "overdue"]
    assert [(a.subject, a.target, a.kind) for a in Alarm.objects.order_by("pk")] == [
        (request.number, "response", "warning"),
        (request.number, "response", "breach"),
    ]


def test_after_six_hours_without_a_sweep_only_the_breach_is_told(leak: Service, xu: User) -> None:
    reported(leak)

    assert swept("15:31").alarms == 1
    assert swept("15:32") == NOTHING
    assert told(xu)[-1] == "overdue"
    assert "due_soon" not in told(xu)


def test_a_met_target_warns_nobody(leak: Service, xu: User) -> None:
    request = reported(leak)
    with when("09:10"):
        write_to_requester(request_id=request.pk, by=xu, text="马上来")

    assert swept("10:00") == NOTHING
    assert Alarm.objects.count() == 0


def test_a_moved_due_time_arms_again(leak: Service, xu: User) -> None:
    request = reported(leak)
    with when("09:05"):
        write_to_requester(request_id=request.pk, by=xu, text="马上来")
        promise_time(request_id=request.pk, by=xu, reason="约好", target_at=at("2026-11-23 11:00"))
    assert swept("10:45").alarms == 1
    with when("10:50"):
        promise_time(request_id=request.pk, by=xu, reason="改期", target_at=at("2026-11-23 12:00"))
    assert swept("11:10") == NOTHING
    assert swept("11:45").alarms == 1

    assert Alarm.objects.filter(target="resolution", kind="warning").count() == 2


def test_an_alarm_waits_for_the_hours_of_who_is_told(leak: Service, xu: User) -> None:
    with when("2026-11-23 17:50"):
        request = reported(leak)
    # 30 working minutes from 17:50 end on Tuesday 08:20; the warning comes 15 working minutes before.
    assert fresh(request).response_due_at == at("2026-11-24 08:20")
    with when("2026-11-23 17:55"):
        write_to_requester(request_id=request.pk, by=xu, text="明早来")
        promise_time(request_id=request.pk, by=xu, reason="约好", target_at=at("2026-11-23 22:00"))

    assert swept("2026-11-23 23:00") == NOTHING
    assert fresh(request).warn_at == at("2026-11-24 08:00")
    assert swept("2026-11-24 08:00").alarms == 1
    assert told(xu)[-1] == "overdue"


def test_a_critical_alarm_goes_off_at_night(leak: Service, xu: User) -> None:
    with when("2026-11-23 23:00"):
        reported(leak, safety=True)

    # A warning 15 minutes before comes at once where only 5 or 15 are given.
    assert swept("2026-11-23 23:06").alarms == 2  # response breached, arrival about to be
    assert swept("2026-11-24 02:46").alarms == 2  # arrival breached, restoration about to be
    assert told(xu).count("overdue") == 2


def test_a_paused_clock_tells_nothing(leak: Service, xu: User, chen: User) -> None:
    request = reported(leak)
    order = under_way(chen, request, xu)
    write_to_requester(request_id=request.pk, by=xu, text="在修")
    with when("10:00"):
        hold_work(order_id=order.pk, by=chen, reason="parts")

    assert swept("2026-12-10 10:00") == NOTHING


def test_who_works_on_it_is_told_too(leak: Service, xu: User, chen: User) -> None:
    request = reported(leak)
    under_way(chen, request, xu)
    write_to_requester(request_id=request.pk, by=xu, text="在修")

    assert swept("2026-11-26 08:46").alarms == 1

    assert told(chen)[-1] == told(xu)[-1] == "due_soon"


def test_silence_accepts_after_three_working_days(leak: Service, wang: User, xu: User, chen: User) -> None:
    make_organisation(silence_days=3)
    with when("2026-11-26 09:00"):  # a Thursday
        request = reported(leak, wang)
        order = under_way(chen, request, xu)
    from houqin.flows.finish_work import complete_work

    with when("2026-11-26 16:00"):
        complete_work(order_id=order.pk, by=chen, result="fixed")
    assert silence_at(fresh(request)) == at("2026-12-01 16:00")

    assert swept("2026-12-01 15:59").closed == 0
    assert swept("2026-12-01 16:00").closed == 1
    assert swept("2026-12-01 16:01").closed == 0

    assert fresh(request).accepted_by_silence
    assert told(wang)[-1] == "closed"


def test_the_requester_is_told_when_silence_will_accept(
    leak: Service, wang: User, xu: User, chen: User
) -> None:
    done(chen, reported(leak, wang), xu)

    notice = Notice.objects.filter(recipient=wang, kind="resolved").get()
    assert notice.data["silence_at"] == at("2026-11-26 11:00").isoformat()


def test_imported_requests_are_left_alone(leak: Service, xu: User) -> None:
    request = accept_request(request_id=reported(leak).pk, by=xu)
    settle_request(request_id=request.pk, by=xu, result="好了")
    ServiceRequest.objects.update(imported=True)

    assert silent_requests(at("2027-01-01 09:00")) == []


def test_due_times_of_an_unsettled_year_are_provisional_until_it_is_settled(leak: Service, xu: User) -> None:
    with when("2026-12-30 09:00"):
        request = reported(leak)
        write_to_requester(request_id=request.pk, by=xu, text="收到")
    assert (fresh(request).provisional, fresh(request).due_at) == (True, at("2027-01-04 09:00"))
    assert swept("2026-12-30 10:00").recomputed == 0

    from houqin.org.models import CalendarDay

    with when("2026-12-30 11:00"):
        CalendarDay.objects.create(date=dt.date(2027, 1, 1), kind="holiday", name="元旦")
        CalendarYear.objects.create(year=2027, confirmed_at=clock.now())
    assert swept("2026-12-30 11:01").recomputed == 1
    assert swept("2026-12-30 11:02") == NOTHING

    request = fresh(request)
    assert (request.provisional, request.due_at) == (False, at("2027-01-05 09:00"))
    event = request.events.get(kind="recomputed")
    assert event.data["due_at"] == [at("2027-01-04 09:00").isoformat(), at("2027-01-05 09:00").isoformat()]


def test_a_request_that_ended_is_not_told_of_and_holds_nobody_up(leak: Service) -> None:
    stuck, other = reported(leak), reported(leak)
    ServiceRequest.objects.filter(pk=stuck.pk).update(status="rejected", closed_at=clock.now())

    assert swept("09:16").alarms == 1
    assert swept("09:17") == NOTHING
    assert (fresh(stuck).warn_at, Alarm.objects.get().subject) == (None, other.number)


def test_a_higher_priority_is_warned_of_anew(leak: Service, xu: User) -> None:
    request = reported(leak)
    assert swept("09:15").alarms == 1
    with when("09:16"):
        correct_request(request_id=request.pk, by=xu, reason="急", urgency="high")

    assert fresh(request).response_due_at == at("2026-11-23 09:15")
    assert swept("09:17").alarms == 1
    refresh_clocks(request_id=request.pk, now=at("2026-11-23 09:18"))
    assert swept("09:18") == NOTHING
