"""What stock is worth: layers, the entries they are the sums of, and periods that are closed."""

import pghistory
import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class CostLayer(models.Model):
    """Stock of one origin in one store, with the value it has left; a sum of its entries.

    `in_move` brought it here, `root` is the receipt it began with, whose instant (`effective_at`) keeps
    its place in the queue. An averaged item has one running layer in each store, without both.
    """

    item = models.ForeignKey("inventory.Item", on_delete=models.PROTECT, related_name="layers")
    pool = models.ForeignKey("inventory.Warehouse", on_delete=models.PROTECT, related_name="layers")
    lot = models.ForeignKey(
        "inventory.Lot", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    in_move = models.ForeignKey(
        "inventory.StockMove", on_delete=models.PROTECT, null=True, blank=True, related_name="layers"
    )
    root = models.ForeignKey(
        "inventory.StockMove", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    effective_at = models.DateTimeField(_("since"))
    qty_in = models.DecimalField(_("came in"), max_digits=18, decimal_places=6)
    qty_left = models.DecimalField(_("left"), max_digits=18, decimal_places=6)
    value_left = models.DecimalField(_("value left"), max_digits=16, decimal_places=2)

    class Meta:
        ordering = ["effective_at", "root_id", "pk"]
        indexes = [
            models.Index(
                fields=["item", "pool", "lot", "effective_at", "root"],
                name="cost_layer_queue",
                condition=Q(qty_left__gt=0),
            ),
            models.Index(fields=["root"], name="cost_layer_root"),
        ]
        constraints = [
            models.UniqueConstraint(
                name="cost_layer_once",
                fields=["item", "pool", "lot", "in_move", "root"],
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="cost_layer_holds_no_more_than_came",
                condition=Q(qty_left__gte=0, qty_left__lte=F("qty_in")),
            ),
            models.CheckConstraint(
                name="cost_layer_empty_is_worth_nothing", condition=Q(qty_left__gt=0) | Q(value_left=0)
            ),
            models.CheckConstraint(name="cost_layer_value_is_never_negative", condition=Q(value_left__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.qty_left} / {self.value_left}"


class LayerEntry(models.Model):
    """What a document let a movement do to a layer: quantity and value in (or, negative, out)."""

    layer = models.ForeignKey(CostLayer, on_delete=models.PROTECT, related_name="entries")
    move = models.ForeignKey("inventory.StockMove", on_delete=models.PROTECT, related_name="entries")
    document = models.ForeignKey("inventory.StockDocument", on_delete=models.PROTECT, related_name="entries")
    dq = models.DecimalField(_("quantity"), max_digits=18, decimal_places=6)
    dv = models.DecimalField(_("value"), max_digits=16, decimal_places=2)
    at = models.DateTimeField(_("counts on"))

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["layer"], name="layer_entry_layer"),
            models.Index(fields=["move"], name="layer_entry_move"),
            models.Index(fields=["document"], name="layer_entry_document"),
            models.Index(fields=["at"], name="layer_entry_at"),
        ]
        constraints = [
            models.CheckConstraint(name="layer_entry_does_something", condition=~Q(dq=0, dv=0)),
        ]
        triggers = [
            pgtrigger.Protect(
                name="layer_entry_is_only_appended", operation=pgtrigger.Update | pgtrigger.Delete
            ),
        ]

    def __str__(self) -> str:
        return f"{self.layer_id} {self.dq:+} {self.dv:+}"


@pghistory.track()
class StockPeriod(models.Model):
    """A month of the stores' books: open, closing (only for accountants) or closed with its totals."""

    class Status(models.TextChoices):
        """Who may still post into it."""

        OPEN = "open", pgettext_lazy("month", "open")
        SOFT = "soft", pgettext_lazy("month", "closing")
        CLOSED = "closed", pgettext_lazy("month", "closed")

    month = models.DateField(_("month"), unique=True)
    status = models.CharField(_("state"), max_length=6, choices=Status.choices, default=Status.OPEN)
    totals = models.JSONField(default=dict, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    closed_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["-month"]
        constraints = [
            models.CheckConstraint(
                name="stock_period_status_known", condition=Q(status__in=["open", "soft", "closed"])
            ),
            models.CheckConstraint(name="stock_period_is_a_month", condition=Q(month__day=1)),
            models.CheckConstraint(
                name="stock_period_closed_has_digest",
                condition=Q(status="closed", closed_at__isnull=False) & ~Q(digest="")
                | ~Q(status="closed") & Q(closed_at__isnull=True, digest=""),
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="stock_period_stays_closed",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__status="closed"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"
