"""The rules of who must agree, set up by hand and tried before anything is asked."""

from decimal import Decimal

import pytest

from houqin.accounts.models import Role
from houqin.approvals.actions import rules
from houqin.approvals.actions.delegations import delegate
from houqin.approvals.models import ApprovalRule
from houqin.approvals.queries.trials import try_rules
from houqin.kernel import clock
from houqin.kernel.errors import Invalid, Refused
from tests import cast
from tests.makers import make_department, make_person

pytestmark = pytest.mark.django_db
SCRAP = "stock_scrap"


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({}, "role"),
        ({"role": "king"}, "role"),
        ({"role": "manager", "kind": "cake"}, "kind"),
        ({"role": "manager", "from_amount": Decimal(500), "below_amount": Decimal(500)}, "below_amount"),
        ({"role": "manager", "position": 10}, "position"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused_by_its_field(facts: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        rules.enter_rule(**{"kind": SCRAP, **facts})  # type: ignore[arg-type]

    assert refusal.value.field == field
    assert not ApprovalRule.objects.exists()


def test_a_rule_is_there_once() -> None:
    rules.enter_rule(kind=SCRAP, role=Role.MANAGER)

    with pytest.raises(Invalid):
        rules.enter_rule(kind=SCRAP, role=Role.MANAGER)

    assert ApprovalRule.objects.count() == 1


def test_between_two_amounts_one_agrees_and_above_another() -> None:
    keeper, boss = cast.storekeeper_sun(), cast.director_lin()
    money = cast.accountant_zhao()
    rules.enter_rule(kind=SCRAP, role=Role.MANAGER, below_amount=Decimal(1000))
    rules.enter_rule(kind=SCRAP, role=Role.ACCOUNTANT, from_amount=Decimal(1000))

    def asked(amount: str) -> list[list[str]]:
        found = try_rules(kind=SCRAP, amount=Decimal(amount), department=None, asker=keeper)
        return [[str(person) for person, _instead in step.people] for step in found.steps]

    assert asked("999.99") == [[str(boss)]]
    assert asked("1000.00") == [[str(money)]]


def test_a_trial_names_who_stands_in_and_the_step_nobody_is_left_for() -> None:
    keeper, boss = cast.storekeeper_sun(), cast.director_lin()
    deputy = make_person("秦副主任", username="deputy")
    today = clock.today()
    delegate(person=boss, to=deputy, first=today, last=today, by=boss)
    rules.add_starter_rules()

    found = try_rules(kind=SCRAP, amount=Decimal(9000), department=make_department(), asker=keeper)

    assert found.steps[0].people == [(boss, deputy)]
    assert found.short == 2


def test_the_usual_rules_are_taken_once() -> None:
    assert rules.add_starter_rules() == 4

    with pytest.raises(Refused):
        rules.add_starter_rules()

    assert ApprovalRule.objects.count() == 4
