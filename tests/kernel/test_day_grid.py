"""Rosters as crews write them: which day each column is."""

import datetime as dt
import io

import pytest

from houqin.kernel import day_grid
from houqin.kernel.tables import Unreadable

TODAY = dt.date(2026, 11, 23)
PEOPLE = ("姓名", "工号")


def grid(*lines: str) -> day_grid.DayGrid | None:
    return day_grid.read(io.BytesIO("\n".join(lines).encode()), PEOPLE, today=TODAY)


def days(*lines: str) -> list[str]:
    found = grid(*lines)
    assert found is not None
    return [day.isoformat() for day in found.days.values()]


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        (
            "2026-11-23,2026/11/24,2026年11月25日,20261126",
            ["2026-11-23", "2026-11-24", "2026-11-25", "2026-11-26"],
        ),
        ("46349,46350", ["2026-11-23", "2026-11-24"]),
        ("11-23,11/24,11月25日,11月26", ["2026-11-23", "2026-11-24", "2026-11-25", "2026-11-26"]),
        ("12-31,1-1", ["2026-12-31", "2027-01-01"]),
        (
            "11-23 周一,11-24（二）,11-25星期三,Thu 11-26",
            ["2026-11-23", "2026-11-24", "2026-11-25", "2026-11-26"],
        ),
    ],
)
def test_headings_are_days(heading: str, expected: list[str]) -> None:
    assert days(f"姓名,{heading}", "陈师傅,早,中,夜,休") == expected


def test_numbers_are_days_of_the_month_in_the_title_and_go_on_into_the_next() -> None:
    head = "工号,姓名," + ",".join(str(n) for n in [*range(26, 31), *range(1, 6)])

    found = days("水电班 2026年11月排班表", "", head, "10023,陈师傅,早")

    assert found[:6] == [f"2026-11-{n}" for n in range(26, 31)] + ["2026-12-01"]
    assert found[-1] == "2026-12-05"
    assert days("2026.12", "姓名,30日,31号,1 五", "x,早")[-1] == "2027-01-01"


def test_numbers_without_a_month_are_refused_with_what_would_be_right() -> None:
    with pytest.raises(Unreadable, match="2026年11月"):
        grid("姓名," + ",".join(str(n) for n in range(1, 31)), "陈师傅,早")


def test_a_day_in_two_columns_is_refused() -> None:
    with pytest.raises(Unreadable, match="2026-11-23 stands in two columns"):
        grid("姓名,2026-11-23,11-23", "陈师傅,早,中")


@pytest.mark.parametrize("head", ["姓名,日期,班次", "姓名,合计,备注", "班组,2026-11-23", "姓名,2-30,13-1"])
def test_what_names_no_days_is_no_roster(head: str) -> None:
    assert grid(head, "陈师傅,早,中") is None


def test_what_stands_below_are_the_rows_and_weekdays_are_told_apart() -> None:
    found = grid("排班表,,", "姓名,2026-11-23,2026-11-24,合计", ",一,二,", "陈师傅,早,休,1", ",,,")

    assert found is not None
    assert (found.person_at, list(found.days)) == (0, [1, 2])
    weekdays, chen = list(found.rows)
    assert day_grid.is_weekdays(weekdays.cells[1:3])
    assert day_grid.is_weekdays(["周一", "Tue", ""])
    assert not day_grid.is_weekdays(chen.cells[1:3])
    assert not day_grid.is_weekdays(["", ""])
