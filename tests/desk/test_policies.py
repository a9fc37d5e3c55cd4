"""Who sees which request, and who may take which step."""

import pytest

from houqin.accounts.models import Role, User
from houqin.desk.actions import progress
from houqin.desk.models import FollowUp, RequestStatus, ServiceRequest
from houqin.desk.policies import (
    FOR_THE_REQUESTER,
    REQUESTER_STEPS,
    STAFF_STEPS,
    allowed_steps,
    require_step,
    visible_follow_ups,
    visible_requests,
)
from houqin.kernel.errors import NotPermitted, StaleState
from tests.makers import grant, make_crew, make_department, make_order, make_person, make_place
from tests.makers_desk import accepted_request, closed_request, make_request, resolved_request

pytestmark = pytest.mark.django_db


def sees(user: User, request: ServiceRequest) -> bool:
    return visible_requests(user).filter(pk=request.pk).exists()


def test_a_requester_sees_own_requests_only(wang: User) -> None:
    mine, other = make_request(requester=wang), make_request()

    assert list(visible_requests(wang)) == [mine]
    assert not sees(wang, other)


@pytest.mark.parametrize(
    ("role", "everything"),
    [
        (Role.DISPATCHER, True),
        (Role.MANAGER, True),
        (Role.ADMINISTRATOR, True),
        (Role.AUDITOR, True),
        (Role.ACCOUNTANT, False),
        (Role.REQUESTER, False),
    ],
)
def test_who_sees_everything(role: str, everything: bool) -> None:
    person, request = make_person(), make_request()
    grant(person, role)

    assert sees(person, request) is everything


def test_a_site_dispatcher_sees_the_site() -> None:
    north, south = make_place("北院", type="site"), make_place("南院", type="site")
    person = make_person()
    grant(person, Role.DISPATCHER, place=north)
    inside = make_request(place=make_place("302", parent=north))
    outside, nowhere = make_request(place=make_place("302", parent=south)), make_request()

    assert [sees(person, request) for request in (inside, outside, nowhere)] == [True, False, False]
    assert "accept" in allowed_steps(person, inside)
    assert allowed_steps(person, outside) == frozenset()


def test_a_dispatcher_of_a_department_sees_what_it_asks_for() -> None:
    department, person = make_department(), make_person()
    grant(person, Role.DISPATCHER, department=department)

    assert sees(person, make_request(department=department))
    assert not sees(person, make_request(department=make_department()))


def test_a_technician_sees_the_requests_behind_visible_orders(chen: User) -> None:
    crew = make_crew("水电班", chen)
    with_us, elsewhere, untied = accepted_request(), accepted_request(), accepted_request()
    progress.link_order(request_id=with_us.pk, order=make_order(crew=crew), by=None)
    progress.link_order(request_id=elsewhere.pk, order=make_order(crew=make_crew("电梯班")), by=None)

    assert [sees(chen, request) for request in (with_us, elsewhere, untied)] == [True, False, False]
    assert {"reply", "note"} <= allowed_steps(chen, with_us)
    assert "accept" not in allowed_steps(chen, with_us)
    assert not allowed_steps(chen, elsewhere)


def test_strangers_and_people_who_left_see_nothing(stranger: User, xu: User) -> None:
    request = make_request()
    xu.is_active = False

    assert not sees(stranger, request)
    assert not sees(xu, request)
    assert not allowed_steps(stranger, request)
    assert not allowed_steps(xu, request)


def test_requester_and_link_may_do_the_same(wang: User) -> None:
    for request in (make_request(requester=wang), resolved_request(requester=wang)):
        assert allowed_steps(wang, request) == allowed_steps(None, request)


@pytest.mark.parametrize(("state", "steps"), [
    ("new", {"message", "withdraw", "chase"}),
    ("need_info", {"message", "withdraw", "answer"}),
    ("accepted", {"message", "withdraw", "chase"}),
    ("in_progress", {"message", "chase"}),
    ("resolved", {"message", "accept_result", "refuse_result", "rate"}),
    ("closed", {"message", "reopen", "rate"}),
    ("rejected", {"message"}),
    ("merged", set()),
    ("withdrawn", {"message"}),
])  # fmt: skip
def test_what_a_link_may_do_in_each_state(state: str, steps: set[str]) -> None:
    assert allowed_steps(None, ServiceRequest(status=state)) == steps


def test_the_desk_acts_for_a_caller_but_never_rates(xu: User) -> None:
    request = resolved_request()

    assert {"accept_result", "refuse_result"} <= allowed_steps(xu, request)
    assert "rate" not in allowed_steps(xu, request)
    assert "rate" not in FOR_THE_REQUESTER


def test_who_asks_and_works_at_the_desk_may_do_both(xu: User) -> None:
    request = make_request(requester=xu)

    assert {"withdraw", "accept"} <= allowed_steps(xu, request)


def test_every_state_is_named_once() -> None:
    known = set(RequestStatus.values)
    for states in [*REQUESTER_STEPS.values(), *(states for _right, states in STAFF_STEPS.values())]:
        assert states <= known


def test_a_missing_right_and_a_wrong_moment_are_told_apart(xu: User, wang: User) -> None:
    request = resolved_request(requester=wang)

    with pytest.raises(NotPermitted):
        require_step(wang, request, "accept")
    with pytest.raises(StaleState) as refusal:
        require_step(xu, request, "accept")
    assert str(request.get_status_display()) in str(refusal.value)


def test_follow_up_calls_are_seen_by_those_who_make_them(xu: User, wang: User, lin: User) -> None:
    from tests.desk.test_ratings import rate

    rate(closed_request(requester=wang), speed=1)

    assert visible_follow_ups(xu).count() == visible_follow_ups(lin).count() == FollowUp.objects.count() == 1
    assert not visible_follow_ups(wang).exists()
