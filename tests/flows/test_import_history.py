"""Past requests keep their times, come in once, and are never swallowed."""

import datetime as dt
from pathlib import Path

import pytest

from houqin.desk.models import Message, RequestEvent, ServiceRequest
from houqin.desk.queries.replay import replayed
from houqin.flows.refresh_clocks import refresh_clocks
from houqin.flows.sweep import sweep
from houqin.journal.models import NumberCounter
from houqin.notify.models import Notice
from houqin.org.models import Place
from tests.flows.history import CLOSED, OPEN, bring_in

pytestmark = pytest.mark.django_db


def utc(year: int, month: int, day: int, hour: int, minute: int = 0, second: int = 0) -> dt.datetime:
    return dt.datetime(year, month, day, hour, minute, second, tzinfo=dt.UTC)


def counts(
    created: int = 0, updated: int = 0, unchanged: int = 0, refused: int = 0, flagged: int = 0
) -> dict[str, int]:
    return {
        "rows": created + updated + unchanged + refused,
        "created": created,
        "updated": updated,
        "unchanged": unchanged,
        "refused": refused,
        "flagged": flagged,
    }


def test_a_closed_request_comes_in_with_its_true_times(tmp_path: Path) -> None:
    report = bring_in(tmp_path, CLOSED)

    request = ServiceRequest.objects.get()
    assert report.counts == counts(created=1)
    assert request.number == "FW20150131-0001"
    assert (request.external_source, request.external_id, request.imported) == ("old-desk", "1", True)
    assert (request.opened_at, request.closed_at) == (utc(2015, 2, 1, 0, 25, 55), utc(2015, 2, 1, 13))
    assert (request.status, request.resolved_at) == ("closed", request.closed_at)
    assert request.target_at == request.due_at == utc(2015, 2, 3, 0, 25, 55)
    assert (request.channel, request.channel_name) == ("phone", "Phone")
    assert [str(request.category), str(request.service), str(request.department)] == [
        "Lights",
        "Street light",
        "Public works",
    ]


def test_its_history_is_real_events_and_the_closing_note_a_message(tmp_path: Path) -> None:
    bring_in(tmp_path, CLOSED)

    request = ServiceRequest.objects.get()
    events = list(request.events.order_by("pk"))
    assert [(event.kind, event.imported) for event in events] == [("opened", True), ("closed", True)]
    assert [event.at for event in events] == [request.opened_at, request.closed_at]
    assert replayed(events) == request.status
    note = Message.objects.get(request=request)
    assert (note.text, note.side, note.at, note.imported) == (
        "Lamp replaced.",
        "staff",
        request.closed_at,
        True,
    )
    assert request.history.count() == 1  # type: ignore[attr-defined]


def test_places_are_made_once_below_the_site_in_the_time_zone_of_the_source(tmp_path: Path) -> None:
    bring_in(
        tmp_path,
        OPEN,
        {**OPEN, "Case": "2", "Street": ""},
        {**OPEN, "Case": "3", "Quarter": "", "Street": ""},
    )

    assert list(Place.objects.order_by("pk").values_list("type", "label")) == [
        ("site", "Town"),
        ("zone", "North"),
        ("outdoor", "North · Main St"),
    ]
    site = Place.objects.select_related("calendar").get(type="site")
    assert site.calendar is not None
    assert site.calendar.time_zone == "America/New_York"
    assert list(ServiceRequest.objects.order_by("external_id").values_list("place__name", flat=True)) == [
        "Main St",
        "North",
        "Town",
    ]


def test_a_second_run_creates_nothing(tmp_path: Path) -> None:
    bring_in(tmp_path, OPEN, {**CLOSED, "Case": "2"})
    before = list(ServiceRequest.objects.order_by("pk").values())

    again = bring_in(tmp_path, OPEN, {**CLOSED, "Case": "2"})

    assert again.counts == counts(unchanged=2)
    assert list(ServiceRequest.objects.order_by("pk").values()) == before
    assert RequestEvent.objects.count() == 4


def test_a_changed_row_updates_its_request_and_keeps_the_number(tmp_path: Path) -> None:
    bring_in(tmp_path, OPEN)
    number = ServiceRequest.objects.get().number

    report = bring_in(tmp_path, CLOSED)

    request = ServiceRequest.objects.get()
    assert report.counts == counts(updated=1)
    assert (request.number, request.status, request.version) == (number, "closed", 2)
    assert replayed(request.events.order_by("pk")) == "closed"
    assert request.messages.get().text == "Lamp replaced."


def test_a_request_that_people_work_on_here_is_left_alone(tmp_path: Path) -> None:
    bring_in(tmp_path, OPEN)
    request = ServiceRequest.objects.get()
    RequestEvent.objects.create(request=request, at=request.opened_at, kind="noted")

    report = bring_in(tmp_path, CLOSED)

    request.refresh_from_db()
    assert report.counts == counts(refused=1)
    assert request.status == "accepted"


def test_rows_that_contradict_themselves_are_stored_flagged_and_listed(tmp_path: Path) -> None:
    report = bring_in(
        tmp_path,
        {**CLOSED, "Case": "early", "Closed": "01/30/2015 08:00:00 AM"},
        {**CLOSED, "Case": "timeless", "Closed": ""},
        {**CLOSED, "Case": "again", "Status": "Open"},
    )

    stored = ServiceRequest.objects.order_by("pk").values_list("external_id", "status", "flags")
    assert report.counts == counts(created=3, flagged=3)
    assert sorted(stored) == [
        ("again", "accepted", ["open_with_closing_time"]),
        ("early", "closed", ["closed_before_opened"]),
        ("timeless", "accepted", ["closed_without_time"]),
    ]
    assert [(problem.row, problem.outcome) for problem in report.problems] == [
        (2, "flagged"),
        (3, "flagged"),
        (4, "flagged"),
    ]


@pytest.mark.parametrize(
    "change",
    [
        {"Case": ""},
        {"Opened": ""},
        {"Opened": "01/31/1900 07:25:55 PM"},
        {"Closed": "01/31/2199 07:25:55 PM"},
        {"Target": "01/31/2199 07:25:55 PM"},
        {"Opened": "31.01.2015"},
        {"Opened": "01/31/2099 07:25:55 PM"},
        {"Status": "Parked"},
        {"Note": "x" * 10_001},
        {"Where": "x" * 201},
        {"Street": "x" * 121},
    ],
)
def test_a_row_that_cannot_be_stored_is_refused_and_the_others_come_in(
    tmp_path: Path, change: dict[str, str]
) -> None:
    report = bring_in(tmp_path, {**CLOSED, **change}, {**CLOSED, "Case": "good"})

    assert report.counts == counts(created=1, refused=1)
    assert ServiceRequest.objects.get().external_id == "good"
    assert report.problems[0].row == 2
    assert report.problems[0].sentence


def test_a_row_that_only_the_database_refuses_takes_no_other_row_along(tmp_path: Path) -> None:
    bring_in(tmp_path, OPEN)
    NumberCounter.objects.filter(day="2015-01-31").delete()  # so that its number is given again
    others = [{**OPEN, "Case": f"other {n}", "Opened": f"03/{n:02}/2015 01:00:00 PM"} for n in range(1, 8)]

    report = bring_in(tmp_path, *others, {**OPEN, "Case": "same number"})

    assert report.counts == counts(created=7, refused=1)
    assert report.problems[0].external_id == "same number"


def test_numbers_of_a_day_have_no_gap_and_follow_the_hours(tmp_path: Path) -> None:
    hours = ["11:00:00 PM", "01:00:00 AM", "12:30:00 PM"]
    rows = [{**OPEN, "Case": hour, "Opened": f"05/05/2015 {hour}"} for hour in hours]

    bring_in(tmp_path, *rows, {**OPEN, "Case": ""})

    stored = ServiceRequest.objects.order_by("number").values_list("number", "external_id")
    assert list(stored) == [
        ("FW20150505-0001", "01:00:00 AM"),
        ("FW20150505-0002", "12:30:00 PM"),
        ("FW20150505-0003", "11:00:00 PM"),
    ]
    assert NumberCounter.objects.get(day="2015-05-05").last == 3


def test_a_trial_run_says_the_same_and_stores_nothing(tmp_path: Path) -> None:
    trial = bring_in(tmp_path, OPEN, {**OPEN, "Case": ""}, dry_run=True)

    assert trial.counts == counts(created=1, refused=1)
    assert not ServiceRequest.objects.exists()
    assert not Place.objects.exists()


def test_of_rows_with_one_id_the_last_counts(tmp_path: Path) -> None:
    report = bring_in(tmp_path, OPEN, CLOSED, CLOSED)

    assert report.counts == counts(created=1, unchanged=2)
    assert ServiceRequest.objects.get().status == "closed"


@pytest.mark.usefixtures("xu")
def test_nobody_is_told_of_what_was_overdue_long_ago(tmp_path: Path) -> None:
    bring_in(tmp_path, OPEN)
    request = ServiceRequest.objects.get()

    refresh_clocks(request_id=request.pk)
    sweep()

    assert not Notice.objects.exists()
    request.refresh_from_db()
    assert request.due_at == request.target_at
    assert request.next_due_at == request.target_at


def test_the_hour_that_autumn_repeats_is_the_earlier_one(tmp_path: Path) -> None:
    bring_in(tmp_path, {**OPEN, "Opened": "11/01/2015 01:30:00 AM"})

    assert ServiceRequest.objects.get().opened_at == utc(2015, 11, 1, 5, 30)


def test_a_long_title_is_cut_and_kept_whole_in_the_description(tmp_path: Path) -> None:
    bring_in(tmp_path, {**OPEN, "Title": "water " * 50})

    request = ServiceRequest.objects.get()
    assert len(request.title) <= 120
    assert request.description == ("water " * 50).strip()
