"""Shifts from tables: a row for each, or a roster with days as headings; wrong rows are left out."""

import datetime as dt
import io

import pytest

from houqin.accounts.models import User
from houqin.kernel import tables
from houqin.kernel.tables import Unreadable
from houqin.staffing.actions import absences, import_shifts, rosters
from houqin.staffing.actions.import_shifts import preview, roster, store
from houqin.staffing.models import Crew, Shift
from tests.makers import make_shift_kind

pytestmark = pytest.mark.django_db

MONDAY = dt.date(2026, 11, 23)
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _kinds(db: None) -> None:
    for name, hours in (("早班", "06:00-14:00"), ("中班", "14:00-22:00"), ("夜班", "22:00-06:00")):
        make_shift_kind(name, hours, code=f"Q-{name}")


def table(*lines: str) -> io.BytesIO:
    return io.BytesIO("\n".join(lines).encode())


def planned(user: User) -> list[str]:
    rows = Shift.objects.filter(user=user).select_related("kind").order_by("starts_at")
    return [f"{row.day:%d}{row.kind.name[0] if row.kind else '·'}" for row in rows]


def test_a_roster_of_a_month_is_read_as_crews_write_it(chen: User, liu: User) -> None:
    file = table(
        "水电班2026年11月排班表,,,,,",
        "姓名,23,24,25,26,27",
        ",一,二,三,四,五",
        "陈师傅,早,中,夜,休,",
        "刘师傅,夜班,休,早+夜,08:00-12:00 14:00-18:00,假",
        "说明：早班 6 点,,,,,",
    )

    plan = store(file=file)

    assert plan.counts == {"new": 2, "changed": 0, "same": 0, "wrong": 0}
    assert planned(chen) == ["23早", "24中", "25夜"]
    assert planned(liu) == ["23夜", "25早", "25夜", "26·", "26·"]
    assert store(file=file).counts == {"new": 0, "changed": 0, "same": 2, "wrong": 0}
    assert Shift.objects.count() == 8


def test_what_is_planned_is_replaced_day_by_day_and_an_empty_cell_leaves_it(chen: User) -> None:
    store(file=table("工号,11-23,11-24,11-25,11-26", "chen,早,早,早,早"))

    plan = store(file=table("工号,11-23,11-24,11-25", "chen,中,,休"))

    assert plan.counts["changed"] == 1
    assert plan.rows[0].changes == [
        ("2026-11-23", "早班 06:00–14:00", "中班 14:00–22:00"),
        ("2026-11-25", "早班 06:00–14:00", "day off"),
    ]
    assert planned(chen) == ["23中", "24早", "26早"]


def test_one_row_for_each_shift_by_kind_or_times(chen: User, liu: User) -> None:
    file = table(
        "工号,日期,班次,开始时间,结束时间",
        "chen,2026-11-23,夜班,,",
        "chen,2026-11-24,,19:00,01:30",
        "liu,2026/11/23,早,,",
        "liu,2026/11/23,,16:00,20:00",
        "liu,2026/11/24,休,,",
    )

    plan = store(file=file)

    assert plan.counts == {"new": 4, "changed": 0, "same": 1, "wrong": 0}
    assert planned(chen) == ["23夜", "24·"]
    assert planned(liu) == ["23早", "23·"]
    assert store(file=file).counts["same"] == 5


def test_every_wrong_row_is_named_and_the_others_are_stored(chen: User, liu: User) -> None:
    away = absences.whole_days(MONDAY + 3 * DAY, MONDAY + 3 * DAY)
    absences.enter(user_id=liu.pk, starts_at=away.start, ends_at=away.end, by=None)
    file = table(
        "姓名,日期,班次,开始,结束",
        "没有的人,2026-11-23,早班,,",
        "陈师傅,十一月,早班,,",
        "陈师傅,2026-11-23,大夜,,",
        "陈师傅,2026-11-24,,25:00,26:00",
        "陈师傅,2026-11-25,夜班,,",
        "陈师傅,2026-11-26,,05:00,09:00",
        ",2026-11-23,早班,,",
        "刘师傅,2026-11-26,早班,,",
        "刘师傅,2026-11-27,早班,,",
    )

    plan = store(file=file)

    assert plan.counts == {"new": 2, "changed": 0, "same": 0, "wrong": 7}
    told = " ".join(row.sentence for row in plan.rows)
    for words in (
        "There is no account “没有的人”",
        "This is no day, such as 2026-11-23.",
        "“大夜” is no shift. Shifts: 早班, 中班, 夜班",
        "“25:00-26:00” is no shift",
        "陈师傅 would have two shifts at once: 2026-11-25 夜班 22:00–06:00 and 2026-11-26 05:00–09:00.",
        "This is needed.",
        "刘师傅 is away 2026-11-26",
    ):
        assert words in told
    assert planned(chen) == ["25夜"]
    assert planned(liu) == ["27早"]


def test_a_shift_that_would_overlap_with_what_stays_is_refused(chen: User) -> None:
    rosters.plan_shift(user_id=chen.pk, day=MONDAY, begins=dt.time(22), ends=dt.time(8), by=None)

    plan = preview(file=table("姓名,11-24,11-25", "陈师傅,早,早"))

    assert plan.counts["wrong"] == 1
    assert "two shifts at once: 2026-11-23 22:00–08:00 and 2026-11-24 早班" in plan.rows[0].sentence
    assert preview(file=table("姓名,11-23,11-24", "陈师傅,休,早")).counts["changed"] == 1


def test_a_leader_brings_a_roster_for_own_people_only(
    chen: User, liu: User, banzhang: User, crew: Crew
) -> None:
    plan = store(file=table("姓名,11-23", "陈师傅,早", "刘师傅,早"), by=banzhang)

    assert plan.counts == {"new": 1, "changed": 0, "same": 0, "wrong": 1}
    assert "You do not plan for 刘师傅" in plan.rows[1].sentence
    assert (planned(chen), planned(liu)) == (["23早"], [])


def test_two_of_one_name_are_told_apart_by_their_user_names(chen: User, liu: User) -> None:
    liu.full_name = "陈师傅"
    liu.save()

    plan = store(file=table("姓名,11-23", "陈师傅,早", "liu,早"))

    assert "Several people are called “陈师傅”" in plan.rows[0].sentence
    assert planned(liu) == ["23早"]


def test_the_roster_to_fill_in_is_read_back(chen: User, liu: User) -> None:
    content = roster([chen, liu], MONDAY, 28)

    head, *rows = tables.rows(io.BytesIO(content))
    assert head.cells[:3] == ["User name", "Name", "2026-11-23"]
    assert [row.cells[0] for row in rows] == ["chen", "liu"]
    assert preview(file=io.BytesIO(content)).counts == {"new": 0, "changed": 0, "same": 0, "wrong": 0}
    assert len(list(import_shifts.rows_of(io.BytesIO(content)))) == 2


def test_what_is_neither_form_says_which_columns_are_missing() -> None:
    with pytest.raises(Unreadable, match="Day"):
        preview(file=table("姓名,班次", "陈师傅,早班"))
