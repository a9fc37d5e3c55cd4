"""Where stock lies and how much of it: stores, locations, lots, balances, reservations."""

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from houqin.kernel.bilingual import in_language


@pghistory.track()
class Warehouse(models.Model):
    """A store with its own stock value; one with a parent is a sub-store (二级库)."""

    code = models.CharField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=80, blank=True)
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("sub-store of"),
    )
    place = models.ForeignKey(
        "org.Place", on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("place")
    )
    active = models.BooleanField(_("in use"), default=True)
    is_demo = models.BooleanField(default=False, editable=False)

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(name="warehouse_is_not_its_own_parent", condition=~Q(parent=F("pk"))),
        ]

    def __str__(self) -> str:
        return in_language(self.name, self.name_en)


class LocationKind(models.TextChoices):
    """What a location is for. The last four are ends outside: every movement has two."""

    STORE = "store", _("shelf")
    QUARANTINE = "quarantine", _("quarantine")
    TRANSIT = "transit", _("on the way")
    SUPPLIER = "supplier", _("supplier")
    USE = "use", _("use")
    ADJUSTMENT = "adjustment", _("count difference")
    SCRAP = "scrap", _("written off")


INSIDE = (LocationKind.STORE, LocationKind.QUARANTINE, LocationKind.TRANSIT)
OUTSIDE = (LocationKind.SUPPLIER, LocationKind.USE, LocationKind.ADJUSTMENT, LocationKind.SCRAP)


@pghistory.track()
class Location(models.Model):
    """A shelf of a store, or one of the four ends outside, which belong to no store."""

    warehouse = models.ForeignKey(
        Warehouse, on_delete=models.PROTECT, null=True, blank=True, related_name="locations"
    )
    code = models.CharField(_("code"), max_length=30)
    name = models.CharField(_("name"), max_length=60, blank=True)
    kind = models.CharField(
        _("kind"), max_length=10, choices=LocationKind.choices, default=LocationKind.STORE
    )
    active = models.BooleanField(_("in use"), default=True)

    class Meta:
        ordering = ["warehouse_id", "code"]
        constraints = [
            models.UniqueConstraint(
                name="location_code_once_in_a_store", fields=["warehouse", "code"], nulls_distinct=False
            ),
            models.CheckConstraint(name="location_kind_known", condition=Q(kind__in=LocationKind.values)),
            models.CheckConstraint(
                name="location_inside_belongs_to_a_store",
                condition=Q(kind__in=INSIDE, warehouse__isnull=False)
                | Q(kind__in=OUTSIDE, warehouse__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.code

    @property
    def inside(self) -> bool:
        """True for a place where stock lies and has a balance."""
        return self.warehouse_id is not None


@pghistory.track()
class Lot(models.Model):
    """Pieces of an item that came together, or one piece with its serial number.

    Usable up to and including `expires_on`; that a lot has expired follows from the date alone.
    """

    class Status(models.TextChoices):
        """Whether it may be used."""

        QUARANTINE = "quarantine", _("in quarantine")
        AVAILABLE = "available", _("usable")
        BLOCKED = "blocked", _("blocked")

    item = models.ForeignKey("inventory.Item", on_delete=models.PROTECT, related_name="lots")
    number = models.CharField(_("lot"), max_length=60)
    partner = models.ForeignKey(
        "org.Partner", on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("supplier")
    )
    made_on = models.DateField(_("made on"), null=True, blank=True)
    expires_on = models.DateField(_("usable until"), null=True, blank=True)
    opened_on = models.DateField(_("opened on"), null=True, blank=True)
    status = models.CharField(_("state"), max_length=10, choices=Status.choices, default=Status.AVAILABLE)
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta:
        ordering = ["item_id", "pk"]
        indexes = [models.Index(fields=["expires_on"], name="lot_expires_on")]
        constraints = [
            models.UniqueConstraint(name="lot_number_once_for_an_item", fields=["item", "number"]),
            models.CheckConstraint(name="lot_has_a_number", condition=~Q(number="")),
            models.CheckConstraint(
                name="lot_status_known", condition=Q(status__in=["quarantine", "available", "blocked"])
            ),
            models.CheckConstraint(
                name="lot_expires_not_before_it_is_made",
                condition=Q(made_on__isnull=True)
                | Q(expires_on__isnull=True)
                | Q(expires_on__gte=F("made_on")),
            ),
        ]

    def __str__(self) -> str:
        return self.number


class StockCard(models.Model):
    """The lock of an item's stock: whoever moves an item holds its card until the transaction ends.

    `last_at` is the latest instant any of its movements took effect; a movement before it is a late
    one, whose cost is worked out anew.
    """

    item = models.OneToOneField("inventory.Item", on_delete=models.PROTECT, related_name="card")
    last_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["item_id"]

    def __str__(self) -> str:
        return f"{self.item_id}"


class StockBalance(models.Model):
    """How much of an item (of a lot) lies at a location, and how much of that is reserved."""

    item = models.ForeignKey("inventory.Item", on_delete=models.PROTECT, related_name="balances")
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, null=True, blank=True, related_name="balances")
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="balances")
    on_hand = models.DecimalField(_("on hand"), max_digits=18, decimal_places=6, default=0)
    reserved = models.DecimalField(_("reserved"), max_digits=18, decimal_places=6, default=0)

    class Meta:
        ordering = ["item_id", "lot_id", "location_id"]
        constraints = [
            models.UniqueConstraint(
                name="stock_balance_once", fields=["item", "lot", "location"], nulls_distinct=False
            ),
            models.CheckConstraint(name="stock_on_hand_is_never_negative", condition=Q(on_hand__gte=0)),
            models.CheckConstraint(
                name="stock_reserved_is_on_hand", condition=Q(reserved__gte=0, reserved__lte=F("on_hand"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.lot_id} {self.location_id} {self.on_hand}"


@pghistory.track()
class Reservation(models.Model):
    """A quantity kept for a demand, quoted by its number (a work order) until it is taken or freed."""

    item = models.ForeignKey("inventory.Item", on_delete=models.PROTECT, related_name="reservations")
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="+")
    demand = models.CharField(_("kept for"), max_length=40)
    qty = models.DecimalField(_("quantity"), max_digits=18, decimal_places=6)
    made_at = models.DateTimeField(_("reserved"))
    made_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["demand"], name="reservation_demand")]
        constraints = [
            models.CheckConstraint(name="reservation_keeps_something", condition=Q(qty__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.demand} {self.item_id} {self.qty}"
