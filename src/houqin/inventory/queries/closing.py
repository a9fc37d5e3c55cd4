"""What a month of the stores' books comes to: totals by store and kind, and the digest of its entries."""

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.db.models import Sum
from django.db.models.functions import TruncMonth
from django.utils import timezone

from houqin.inventory.models import LayerEntry, StockPeriod
from houqin.kernel import clock


def totals_of(begin: dt.datetime, end: dt.datetime) -> dict[str, Any]:
    """By the store's code: value at the beginning, what each kind of document changed, value at the end.

    Amounts are texts in yuan, exact to the cent.
    """
    entries = LayerEntry.objects.filter(at__lt=end)
    before = _by_pool(entries.filter(at__lt=begin))
    after = _by_pool(entries)
    changed: dict[str, dict[str, str]] = defaultdict(dict)
    rows = entries.filter(at__gte=begin).order_by().values("layer__pool__code", "document__kind")
    for row in rows.annotate(value=Sum("dv")):
        changed[row["layer__pool__code"]][row["document__kind"]] = str(row["value"])
    return {
        pool: {
            "begin": str(before.get(pool, Decimal("0.00"))),
            "changed": dict(sorted(changed[pool].items())),
            "end": str(value),
        }
        for pool, value in sorted(after.items())
    }


def _by_pool(entries: Any) -> dict[str, Decimal]:
    rows = entries.order_by().values("layer__pool__code").annotate(value=Sum("dv"))
    return {row["layer__pool__code"]: row["value"] for row in rows}


def digest_of(begin: dt.datetime, end: dt.datetime) -> str:
    """SHA-256 over all entries that count in a month, in the order of their ids."""
    found = hashlib.sha256()
    rows = LayerEntry.objects.filter(at__gte=begin, at__lt=end).order_by("pk")
    for row in rows.values_list("pk", "layer", "move", "document", "dq", "dv", "at").iterator(
        chunk_size=5_000
    ):
        *ids, dq, dv, at = row
        found.update(f"{ids} {dq:f} {dv:f} {at.astimezone(dt.UTC).isoformat()}\n".encode())
    return found.hexdigest()


def first_open_before(month: dt.date) -> dt.date | None:
    """The first earlier month that has entries and is not closed."""
    begin = timezone.make_aware(dt.datetime.combine(month, dt.time()), timezone.get_default_timezone())
    zone = timezone.get_default_timezone()
    months = (
        LayerEntry.objects.filter(at__lt=begin)
        .order_by()
        .annotate(month=TruncMonth("at", tzinfo=zone))
        .values_list("month", flat=True)
        .distinct()
    )
    closed = set(StockPeriod.objects.filter(status="closed").values_list("month", flat=True))
    return min((found.date() for found in months if found.date() not in closed), default=None)


def months(known: Iterable[dt.date]) -> list[dt.date]:
    """The months that have entries, those `known` and this one, the latest first."""
    rows = LayerEntry.objects.order_by().annotate(
        month=TruncMonth("at", tzinfo=timezone.get_default_timezone())
    )
    found = {row.date() for row in rows.values_list("month", flat=True).distinct()}
    return sorted({*found, *known, clock.today().replace(day=1)}, reverse=True)
