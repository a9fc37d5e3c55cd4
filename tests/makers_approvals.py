"""Makers of rules and of things that await approval."""

from decimal import Decimal
from itertools import count
from typing import Any

from houqin.accounts.models import User
from houqin.approvals.actions import asking
from houqin.approvals.models import Approval, ApprovalRule

_serial = count(1)


def make_approval_rule(who: str | User, **facts: Any) -> ApprovalRule:
    """A rule that names a role or a person."""
    named = {"person": who} if isinstance(who, User) else {"role": who}
    return ApprovalRule.objects.create(**{"kind": "stock_scrap", **named, **facts})


def asked(by: User, amount: str = "100.00", **facts: Any) -> Approval:
    told = {"kind": "stock_scrap", "number": f"BF{next(_serial):04d}", "title": "过期涂料", **facts}
    return asking.ask(by=by, amount=Decimal(amount), **told)
