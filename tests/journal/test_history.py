"""The history tells who changed which field, by whatever way, and cannot be changed itself."""

import datetime as dt
from typing import Any

import pghistory
import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import translation
from django.utils.functional import Promise

from houqin.accounts.models import Grant, Role, User
from houqin.journal.queries.history import Change, HistoryFilter, history, tables
from houqin.journal.queries.values import Labels, shown, tracked_fields
from houqin.journal.tables import options
from houqin.journal.words import COLUMN, TABLE
from houqin.kernel import clock
from houqin.org.models import Department
from tests.makers import grant, make_absence, make_department, make_person, make_place

pytestmark = pytest.mark.django_db


def changes(**wanted: Any) -> list[Change]:
    phones = wanted.pop("phones", False)
    return list(history(HistoryFilter(**wanted), limit=100, phones=phones).changes)


def told(change: Change) -> dict[str, tuple[str, str]]:
    return {field.name: (field.before, field.after) for field in change.fields}


def test_an_update_tells_field_person_and_page() -> None:
    department = make_department(name="总务处")
    with pghistory.context(user="admin", path="/setup/departments/1/"):
        Department.objects.filter(pk=department.pk).update(name="后勤处", active=False)

    update = changes(table="org.department")[0]

    assert (update.verb, update.who, update.path) == ("update", "admin", "/setup/departments/1/")
    assert set(told(update).values()) == {("总务处", "后勤处"), ("是", "否")} or set(
        told(update).values()
    ) == {
        ("总务处", "后勤处"),
        ("yes", "no"),
    }
    assert update.name == "后勤处"


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (
            [{"key": "a", "label": "漏得多厉害？", "label_en": "How bad?", "text": "喷水", "text_en": ""}],
            "How bad? 喷水",
        ),
        (
            [{"label": "哪侧", "label_en": "", "kind": "choice", "choices": [{"value": "l", "label": "左"}]}],
            "哪侧 (左)",
        ),
        (
            [{"text": "关阀", "text_en": "Close the valve", "choices": []}, {"text": "试水"}],
            "Close the valve; 试水",
        ),
        ({"1": [["14:00", "18:00"]], "0": [["08:00", "12:00"]]}, "Mon 08:00–12:00; Tue 14:00–18:00"),
        ({"odd": [1, {"deep": True}]}, "odd 1; deep yes"),
        (["parts", "access"], "parts, access"),
    ],
)
def test_what_is_stored_as_structure_is_told_in_words(value: Any, said: str) -> None:
    [column] = [one for one in tracked_fields(tables()["desk.service"]) if one.name == "questions"]

    with translation.override("en"):
        assert shown(column, value, Labels({}), phones=False) == said


def test_plain_sql_leaves_its_trace() -> None:
    department = make_department(name="总务处")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE org_department SET name = 'x' WHERE id = %s", [department.pk])

    update = changes(table="org.department", object_id=department.pk)[0]

    assert (update.verb, update.who) == ("update", "")
    assert list(told(update).values()) == [("总务处", "x")]


def test_withdrawing_a_grant_is_told_with_the_names() -> None:
    person = make_person("陈师傅")
    given = grant(person, Role.TECHNICIAN)
    pk = given.pk
    Grant.objects.filter(pk=pk).delete()

    removed, given_then = changes(table="accounts.grant")

    assert (removed.verb, given_then.verb) == ("delete", "insert")
    assert removed.object_id == pk
    assert ("陈师傅", "") in told(removed).values()
    assert ("", "陈师傅") in told(given_then).values()


def test_secrets_are_never_shown_and_phones_only_to_those_who_may() -> None:
    person = make_person("小王", phone="13800000002", password="a long enough secret")
    User.objects.filter(pk=person.pk).update(phone="13900000009")

    hidden = told(changes(table="accounts.user", object_id=person.pk)[0])
    shown = told(changes(table="accounts.user", object_id=person.pk, phones=True)[0])

    assert list(hidden.values()) == [("138****0002", "139****0009")]
    assert list(shown.values()) == [("13800000002", "13900000009")]
    everything = str(changes(table="accounts.user"))
    assert "a long enough secret" not in everything
    assert "md5$" not in everything


def test_the_pages_of_the_history_join_without_gap_and_double() -> None:
    for number in range(7):
        make_department(name=f"部门{number}")
        make_person(f"人{number}")
    everything = [(change.table, change.object_id, change.verb) for change in changes()]
    assert len(everything) >= 14

    seen, cursor = [], ""
    while True:
        page = history(HistoryFilter(), limit=3, after=cursor)
        seen += [(change.table, change.object_id, change.verb) for change in page.changes]
        cursor = page.after
        if not cursor:
            break

    assert seen == everything
    assert history(HistoryFilter(), after="no|cursor").changes


def test_a_filter_by_person_and_day() -> None:
    with pghistory.context(user="lin", path="/x/"):
        department = make_department()
    with pghistory.context(user="xu", path="/x/"):
        make_department()
    today = dt.datetime.now(dt.UTC).astimezone().date()

    assert [change.object_id for change in changes(who="lin")] == [department.pk]
    assert not changes(until=today - dt.timedelta(days=3))
    assert len(changes(table="org.department", since=today - dt.timedelta(days=1))) == 2


def test_a_page_costs_the_same_number_of_queries_however_long_it_is(
    django_assert_max_num_queries: Any,
) -> None:
    for number in range(30):
        make_department(name=f"部门{number}")
    with django_assert_max_num_queries(len(tables()) + 10):
        assert len(changes()) >= 30


def test_history_is_only_appended() -> None:
    make_department()

    assert len(tables()) >= 20
    for model in tables().values():
        assert "append_only" in {trigger.name for trigger in model._meta.triggers}, model
    with pytest.raises(DatabaseError), transaction.atomic():
        tables()["org.department"].objects.update(name="x")
    with pytest.raises(DatabaseError), transaction.atomic():
        tables()["org.department"].objects.all().delete()
    assert changes(table="org.department")[0].verb == "insert"


def test_the_row_before_a_change_is_found_by_an_index() -> None:
    with connection.cursor() as cursor:
        indexed = {
            name: {
                facts["columns"][0]
                for facts in connection.introspection.get_constraints(cursor, name).values()
                if facts["index"]
            }
            for name in (model._meta.db_table for model in tables().values())
        }

    assert [name for name, columns in indexed.items() if "pgh_obj_id" not in columns] == []


def test_every_table_and_column_of_the_history_has_a_name_for_people() -> None:
    unnamed = [
        f"{name}.{column.name}"
        for name, model in tables().items()
        for column in tracked_fields(model)
        if not _worded(model, column.name)
    ]

    assert tables().keys() - TABLE.keys() == set()
    assert unnamed == []


def _worded(model: Any, column: str) -> bool:
    own = options(model.pgh_tracked_model).get_field(column).verbose_name
    return isinstance(own, Promise) or column in COLUMN


def test_a_row_without_a_name_is_called_by_what_it_joins() -> None:
    person = make_person("陈师傅")
    grant(person, Role.TECHNICIAN, place=make_place(name="一号楼"))
    now = clock.now()
    make_absence(person, now, now + dt.timedelta(hours=1))

    [given] = changes(table="accounts.grant")
    [away] = changes(table="staffing.absence")

    assert (given.name, away.name) == ("陈师傅 · 一号楼", "陈师傅")


def test_a_name_in_english_is_marked_as_such() -> None:
    make_department(name="总务处", name_en="General affairs")

    [made] = changes(table="org.department")

    assert [field.after for field in made.fields if field.english] == ["General affairs"]
