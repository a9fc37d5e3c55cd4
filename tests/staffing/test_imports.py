"""Licences, leave, terms and crews from tables: looked at first, stored once, wrong rows named."""

import datetime as dt
import io
from collections.abc import Callable
from typing import Any

import pytest

from houqin.accounts.models import User
from houqin.kernel.errors import NotPermitted
from houqin.staffing.actions import import_absences, import_crews, import_licences, import_terms
from houqin.staffing.models import Absence, Crew, CrewMember, Hours, Licence, Terms
from tests.makers import make_licence_kind, make_partner, make_person, make_place, make_trade
from tests.times import at

pytestmark = pytest.mark.django_db


def table(*lines: str) -> io.BytesIO:
    return io.BytesIO("\n".join(lines).encode())


def sentences(plan: Any) -> str:
    return " ".join(row.sentence for row in plan.rows)


def counts(new: int = 0, changed: int = 0, same: int = 0, wrong: int = 0) -> dict[str, int]:
    return {"new": new, "changed": changed, "same": same, "wrong": wrong}


def test_licences_are_stored_once_and_changed_where_they_differ(chen: User, liu: User) -> None:
    make_licence_kind("高处作业证", code="GC")
    head = "工号,证件,证件编号,生效日期,到期日期"
    file = table(
        head,
        "示例 10023,低压电工,,2024-03-01,2027-02-28",
        "chen,高处作业证,T-1,2024-03-01,2027-02-28",
        "liu,gc,,2024/3/1,2027/2/28",
    )

    assert import_licences.store(file=file).counts == counts(new=2)
    assert import_licences.store(file=file).counts == counts(same=2)
    plan = import_licences.store(file=table(head, "chen,GC,,2024-03-01,2028-02-28"))

    assert plan.counts == counts(changed=1)
    assert plan.rows[0].changes == [("Valid until", "2027-02-28", "2028-02-28")]
    assert Licence.objects.get(user=chen).number == "T-1"


def test_wrong_licences_are_named_one_by_one(chen: User) -> None:
    make_licence_kind("高处作业证", code="GC")
    plan = import_licences.store(
        file=table(
            "姓名,证件,编号,有效期起,有效期止",
            "陈师傅,焊工证,,2024-03-01,2027-02-28",
            "陈师傅,GC,,2027-03-01,2026-02-28",
            "陈师傅,GC,,2024-03-01,",
            f"陈师傅,GC,{'9' * 61},2024-03-02,2027-02-28",
            "陈师傅,GC,,2024-03-01,2027-02-28",
            "陈师傅,GC,,2024-03-01,2027-02-28",
        )
    )

    assert plan.counts == counts(new=1, wrong=5)
    for words in (
        "There is no such kind of licence",
        "The licence would end on 2026-02-28, before it begins on 2027-03-01.",
        "This is needed.",
        "At most 60 characters.",
        "The same as in row 6.",
    ):
        assert words in sentences(plan)
    assert Licence.objects.count() == 1


def test_leave_is_known_by_its_beginning_and_days_mean_whole_days(chen: User, liu: User) -> None:
    head = "工号,类型,开始,结束,备注"
    file = table(head, "chen,年假,2026-11-23,2026-11-25,回家", "liu,病假,2026-11-23 13:00,2026-11-23 17:30,")

    assert import_absences.store(file=file).counts == counts(new=2)
    assert import_absences.store(file=file).counts == counts(same=2)
    whole, half = Absence.objects.order_by("starts_at", "pk")
    assert (whole.starts_at, whole.ends_at) == (at("2026-11-23 00:00"), at("2026-11-26 00:00"))
    assert (half.kind, half.ends_at) == ("sick", at("2026-11-23 17:30"))

    plan = import_absences.store(
        file=table(head, "chen,,2026-11-23,2026-11-27,", "chen,,2026-11-28,2026-11-28,")
    )
    assert plan.counts == counts(new=1, changed=1)
    whole.refresh_from_db()
    assert (whole.ends_at, whole.kind, whole.note) == (at("2026-11-28 00:00"), "leave", "回家")


def test_one_leave_may_grow_where_another_shrinks(chen: User) -> None:
    head = "工号,开始,结束"
    import_absences.store(file=table(head, "chen,2026-11-10,2026-11-12", "chen,2026-11-01,2026-11-05"))

    plan = import_absences.store(file=table(head, "chen,2026-11-01,2026-11-09", "chen,2026-11-10,2026-11-10"))

    assert plan.counts == counts(changed=2)


def test_wrong_leave_is_named_one_by_one(chen: User, liu: User, banzhang: User, crew: Crew) -> None:
    plan = import_absences.store(
        file=table(
            "姓名,类型,开始,结束",
            "陈师傅,聚会,2026-11-23,2026-11-23",
            "陈师傅,年假,2026-11-23,2026-11-22",
            "陈师傅,年假,,x",
            "陈师傅,年假,2026-11-23,2026-11-25",
            "陈师傅,年假,2026-11-25,2026-11-27",
            "刘师傅,年假,2026-11-25,2026-11-27",
        ),
        by=banzhang,
    )

    assert plan.counts == counts(wrong=6)
    for words in (
        "There is no such kind of leave.",
        "The leave would end before it begins.",
        "This is needed.",
        "and no day with a time",
        "陈师傅 is already away 2026-11-25 – 2026-11-27; 2026-11-23 – 2026-11-25 would overlap with it.",
        "You do not plan for 刘师傅.",
    ):
        assert words in sentences(plan)
    assert not Absence.objects.exists()


def test_terms_change_what_is_written_and_leave_the_rest(chen: User, liu: User) -> None:
    Terms.objects.create(user=chen, hours=Hours.ROSTER, day_minutes=400)
    head = "工号,工作时间,每天分钟数,在手工单上限"
    file = table(head, "chen,,450,", "liu,行政班,,8")

    plan = import_terms.store(file=file)

    assert plan.counts == counts(new=1, changed=1)
    assert import_terms.store(file=file).counts == counts(same=2)
    assert list(Terms.objects.order_by("pk").values_list("hours", "day_minutes", "open_limit")) == [
        ("roster", 450, 5),
        ("calendar", 420, 8),
    ]
    wrong = import_terms.store(
        file=table(head, "chen,天天,,", "chen,,1500,", "chen,,七,", "liu,,4.5,", "liu,,,", "liu,,,")
    )
    assert wrong.counts == counts(same=1, wrong=5)


def test_crews_come_with_their_people_who_are_added_and_never_taken_away(
    admin: User, chen: User, liu: User, banzhang: User
) -> None:
    trade, place = make_trade("水工", code="SG"), make_place("东区", type="site", code="E")
    partner = make_partner(code="P1")
    head = "班组编码,班组名称,工种,班组长,公司编码,只在（地点编码）,电话,成员,加入日期"
    file = table(
        head,
        "SD,水电班,SG、,banzhang,P1,E,8121,chen,2026-09-01",
        "sd,,,,,,,liu,",
    )

    assert import_crews.store(file=file, by=admin).counts == counts(new=2)
    assert import_crews.store(file=file, by=admin).counts == counts(same=2)
    crew = Crew.objects.get()
    assert (crew.name, crew.leader, crew.partner, crew.place, crew.phone) == (
        "水电班",
        banzhang,
        partner,
        place,
        "8121",
    )
    assert list(crew.trades.all()) == [trade]
    assert CrewMember.objects.get(user=chen).since == dt.date(2026, 9, 1)

    wang = make_person("小王", username="wang")
    plan = import_crews.store(file=table(head, "SD,水电一班,,,,,,wang,"), by=admin)
    assert plan.rows[0].changes == [("Crew name", "水电班", "水电一班"), ("Member", "", "+ 小王")]
    assert set(CrewMember.objects.values_list("user", flat=True)) == {chen.pk, liu.pk, wang.pk}


def test_wrong_rows_of_crews_are_named_and_stored_nowhere(admin: User, chen: User) -> None:
    head = "班组编码,班组名称,工种,班组长,成员,加入日期"
    plan = import_crews.store(
        file=table(
            head,
            "A,,,,chen,",
            ",班,,,chen,",
            "B,乙班,木工,,,",
            "C,丙班,,没有,,",
            "D,丁班,,,chen,明天",
            "E,戊班,,,chen,",
            "E,己班,,,chen,",
        ),
        by=admin,
    )

    assert plan.counts == counts(new=1, wrong=6)
    for words in (
        "A new crew needs a name.",
        "This is needed.",
        "There is no such trade.",
        "There is no account “没有”.",
        "This is no day",
        "Another row of this crew says something else.",
        "This person stands in another row of the crew.",
    ):
        assert words in sentences(plan)
    assert list(Crew.objects.values_list("code", flat=True)) == ["E"]


@pytest.mark.parametrize("store", [import_licences.store, import_terms.store, import_crews.store])
def test_a_leader_brings_neither_licences_nor_terms_nor_crews(
    store: Callable[..., Any], chen: User, banzhang: User, crew: Crew
) -> None:
    make_licence_kind("高处作业证", code="GC")
    file = table(
        "班组编码,班组名称,工号,证件,生效日期,到期日期,工作时间", "X,X,chen,GC,2024-03-01,2027-02-28,排班"
    )

    if store is import_crews.store:
        with pytest.raises(NotPermitted):
            store(file=file, by=banzhang)
    else:
        assert store(file=file, by=banzhang).counts == counts(wrong=1)

    assert not Licence.objects.exists()
    assert not Terms.objects.exists()
    assert Crew.objects.count() == 1
