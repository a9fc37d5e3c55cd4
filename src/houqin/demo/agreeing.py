"""What awaits approval on the campus: the usual rules, and write-offs that are on their way through them."""

import datetime as dt
from decimal import Decimal

from houqin.accounts.models import User
from houqin.approvals.actions.rules import add_starter_rules
from houqin.approvals.models import Approval, ApprovalRule
from houqin.demo.world import World
from houqin.flows.decide_approval import decide_approval
from houqin.flows.write_off import write_off_goods
from houqin.inventory.actions.moving import Goods
from houqin.inventory.models import CostLayer, StockBalance
from houqin.kernel import clock

KEEPER, MANAGER = "孙仓管", "林主任"
WRITE_OFFS = (
    (Decimal(700), Decimal(2_000), "雨季库房渗水，受潮失效", 30),
    (Decimal(2_000), Decimal(30_000), "型号停产，设备已更换，无法使用", 52),
    (Decimal(200), Decimal(700), "搬运摔裂", 5),
)
"""Value from and below, why, and how many hours ago it was asked for."""


def tell(world: World) -> None:
    """Rules where the house has none, and write-offs: one waits, one has passed the first of two steps.

    In a house with people of its own nothing is asked: what its people must agree to is theirs, and the
    roles of the demonstration hold on the campus only.
    """
    if not world.crowd.alone:
        return
    if not ApprovalRule.objects.exists():
        add_starter_rules(is_demo=True)
    keeper, manager = (world.crowd.by_name[name] for name in (KEEPER, MANAGER))
    taken: set[int] = set()
    for low, high, reason, hours in WRITE_OFFS:
        found = _goods(low, high, taken)
        if found is None:
            continue
        taken.add(found.item.pk)
        with clock.stopped_at(world.now - dt.timedelta(hours=hours)):
            document = write_off_goods(goods=[found], by=keeper, reason=reason, is_demo=True)
        _go_on(Approval.objects.filter(number=document.number).first(), manager, low)


def _go_on(approval: Approval | None, manager: User, low: Decimal) -> None:
    """The large one has the manager's word already."""
    if approval is not None and approval.is_waiting and low == WRITE_OFFS[1][0]:
        decide_approval(approval_id=approval.pk, by=manager, verb="agree", note="同意，请财务核对账面价值。")


def _goods(low: Decimal, high: Decimal, taken: set[int]) -> Goods | None:
    """Half of what lies free at one location and is worth an amount between."""
    held = StockBalance.objects.filter(item__is_demo=True, reserved=0, on_hand__gte=4, lot__isnull=True)
    held = held.exclude(item__in=taken).select_related("item__unit", "location__warehouse").order_by("pk")
    for balance in held.iterator(chunk_size=200):
        qty = balance.on_hand // 2
        if low <= _worth(balance, qty) < high:
            return Goods(item=balance.item, qty=qty, location=balance.location)
    return None


def _worth(balance: StockBalance, qty: Decimal) -> Decimal:
    layers = CostLayer.objects.filter(item=balance.item, pool=balance.location.warehouse, qty_left__gt=0)
    total = sum((layer.value_left for layer in layers), Decimal(0))
    there = sum((layer.qty_left for layer in layers), Decimal(0))
    return total * qty / there if there else Decimal(0)
