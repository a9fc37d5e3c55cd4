"""What goods last cost when they were bought."""

from decimal import Decimal

from houqin.inventory.models import DocumentKind, DocumentStatus, Item, StockLine


def last_price(item: Item) -> Decimal | None:
    """The price of one base unit on the latest receipt that stands, to six places; None for none yet."""
    line = (
        StockLine.objects.filter(
            item=item,
            document__kind=DocumentKind.RECEIPT,
            document__status=DocumentStatus.POSTED,
            value__isnull=False,
            qty__gt=0,
        )
        .order_by("-document__effective_at", "-pk")
        .first()
    )
    if line is None or line.value is None:
        return None
    return (line.value / line.qty).quantize(Decimal("0.000001"))
