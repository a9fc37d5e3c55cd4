"""The statutory calendar: filled, confirmed, imported, exported, warned about."""

import datetime as dt
import json
from zoneinfo import ZoneInfo

import chinese_calendar
import pytest

from houqin.flows.warn_unconfirmed_year import warn_unconfirmed_year
from houqin.kernel.errors import Invalid
from houqin.notify.models import Notice
from houqin.org.actions import calendars
from houqin.org.models import Calendar, CalendarDay, CalendarYear
from houqin.org.queries.calendars import calendar_for, confirmed_years, unconfirmed_year, working_calendar
from tests import cast
from tests.data import shared
from tests.makers import make_calendar, make_person

pytestmark = pytest.mark.django_db

SHANGHAI = ZoneInfo("Asia/Shanghai")


def days_of(year: int) -> list[dt.date]:
    start = dt.date(year, 1, 1)
    return [start + dt.timedelta(days=n) for n in range((dt.date(year + 1, 1, 1) - start).days)]


@pytest.mark.parametrize("year", [2025, 2026])
def test_a_filled_year_agrees_with_a_second_opinion_on_every_day(year: int) -> None:
    assert calendars.fill_year(year=year) > 20
    hours = calendar_for(None, None)
    wrong = [day for day in days_of(year) if hours.is_working_day(day) != chinese_calendar.is_workday(day)]
    assert wrong == []
    assert year in confirmed_years()


def test_a_year_that_is_not_announced_stays_unconfirmed() -> None:
    assert calendars.fill_year(year=2027) > 10
    assert 2027 not in confirmed_years()
    assert CalendarYear.objects.filter(year=2027).exists()
    assert not CalendarDay.objects.filter(date__year=2027, kind="make_up").exists()
    calendars.confirm_year(year=2027, by="admin")
    assert 2027 in confirmed_years()


def test_days_are_named_in_both_languages() -> None:
    calendars.fill_year(year=2026)
    day = CalendarDay.objects.get(date=dt.date(2026, 10, 1))
    assert (day.name, day.name_en, day.source) == ("国庆节", "National Day", "statutory")


def test_filling_again_changes_nothing_and_days_by_hand_stay() -> None:
    calendars.set_day(date=dt.date(2026, 10, 1), kind="opening", name="迎新", windows=[["09:00", "12:00"]])
    calendars.set_day(date=dt.date(2026, 7, 1), kind="closure", name="停电")
    calendars.fill_year(year=2026)
    count = CalendarDay.objects.count()
    calendars.fill_year(year=2026)
    assert CalendarDay.objects.count() == count
    assert CalendarDay.objects.get(date=dt.date(2026, 10, 1)).name == "迎新"
    hours = calendar_for(None, None)
    assert hours.is_working_day(dt.date(2026, 10, 1))
    assert not hours.is_working_day(dt.date(2026, 7, 1))


def test_the_worked_cases_of_2026() -> None:
    calendars.fill_year(year=2026)
    hours = working_calendar(
        Calendar.objects.get(
            pk=make_calendar(
                weekly={str(day): [["08:30", "12:00"], ["13:30", "17:30"]] for day in range(5)}
            ).pk
        )
    )

    def at(text: str) -> dt.datetime:
        return dt.datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)

    assert hours.add(at("2026-02-14 16:00"), dt.timedelta(hours=4)) == at("2026-02-24 11:00")
    assert hours.add(at("2026-09-30 17:00"), dt.timedelta(hours=7.5)) == at("2026-10-08 17:00")
    assert hours.add_days(at("2026-09-29 10:00"), 3).date() == dt.date(2026, 10, 9)


def test_the_golden_cases_of_2025() -> None:
    calendars.fill_year(year=2025)
    hours = calendar_for(None, None)

    def due(start: str, work: int) -> str:
        at = dt.datetime.fromisoformat(start).replace(tzinfo=SHANGHAI)
        return hours.add(at, dt.timedelta(hours=work)).strftime("%m-%d %H:%M")

    assert due("2025-09-30 17:00", 4) == "10-09 11:00"
    assert due("2025-09-26 17:30", 8) == "09-28 17:30"
    assert due("2025-11-03 11:30", 1) == "11-03 14:30"
    assert due("2025-10-10 17:00", 10) == "10-13 09:00"


@pytest.mark.parametrize("year", range(2007, 2028))
def test_a_holiday_cn_file_comes_in_and_goes_out(year: int) -> None:
    content = shared(f"interfaces/calendar/holiday-cn/{year}.json").read_bytes()
    days = {day["date"]: day["isOffDay"] for day in json.loads(content)["days"]}
    assert calendars.import_year(content=content) == len(days)
    assert (year in confirmed_years()) == bool(days)
    out = json.loads(calendars.export_year(year=year))
    assert out["year"] == year
    assert {day["date"]: day["isOffDay"] for day in out["days"]} == {
        date: off for date, off in days.items() if date.startswith(str(year))
    }
    assert calendars.import_year(content=json.dumps(out)) == len(out["days"])


def test_an_import_agrees_with_filling_on_what_is_worked() -> None:
    content = shared("interfaces/calendar/holiday-cn/2026.json").read_bytes()
    calendars.fill_year(year=2026)
    filled = [calendar_for(None, None).is_working_day(day) for day in days_of(2026)]
    calendars.import_year(content=content)
    imported = [calendar_for(None, None).is_working_day(day) for day in days_of(2026)]
    assert filled == imported
    assert not CalendarDay.objects.filter(source="statutory").exists()


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{}",
        '{"year": "x", "days": []}',
        '{"year": 2026, "days": [{"date": "2026-13-01", "name": "x", "isOffDay": true}]}',
        '{"year": 2026, "days": [{"date": "2020-01-01", "name": "x", "isOffDay": true}]}',
        '{"year": 2026, "days": [{"date": "2026-01-01", "name": "x", "isOffDay": "yes"}]}',
        '{"year": 1800, "days": []}',
    ],
)
def test_what_is_no_holiday_file_is_refused(content: str) -> None:
    with pytest.raises(Invalid):
        calendars.import_year(content=content)
    assert not CalendarDay.objects.exists()


def test_hours_that_make_no_sense_are_refused() -> None:
    calendar = make_calendar()
    wrong: list[dict[str, list[list[str]]]] = [
        {"7": [["08:00", "12:00"]]},
        {"0": [["8", "x"]]},
        {"0": [["08:00"]]},
        {"0": []},
        {},
    ]
    for weekly in wrong:
        with pytest.raises(Invalid):
            calendars.set_hours(calendar=calendar, weekly=weekly)
    with pytest.raises(Invalid):
        calendars.set_hours(calendar=calendar, weekly={"0": [["22:00", "06:00"]]}, time_zone="Mars/Base")
    assert calendars.set_hours(calendar=calendar, weekly={"0": [["22:00", "06:00"]]}).version == 2


def test_administrators_are_warned_once_from_november() -> None:
    admin = cast.administrator()
    make_person("其他人")
    calendars.confirm_year(year=2026, by="test")
    assert unconfirmed_year(dt.date(2026, 10, 31)) is None
    assert warn_unconfirmed_year(today=dt.date(2026, 10, 31)) is None
    assert warn_unconfirmed_year(today=dt.date(2026, 11, 1)) == 2027
    assert warn_unconfirmed_year(today=dt.date(2026, 12, 1)) == 2027
    assert [notice.recipient for notice in Notice.objects.all()] == [admin]
    calendars.confirm_year(year=2027, by="test")
    assert warn_unconfirmed_year(today=dt.date(2026, 12, 2)) is None
    assert warn_unconfirmed_year(today=dt.date(2028, 1, 1)) == 2028
