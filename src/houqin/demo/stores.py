"""The stores of the demonstration: what is kept, a year of movements, two corrections of the last days."""

import datetime as dt
import random
from collections.abc import Sequence
from decimal import Decimal

from houqin.accounts.models import User
from houqin.demo import goods, stock_writing
from houqin.demo.occasions import ZONE
from houqin.demo.storeroom import Storeroom
from houqin.demo.stories import Story
from houqin.demo.supplies import OPENING, Year
from houqin.demo.world import World
from houqin.flows.move_goods import reprice_receipt, reverse_goods
from houqin.inventory.actions.moving import outside
from houqin.inventory.models import DocumentKind, LocationKind, StockDocument, StockMove
from houqin.kernel import clock
from houqin.org.models import Department

SEED = 20_260_902
KEEPER = "孙仓管"
FREIGHT = Decimal("86.00")
FREIGHT_FOR = "补记运费"
WRONG_LINE = "录错部门，已重新开单"


def tell(world: World, stories: Sequence[Story], days: int) -> None:
    """Tell and write the last `days` of the stores: documents, balances, layers, costs."""
    rng = random.Random(SEED)  # noqa: S311 - chance for a demonstration, no secret
    keeper = world.crowd.by_name[KEEPER]
    ends = (LocationKind.SUPPLIER, LocationKind.USE, LocationKind.ADJUSTMENT, LocationKind.SCRAP)
    year = Year(
        stock=goods.keep(world.campus, rng),
        room=Storeroom({kind.value: outside(kind) for kind in ends}),
        rng=rng,
        now=world.now,
        first=world.now.astimezone(ZONE).date() - dt.timedelta(days=days),
        keeper=keeper,
        departments=sorted(world.campus.departments),
    )
    year.tell([job for story in stories for job in story.jobs], world.hours)
    stock_writing.write(year.room)
    _correct(world.now, keeper)


def _correct(now: dt.datetime, keeper: User) -> None:
    """By the same doors as everybody: freight of a delivery comes later, and an issue is taken back."""
    posted = StockDocument.objects.filter(is_demo=True, effective_at__lt=now - dt.timedelta(days=3))
    delivery = (
        posted.filter(kind=DocumentKind.RECEIPT, effective_at__lt=now - dt.timedelta(days=12))
        .exclude(reason=OPENING)
        .last()
    )
    issue = posted.filter(
        kind=DocumentKind.ISSUE, charged_to__in=Department.objects.exclude(code="QH-D-HQ").values("code")
    ).last()
    if delivery is not None:
        move = (
            StockMove.objects.filter(document=delivery).select_related("source", "item__unit", "lot").first()
        )
        assert move is not None  # noqa: S101 - a posted receipt moves something
        with clock.stopped_at(now - dt.timedelta(days=2)):
            reprice_receipt(
                receipt_move=move,
                amount=FREIGHT,
                by=keeper,
                reason=FREIGHT_FOR,
                source=delivery.number,
                is_demo=True,
            )
    if issue is not None:
        with clock.stopped_at(now - dt.timedelta(days=1)):
            reverse_goods(document_id=issue.pk, reason=WRONG_LINE, by=keeper)
