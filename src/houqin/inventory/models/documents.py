"""Stock documents and the movements they post; what is posted is only appended to."""

from typing import ClassVar

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from houqin.kernel.state import StateMachine


class DocumentKind(models.TextChoices):
    """What a document does."""

    RECEIPT = "receipt", pgettext_lazy("stock", "receipt")
    ISSUE = "issue", pgettext_lazy("stock", "issue")
    RETURN = "return", pgettext_lazy("stock", "return from use")
    TRANSFER = "transfer", pgettext_lazy("stock", "transfer")
    SEND_BACK = "send_back", pgettext_lazy("stock", "return to the supplier")
    COUNT = "count", pgettext_lazy("stock", "count difference")
    SCRAP = "scrap", pgettext_lazy("stock", "write-off")
    REPRICE = "reprice", pgettext_lazy("stock", "later cost")
    ADJUSTMENT = "adjustment", pgettext_lazy("stock", "cost adjustment")
    REVERSAL = "reversal", pgettext_lazy("stock", "reversal")


class DocumentStatus(models.TextChoices):
    """Where a document stands."""

    DRAFT = "draft", pgettext_lazy("stock", "draft")
    SUBMITTED = "submitted", pgettext_lazy("stock", "awaiting approval")
    POSTED = "posted", pgettext_lazy("stock", "posted")
    REVERSED = "reversed", pgettext_lazy("stock", "reversed")
    DROPPED = "dropped", pgettext_lazy("stock", "dropped")


S = DocumentStatus

DOCUMENT_MOVES = StateMachine(
    {
        S.DRAFT: frozenset({S.SUBMITTED, S.POSTED, S.DROPPED}),
        S.SUBMITTED: frozenset({S.DRAFT, S.POSTED, S.DROPPED}),
        S.POSTED: frozenset({S.REVERSED}),
        S.REVERSED: frozenset(),
        S.DROPPED: frozenset(),
    }
)


@pghistory.track()
class StockDocument(models.Model):
    """One step of stock with a number: what came, went, moved or was counted.

    `effective_at` is when it happened, `posted_at` when the ledger learned of it. What happened in a month
    whose books are closed takes effect in the first open one and keeps `happened_at`. `source` quotes
    what asked for it (a work order, a delivery note), `charged_to` who bears the cost: the number of
    a work order or the code of a department. `caused_by` is the document a cost adjustment follows from.
    """

    Status: ClassVar = DocumentStatus
    moves: ClassVar = DOCUMENT_MOVES

    number = models.CharField(_("number"), max_length=20, unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=DocumentKind.choices)
    status = models.CharField(_("state"), max_length=10, choices=S.choices, default=S.DRAFT)
    effective_at = models.DateTimeField(_("took effect"))
    happened_at = models.DateTimeField(_("happened"), null=True, blank=True)
    created_at = models.DateTimeField(_("written"))
    posted_at = models.DateTimeField(_("posted"), null=True, blank=True)
    by = models.ForeignKey(
        "accounts.User",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who"),
    )
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    source = models.CharField(_("for"), max_length=40, blank=True)
    charged_to = models.CharField(_("charged to"), max_length=40, blank=True)
    partner = models.ForeignKey(
        "org.Partner", on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("supplier")
    )
    reverses = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="reversed_by",
        verbose_name=_("reverses"),
    )
    caused_by = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="adjustments",
        verbose_name=_("caused by"),
    )
    key = models.CharField(max_length=80, null=True, blank=True, unique=True)
    is_demo = models.BooleanField(default=False, editable=False)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["kind", "-id"], name="stock_document_kind"),
            models.Index(fields=["effective_at", "id"], name="stock_document_effective"),
            models.Index(fields=["source", "id"], name="stock_document_source"),
            models.Index(fields=["charged_to", "id"], name="stock_document_charged"),
        ]
        constraints = [
            models.CheckConstraint(
                name="stock_document_kind_known", condition=Q(kind__in=DocumentKind.values)
            ),
            models.CheckConstraint(name="stock_document_status_known", condition=Q(status__in=S.values)),
            models.CheckConstraint(
                name="stock_document_posted_at_iff_posted",
                condition=Q(status__in=[S.POSTED, S.REVERSED], posted_at__isnull=False)
                | ~Q(status__in=[S.POSTED, S.REVERSED]) & Q(posted_at__isnull=True),
            ),
            models.CheckConstraint(
                name="stock_document_reversal_iff_it_reverses",
                condition=Q(kind="reversal", reverses__isnull=False)
                | ~Q(kind="reversal") & Q(reverses__isnull=True),
            ),
        ]
        triggers = [
            pgtrigger.FSM(name="stock_document_moves", field="status", transitions=DOCUMENT_MOVES.edges),
            pgtrigger.Trigger(
                name="stock_document_is_fixed_once_posted",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Q(old__status__in=["posted", "reversed", "dropped"]),
                func="""
                    IF (to_jsonb(NEW) - 'status' - 'version') <> (to_jsonb(OLD) - 'status' - 'version') THEN
                        RAISE EXCEPTION 'a posted stock document is never changed';
                    END IF;
                    RETURN NEW;
                """,
            ),
            pgtrigger.Protect(
                name="stock_document_is_kept",
                operation=pgtrigger.Delete,
                condition=pgtrigger.Q(old__status__in=["posted", "reversed"]),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_numbered(self) -> bool:
        """True once it was posted or put before others; a draft has no number yet."""
        return not self.number.startswith("~")


class StockLine(models.Model):
    """One line of a document: what was asked for, in the unit it was asked in.

    `qty` is in base units; `price` is for one `unit`, `value` the line's amount in yuan. `of_move`
    names the issue a return belongs to, or the receipt a later cost belongs to.
    """

    document = models.ForeignKey(StockDocument, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField()
    item = models.ForeignKey("inventory.Item", on_delete=models.PROTECT, related_name="+")
    lot = models.ForeignKey(
        "inventory.Lot", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    unit = models.ForeignKey("inventory.Unit", on_delete=models.PROTECT, related_name="+")
    entered = models.DecimalField(_("quantity"), max_digits=18, decimal_places=6)
    qty = models.DecimalField(_("in base units"), max_digits=18, decimal_places=6)
    price = models.DecimalField(_("price"), max_digits=18, decimal_places=6, null=True, blank=True)
    value = models.DecimalField(_("amount"), max_digits=16, decimal_places=2, null=True, blank=True)
    source = models.ForeignKey(
        "inventory.Location", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    target = models.ForeignKey(
        "inventory.Location", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    of_move = models.ForeignKey(
        "inventory.StockMove", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        ordering = ["document_id", "position"]
        indexes = [models.Index(fields=["item", "document"], name="stock_line_item")]
        constraints = [
            models.UniqueConstraint(name="stock_line_position_once", fields=["document", "position"]),
            models.CheckConstraint(name="stock_line_not_negative", condition=Q(qty__gte=0, entered__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.document_id}/{self.position}"


class StockMove(models.Model):
    """A quantity went from one location to another. Only appended; its id is the order of recording."""

    line = models.ForeignKey(StockLine, on_delete=models.PROTECT, related_name="movements")
    document = models.ForeignKey(StockDocument, on_delete=models.PROTECT, related_name="stock_moves")
    item = models.ForeignKey("inventory.Item", on_delete=models.PROTECT, related_name="movements")
    lot = models.ForeignKey(
        "inventory.Lot", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    source = models.ForeignKey("inventory.Location", on_delete=models.PROTECT, related_name="+")
    target = models.ForeignKey("inventory.Location", on_delete=models.PROTECT, related_name="+")
    qty = models.DecimalField(_("quantity"), max_digits=18, decimal_places=6)
    effective_at = models.DateTimeField(_("took effect"))
    of_move = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="returns"
    )

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["item", "effective_at", "id"], name="stock_move_item_effective"),
            models.Index(fields=["document"], name="stock_move_document"),
        ]
        constraints = [
            models.CheckConstraint(name="stock_move_moves_something", condition=Q(qty__gt=0)),
            models.CheckConstraint(name="stock_move_has_two_ends", condition=~Q(source=models.F("target"))),
        ]
        triggers = [
            pgtrigger.Protect(
                name="stock_move_is_only_appended", operation=pgtrigger.Update | pgtrigger.Delete
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.qty} {self.source_id}→{self.target_id}"
