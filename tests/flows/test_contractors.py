"""What a contractor has promised runs beside what we promise ourselves."""

import datetime as dt

import pytest

from houqin.accounts.models import Role, User
from houqin.desk.models import Service, ServiceRequest
from houqin.desk.queries.partner_clocks import terms_of
from houqin.flows.assign_work import assign_work
from houqin.flows.finish_work import cancel_work, complete_work
from houqin.flows.progress_work import accept_work, hold_work, resume_work, send_back_work, start_work
from houqin.flows.raise_work_order import raise_order_alone, raise_work_order
from houqin.flows.refresh_clocks import refresh_clocks, refresh_open, refresh_partner
from houqin.flows.sweep import sweep
from houqin.notify.models import Notice
from houqin.org.models import CalendarYear, Partner
from houqin.staffing.models import Crew
from houqin.work.models import Alarm, OrderEvent, PartnerClock, PartnerStandard, StandardTarget, WorkOrder
from tests.flows.story import again, fresh, reported, told
from tests.makers import (
    grant,
    make_crew,
    make_job_type,
    make_level,
    make_partner,
    make_partner_standard,
    make_person,
)
from tests.times import at, when

LATE = {"pausing_reasons": ["requester", "access"]}
PROMISES = (
    {"priority": "normal", "kind": "response", "minutes": 30, **LATE},
    {"priority": "normal", "kind": "arrival", "minutes": 120, **LATE},
    {"priority": "normal", "kind": "resolution", "minutes": 240, **LATE},
)


@pytest.fixture(autouse=True)
def settled(monday: dt.datetime) -> None:
    """The holidays of the year are settled."""
    CalendarYear.objects.create(year=2026, confirmed_at=monday)


@pytest.fixture
def lifts(db: None) -> Partner:
    """The lift company: taken on in half an hour, there in two, repaired in four working hours."""
    partner = make_partner()
    make_partner_standard(partner, *PROMISES)
    return partner


@pytest.fixture
def lu(lifts: Partner) -> User:
    """卢建业, who leads the company's crew."""
    person = make_person("卢建业", partner=lifts)
    grant(person, Role.CREW_LEADER)
    return person


@pytest.fixture
def yan(lifts: Partner) -> User:
    """阎明, the company's technician."""
    person = make_person("阎明", partner=lifts)
    grant(person, Role.TECHNICIAN)
    return person


@pytest.fixture
def theirs(lifts: Partner, lu: User, yan: User) -> Crew:
    """The crew of the company."""
    return make_crew("外协电梯班", yan, leader=lu, partner=lifts)


@pytest.fixture
def request_(leak: Service) -> ServiceRequest:
    """Reported at nine; we promise the repair by Thursday at nine."""
    return reported(leak)


def given(request: ServiceRequest, crew: Crew, by: User, time: str = "10:00") -> WorkOrder:
    with when(time):
        order = raise_work_order(request_id=request.pk, by=by)
        return assign_work(order_id=order.pk, by=by, crew_id=crew.pk)


def promised(order: WorkOrder) -> dict[str, tuple[dt.datetime, dt.datetime | None]]:
    """Due time and when it was kept, of the latest term."""
    last = max(PartnerClock.objects.filter(order=order).values_list("started_at", flat=True), default=None)
    rows = PartnerClock.objects.filter(order=order, started_at=last)
    return {row.kind: (row.due_at, row.met_at) for row in rows}


def test_their_clocks_run_from_when_they_were_given_the_order(
    request_: ServiceRequest, theirs: Crew, xu: User
) -> None:
    order = given(request_, theirs, xu)

    assert promised(order) == {
        "response": (at("2026-11-23 10:30"), None),
        "arrival": (at("2026-11-23 12:00"), None),
        "resolution": (at("2026-11-23 16:00"), None),
    }
    assert fresh(request_).due_at == at("2026-11-26 09:00")
    assert (again(order).arrival_due_at, again(order).due_at) == (
        at("2026-11-23 12:00"),
        at("2026-11-23 16:00"),
    )


def test_what_they_do_is_kept_beside_what_they_promised(
    request_: ServiceRequest, theirs: Crew, xu: User, yan: User
) -> None:
    order = given(request_, theirs, xu)
    for time, step in (("10:20", accept_work), ("14:01", start_work)):
        with when(time):
            step(order_id=order.pk, by=yan)
    with when("15:30"):
        complete_work(order_id=order.pk, by=yan, result="fixed")

    assert {kind: met for kind, (_due, met) in promised(order).items()} == {
        "response": at("2026-11-23 10:20"),
        "arrival": at("2026-11-23 14:01"),
        "resolution": at("2026-11-23 15:30"),
    }


def test_only_the_holds_that_are_not_theirs_stop_their_clock(
    request_: ServiceRequest, theirs: Crew, xu: User, yan: User
) -> None:
    order = given(request_, theirs, xu)
    with when("10:10"):
        accept_work(order_id=order.pk, by=yan)
    with when("10:30"):
        hold_work(order_id=order.pk, by=yan, reason="parts")
    with when("11:00"):
        resume_work(order_id=order.pk, by=yan)
    assert promised(order)["resolution"][0] == at("2026-11-23 16:00")
    with when("11:30"):
        hold_work(order_id=order.pk, by=yan, reason="access")
        assert again(order).paused
    with when("14:30"):
        resume_work(order_id=order.pk, by=yan)

    assert promised(order)["resolution"][0] == at("2026-11-23 17:00")  # half an hour and half an hour
    assert again(order).due_at == at("2026-11-23 17:00")


def test_sent_back_and_given_again_begins_anew_and_both_are_counted(
    request_: ServiceRequest, theirs: Crew, crew: Crew, xu: User, yan: User
) -> None:
    order = given(request_, theirs, xu)
    with when("11:00"):
        accept_work(order_id=order.pk, by=yan)
        send_back_work(order_id=order.pk, by=yan, reason="没有配件")
    assert (again(order).due_at, again(order).warn_at) == (fresh(request_).due_at, None)
    with when("14:00"):
        assign_work(order_id=order.pk, by=xu, crew_id=theirs.pk)

    rows = PartnerClock.objects.filter(order=order, kind="resolution").order_by("started_at")
    assert [(row.started_at, row.due_at, row.stopped_at) for row in rows] == [
        (at("2026-11-23 10:00"), at("2026-11-23 16:00"), at("2026-11-23 11:00")),
        (at("2026-11-23 14:00"), at("2026-11-23 18:00"), None),
    ]


def test_passed_on_within_the_company_it_goes_on(
    request_: ServiceRequest, theirs: Crew, xu: User, yan: User, lu: User
) -> None:
    order = given(request_, theirs, xu)
    with when("10:15"):
        assign_work(order_id=order.pk, by=xu, worker_id=yan.pk, reason="轮到他")
    with when("10:20"):
        assign_work(order_id=order.pk, by=xu, worker_id=lu.pk, reason="换人")

    assert PartnerClock.objects.filter(order=order, kind="resolution").count() == 1
    assert promised(order)["resolution"][0] == at("2026-11-23 16:00")


def test_taken_away_for_our_own_crew_their_clock_stops_and_ours_shows(
    request_: ServiceRequest, theirs: Crew, crew: Crew, xu: User
) -> None:
    order = given(request_, theirs, xu)
    with when("15:00"):
        assign_work(order_id=order.pk, by=xu, crew_id=crew.pk, reason="来不及")

    row = PartnerClock.objects.get(order=order, kind="resolution")
    assert (row.stopped_at, row.met_at) == (at("2026-11-23 15:00"), None)
    assert again(order).due_at == fresh(request_).due_at


def test_voided_their_clock_stops(request_: ServiceRequest, theirs: Crew, xu: User) -> None:
    order = given(request_, theirs, xu)
    with when("10:20"):
        cancel_work(order_id=order.pk, by=xu, reason="重复")

    stopped = set(PartnerClock.objects.filter(order=order).values_list("stopped_at", flat=True))
    assert stopped == {at("2026-11-23 10:20")}


def test_a_contractor_without_a_standard_is_held_to_ours(
    request_: ServiceRequest, theirs: Crew, xu: User
) -> None:
    PartnerStandard.objects.all().delete()
    order = given(request_, theirs, xu)

    assert promised(order) == {}
    assert again(order).due_at == fresh(request_).due_at


def test_the_standard_of_the_day_and_of_the_job_type_counts(
    leak: Service, lifts: Partner, theirs: Crew, xu: User
) -> None:
    PartnerStandard.objects.update(until=dt.date(2026, 11, 22))
    make_partner_standard(
        lifts, {"priority": "normal", "kind": "resolution", "minutes": 60}, since=dt.date(2026, 11, 23)
    )
    order = given(reported(leak), theirs, xu)
    assert promised(order) == {"resolution": (at("2026-11-23 11:00"), None)}

    make_partner_standard(
        lifts, {"priority": "normal", "kind": "resolution", "minutes": 90}, job_type=leak.job_type
    )
    with when("10:05"):
        assert refresh_partner(partner_id=lifts.pk) == 1
    assert promised(order) == {"resolution": (at("2026-11-23 11:30"), None)}


def test_an_edited_standard_holds_for_what_they_have(
    request_: ServiceRequest, theirs: Crew, xu: User
) -> None:
    order = given(request_, theirs, xu)
    target = StandardTarget.objects.get(standard__of_partners__isnull=False, kind="resolution")
    StandardTarget.objects.filter(pk=target.pk).update(minutes=60)
    with when("10:10"):
        refresh_open(standard_id=target.standard_id)

    assert promised(order)["resolution"][0] == again(order).due_at == at("2026-11-23 11:00")


def test_doing_it_again_changes_nothing(request_: ServiceRequest, theirs: Crew, xu: User) -> None:
    order = given(request_, theirs, xu)
    before = list(PartnerClock.objects.values()), WorkOrder.objects.filter(pk=order.pk).values().get()
    for _ in range(2):
        refresh_clocks(request_id=request_.pk, now=at("2026-11-23 10:00"))

    after = list(PartnerClock.objects.values()), WorkOrder.objects.filter(pk=order.pk).values().get()
    assert after == before


class TestAlarms:
    def test_of_theirs_go_to_them_and_to_dispatchers_and_ours_do_not_reach_them(
        self, request_: ServiceRequest, theirs: Crew, xu: User, yan: User, lu: User
    ) -> None:
        order = given(request_, theirs, xu)
        for time in ("10:15", "10:31", "11:30"):
            with when(time):
                sweep()

        subjects = list(Alarm.objects.filter(theirs=True).values_list("subject", "kind").order_by("pk"))
        assert subjects == [(order.number, "warning"), (order.number, "breach")]
        assert {notice.subject for notice in Notice.objects.filter(recipient=yan)} == {order.number}
        assert told(lu).count("overdue") == 1
        overdue = Notice.objects.filter(recipient=xu, kind="overdue").values_list("subject", flat=True)
        assert set(overdue) == {request_.number, order.number}

    def test_their_levels_are_told_once_and_stand_in_the_story_of_the_order(
        self, request_: ServiceRequest, theirs: Crew, lifts: Partner, xu: User, lin: User, lu: User
    ) -> None:
        standard = PartnerStandard.objects.get().standard
        make_level(standard, "leader", kind="response", minutes=-10)
        make_level(standard, Role.MANAGER, kind="response", number=2, minutes=30)
        order = given(request_, theirs, xu)
        for time in ("10:20", "10:21", "11:00", "11:01"):
            with when(time):
                sweep()

        events = OrderEvent.objects.filter(order=order, kind="escalated").order_by("pk")
        assert [(event.data["level"], event.data["told"]) for event in events] == [
            (1, [lu.full_name]),
            (2, [lin.full_name]),
        ]
        assert {event.data["partner"] for event in events} == {lifts.name}
        assert told(lin).count("escalated") == 1

    def test_our_own_levels_do_not_reach_their_leader(
        self, request_: ServiceRequest, theirs: Crew, xu: User, lu: User
    ) -> None:
        assert request_.standard is not None
        make_level(request_.standard, "leader", kind="arrival", minutes=0)
        given(request_, theirs, xu)
        with when("2026-11-25 10:00"):
            refresh_clocks(request_id=request_.pk)
            sweep()

        (event,) = request_.events.filter(kind="escalated")
        assert event.data["missing"] == "leader"
        assert Notice.objects.filter(recipient=lu, subject=request_.number).count() == 0

    def test_of_an_order_alone_both_promises_are_watched(self, theirs: Crew, xu: User, leak: Service) -> None:
        job = make_job_type("阀门", crew=theirs, standard=leak.job_type.standard)  # type: ignore[union-attr]
        order = raise_order_alone(by=xu, job_type_id=job.pk, title="检修阀门", crew_id=theirs.pk)
        with when("2026-11-25 10:00"):
            sweep()

        found = Alarm.objects.filter(subject=order.number).values_list("theirs", "target", "kind")
        assert {(True, "resolution", "breach"), (False, "arrival", "breach")} <= set(found)


def test_a_term_is_read_from_the_events_alone(
    request_: ServiceRequest, theirs: Crew, crew: Crew, xu: User, yan: User
) -> None:
    order = given(request_, theirs, xu)
    with when("10:10"):
        accept_work(order_id=order.pk, by=yan)
    with when("10:30"):
        hold_work(order_id=order.pk, by=yan, reason="access")
    with when("11:00"):  # taken from the hold and given to another of the same company at once
        assign_work(order_id=order.pk, by=xu, crew_id=theirs.pk, reason="换人")

    (term,) = terms_of(again(order), at("2026-11-23 12:00"))
    assert term.term.over_at is None
    assert term.clocks.resolution.due_at == at("2026-11-23 16:30")
