"""What was spent on something."""

from decimal import Decimal

from django.db.models import QuerySet, Sum

from houqin.budget.models import CostEntry


def entries_of(cost_object: str) -> QuerySet[CostEntry]:
    """The costs of a work order or department, the oldest first."""
    return CostEntry.objects.filter(cost_object=cost_object).order_by("pk")


def totals_of(cost_object: str) -> dict[str, Decimal]:
    """What was spent on something by cost element, in yuan; elements without cost are left out."""
    rows = CostEntry.objects.filter(cost_object=cost_object).order_by().values_list("element")
    return dict(rows.annotate(total=Sum("amount")))


def by_source(cost_object: str, element: str) -> dict[str, Decimal]:
    """What was spent on something on one cost element, in yuan, by the document it follows from."""
    rows = CostEntry.objects.filter(cost_object=cost_object, element=element).order_by()
    return dict(rows.values_list("source").annotate(total=Sum("amount")))
