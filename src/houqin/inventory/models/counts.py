"""Counting: sessions with their lines, the rules by which they are planned, and what needs no approval."""

from typing import ClassVar

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from houqin.kernel.state import StateMachine


class CountStatus(models.TextChoices):
    """Where a count stands."""

    PLANNED = "planned", pgettext_lazy("count", "planned")
    COUNTING = "counting", pgettext_lazy("count", "being counted")
    DECIDING = "deciding", pgettext_lazy("count", "difference awaits approval")
    DONE = "done", pgettext_lazy("count", "done")
    CANCELLED = "cancelled", pgettext_lazy("count", "cancelled")


class CountKind(models.TextChoices):
    """Why something is counted."""

    FULL = "full", pgettext_lazy("count", "full count")
    SPOT = "spot", pgettext_lazy("count", "spot check")
    PERIODIC = "periodic", pgettext_lazy("count", "regular count")
    ABC = "abc", pgettext_lazy("count", "count by turnover")
    ACCURACY = "accuracy", pgettext_lazy("count", "count of what often differs")
    ZERO = "zero", pgettext_lazy("count", "confirmation that nothing is there")


class CountReason(models.TextChoices):
    """Where a difference comes from."""

    UNKNOWN = "unknown", pgettext_lazy("count", "not explained")
    UNBOOKED = "unbooked", pgettext_lazy("count", "a movement was not booked")
    WRONG_SHELF = "wrong_shelf", pgettext_lazy("count", "lay on another shelf")
    WRONG_UNIT = "wrong_unit", pgettext_lazy("count", "booked in a wrong unit")
    SHRINKAGE = "shrinkage", pgettext_lazy("count", "dried out, spilt, cut away")
    DAMAGE = "damage", pgettext_lazy("count", "damaged")
    LOSS = "loss", pgettext_lazy("count", "lost or stolen")


class CountDecision(models.TextChoices):
    """What became of a counted line."""

    OPEN = "open", pgettext_lazy("count line", "to be counted")
    UNCHANGED = "unchanged", pgettext_lazy("count line", "as booked")
    RECOUNT = "recount", pgettext_lazy("count line", "counted again")
    WITHIN = "within", pgettext_lazy("count line", "difference within the limits")
    APPROVAL = "approval", pgettext_lazy("count line", "difference needs approval")


S = CountStatus

COUNT_MOVES = StateMachine(
    {
        S.PLANNED: frozenset({S.COUNTING, S.CANCELLED}),
        S.COUNTING: frozenset({S.DECIDING, S.DONE, S.CANCELLED}),
        S.DECIDING: frozenset({S.COUNTING, S.DONE}),
        S.DONE: frozenset(),
        S.CANCELLED: frozenset(),
    }
)


@pghistory.track()
class CountSession(models.Model):
    """One count of a store. A `blind` one does not show what should be there; a recount never does."""

    Status: ClassVar = CountStatus
    moves: ClassVar = COUNT_MOVES

    number = models.CharField(_("number"), max_length=20, unique=True)
    warehouse = models.ForeignKey(
        "inventory.Warehouse", on_delete=models.PROTECT, related_name="counts", verbose_name=_("store")
    )
    kind = models.CharField(_("kind"), max_length=8, choices=CountKind.choices, default=CountKind.FULL)
    status = models.CharField(_("state"), max_length=9, choices=S.choices, default=S.PLANNED)
    blind = models.BooleanField(pgettext_lazy("count", "without showing what should be there"), default=True)
    planned_for = models.DateField(pgettext_lazy("count", "to be counted on"))
    planned_at = models.DateTimeField(_("planned"))
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    rule = models.ForeignKey(
        "inventory.CountRule", on_delete=models.SET_NULL, null=True, blank=True, related_name="sessions"
    )
    document = models.ForeignKey(
        "inventory.StockDocument", on_delete=models.PROTECT, null=True, blank=True, related_name="counts"
    )
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    is_demo = models.BooleanField(default=False, editable=False)

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["status", "planned_for"], name="count_session_status")]
        constraints = [
            models.CheckConstraint(name="count_session_status_known", condition=Q(status__in=S.values)),
            models.CheckConstraint(name="count_session_kind_known", condition=Q(kind__in=CountKind.values)),
            models.CheckConstraint(
                name="count_session_finished_at_iff_it_has_ended",
                condition=Q(status__in=["done", "cancelled"], finished_at__isnull=False)
                | ~Q(status__in=["done", "cancelled"]) & Q(finished_at__isnull=True),
            ),
        ]
        triggers = [
            pgtrigger.FSM(name="count_session_moves", field="status", transitions=COUNT_MOVES.edges),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_open(self) -> bool:
        """True while figures may be written down."""
        return self.status in {S.PLANNED, S.COUNTING}


@pghistory.track()
class CountLine(models.Model):
    """What was counted of an item (of a lot) at a location, in one round; base units.

    `book_qty` lay there by the books when it was planned, after the movement `book_seq`; `expected_qty`
    at the instant it was counted, after the movement `counted_seq`, so that goods may move meanwhile.
    """

    session = models.ForeignKey(CountSession, on_delete=models.CASCADE, related_name="lines")
    location = models.ForeignKey("inventory.Location", on_delete=models.PROTECT, related_name="+")
    item = models.ForeignKey("inventory.Item", on_delete=models.PROTECT, related_name="count_lines")
    lot = models.ForeignKey(
        "inventory.Lot", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    round = models.PositiveSmallIntegerField(default=1)
    book_qty = models.DecimalField(_("by the books"), max_digits=18, decimal_places=6)
    book_seq = models.PositiveBigIntegerField(default=0)
    counted_qty = models.DecimalField(
        pgettext_lazy("count", "counted"), max_digits=18, decimal_places=6, null=True, blank=True
    )
    expected_qty = models.DecimalField(
        pgettext_lazy("count", "should be there"), max_digits=18, decimal_places=6, null=True, blank=True
    )
    counted_seq = models.PositiveBigIntegerField(null=True, blank=True)
    counted_at = models.DateTimeField(pgettext_lazy("count", "counted"), null=True, blank=True)
    counter = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decision = models.CharField(max_length=9, choices=CountDecision.choices, default=CountDecision.OPEN)
    value = models.DecimalField(
        pgettext_lazy("count", "worth of the difference"),
        max_digits=16,
        decimal_places=2,
        null=True,
        blank=True,
    )
    reason = models.CharField(
        _("reason"), max_length=11, choices=CountReason.choices, default=CountReason.UNKNOWN
    )
    note = models.CharField(_("note"), max_length=200, blank=True)
    open = models.BooleanField(default=True, editable=False)

    class Meta:
        ordering = ["session_id", "location__code", "item__code", "lot_id", "round"]
        indexes = [models.Index(fields=["item", "location", "counted_at"], name="count_line_item")]
        constraints = [
            models.UniqueConstraint(
                name="count_line_once_in_a_round",
                fields=["session", "location", "item", "lot", "round"],
                nulls_distinct=False,
            ),
            models.UniqueConstraint(
                name="count_line_in_one_open_count_at_a_time",
                fields=["location", "item", "lot", "round"],
                condition=Q(open=True),
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="count_line_decision_known", condition=Q(decision__in=CountDecision.values)
            ),
            models.CheckConstraint(
                name="count_line_reason_known", condition=Q(reason__in=CountReason.values)
            ),
            models.CheckConstraint(
                name="count_line_counted_is_not_negative",
                condition=Q(counted_qty__isnull=True) | Q(counted_qty__gte=0),
            ),
            models.CheckConstraint(
                name="count_line_counted_by_somebody_at_an_instant",
                condition=Q(
                    counted_qty__isnull=True,
                    counted_at__isnull=True,
                    counter__isnull=True,
                    expected_qty__isnull=True,
                    counted_seq__isnull=True,
                )
                | Q(
                    counted_qty__isnull=False,
                    counted_at__isnull=False,
                    counter__isnull=False,
                    expected_qty__isnull=False,
                    counted_seq__isnull=False,
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session_id} {self.location_id} {self.item_id} {self.counted_qty}"


class AbcClass(models.TextChoices):
    """How much of what is used in a year, by value, an item makes: 80 %, the next 15 %, the rest."""

    A = "A", "A"
    B = "B", "B"
    C = "C", "C"


@pghistory.track()
class CountRule(models.Model):
    """What is counted again and again without anybody asking for it.

    `periodic`: whatever was not counted for `every_days`; `abc`: the same for one class; `accuracy`:
    what differed at its last count; `zero`: shelves that have become empty.
    """

    warehouse = models.ForeignKey(
        "inventory.Warehouse", on_delete=models.CASCADE, related_name="count_rules", verbose_name=_("store")
    )
    kind = models.CharField(_("kind"), max_length=8, choices=CountKind.choices, default=CountKind.PERIODIC)
    category = models.ForeignKey(
        "inventory.ItemCategory",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("only of this category"),
    )
    abc = models.CharField(
        pgettext_lazy("count", "class by turnover"), max_length=1, choices=AbcClass.choices, blank=True
    )
    every_days = models.PositiveSmallIntegerField(pgettext_lazy("count", "every … days"), default=90)
    most_lines = models.PositiveSmallIntegerField(
        pgettext_lazy("count", "at most this many lines a day"), default=20
    )
    blind = models.BooleanField(pgettext_lazy("count", "without showing what should be there"), default=True)
    active = models.BooleanField(_("in use"), default=True)

    class Meta:
        ordering = ["warehouse_id", "kind", "pk"]
        constraints = [
            models.CheckConstraint(
                name="count_rule_kind_known",
                condition=Q(kind__in=["periodic", "abc", "accuracy", "zero"]),
            ),
            models.CheckConstraint(name="count_rule_abc_known", condition=Q(abc__in=["A", "B", "C", ""])),
            models.CheckConstraint(
                name="count_rule_class_iff_by_turnover",
                condition=Q(kind="abc") & ~Q(abc="") | ~Q(kind="abc") & Q(abc=""),
            ),
            models.CheckConstraint(
                name="count_rule_comes_round", condition=Q(every_days__gte=1, most_lines__gte=1)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.warehouse_id} {self.kind} {self.abc}"


@pghistory.track()
class StockLimit(models.Model):
    """Up to where a count difference or a write-off is posted without approval; either limit stops it.

    The most specific row holds: for the store and category, the store, the category, all. Without any,
    every difference and every write-off needs approval.
    """

    class Kind(models.TextChoices):
        """What the limit is for."""

        COUNT = "count", pgettext_lazy("stock", "count difference")
        SCRAP = "scrap", pgettext_lazy("stock", "write-off")

    kind = models.CharField(_("kind"), max_length=5, choices=Kind.choices)
    warehouse = models.ForeignKey(
        "inventory.Warehouse",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("store"),
    )
    category = models.ForeignKey(
        "inventory.ItemCategory",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("category"),
    )
    percent = models.DecimalField(
        pgettext_lazy("stock", "quantity in per cent"), max_digits=7, decimal_places=2, default=0
    )
    value = models.DecimalField(_("amount"), max_digits=16, decimal_places=2, default=0)

    class Meta:
        ordering = ["kind", "warehouse_id", "category_id"]
        constraints = [
            models.CheckConstraint(name="stock_limit_kind_known", condition=Q(kind__in=["count", "scrap"])),
            models.CheckConstraint(
                name="stock_limit_not_negative", condition=Q(percent__gte=0, value__gte=0)
            ),
            models.UniqueConstraint(
                name="stock_limit_once", fields=["kind", "warehouse", "category"], nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.percent} % {self.value}"
