"""Two years of Chinese working days, by the government's notices and by a second opinion."""

import datetime as dt
import json
from pathlib import Path

import chinese_calendar
import pytest

from houqin.kernel.working_time import WorkingCalendar
from tests.kernel.calendars import LONG_DAY, MADE_UP_2026, OFF_2026, chinese

NOTICES = Path(__file__).parents[3] / "shared" / "data" / "interfaces" / "calendar" / "holiday-cn"


def from_notices(*years: int) -> WorkingCalendar:
    off: list[dt.date] = []
    made_up: list[dt.date] = []
    for year in years:
        for day in json.loads((NOTICES / f"{year}.json").read_text())["days"]:
            (off if day["isOffDay"] else made_up).append(dt.date.fromisoformat(day["date"]))
    return chinese(LONG_DAY, off, made_up)


@pytest.mark.skipif(not NOTICES.exists(), reason=f"the notices are not on this machine ({NOTICES.name})")
@pytest.mark.parametrize("year", [2025, 2026])
def test_working_days_agree_with_the_second_opinion(year: int) -> None:
    calendar = from_notices(2025, 2026)
    first = dt.date(year, 1, 1)
    dates = [first + dt.timedelta(days=number) for number in range(365)]

    assert [
        date for date in dates if calendar.is_working_day(date) != chinese_calendar.is_workday(date)
    ] == []


def test_the_table_of_these_tests_agrees_with_the_second_opinion() -> None:
    calendar = chinese(LONG_DAY, OFF_2026, MADE_UP_2026)
    dates = [dt.date(2026, 1, 1) + dt.timedelta(days=number) for number in range(365)]

    assert [
        date for date in dates if calendar.is_working_day(date) != chinese_calendar.is_workday(date)
    ] == []
    assert len(OFF_2026) == 33
