"""Who sees which orders, and which steps each person is offered."""

import pytest
from django.contrib.auth.models import AnonymousUser

from houqin.accounts.models import User
from houqin.kernel import clock
from houqin.staffing.models import Crew
from houqin.work.actions import orders
from houqin.work.models import WORK_ORDER_MOVES, WorkOrder
from houqin.work.policies import STEPS, allowed_steps, visible_orders
from tests.makers import (
    forget,
    grant,
    knows,
    make_crew,
    make_department,
    make_job_type,
    make_order,
    make_partner,
    make_person,
    make_place,
    make_trade,
)
from tests.work import stories

pytestmark = pytest.mark.django_db

TARGETS = {
    "claim": "accepted",
    "accept": "accepted",
    "start": "in_progress",
    "arrive": "on_site",
    "complete": "completed",
    "hold": "on_hold",
    "send_back": "to_dispatch",
    "verify": "verified",
    "reject_completion": "in_progress",
    "approve": "to_dispatch",
    "refuse_approval": "draft",
    "assign": "dispatched",
    "cancel": "cancelled",
}


def test_the_steps_and_the_machine_know_the_same_moves() -> None:
    taken = {(str(source), TARGETS[name]) for name in TARGETS for source in STEPS[name].sources}
    taken |= {("on_hold", str(state)) for state in STEPS["hold"].sources}
    taken |= {("draft", "awaiting_approval"), ("draft", "to_dispatch"), ("verified", "closed")}

    by_two_moves = {(a, "cancelled") for a in ("accepted", "on_site", "on_hold")}
    by_two_moves |= {("on_site", "dispatched"), ("on_hold", "dispatched"), ("on_hold", "on_hold")}
    assert taken - by_two_moves == set(WORK_ORDER_MOVES.edges)


def seen(user: User) -> set[WorkOrder]:
    return set(visible_orders(user))


def test_those_who_see_work_everywhere_see_all(
    lin: User, xu: User, admin: User, auditor: User, sun: User
) -> None:
    order = make_order()

    for user in (lin, xu, admin, auditor, sun):
        assert seen(user) == {order}


def test_those_without_a_right_see_nothing(wang: User, zhao: User, stranger: User) -> None:
    make_order(source="FW20261123-0001")

    for user in (wang, zhao, stranger):
        assert seen(user) == set()
    assert not visible_orders(AnonymousUser()).exists()


def test_an_ended_account_sees_nothing(lin: User) -> None:
    make_order()
    lin.is_active = False
    lin.save()

    assert not visible_orders(User.objects.get(pk=lin.pk)).exists()


def test_a_technician_sees_own_crews_own_and_helped_orders(chen: User, liu: User, crew: Crew) -> None:
    elsewhere = make_crew("空调班", liu)
    of_crew = make_order(crew=crew)
    own = stories.dispatched(chen, crew=None)
    helped = stories.accepted(liu)
    helped.helpers.create(user=chen, since=clock.now())
    make_order(crew=elsewhere)

    assert seen(chen) == {of_crew, own, helped}


@pytest.mark.usefixtures("crew")
def test_free_orders_are_seen_by_those_who_could_claim_them(chen: User, liu: User) -> None:
    electric = make_trade("电工")
    make_crew("空调班", liu)
    free = make_order(job_type=make_job_type(trade=electric))
    only_assigned = make_order(job_type=make_job_type(dispatch_mode="hand"))
    assert seen(chen) == set()

    knows(chen, electric)

    assert seen(chen) == {free}
    assert seen(liu) == set()
    assert only_assigned not in seen(chen)


def test_a_contractor_of_one_site_sees_nothing_of_the_other() -> None:
    site, other = make_place("东区", type="site"), make_place("西区", type="site")
    room, far_room = make_place("101", parent=site), make_place("901", parent=other)
    lift_company = make_partner()
    worker = make_person("电梯工", partner=lift_company)
    grant(worker, "technician", place=site)
    crew = make_crew("外协电梯班", worker, partner=lift_company, place=site)
    ours = make_order(place=room, crew=crew)
    make_order(place=room)
    make_order(place=far_room)
    make_order(place=far_room, crew=make_crew("西区班"))

    assert seen(worker) == {ours}


def test_a_scope_of_a_place_reaches_all_that_stands_in_it(stranger: User) -> None:
    site, other = make_place("东区", type="site"), make_place("西区", type="site")
    floor = make_place("1层", type="floor", parent=make_place("主楼", type="building", parent=site))
    inside = make_order(place=make_place("101", parent=floor))
    make_order(place=make_place("901", parent=other))
    make_order()
    grant(stranger, "dispatcher", place=site)

    assert seen(stranger) == {inside}
    assert "assign" in allowed_steps(stranger, inside)


def test_a_scope_of_a_department_reaches_its_places(stranger: User) -> None:
    ours = make_department()
    inside = make_order(place=make_place(department=ours))
    make_order(place=make_place(department=make_department()))
    grant(stranger, "manager", department=ours)

    assert seen(stranger) == {inside}


def test_somebody_who_left_the_crew_no_longer_sees_its_orders(chen: User, crew: Crew) -> None:
    make_order(crew=crew)
    chen.memberships.update(until="2020-12-31")
    forget(chen)

    assert seen(chen) == set()


def test_the_buttons_of_the_technician_start_with_the_next_step(chen: User, crew: Crew) -> None:
    asked = make_job_type(asks_arrival=True)

    assert allowed_steps(chen, make_order(crew=crew)) == ["claim"]
    assert allowed_steps(chen, stories.dispatched(chen)) == ["accept", "send_back"]
    assert allowed_steps(chen, stories.accepted(chen)) == ["start", "arrive", "hold", "send_back"]
    assert allowed_steps(chen, stories.accepted(chen, job_type=asked)) == ["arrive", "hold", "send_back"]
    held = stories.on_hold(chen)
    assert allowed_steps(chen, held) == ["resume", "hold", "send_back"]
    assert allowed_steps(chen, stories.in_progress(chen)) == ["complete", "hold"]


def test_a_crew_member_accepts_what_the_crew_was_given(chen: User, liu: User, crew: Crew) -> None:
    order = orders.assign(order_id=make_order().pk, crew_id=crew.pk, by=None)

    assert allowed_steps(chen, order) == ["accept"]
    assert allowed_steps(liu, order) == []


def test_the_dispatcher_is_offered_dispatch_before_what_others_do(xu: User, chen: User) -> None:
    assert allowed_steps(xu, make_order()) == ["assign", "cancel"]
    assert allowed_steps(xu, stories.dispatched(chen)) == ["assign", "cancel", "accept", "send_back"]
    assert allowed_steps(xu, stories.in_progress(chen)) == ["complete", "hold"]


@pytest.mark.parametrize("who", ["auditor", "admin", "sun", "zhao", "wang", "stranger"])
def test_the_reading_roles_are_offered_nothing(chen: User, who: str, request: pytest.FixtureRequest) -> None:
    user = request.getfixturevalue(who)

    for order in (make_order(), stories.accepted(chen), stories.completed(chen)):
        assert allowed_steps(user, order) == []
        assert allowed_steps(AnonymousUser(), order) == []


def test_the_leader_verifies_and_a_closed_order_offers_nothing(
    banzhang: User, chen: User, crew: Crew, lin: User
) -> None:
    order = stories.completed(chen, crew=crew)

    assert allowed_steps(banzhang, order) == ["verify", "reject_completion"]
    assert allowed_steps(lin, order) == ["verify", "reject_completion"]
    assert allowed_steps(chen, order) == []
    assert allowed_steps(banzhang, stories.closed(chen)) == []
