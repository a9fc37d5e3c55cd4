"""What is kept: units, items with their barcodes, and how much of each a store should have."""

from decimal import Decimal

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from houqin.kernel.bilingual import in_language
from houqin.kernel.text_search import Searchable


@pghistory.track()
class Unit(models.Model):
    """A unit of measure. An `integral` one is only counted in whole numbers."""

    code = models.CharField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=20)
    name_en = models.CharField(_("English name"), max_length=30, blank=True)
    integral = models.BooleanField(_("whole numbers only"), default=True)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return in_language(self.name, self.name_en)


@pghistory.track()
class ItemCategory(models.Model):
    """A kind of goods: electrical, plumbing, cleaning, office, food; kinds stand within one another."""

    code = models.CharField(_("code"), max_length=30, unique=True)
    name = models.CharField(_("name"), max_length=40)
    name_en = models.CharField(_("English name"), max_length=60, blank=True)
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("part of"),
    )
    active = models.BooleanField(_("in use"), default=True)

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(name="item_category_is_not_within_itself", condition=~Q(parent=F("pk"))),
        ]

    def __str__(self) -> str:
        return in_language(self.name, self.name_en)


class Tracking(models.TextChoices):
    """What tells pieces of one item apart."""

    NONE = "none", pgettext_lazy("told apart by", "nothing")
    LOT = "lot", _("lots")
    SERIAL = "serial", _("serial numbers")


class CostMethod(models.TextChoices):
    """What an issue costs."""

    FIFO = "fifo", _("first in, first out")
    AVERAGE = "average", _("moving average")


@pghistory.track(exclude=["search_text", "search_grams"])
class Item(Searchable):
    """Something kept in stores. Quantities are in its base unit, the smallest one ever issued.

    `step` is the smallest quantity there is of it; `shelf_life_days` makes the expiry of a lot
    whose maker tells only the day it was made. An averaged item has no lots: nobody could say
    which of them cost what.
    """

    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=160, blank=True)
    spec = models.CharField(_("specification"), max_length=120, blank=True)
    category = models.ForeignKey(ItemCategory, on_delete=models.PROTECT, verbose_name=_("category"))
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name=_("unit"))
    step = models.DecimalField(_("smallest quantity"), max_digits=18, decimal_places=6, default=Decimal(1))
    tracking = models.CharField(
        _("told apart by"), max_length=8, choices=Tracking.choices, default=Tracking.NONE
    )
    cost_method = models.CharField(
        _("cost method"), max_length=8, choices=CostMethod.choices, default=CostMethod.FIFO
    )
    shelf_life_days = models.PositiveIntegerField(_("shelf life in days"), null=True, blank=True)
    open_life_days = models.PositiveIntegerField(_("days to use it once opened"), null=True, blank=True)
    alert_days = models.PositiveIntegerField(_("warn this many days before expiry"), default=90)
    storage = models.CharField(_("to be stored"), max_length=80, blank=True)
    hazard = models.CharField(_("hazard class"), max_length=40, blank=True)
    active = models.BooleanField(_("in use"), default=True)
    is_demo = models.BooleanField(default=False, editable=False)

    class Meta:
        ordering = ["code"]
        indexes = [
            Searchable.search_index("item_search"),
            models.Index(fields=["category", "code"], name="item_category_code"),
        ]
        constraints = [
            models.CheckConstraint(name="item_step_is_positive", condition=Q(step__gt=0)),
            models.CheckConstraint(
                name="item_tracking_known", condition=Q(tracking__in=["none", "lot", "serial"])
            ),
            models.CheckConstraint(
                name="item_cost_method_known", condition=Q(cost_method__in=["fifo", "average"])
            ),
            models.CheckConstraint(
                name="item_averaged_has_no_lots", condition=Q(cost_method="fifo") | Q(tracking="none")
            ),
            models.CheckConstraint(
                name="item_serial_is_counted_in_ones", condition=~Q(tracking="serial") | Q(step=1)
            ),
        ]

    def __str__(self) -> str:
        return in_language(self.name, self.name_en)

    @property
    def tracked(self) -> bool:
        """True when every piece belongs to a lot or has a serial number."""
        return self.tracking != Tracking.NONE


@pghistory.track()
class ItemUnit(models.Model):
    """Another unit of an item: one of it is `num` ÷ `den` of the base unit, exactly."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="units")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name=_("unit"))
    num = models.PositiveBigIntegerField(_("base units (numerator)"))
    den = models.PositiveBigIntegerField(_("base units (denominator)"), default=1)

    class Meta:
        ordering = ["item_id", "pk"]
        constraints = [
            models.UniqueConstraint(name="item_unit_once", fields=["item", "unit"]),
            models.CheckConstraint(name="item_unit_is_something", condition=Q(num__gt=0, den__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.unit_id} {self.num}/{self.den}"


@pghistory.track()
class Barcode(models.Model):
    """What a scanner reads on an item; in which unit, where it stands on a box."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="barcodes")
    code = models.CharField(_("barcode"), max_length=80, unique=True)
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("unit")
    )

    class Meta:
        ordering = ["item_id", "pk"]
        constraints = [
            models.CheckConstraint(name="barcode_says_something", condition=~Q(code="")),
        ]

    def __str__(self) -> str:
        return self.code


@pghistory.track()
class StockPolicy(models.Model):
    """How much of an item a store should have, and how it is ordered again; base units and days.

    It is filled up to a level, or ordered in one quantity; the safety stock is never planned to be used.
    """

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="policies")
    warehouse = models.ForeignKey("inventory.Warehouse", on_delete=models.CASCADE, related_name="policies")
    minimum = models.DecimalField(_("minimum"), max_digits=18, decimal_places=6, default=0)
    reorder_point = models.DecimalField(
        _("order when there are only"), max_digits=18, decimal_places=6, default=0
    )
    order_up_to = models.DecimalField(
        _("order up to"), max_digits=18, decimal_places=6, null=True, blank=True
    )
    order_qty = models.DecimalField(
        _("order this much"), max_digits=18, decimal_places=6, null=True, blank=True
    )
    safety_stock = models.DecimalField(_("safety stock"), max_digits=18, decimal_places=6, default=0)
    pack = models.DecimalField(_("ordered in multiples of"), max_digits=18, decimal_places=6, default=1)
    lead_time_days = models.PositiveSmallIntegerField(_("days until it comes"), default=7)
    review_days = models.PositiveSmallIntegerField(_("looked at every so many days"), default=7)
    shelf = models.ForeignKey(
        "inventory.Location",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("usual location"),
    )

    class Meta:
        ordering = ["item_id", "warehouse_id"]
        constraints = [
            models.UniqueConstraint(name="stock_policy_once", fields=["item", "warehouse"]),
            models.CheckConstraint(
                name="stock_policy_amounts_not_negative",
                condition=Q(minimum__gte=0, reorder_point__gte=0, pack__gt=0, safety_stock__gte=0),
            ),
            models.CheckConstraint(
                name="stock_policy_orders_something", condition=Q(order_qty__isnull=True) | Q(order_qty__gt=0)
            ),
            models.CheckConstraint(
                name="stock_policy_fills_up_or_orders_a_quantity",
                condition=Q(order_qty__isnull=True) | Q(order_up_to__isnull=True),
            ),
            models.CheckConstraint(
                name="stock_policy_is_looked_at_some_day", condition=Q(review_days__gte=1)
            ),
            models.CheckConstraint(
                name="stock_policy_orders_above_its_point",
                condition=Q(order_up_to__isnull=True) | Q(order_up_to__gte=F("reorder_point")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.warehouse_id}"
