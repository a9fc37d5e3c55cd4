"""The demonstration as it is loaded: whole, in keeping with its events, the same each time."""

from collections import Counter, defaultdict
from itertools import pairwise
from typing import Any

import pytest
from django.contrib.auth.hashers import check_password
from django.db.models import Prefetch

from houqin.accounts.models import Grant, Role, User
from houqin.demo.accounts import ACCOUNTS, DEMO_PASSWORD, offered
from houqin.demo.loading import Loaded, load_demonstration
from houqin.desk.models import Rating, RequestEvent, RequestStatus, Service, ServiceRequest
from houqin.desk.models.requests import OPEN
from houqin.desk.queries.partner_clocks import terms_of
from houqin.desk.queries.replay import replayed as replayed_request
from houqin.files.queries.content import missing
from houqin.flows.sweep import Swept, sweep
from houqin.journal.models import NumberCounter
from houqin.kernel.text_search import matches
from houqin.org.models import Organisation, Place, QrCode
from houqin.staffing.models import Crew
from houqin.work.models import (
    DispatchDecision,
    OrderEvent,
    PartnerClock,
    TimeEntry,
    WorkOrder,
    WorkOrderStatus,
)
from houqin.work.queries.replay import replayed as replayed_order
from houqin.work.queries.replay import stored
from tests.demo.conftest import NOW
from tests.demo.readings import differing_copies

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demonstration")]

S = WorkOrderStatus
OCCASIONS = 280


def test_the_campus_stands() -> None:
    kinds = Counter(Place.objects.values_list("type", flat=True))

    assert kinds == {"site": 1, "building": 3, "floor": 12, "room": 180, "zone": 2, "outdoor": 4}
    assert Place.objects.get(code="QH-A-304").label == "教学楼A · 304 教室"
    assert QrCode.objects.filter(place__type="room").count() == 180
    assert Place.objects.filter(matches("jxla 304")).get().code == "QH-A-304"
    assert Organisation.objects.get().name == "青禾学院后勤保障处"


def test_everybody_is_there_and_signs_in() -> None:
    assert len(offered()) == len(ACCOUNTS) == 10
    assert {account.role for account in offered()} == set(Role.values)
    for account in offered():
        person = User.objects.get(username=account.username)
        assert person.is_demo
        assert check_password(DEMO_PASSWORD, person.password)
    staff = Grant.objects.exclude(role=Role.REQUESTER).values("user").distinct().count()
    assert staff == 40
    assert Crew.objects.count() == 7
    assert Service.objects.count() == 26


def test_states_follow_from_events() -> None:
    for request in ServiceRequest.objects.prefetch_related(
        Prefetch("events", RequestEvent.objects.order_by("pk"))
    ):
        assert replayed_request(request.events.all()) == request.status
    for order in WorkOrder.objects.prefetch_related(Prefetch("events", OrderEvent.objects.order_by("pk"))):
        assert replayed_order(order.events.all()) == stored(order)


def test_due_times_are_what_the_clocks_say() -> None:
    open_ones = list(ServiceRequest.objects.filter(status__in=sorted(OPEN)))
    reopened = list(ServiceRequest.objects.filter(reopen_count__gt=0))
    others = list(ServiceRequest.objects.exclude(status__in=sorted(OPEN)).order_by("title", "pk"))[::4][:60]

    differing = {
        request.number: found
        for request in [*open_ones, *reopened, *others]
        if (found := differing_copies(request))
    }

    assert not differing
    assert len(open_ones) >= 47


def test_unfinished_orders_bear_the_due_times_of_their_requests() -> None:
    links = [
        (order, order.request_link.request)
        for order in WorkOrder.objects.filter(request_link__request__status__in=sorted(OPEN))
        if not order.is_finished
    ]

    assert links
    for order, request in links:
        assert order.source == request.number
        if not order.partner_clocks.exists():
            assert (order.due_at, order.arrival_due_at) == (request.due_at, request.arrival_due_at)
            assert order.paused == request.paused


def test_the_orders_of_a_contractor_bear_what_the_contractor_promised() -> None:
    held = WorkOrder.objects.filter(partner_clocks__isnull=False).distinct()

    assert held
    for order in held:
        terms = terms_of(order, NOW)
        computed = [_kept(row) for term in terms for row in term.rows(order)]
        assert sorted(map(_kept, order.partner_clocks.all())) == sorted(computed)
        if not order.is_finished:
            clocks = terms[-1].clocks
            assert (order.due_at, order.arrival_due_at) == (clocks.resolution.due_at, clocks.arrival.due_at)


def _kept(row: PartnerClock) -> tuple[object, ...]:
    names = ("kind", "started_at", "partner_id", "standard_id", "due_at", "met_at", "stopped_at", "paused")
    return tuple(str(getattr(row, name)) for name in names)


def test_some_requests_have_been_escalated_and_the_story_tells_to_whom() -> None:
    escalated = ServiceRequest.objects.filter(escalated__gt=0)

    assert escalated
    for request in escalated:
        levels = [event.data["level"] for event in request.events.filter(kind="escalated")]
        assert request.escalated in levels
    assert OrderEvent.objects.filter(kind="escalated").exists()


def test_nobody_is_at_two_places_at_once() -> None:
    entries: dict[int, list[TimeEntry]] = defaultdict(list)
    for entry in TimeEntry.objects.order_by("started_at"):
        entries[entry.user_id].append(entry)

    for worked in entries.values():
        for one, next_one in pairwise(worked):
            assert one.ended_at is not None
            assert one.ended_at <= next_one.started_at


def test_numbers_have_no_gap_and_follow_the_clock() -> None:
    rows: dict[str, list[str]] = {
        "FW": list(ServiceRequest.objects.order_by("opened_at", "pk").values_list("number", flat=True)),
        "GD": list(WorkOrder.objects.order_by("raised_at", "pk").values_list("number", flat=True)),
    }

    for kind, numbers in rows.items():
        assert numbers == sorted(numbers)
        for counter in NumberCounter.objects.filter(kind=kind):
            serials = [int(number[-4:]) for number in numbers if number[2:10] == f"{counter.day:%Y%m%d}"]
            assert serials == list(range(1, counter.last + 1))


def test_every_state_is_there_with_work_for_master_chen() -> None:
    assert set(ServiceRequest.objects.values_list("status", flat=True)) == set(RequestStatus.values)
    states = set(WorkOrder.objects.filter(worker__username="chen").values_list("status", flat=True))
    assert {S.DISPATCHED, S.ACCEPTED, S.ON_SITE, S.IN_PROGRESS, S.ON_HOLD, S.COMPLETED} <= states
    assert TimeEntry.objects.filter(user__username="chen", ended_at__isnull=True).count() == 1


def test_photos_are_stored() -> None:
    assert not list(missing())
    assert ServiceRequest.objects.filter(attachments__isnull=False).count() >= 12


def test_rows_are_found_by_search() -> None:
    found = set(ServiceRequest.objects.filter(matches("空调")).values_list("pk", flat=True))
    named = set(ServiceRequest.objects.filter(title__contains="空调").values_list("pk", flat=True))

    assert named
    assert named <= found
    assert WorkOrder.objects.filter(matches("QH-S1-305 陈")).exists() or found


def test_history_is_kept_as_if_rows_had_been_entered() -> None:
    """One version of each; another one of what the rules of dispatch gave away."""
    given = set(
        DispatchDecision.objects.exclude(mode="hand").exclude(chosen=None).values_list("order", flat=True)
    )
    assert given
    assert _changed(WorkOrder) <= given
    assert not _changed(TimeEntry) | _changed(Rating) | _changed(User)
    assert not _changed(ServiceRequest)


def _changed(model: Any) -> set[int]:
    """The keys of rows with more than one version in the history; every row has one."""
    kept = Counter(model.pgh_event_model.objects.values_list("pgh_obj_id", flat=True))
    assert kept.keys() == set(model.objects.values_list("pk", flat=True))
    return {key for key, versions in kept.items() if versions > 1}


def test_nobody_is_told_afterwards_what_was_overdue(undone: Loaded) -> None:
    assert sweep(now=NOW) == Swept(alarms=0, closed=0, recomputed=0)


def test_a_second_load_changes_nothing(undone: Loaded) -> None:
    again = load_demonstration()

    assert not again.new
    assert again.requests == undone.requests
