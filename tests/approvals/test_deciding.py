"""Who must agree, and what they may do with what waits for them."""

import datetime as dt

import pytest
from django.db import DatabaseError, transaction

from houqin.accounts.models import Role, User
from houqin.approvals.actions import delegations
from houqin.approvals.actions.asking import NobodyToAsk
from houqin.approvals.actions.deciding import decide
from houqin.approvals.models import Approval, ApprovalEvent, ApprovalSeat, ApprovalStatus
from houqin.approvals.policies import allowed_verbs, visible_approvals
from houqin.approvals.queries.inbox import deciders_of, waiting_for
from houqin.kernel import clock
from houqin.kernel.errors import Invalid, NotPermitted, Refused, StaleState
from tests.makers import grant, make_department, make_person
from tests.makers_approvals import asked, make_approval_rule

pytestmark = pytest.mark.django_db


def agree(approval: Approval, *people: User) -> Approval:
    for person in people:
        approval = decide(approval_id=approval.pk, by=person, verb="agree")
    return approval


def names(approval: Approval) -> list[str]:
    return sorted(person.full_name for person in deciders_of(approval))


def test_without_rules_one_manager_agrees(sun: User, lin: User) -> None:
    approval = asked(sun)
    assert names(approval) == ["林主任"]

    assert agree(approval, lin).status == ApprovalStatus.APPROVED


def test_below_the_lowest_amount_nobody_is_asked(sun: User, lin: User) -> None:
    make_approval_rule(lin, from_amount="500")

    assert asked(sun, "499.99").status == ApprovalStatus.APPROVED
    assert asked(sun, "500.00").status == ApprovalStatus.WAITING


def test_steps_follow_one_another_and_grow_with_the_amount(sun: User, lin: User, zhao: User) -> None:
    make_approval_rule(Role.ACCOUNTANT, position=1)
    make_approval_rule(Role.MANAGER, position=2, from_amount="1000")

    small, large = asked(sun, "999.99"), asked(sun, "1000.00")

    assert agree(small, zhao).status == ApprovalStatus.APPROVED
    assert (names(large), list(waiting_for(lin))) == (["赵会计"], [])
    assert names(agree(large, zhao)) == ["林主任"]
    assert agree(large, lin).status == ApprovalStatus.APPROVED


def test_all_of_them_must_agree(sun: User, lin: User, zhao: User) -> None:
    make_approval_rule(lin, mode="all")
    make_approval_rule(zhao, mode="all")
    approval = asked(sun)

    assert agree(approval, zhao).status == ApprovalStatus.WAITING
    assert names(approval) == ["林主任"]
    assert agree(approval, lin).status == ApprovalStatus.APPROVED


def test_any_one_of_them_is_enough_and_the_others_are_released(sun: User, lin: User, zhao: User) -> None:
    make_approval_rule(lin)
    make_approval_rule(zhao)
    approval = agree(asked(sun), zhao)

    assert approval.status == ApprovalStatus.APPROVED
    with pytest.raises(StaleState, match="decided already: approved"):
        agree(approval, lin)


def test_a_department_has_rules_of_its_own(sun: User, lin: User, zhao: User) -> None:
    canteen = make_department(name="饮食中心")
    make_approval_rule(lin)
    make_approval_rule(zhao, department=canteen)

    assert names(asked(sun, department=canteen)) == ["赵会计"]
    assert names(asked(sun)) == ["林主任"]


def test_nobody_approves_what_they_asked_for(lin: User, sun: User) -> None:
    with pytest.raises(NobodyToAsk, match="somebody beside 林主任"):
        asked(lin)
    assert not Approval.objects.exists()

    other = grant_manager()
    approval = asked(lin)
    assert names(approval) == [other.full_name]
    with pytest.raises(NotPermitted, match="asked for themselves"):
        agree(approval, lin)
    seat = ApprovalSeat.objects.get(step__approval=approval)
    with pytest.raises(DatabaseError, match="asked for themselves"), transaction.atomic():
        ApprovalSeat.objects.filter(pk=seat.pk).update(person=lin, status="agreed", decided_at=clock.now())


def grant_manager(name: str = "副主任") -> User:
    person = make_person(name)
    grant(person, Role.MANAGER)
    return person


def test_nobody_agrees_twice(sun: User, lin: User, zhao: User) -> None:
    make_approval_rule(lin, position=1)
    make_approval_rule(zhao, position=1)
    make_approval_rule(lin, position=2)
    approval = asked(sun)

    with pytest.raises(NotPermitted, match="needed at step 2"):
        agree(approval, lin)
    assert agree(approval, zhao, lin).status == ApprovalStatus.APPROVED


def test_rules_that_one_person_would_have_to_meet_twice_are_refused(sun: User, lin: User) -> None:
    make_approval_rule(lin, position=1)
    make_approval_rule(lin, position=2)

    with pytest.raises(NobodyToAsk, match="step 2"):
        asked(sun)
    assert not Approval.objects.exists()


def test_a_refusal_ends_it_with_its_reason(sun: User, lin: User) -> None:
    approval = asked(sun)
    with pytest.raises(Invalid, match="reason"):
        decide(approval_id=approval.pk, by=lin, verb="refuse")

    approval = decide(approval_id=approval.pk, by=lin, verb="refuse", note="还能用")

    assert (approval.status, approval.events.last().note) == (ApprovalStatus.REFUSED, "还能用")  # type: ignore[union-attr]
    assert not list(waiting_for(lin))


def test_it_can_be_sent_back_to_an_earlier_step(sun: User, lin: User, zhao: User) -> None:
    make_approval_rule(zhao, position=1)
    make_approval_rule(lin, position=2)
    approval = agree(asked(sun), zhao)

    with pytest.raises(Invalid, match="earlier step"):
        decide(approval_id=approval.pk, by=lin, verb="refuse", note="请核对", step=2)
    decide(approval_id=approval.pk, by=lin, verb="refuse", note="请核对", step=1)

    assert names(approval) == ["赵会计"]
    assert agree(approval, zhao, lin).status == ApprovalStatus.APPROVED


def test_who_asked_recalls(sun: User, lin: User) -> None:
    approval = asked(sun)
    with pytest.raises(NotPermitted):
        decide(approval_id=approval.pk, by=lin, verb="recall")

    assert decide(approval_id=approval.pk, by=sun, verb="recall").status == ApprovalStatus.RECALLED
    assert not list(waiting_for(lin))
    assert asked(sun, number=approval.number).status == ApprovalStatus.WAITING


def test_it_is_asked_once_at_a_time(sun: User, lin: User) -> None:
    approval = asked(sun)

    with pytest.raises(StaleState, match="awaits approval already"):
        asked(sun, number=approval.number)


def test_it_can_be_handed_on(sun: User, lin: User, zhao: User) -> None:
    approval = asked(sun)
    with pytest.raises(Invalid, match="other than yourself"):
        decide(approval_id=approval.pk, by=lin, verb="hand_on", to=sun)

    decide(approval_id=approval.pk, by=lin, verb="hand_on", to=zhao, note="请代为核对")

    assert names(approval) == ["赵会计"]
    with pytest.raises(NotPermitted, match="does not wait for you"):
        agree(approval, lin)
    assert agree(approval, zhao).status == ApprovalStatus.APPROVED


def test_whoever_is_added_must_agree_too(sun: User, lin: User, zhao: User) -> None:
    approval = asked(sun)
    decide(approval_id=approval.pk, by=lin, verb="add", to=zhao)

    assert agree(approval, lin).status == ApprovalStatus.WAITING
    assert agree(approval, zhao).status == ApprovalStatus.APPROVED


def test_somebody_stands_in_for_who_is_away(sun: User, lin: User, zhao: User) -> None:
    today = clock.today()
    delegations.delegate(person=lin, to=zhao, first=today, last=today, by=lin)

    approval = asked(sun)

    assert names(approval) == ["赵会计"]
    seat = ApprovalSeat.objects.get(step__approval=approval)
    assert seat.stands_in_for == lin
    assert agree(approval, zhao).status == ApprovalStatus.APPROVED


def test_who_asked_never_stands_in(sun: User, lin: User) -> None:
    today = clock.today()
    delegations.delegate(person=lin, to=sun, first=today, last=today, by=lin)

    assert names(asked(sun)) == ["林主任"]


def test_one_person_stands_in_at_a_time(lin: User, zhao: User, sun: User) -> None:
    today, day = clock.today(), dt.timedelta(days=1)
    delegations.delegate(person=lin, to=zhao, first=today, last=today + 3 * day, by=lin)

    with pytest.raises(Invalid, match="赵会计 stands in from"):
        delegations.delegate(person=lin, to=sun, first=today + day, last=today + 9 * day, by=lin)
    with pytest.raises(Invalid, match="somebody else"):
        delegations.delegate(person=zhao, to=zhao, first=today, last=today, by=zhao)
    assert lin.delegations.count() == 1


def test_an_administrator_asks_somebody_where_nobody_is_left(sun: User, lin: User, admin: User) -> None:
    approval = asked(sun)
    assert "add" in allowed_verbs(admin, approval)

    decide(approval_id=approval.pk, by=admin, verb="add", to=grant_manager())

    assert names(approval) == ["副主任", "林主任"]


def test_only_those_concerned_see_it(sun: User, lin: User, chen: User, auditor: User) -> None:
    approval = asked(sun)

    assert [list(visible_approvals(who)) for who in (sun, lin, auditor)] == [[approval]] * 3
    assert not visible_approvals(chen).exists()
    with pytest.raises(Refused, match="does not wait for you"):
        agree(approval, chen)


def test_its_story_is_never_changed(sun: User, lin: User) -> None:
    approval = agree(asked(sun), lin)

    assert [event.kind for event in approval.events.all()] == ["asked", "agreed"]
    with pytest.raises(DatabaseError), transaction.atomic():
        ApprovalEvent.objects.update(note="?")
