"""Work orders and the moves they may make."""

from typing import ClassVar

import pghistory
import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from houqin.kernel import clock
from houqin.kernel.state import StateMachine
from houqin.kernel.text_search import Searchable
from houqin.work.models.standards import Priority
from houqin.work.models.types import WorkKind


class WorkOrderStatus(models.TextChoices):
    """Where an order stands."""

    DRAFT = "draft", pgettext_lazy("work order", "draft")
    AWAITING_APPROVAL = "awaiting_approval", pgettext_lazy("work order", "awaiting approval")
    TO_DISPATCH = "to_dispatch", pgettext_lazy("work order", "to dispatch")
    DISPATCHED = "dispatched", pgettext_lazy("work order", "dispatched")
    ACCEPTED = "accepted", pgettext_lazy("work order", "accepted")
    ON_SITE = "on_site", pgettext_lazy("work order", "on site")
    IN_PROGRESS = "in_progress", pgettext_lazy("work order", "in progress")
    ON_HOLD = "on_hold", pgettext_lazy("work order", "on hold")
    COMPLETED = "completed", pgettext_lazy("work order", "completed")
    VERIFIED = "verified", pgettext_lazy("work order", "verified")
    CLOSED = "closed", pgettext_lazy("work order", "closed")
    CANCELLED = "cancelled", pgettext_lazy("work order", "void")


S = WorkOrderStatus

WORK_ORDER_MOVES = StateMachine(
    {
        S.DRAFT: frozenset({S.AWAITING_APPROVAL, S.TO_DISPATCH, S.CANCELLED}),
        S.AWAITING_APPROVAL: frozenset({S.TO_DISPATCH, S.DRAFT, S.CANCELLED}),
        S.TO_DISPATCH: frozenset({S.DISPATCHED, S.ACCEPTED, S.CANCELLED}),
        S.DISPATCHED: frozenset({S.ACCEPTED, S.TO_DISPATCH, S.DISPATCHED, S.CANCELLED}),
        S.ACCEPTED: frozenset({S.ON_SITE, S.IN_PROGRESS, S.ON_HOLD, S.TO_DISPATCH, S.DISPATCHED}),
        S.ON_SITE: frozenset({S.IN_PROGRESS, S.ON_HOLD, S.TO_DISPATCH}),
        S.IN_PROGRESS: frozenset({S.ON_HOLD, S.COMPLETED}),
        S.ON_HOLD: frozenset({S.ACCEPTED, S.ON_SITE, S.IN_PROGRESS, S.TO_DISPATCH}),
        S.COMPLETED: frozenset({S.VERIFIED, S.IN_PROGRESS}),
        S.VERIFIED: frozenset({S.CLOSED}),
        S.CLOSED: frozenset(),
        S.CANCELLED: frozenset(),
    }
)

# States in which nobody has to do anything any more.
FINISHED = frozenset({S.COMPLETED, S.VERIFIED, S.CLOSED, S.CANCELLED})
_WITH_WORKER = [S.ACCEPTED, S.ON_SITE, S.IN_PROGRESS, S.ON_HOLD, S.COMPLETED]


class HoldReason(models.TextChoices):
    """Why work stands still."""

    PARTS = "parts", pgettext_lazy("waiting for", "parts")
    ACCESS = "access", pgettext_lazy("waiting for", "access")
    REQUESTER = "requester", pgettext_lazy("waiting for", "appointment with the requester")
    APPROVAL = "approval", pgettext_lazy("waiting for", "approval")
    CONTRACTOR = "contractor", pgettext_lazy("waiting for", "contractor")
    PERMIT = "permit", pgettext_lazy("waiting for", "work permit")
    WEATHER = "weather", pgettext_lazy("waiting for", "weather")
    BUDGET = "budget", pgettext_lazy("waiting for", "budget")
    OTHER = "other", pgettext_lazy("waiting for", "something else")


class OrderResult(models.TextChoices):
    """How the work ended."""

    FIXED = "fixed", pgettext_lazy("result", "fixed")
    TEMPORARY = "temporary", pgettext_lazy("result", "fixed for now")
    NO_FAULT_FOUND = "no_fault_found", pgettext_lazy("result", "no fault found")
    NOT_OUR_JOB = "not_our_job", pgettext_lazy("result", "not our job")
    DUPLICATE = "duplicate", pgettext_lazy("result", "duplicate")


@pghistory.track(
    exclude=[
        "search_text",
        "search_grams",
        "version",
        "changed_at",
        "warn_at",
        "dispatch_at",
        "unassignable_since",
    ]
)
class WorkOrder(Searchable):
    """One job for one crew, from the moment it is raised until it is closed.

    `source` is the number of what asked for it (a request, later a plan), kept as text: what asks
    stands above. Due times are copies, recomputed by the clock's own function.
    """

    Status: ClassVar = WorkOrderStatus
    moves: ClassVar = WORK_ORDER_MOVES

    number = models.CharField(_("number"), max_length=20, unique=True)
    status = models.CharField(_("state"), max_length=20, choices=S.choices, default=S.TO_DISPATCH)
    job_type = models.ForeignKey("work.JobType", on_delete=models.PROTECT, verbose_name=_("job type"))
    kind = models.CharField(
        _("work type"), max_length=12, choices=WorkKind.choices, default=WorkKind.CORRECTIVE
    )
    title = models.CharField(_("title"), max_length=120)
    description = models.TextField(_("description"), blank=True, max_length=10_000)
    answers = models.JSONField(_("answers"), default=list, blank=True)
    place = models.ForeignKey(
        "org.Place", on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("place")
    )
    place_note = models.CharField(_("where exactly"), max_length=200, blank=True)
    contact_name = models.CharField(_("contact"), max_length=80, blank=True)
    contact_phone = models.CharField(_("phone"), max_length=30, blank=True)
    priority = models.CharField(
        _("priority"), max_length=10, choices=Priority.choices, default=Priority.NORMAL
    )
    standard = models.ForeignKey(
        "work.ServiceStandard",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("service standard"),
    )
    crew = models.ForeignKey(
        "staffing.Crew", on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("crew")
    )
    worker = models.ForeignKey(
        "accounts.User",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="orders_led",
        verbose_name=_("technician"),
    )
    source = models.CharField(_("raised from"), max_length=20, blank=True)
    rework_of = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="reworks",
        verbose_name=_("rework of"),
    )
    estimated_minutes = models.PositiveIntegerField(_("estimated minutes"), null=True, blank=True)

    scheduled_from = models.DateTimeField(_("appointment from"), null=True, blank=True)
    scheduled_until = models.DateTimeField(_("appointment until"), null=True, blank=True)
    raised_at = models.DateTimeField(_("raised"))
    dispatched_at = models.DateTimeField(_("dispatched"), null=True, blank=True)
    accepted_at = models.DateTimeField(pgettext_lazy("work order", "accepted"), null=True, blank=True)
    arrived_at = models.DateTimeField(_("arrived"), null=True, blank=True)
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    completed_at = models.DateTimeField(_("completed"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)

    hold_reason = models.CharField(_("waiting for"), max_length=12, choices=HoldReason.choices, blank=True)
    held_from = models.CharField(max_length=20, blank=True)
    hold_note = models.CharField(_("what exactly"), max_length=200, blank=True)
    held_at = models.DateTimeField(_("on hold since"), null=True, blank=True)
    promised_until = models.DateTimeField(_("promised until"), null=True, blank=True)

    problem = models.ForeignKey(
        "work.FailureCode",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("problem"),
    )
    cause = models.ForeignKey(
        "work.FailureCode",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("cause"),
    )
    remedy = models.ForeignKey(
        "work.FailureCode",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("remedy"),
    )
    result = models.CharField(_("result"), max_length=16, choices=OrderResult.choices, blank=True)
    result_note = models.TextField(_("what was done"), blank=True, max_length=4_000)

    arrival_due_at = models.DateTimeField(_("arrival due"), null=True, blank=True)
    due_at = models.DateTimeField(_("due"), null=True, blank=True)
    paused = models.BooleanField(_("clock paused"), default=False)
    warn_at = models.DateTimeField(_("warn at"), null=True, blank=True)
    dispatch_at = models.DateTimeField(_("the rule of dispatch looks at it"), null=True, blank=True)
    unassignable_since = models.DateTimeField(_("nobody can take it since"), null=True, blank=True)
    changed_at = models.DateTimeField(_("last step"), default=clock.now)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-pk"]
        indexes = [
            Searchable.search_index("work_order_search"),
            models.Index(fields=["status", "due_at", "id"], name="work_order_status_due"),
            models.Index(fields=["crew", "status", "id"], name="work_order_crew_status"),
            models.Index(fields=["worker", "status", "id"], name="work_order_worker_status"),
            models.Index(fields=["worker", "changed_at"], name="work_order_worker_changed"),
            models.Index(fields=["source"], name="work_order_source"),
            models.Index(fields=["raised_at"], name="work_order_raised"),
            models.Index(fields=["warn_at"], name="work_order_to_warn", condition=Q(warn_at__isnull=False)),
            models.Index(
                fields=["dispatch_at"],
                name="work_order_rule_to_look",
                condition=Q(dispatch_at__isnull=False),
            ),
            models.Index(
                fields=["unassignable_since"],
                name="work_order_unassignable",
                condition=Q(unassignable_since__isnull=False),
            ),
        ]
        constraints = [
            models.CheckConstraint(name="work_order_status_known", condition=Q(status__in=S.values)),
            models.CheckConstraint(
                name="work_order_priority_known", condition=Q(priority__in=Priority.values)
            ),
            models.CheckConstraint(name="work_order_kind_known", condition=Q(kind__in=WorkKind.values)),
            models.CheckConstraint(
                name="work_order_hold_reason_known", condition=Q(hold_reason__in=["", *HoldReason.values])
            ),
            models.CheckConstraint(
                name="work_order_result_known", condition=Q(result__in=["", *OrderResult.values])
            ),
            models.CheckConstraint(
                name="work_order_has_worker_or_crew_once_dispatched",
                condition=~Q(status=S.DISPATCHED) | Q(worker__isnull=False) | Q(crew__isnull=False),
            ),
            models.CheckConstraint(
                name="work_order_has_worker_once_accepted",
                condition=~Q(status__in=_WITH_WORKER) | Q(worker__isnull=False),
            ),
            models.CheckConstraint(
                name="work_order_hold_has_reason_and_origin",
                condition=Q(status=S.ON_HOLD, held_at__isnull=False) & ~Q(hold_reason="") & ~Q(held_from="")
                | ~Q(status=S.ON_HOLD) & Q(hold_reason="", held_from="", held_at__isnull=True),
            ),
            models.CheckConstraint(
                name="work_order_completed_at_iff_done",
                condition=Q(status__in=[S.COMPLETED, S.VERIFIED, S.CLOSED], completed_at__isnull=False)
                | ~Q(status__in=[S.COMPLETED, S.VERIFIED, S.CLOSED]) & Q(completed_at__isnull=True),
            ),
            models.CheckConstraint(
                name="work_order_closed_at_iff_ended",
                condition=Q(status__in=[S.CLOSED, S.CANCELLED], closed_at__isnull=False)
                | ~Q(status__in=[S.CLOSED, S.CANCELLED]) & Q(closed_at__isnull=True),
            ),
            models.CheckConstraint(
                name="work_order_only_waiting_ones_find_nobody",
                condition=Q(status=S.TO_DISPATCH) | Q(unassignable_since__isnull=True),
            ),
            models.CheckConstraint(
                name="work_order_appointment_has_two_ends",
                condition=Q(scheduled_from__isnull=True, scheduled_until__isnull=True)
                | Q(scheduled_from__isnull=False, scheduled_until__gt=F("scheduled_from")),
            ),
        ]
        triggers = [
            pgtrigger.FSM(name="work_order_moves", field="status", transitions=WORK_ORDER_MOVES.edges),
            pgtrigger.Trigger(
                name="work_order_resumes_where_held",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("status"),  # type: ignore[no-untyped-call]
                condition=pgtrigger.Condition(
                    "OLD.status = 'on_hold' AND NEW.status NOT IN ('on_hold', 'to_dispatch', OLD.held_from)"
                ),
                func="RAISE EXCEPTION 'work order % resumes where it was held', OLD.number"
                " USING ERRCODE = 'check_violation', CONSTRAINT = 'work_order_resumes_where_held';",
            ),
            pgtrigger.Protect(
                name="work_order_closed_stays_closed",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Condition("OLD.status = 'closed'"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def is_finished(self) -> bool:
        """True once nobody has to do anything any more."""
        return self.status in FINISHED
