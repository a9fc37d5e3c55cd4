"""The rules of who must agree, set up by hand."""

from decimal import Decimal
from typing import TypedDict, Unpack

from django.db import transaction
from django.utils.translation import gettext as _

from houqin.accounts.models import Role, User
from houqin.approvals.kinds import KINDS
from houqin.approvals.models import ApprovalRule, Mode
from houqin.kernel.errors import Invalid, Refused
from houqin.kernel.money import yuan
from houqin.org.models import Department

MOST_STEPS = 9


class RuleFacts(TypedDict, total=False):
    """What a rule says; amounts in yuan."""

    kind: str
    department: Department | None
    from_amount: Decimal
    below_amount: Decimal | None
    position: int
    mode: str
    role: str
    person: User | None
    active: bool


@transaction.atomic
def enter_rule(*, is_demo: bool = False, **facts: Unpack[RuleFacts]) -> ApprovalRule:
    """A new rule; needs a kind and a role or a person. What is asked already keeps its people.

    Raises `Invalid` with the field, also for a rule that is there already.
    """
    return _kept(ApprovalRule(is_demo=is_demo), facts)


@transaction.atomic
def change_rule(*, rule_id: int, **facts: Unpack[RuleFacts]) -> ApprovalRule:
    """The rule with other facts; what is asked already keeps its people. Raises `Invalid` with the field."""
    return _kept(ApprovalRule.objects.select_for_update(of=("self",)).get(pk=rule_id), facts)


def _kept(rule: ApprovalRule, facts: RuleFacts) -> ApprovalRule:
    for name, value in facts.items():
        setattr(rule, name, value)
    if rule.kind not in KINDS:
        raise Invalid(_("Nothing of this kind is ever asked."), field="kind")
    _require_somebody(rule)
    if rule.below_amount is not None and rule.below_amount <= rule.from_amount:
        told = {"below": yuan(rule.below_amount), "first": yuan(rule.from_amount)}
        raise Invalid(
            _("%(below)s is not above %(first)s: no amount lies between.") % told, field="below_amount"
        )
    if not 1 <= rule.position <= MOST_STEPS:
        raise Invalid(_("Steps go from 1 to %(most)s.") % {"most": MOST_STEPS}, field="position")
    same = ApprovalRule.objects.filter(
        kind=rule.kind,
        department=rule.department,
        position=rule.position,
        from_amount=rule.from_amount,
        role=rule.role,
        person=rule.person,
    )
    if same.exclude(pk=rule.pk).exists():
        raise Invalid(_("There is this rule already. Change that one, or take it into use again."))
    rule.save()
    return rule


def _require_somebody(rule: ApprovalRule) -> None:
    if bool(rule.role) == (rule.person is not None):
        raise Invalid(_("Name a role or a person, one of them."), field="role")
    if rule.role and rule.role not in Role.values:
        raise Invalid(_("There is no such role."), field="role")
    if rule.person is not None and not rule.person.is_active:
        told = {"person": rule.person}
        raise Invalid(_("%(person)s does not sign in here any more.") % told, field="person")


@transaction.atomic
def add_starter_rules(*, is_demo: bool = False) -> int:
    """How many of the usual rules are in use now: a manager, and for larger amounts the accountant, too.

    Raises `Refused` where there are rules already.
    """
    if ApprovalRule.objects.exists():
        raise Refused(_("There are approval rules already."))
    usual = (
        ("stock_scrap", Decimal(0), 1, Role.MANAGER),
        ("stock_scrap", Decimal(2_000), 2, Role.ACCOUNTANT),
        ("stock_count", Decimal(0), 1, Role.MANAGER),
        ("stock_count", Decimal(2_000), 2, Role.ACCOUNTANT),
    )
    for kind, amount, position, role in usual:
        enter_rule(
            kind=kind, from_amount=amount, position=position, role=role, mode=Mode.ANY, is_demo=is_demo
        )
    return len(usual)
