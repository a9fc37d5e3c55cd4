import datetime as dt
from collections.abc import Iterator

import pytest

from houqin.kernel import clock
from houqin.web.ui import clocks
from houqin.web.ui.people_time import ago, span, stamp, when, work_span

NOW = dt.datetime(2026, 11, 23, 1, 46, tzinfo=dt.UTC)  # 09:46 in Shanghai
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture(autouse=True)
def morning() -> Iterator[None]:
    with clock.stopped_at(NOW):
        yield


@pytest.mark.parametrize(
    ("minutes", "said"),
    [(0, "0 min"), (59, "59 min"), (60, "1 h"), (130, "2 h 10 min"), (2879, "47 h 59 min"), (2880, "2 days")],
)
def test_a_span_is_said_in_minutes_then_hours_then_days(minutes: int, said: str) -> None:
    assert span(minutes) == said


def test_working_time_is_never_said_in_days() -> None:
    assert [work_span(minutes) for minutes in (0, 59, 120, 2_881, 10_560)] == [
        "0 min",
        "59 min",
        "2 h",
        "48 h 1 min",
        "176 h",
    ]


@pytest.mark.parametrize(
    ("hours", "said"),
    [
        (4, "today 13:46"),
        (24, "tomorrow 09:46"),
        (-24, "yesterday 09:46"),
        (48, "11-25 09:46"),
        (24 * 40, "2027-01-02 09:46"),
    ],
)
def test_an_instant_is_said_by_its_day(hours: int, said: str) -> None:
    assert when(NOW + dt.timedelta(hours=hours)) == said


def test_the_day_is_the_day_of_the_site_not_of_utc() -> None:
    assert when(dt.datetime(2026, 11, 23, 15, 59, tzinfo=dt.UTC)) == "today 23:59"
    assert when(dt.datetime(2026, 11, 23, 16, 0, tzinfo=dt.UTC)) == "tomorrow 00:00"


def test_the_past_is_said_as_a_distance_on_the_same_day() -> None:
    assert ago(NOW) == "just now"
    assert ago(NOW - 12 * MINUTE) == "12 min ago"
    assert ago(NOW - 130 * MINUTE) == "2 h ago"
    assert ago(NOW - 1440 * MINUTE) == "yesterday 09:46"


def test_a_line_of_a_story_leaves_out_today() -> None:
    assert stamp(NOW) == "09:46"
    assert stamp(NOW - 1440 * MINUTE) == "yesterday 09:46"


@pytest.mark.parametrize(
    ("left", "kind"),
    [(16, "run"), (15, "soon"), (0, "soon"), (-1, "over")],
)
def test_a_clock_is_amber_in_the_last_fifteen_minutes_and_red_after(left: int, kind: str) -> None:
    assert clocks.running(NOW + left * MINUTE).kind == kind


def test_a_long_clock_is_amber_in_its_last_quarter() -> None:
    due = NOW + 60 * MINUTE
    assert clocks.running(due, start=due - 240 * MINUTE).kind == clocks.Kind.SOON
    assert clocks.running(due, start=due - 239 * MINUTE).kind == clocks.Kind.RUN


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (12 * 60, "12 min left"),
        (11 * 60 + 1, "12 min left"),
        (240 * 60, "4 h left"),
        (241 * 60, "today 13:47"),
        (-1, "0 min over"),
        (-18 * 60, "18 min over"),
    ],
)
def test_a_chip_says_minutes_when_it_is_near(seconds: int, said: str) -> None:
    assert clocks.words(clocks.running(NOW + dt.timedelta(seconds=seconds))) == said


def test_an_appointment_is_said_by_its_time() -> None:
    assert clocks.words(clocks.scheduled(NOW + 5 * MINUTE)) == "today 09:51"


def test_only_urgent_clocks_colour_the_row() -> None:
    edges = [clocks.running(NOW + left * MINUTE).edge for left in (60, 5, -5)]
    assert edges == ["", "e-soon", "e-over"]
    assert clocks.paused("parts").edge == ""


def test_words_of_a_chip_are_escaped() -> None:
    assert "&lt;b&gt;" in clocks.chip(clocks.paused("<b>"))


def test_a_running_chip_carries_its_instants_for_the_browser() -> None:
    html = clocks.chip(clocks.running(NOW + 12 * MINUTE))
    assert 'datetime="2026-11-23T09:58:00+08:00"' in html
    assert 'title="2026-11-23 09:58:00"' in html
    assert "data-soon" in html
    assert "data-soon" not in clocks.chip(clocks.paused("parts", due=NOW))
