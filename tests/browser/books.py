"""What awaits approval on the small campus, in every state, and every page about it."""

import datetime as dt
from collections.abc import Iterator

from django.urls import reverse

from houqin.accounts.models import Role, User
from houqin.approvals.actions import delegations
from houqin.approvals.actions.deciding import decide
from houqin.approvals.models import Approval
from houqin.kernel import clock
from tests.makers import grant, make_person
from tests.makers_approvals import asked, make_approval_rule


def build(boss: User) -> None:
    """Something that waits, was passed on, was approved, refused and recalled; somebody who stands in."""
    keeper, accountant = (
        make_person("孙仓管", username="keeper"),
        make_person("赵会计", username="accountant"),
    )
    grant(keeper, Role.STOREKEEPER)
    grant(accountant, Role.ACCOUNTANT)
    make_approval_rule(boss, position=1)
    make_approval_rule(accountant, position=1)
    make_approval_rule(Role.MANAGER, position=2, from_amount="1000", mode="all")
    make_person("林主任", username="second")
    grant(User.objects.get(username="second"), Role.MANAGER)
    asked(keeper, "86.40", title="过期丙烯酸外墙涂料 18 L +3", reason="库房巡检发现 4 桶已过保质期")
    decided = asked(keeper, "20.00", title="破损灯管")
    decide(approval_id=decided.pk, by=boss, verb="agree", note="同意")
    refused = asked(keeper, "310.00", title="旧水泵")
    decide(approval_id=refused.pk, by=boss, verb="refuse", note="送修后再看")
    large = asked(keeper, "2400.00", title="受潮线缆")
    colleague = make_person("钱科长", username="colleague")
    decide(approval_id=large.pk, by=accountant, verb="add", to=colleague, note="请一并核对")
    decide(approval_id=asked(boss, "15.00", title="碎玻璃").pk, by=boss, verb="recall")
    first = clock.today() + dt.timedelta(days=9)
    delegations.delegate(person=boss, to=accountant, first=first, last=first, by=boss)


def pages() -> Iterator[tuple[str, str, str]]:
    """Every page of approvals, as who decides reads it."""
    home = reverse("approvals:inbox")
    for path in (home, f"{home}?view=all", f"{home}?view=mine", reverse("approvals:away")):
        yield "boss", path, "work"
    for approval in Approval.objects.all():
        yield "boss", reverse("approvals:approval", args=[approval.pk]), "work"
    waiting = Approval.objects.filter(status="waiting").earliest("pk")
    for key in ("agree", "refuse", "hand_on"):
        yield "boss", reverse("approvals:step", args=[waiting.pk, key]), "work"
