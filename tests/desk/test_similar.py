"""Which open faults a requester is told of, and that nothing of another person's report is in it."""

import dataclasses
import datetime as dt

import pytest

from houqin.accounts.models import User
from houqin.desk.models import Category, KnownFaultRules, Service, ServiceRequest
from houqin.desk.queries.similar import Asked, Known, known_faults, similar_to
from houqin.kernel import clock
from houqin.org.models import Place
from tests.makers import make_place
from tests.makers_desk import make_request, make_service, resolved_request


@pytest.fixture
def floor() -> Place:
    building = make_place("教学楼A", type="building")
    return make_place("3层", type="floor", parent=building)


@pytest.fixture
def room(floor: Place) -> Place:
    return make_place("302", parent=floor)


@pytest.fixture
def lift() -> Service:
    return make_service("电梯")


def known(
    place: Place | None, category: Category | None = None, text: str = "", note: str = ""
) -> list[Known]:
    category_id = category.pk if category else None
    return known_faults(Asked(place=place, place_note=note, category_id=category_id, text=text))


def fault(service: Service, text: str, **facts: object) -> ServiceRequest:
    return make_request(service=service, description=text, title="", contact_name="王小明", **facts)


def test_a_fault_in_the_same_room_is_known_before_anything_is_said(room: Place, lift: Service) -> None:
    fault(lift, "电梯坏了", place=room)

    assert [one.category for one in known(room)] == [str(lift.category)]


def test_the_same_words_at_the_same_place_are_the_same(room: Place, lift: Service) -> None:
    fault(lift, "电梯坏了", place=room)

    assert known(room, lift.category, "The lift is out of order")
    assert not known(room, lift.category, "门打不开")


def test_without_words_place_and_category_are_enough(room: Place, lift: Service) -> None:
    fault(lift, "电梯坏了", place=room)

    assert known(room, lift.category)
    assert not known(room, make_service("水").category)


def test_another_category_needs_the_same_words(room: Place, lift: Service) -> None:
    fault(lift, "电梯坏了", place=room)

    assert known(room, make_service("其他").category, "电梯停了")


def test_on_the_same_floor_category_and_words_decide(floor: Place, room: Place, lift: Service) -> None:
    fault(lift, "电梯坏了", place=room)
    next_door = make_place("305", parent=floor)

    (found,) = known(next_door, lift.category, "电梯不动了")

    assert found.where == str(floor)
    assert "302" not in found.where
    assert not known(next_door, lift.category)
    assert not known(next_door, lift.category, "灯不亮")
    assert not known(next_door, make_service("其他").category, "电梯不动了")


def test_on_another_floor_nothing_is_known(floor: Place, room: Place, lift: Service) -> None:
    fault(lift, "电梯坏了", place=room)
    above = make_place("4层", type="floor", parent=floor.parent)

    assert not known(make_place("402", parent=above), lift.category, "电梯坏了")


def test_where_there_is_no_place_what_was_written_of_it_is_compared(lift: Service) -> None:
    fault(lift, "电梯坏了", place_note="图书馆东门")

    assert known(None, lift.category, "电梯停了", note=" 图书馆东门 ")
    assert not known(None, lift.category, "电梯停了", note="图书馆西门")
    assert not known(None, lift.category, "电梯停了")


def test_in_a_wide_place_nothing_is_known_before_a_category_is(floor: Place, lift: Service) -> None:
    building = floor.parent
    fault(lift, "电梯坏了", place=building)

    assert not known(building)
    assert known(building, lift.category)


def test_only_what_is_open_and_of_the_last_72_hours(room: Place, lift: Service) -> None:
    resolved_request(service=lift, place=room, description="电梯坏了", title="")
    old = fault(lift, "电梯坏了", place=room)
    ServiceRequest.objects.filter(pk=old.pk).update(opened_at=clock.now() - dt.timedelta(hours=73))

    assert not known(room, lift.category, "电梯坏了")


def test_the_hours_and_the_likeness_are_for_the_house_to_set(room: Place, lift: Service) -> None:
    old = fault(lift, "空调不制冷", place=room)
    ServiceRequest.objects.filter(pk=old.pk).update(opened_at=clock.now() - dt.timedelta(hours=100))
    rules = KnownFaultRules.objects.create(pk=1, hours=120)
    assert known(room, lift.category, "空调漏水")

    rules.similarity = 80
    rules.save()

    assert not known(room, lift.category, "空调漏水")


def test_at_most_three_are_told_the_likeliest_first(room: Place, lift: Service) -> None:
    for text in ("电梯门关不上", "电梯坏了", "电梯异响", "电梯按键不亮"):
        fault(lift, text, place=room)

    found = known(room, lift.category, "电梯坏了")

    assert len(found) == 3


def test_nothing_that_anybody_wrote_is_in_it(room: Place, lift: Service) -> None:
    written = fault(lift, "秘密词：电梯坏了", place=room, place_note="暗号门后", contact_phone="13812345678")

    (found,) = known(room, lift.category, "电梯坏了")

    told = " ".join(str(value) for value in dataclasses.astuple(found))
    for private in ("秘密词", "暗号", "王小明", "13812345678", written.number):
        assert private not in told


def test_staff_see_those_at_the_same_place_whatever_they_say(room: Place, lift: Service, xu: User) -> None:
    one = fault(lift, "电梯坏了", place=room)
    same, other = fault(lift, "电梯停了", place=room), fault(lift, "灯不亮", place=room)
    fault(lift, "电梯坏了", place=make_place("901"))

    found = similar_to(one, xu)

    assert [(alike.request, alike.is_same) for alike in found] == [(same, True), (other, False)]


def test_nobody_is_shown_what_they_may_not_see(room: Place, lift: Service, stranger: User) -> None:
    one = fault(lift, "电梯坏了", place=room)
    fault(lift, "电梯停了", place=room)

    assert similar_to(one, stranger) == []
