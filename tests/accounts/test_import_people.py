"""People from spreadsheets."""

import csv
import io
import time

import pytest
from django.test import override_settings
from django.utils.translation import override

from houqin.accounts.actions import grants
from houqin.accounts.actions.import_people import COLUMNS, preview, store
from houqin.accounts.models import Grant, Role, User
from houqin.kernel import sheets
from houqin.kernel.importing import Outcome
from tests import cast
from tests.data import shared
from tests.makers import make_department, make_partner, make_person, make_place

pytestmark = pytest.mark.django_db

HEADINGS = ["工号", "姓名", "手机", "邮箱", "部门", "角色", "角色范围", "语言"]


def as_csv(*rows: list[str], encoding: str = "utf-8-sig") -> io.BytesIO:
    target = io.StringIO(newline="")
    csv.writer(target).writerows(rows)
    return io.BytesIO(target.getvalue().encode(encoding))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gbk", "utf-16"])
def test_people_come_with_department_role_and_language(encoding: str) -> None:
    make_department(code="ZW", name="总务处")
    make_place(code="E", type="site")
    admin = cast.administrator()
    file = as_csv(
        HEADINGS,
        ["００１２", "曾国藩", "13800001234", "z@example.com", "总务处", "维修工、班组长", "", "中文"],
        ["0013", "Ann Lee", "8001", "", "zw", "Manager", "e", "English"],
        ["", "", "", "", "", "", "", ""],
        encoding=encoding,
    )
    assert preview(file=file).counts["new"] == 2
    assert store(file=file, by=admin).counts == {"new": 2, "changed": 0, "same": 0, "wrong": 0}
    zeng = User.objects.get(username="0012")
    assert zeng.pinyin_key.startswith("zeng")
    assert not zeng.has_usable_password()
    assert {grant.role for grant in zeng.grants.all()} == {Role.TECHNICIAN, Role.CREW_LEADER}
    ann = User.objects.get(username="0013")
    assert ann.language == "en"
    given = Grant.objects.get(user=ann)
    assert (given.role, given.place and given.place.code, given.given_by) == (Role.MANAGER, "E", "admin")
    assert store(file=file, by=admin).counts == {"new": 0, "changed": 0, "same": 2, "wrong": 0}
    assert Grant.objects.count() == 4


def test_what_is_stored_is_changed_and_empty_cells_leave_it() -> None:
    wang = cast.requester_wang(password="correct horse battery")
    grants.give(person=wang, role=Role.MANAGER)
    file = as_csv(HEADINGS, ["WANG", "王小明", "", "", "", "调度员", "", ""])
    assert store(file=file).counts["changed"] == 1
    wang.refresh_from_db()
    assert (wang.full_name, wang.phone, wang.email) == ("王小明", "13800000002", "wang@example.com")
    assert wang.check_password("correct horse battery")
    assert set(wang.grants.values_list("role", flat=True)) == {"requester", "manager", "dispatcher"}


def test_wrong_rows_are_told_and_the_others_stored() -> None:
    make_person("占用", username="taken", email="taken@example.com")
    file = as_csv(
        HEADINGS,
        ["1", "好", "", "good@example.com", "", "", "", ""],
        ["2", "坏邮箱", "", "not an address", "", "", "", ""],
        ["3", "同邮箱", "", "GOOD@example.com", "", "", "", ""],
        ["4", "占邮箱", "", "taken@example.com", "", "", "", ""],
        ["5", "无部门", "", "", "不存在", "", "", ""],
        ["6", "无角色", "", "", "", "国王", "", ""],
        ["7", "无地点", "", "", "", "主任", "X", ""],
        ["8", "", "", "", "", "", "", ""],
        ["9@x", "坏名", "", "", "", "", "", ""],
        ["1", "重复", "", "", "", "", "", ""],
        ["", "没有工号", "", "", "", "", "", ""],
        ["10", "法语", "", "", "", "", "", "Français"],
    )
    plan = store(file=file)
    assert set(User.objects.values_list("username", flat=True)) == {"taken", "1"}
    assert plan.counts == {"new": 1, "changed": 0, "same": 0, "wrong": 11}
    assert all(row.sentence for row in plan.having(Outcome.WRONG))
    assert len(plan.wrong_rows()) > 1_000


def test_everything_wrong_with_a_row_is_told_at_once() -> None:
    plan = preview(file=as_csv(HEADINGS, ["a b", "", "", "notmail", "不存在", "国王", "X", "Français"]))

    assert [column for column, _sentence in plan.rows[0].problems] == [
        plan.heading(key)
        for key in ("department", "language", "roles", "place", "username", "full_name", "email")
    ]
    assert ".;" not in plan.rows[0].sentence


def test_a_changed_row_says_what_from_and_what_to() -> None:
    make_person("管理员", username="admin", phone="13800000001")

    [row] = preview(file=as_csv(HEADINGS, ["admin", "被改的管理员", "", "", "", "报修人", "", ""])).rows

    assert row.changes[0][1:] == ("管理员", "被改的管理员")
    assert row.changes[1][2].startswith("+ ")
    assert len(row.changes) == 2


def test_roles_that_exclude_each_other_are_told_under_mlps2() -> None:
    file = as_csv(HEADINGS, ["1", "一", "", "", "", "管理员、审计", "", ""])
    with override_settings(PASSWORD_PROFILE="mlps2"):
        plan = store(file=file)
    assert list(Grant.objects.values_list("role", flat=True)) == [Role.ADMINISTRATOR]
    assert plan.rows[0].problems


def test_people_of_a_company() -> None:
    partner = make_partner(code="AD", name="安达电梯")
    plan = store(file=as_csv(["User name", "Name", "Company (code)"], ["p1", "李师傅", "ad"]))
    assert plan.counts["new"] == 1
    assert User.objects.get().partner == partner


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_template_comes_back_as_it_went(language: str) -> None:
    with override(language):
        content = sheets.template(COLUMNS)
    assert preview(file=io.BytesIO(content)).rows == []


def test_many_people_take_seconds() -> None:
    rows = [[f"W{number:05d}", f"王{number}", "", "", "", "报修人", "", ""] for number in range(500)]
    file = as_csv(HEADINGS, *rows)
    start = time.perf_counter()
    assert store(file=file).counts["new"] == 500
    assert time.perf_counter() - start < 10
    assert store(file=file).counts["same"] == 500


def test_a_real_list_of_employees_comes_in() -> None:
    source = shared("people/emp_attrition_ibm.csv")
    with source.open(encoding="utf-8-sig") as file:
        table = list(csv.reader(file))
    number = table[0].index("EmployeeNumber")
    role = table[0].index("JobRole")
    lines = [["Work number", "Name"], *([row[number], f"{row[role]} {row[number]}"] for row in table[1:])]
    assert store(file=as_csv(*lines)).counts["wrong"] == 0
    assert User.objects.count() == len(table) - 1
