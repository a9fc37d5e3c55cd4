"""Parts an order needs from the stores; what it has taken stands in the movements of the stores."""

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


@pghistory.track(exclude=["short_since"])
class OrderPart(models.Model):
    """A quantity of an item that an order needs from a store, in base units.

    `short_since` says since when the store could not give or keep all of it; who waits longest is
    served first when goods arrive.
    """

    order = models.ForeignKey("work.WorkOrder", on_delete=models.CASCADE, related_name="parts")
    item = models.ForeignKey(
        "inventory.Item", on_delete=models.PROTECT, related_name="+", verbose_name=_("item")
    )
    warehouse = models.ForeignKey(
        "inventory.Warehouse", on_delete=models.PROTECT, related_name="+", verbose_name=_("store")
    )
    planned = models.DecimalField(_("needed"), max_digits=18, decimal_places=6)
    short_since = models.DateTimeField(_("short since"), null=True, blank=True)

    class Meta:
        ordering = ["order_id", "pk"]
        indexes = [
            models.Index(
                fields=["short_since", "id"],
                name="order_part_short",
                condition=Q(short_since__isnull=False),
            ),
        ]
        constraints = [
            models.UniqueConstraint(name="order_part_once", fields=["order", "item", "warehouse"]),
            models.CheckConstraint(name="order_part_needs_something", condition=Q(planned__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.order_id} {self.item_id} {self.planned}"
