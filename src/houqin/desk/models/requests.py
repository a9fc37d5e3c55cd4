"""Service requests and the moves they may make."""

from typing import ClassVar

import pghistory
import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from houqin.desk.models.catalogue import Impact, Urgency
from houqin.kernel import clock
from houqin.kernel.state import StateMachine
from houqin.kernel.text_search import Searchable
from houqin.work.models import Priority


class RequestStatus(models.TextChoices):
    """Where a request stands."""

    NEW = "new", pgettext_lazy("request", "new")
    NEED_INFO = "need_info", pgettext_lazy("request", "information needed")
    ACCEPTED = "accepted", pgettext_lazy("request", "accepted")
    IN_PROGRESS = "in_progress", pgettext_lazy("request", "in progress")
    RESOLVED = "resolved", pgettext_lazy("request", "awaiting acceptance")
    CLOSED = "closed", pgettext_lazy("request", "closed")
    REJECTED = "rejected", pgettext_lazy("request", "rejected")
    MERGED = "merged", pgettext_lazy("request", "merged")
    WITHDRAWN = "withdrawn", pgettext_lazy("request", "withdrawn")


S = RequestStatus
_EXITS = {S.REJECTED, S.MERGED, S.WITHDRAWN}

REQUEST_MOVES = StateMachine(
    {
        S.NEW: frozenset({S.NEED_INFO, S.ACCEPTED, *_EXITS}),
        S.NEED_INFO: frozenset({S.ACCEPTED, *_EXITS}),
        S.ACCEPTED: frozenset({S.NEED_INFO, S.IN_PROGRESS, S.RESOLVED, *_EXITS}),
        S.IN_PROGRESS: frozenset({S.RESOLVED, S.NEED_INFO}),
        S.RESOLVED: frozenset({S.CLOSED, S.IN_PROGRESS}),
        S.CLOSED: frozenset({S.IN_PROGRESS}),
        S.REJECTED: frozenset(),
        S.MERGED: frozenset(),
        S.WITHDRAWN: frozenset(),
    }
)

OPEN = frozenset({S.NEW, S.NEED_INFO, S.ACCEPTED, S.IN_PROGRESS})
ENDED = frozenset({S.CLOSED, *_EXITS})


class Channel(models.TextChoices):
    """By which door a request came."""

    QR = "qr", pgettext_lazy("channel", "QR code")
    WEB = "web", pgettext_lazy("channel", "web form")
    PHONE = "phone", pgettext_lazy("channel", "phone")
    EMAIL = "email", pgettext_lazy("channel", "e-mail")
    CHAT = "chat", pgettext_lazy("channel", "chat")
    API = "api", "API"
    STAFF = "staff", pgettext_lazy("channel", "staff")
    IMPORTED = "imported", pgettext_lazy("channel", "import")


# A circle of merged requests would have no end to go on as. The lock makes two merges queue up, so
# that the second one sees what the first one wrote.
_NO_CIRCLE = """
    PERFORM pg_advisory_xact_lock(7203114);
    IF EXISTS (
        WITH RECURSIVE way(id) AS (
            SELECT NEW.merged_into_id
            UNION
            SELECT r.merged_into_id FROM desk_servicerequest r JOIN way ON r.id = way.id
            WHERE r.merged_into_id IS NOT NULL
        )
        SELECT 1 FROM way WHERE id = NEW.id
    ) THEN
        RAISE EXCEPTION 'a request cannot be merged into one that goes on as itself'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'request_merged_in_no_circle';
    END IF;
    RETURN NEW;
"""

_DERIVED = [
    "responded_at",
    "response_due_at",
    "update_due_at",
    "updates_kept",
    "updates_missed",
    "arrival_due_at",
    "due_at",
    "next_due_at",
    "warn_at",
    "escalated",
    "paused",
    "provisional",
    "affected",
]


@pghistory.track(exclude=["search_text", "search_grams", "version", *_DERIVED])
class ServiceRequest(Searchable):
    """What somebody asked for, from the report to the rating.

    `channel_name` keeps the source's own word for the door of an imported request. Due times and
    `paused` are copies of what `desk.queries.clocks` computes from the events; `next_due_at` is the
    earlier of the unmet ones and orders the queue. `update_due_at` is when a message of the requester
    that waits has to be answered; how many answers were in time and how many were not is counted
    beside it. `escalated` is the highest level that was told of a due time that still holds.
    `target_at` is a fixed promise that replaces the computed restoration time. `affected` is a copy of
    what `desk.queries.affected` counts.
    """

    Status: ClassVar = RequestStatus
    moves: ClassVar = REQUEST_MOVES

    number = models.CharField(_("number"), max_length=20, unique=True)
    status = models.CharField(_("state"), max_length=12, choices=S.choices, default=S.NEW)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices)
    channel_name = models.CharField(_("channel as imported"), max_length=80, blank=True)
    category = models.ForeignKey("desk.Category", on_delete=models.PROTECT, verbose_name=_("category"))
    service = models.ForeignKey(
        "desk.Service", on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("service")
    )
    title = models.CharField(_("what"), max_length=120)
    description = models.TextField(_("description"), blank=True, max_length=10_000)
    answers = models.JSONField(_("answers"), default=list, blank=True)
    place = models.ForeignKey(
        "org.Place", on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("place")
    )
    place_note = models.CharField(_("where exactly"), max_length=200, blank=True)

    requester = models.ForeignKey(
        "accounts.User",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="requests",
        verbose_name=_("requester"),
    )
    contact_name = models.CharField(_("contact"), max_length=80, blank=True)
    contact_phone = models.CharField(_("phone"), max_length=30, blank=True)
    contact_email = models.EmailField(_("e-mail"), blank=True)
    department = models.ForeignKey(
        "org.Department", on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("department")
    )
    language = models.CharField(_("language"), max_length=10, default="zh-hans")

    urgency = models.CharField(_("urgency"), max_length=8, choices=Urgency.choices, default=Urgency.NORMAL)
    impact = models.CharField(_("impact"), max_length=8, choices=Impact.choices, default=Impact.ROOM)
    safety = models.BooleanField(_("safety at risk"), default=False)
    priority = models.CharField(
        _("priority"), max_length=10, choices=Priority.choices, default=Priority.NORMAL
    )
    priority_by_hand = models.BooleanField(_("priority set by hand"), default=False)
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

    opened_at = models.DateTimeField(_("reported"))
    responded_at = models.DateTimeField(_("first response"), null=True, blank=True)
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True)
    resolved_at = models.DateTimeField(_("resolved"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    target_at = models.DateTimeField(_("promised"), null=True, blank=True)
    response_due_at = models.DateTimeField(_("first response due"), null=True, blank=True)
    update_due_at = models.DateTimeField(_("answer due"), null=True, blank=True)
    updates_kept = models.PositiveSmallIntegerField(_("answers in time"), default=0)
    updates_missed = models.PositiveSmallIntegerField(_("answers too late"), default=0)
    arrival_due_at = models.DateTimeField(_("arrival due"), null=True, blank=True)
    due_at = models.DateTimeField(_("restoration due"), null=True, blank=True)
    next_due_at = models.DateTimeField(_("next due"), null=True, blank=True)
    warn_at = models.DateTimeField(_("warn at"), null=True, blank=True)
    escalated = models.PositiveSmallIntegerField(_("escalated to level"), default=0)
    paused = models.BooleanField(_("clock paused"), default=False)
    provisional = models.BooleanField(_("due time provisional"), default=False)

    reopen_count = models.PositiveSmallIntegerField(_("times reopened"), default=0)
    merged_into = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="merged",
        verbose_name=_("merged into"),
    )
    previous = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="later",
        verbose_name=_("follows on"),
    )
    result = models.TextField(_("result"), blank=True, max_length=4_000)
    accepted_by_silence = models.BooleanField(_("accepted by silence"), default=False)
    link_nonce = models.CharField(max_length=32)
    external_source = models.CharField(_("imported from"), max_length=60, blank=True)
    external_id = models.CharField(_("id there"), max_length=120, blank=True)
    imported = models.BooleanField(_("imported"), default=False)
    import_digest = models.CharField(max_length=32, blank=True)
    affected = models.PositiveIntegerField(_("people affected"), default=1, db_default=1)
    flags = ArrayField(
        models.CharField(max_length=40), verbose_name=_("contradictions"), default=list, blank=True
    )
    is_demo = models.BooleanField(default=False, editable=False)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-pk"]
        indexes = [
            Searchable.search_index("request_search"),
            models.Index(fields=["status", "next_due_at", "id"], name="request_status_due"),
            models.Index(fields=["opened_at", "id"], name="request_opened"),
            models.Index(fields=["category", "opened_at"], name="request_category_opened"),
            models.Index(fields=["requester", "-id"], name="request_requester"),
            models.Index(fields=["place", "-id"], name="request_place"),
            models.Index(fields=["warn_at"], name="request_to_warn", condition=Q(warn_at__isnull=False)),
            models.Index(fields=["escalated"], name="request_escalated", condition=Q(escalated__gt=0)),
            models.Index(
                fields=["next_due_at", "id"], name="request_open_due", condition=Q(status__in=sorted(OPEN))
            ),
            models.Index(
                fields=["paused", "next_due_at", "id"],
                name="request_queue",
                condition=Q(status__in=sorted(OPEN)),
            ),
        ]
        constraints = [
            models.CheckConstraint(name="request_status_known", condition=Q(status__in=S.values)),
            models.CheckConstraint(name="request_channel_known", condition=Q(channel__in=Channel.values)),
            models.CheckConstraint(name="request_urgency_known", condition=Q(urgency__in=Urgency.values)),
            models.CheckConstraint(name="request_impact_known", condition=Q(impact__in=Impact.values)),
            models.CheckConstraint(name="request_priority_known", condition=Q(priority__in=Priority.values)),
            models.CheckConstraint(
                name="request_safety_is_critical",
                condition=Q(safety=False)
                | Q(priority=Priority.CRITICAL)
                | Q(priority_by_hand=True)
                | Q(imported=True),
            ),
            models.CheckConstraint(
                name="request_resolved_at_iff_done",
                condition=Q(status__in=[S.RESOLVED, S.CLOSED], resolved_at__isnull=False)
                | ~Q(status__in=[S.RESOLVED, S.CLOSED]) & Q(resolved_at__isnull=True),
            ),
            models.CheckConstraint(
                name="request_closed_at_iff_ended",
                condition=Q(status__in=sorted(ENDED), closed_at__isnull=False)
                | ~Q(status__in=sorted(ENDED)) & Q(closed_at__isnull=True),
            ),
            models.CheckConstraint(
                name="request_silence_accepts_only_what_is_closed",
                condition=Q(accepted_by_silence=False) | Q(status=S.CLOSED),
            ),
            models.CheckConstraint(
                name="request_closed_not_before_opened_unless_flagged",
                condition=Q(closed_at__isnull=True)
                | Q(closed_at__gte=F("opened_at"))
                | Q(flags__contains=["closed_before_opened"]),
            ),
            models.CheckConstraint(
                name="request_merged_into_iff_merged",
                condition=Q(status=S.MERGED, merged_into__isnull=False)
                | ~Q(status=S.MERGED) & Q(merged_into__isnull=True),
            ),
            models.CheckConstraint(name="request_not_merged_into_itself", condition=~Q(merged_into=F("pk"))),
            models.UniqueConstraint(
                name="request_external_id_once",
                fields=["external_source", "external_id"],
                condition=~Q(external_id=""),
            ),
        ]
        triggers = [
            pgtrigger.FSM(name="request_moves", field="status", transitions=REQUEST_MOVES.edges),
            pgtrigger.Trigger(
                name="request_merged_in_no_circle",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("merged_into_id"),  # type: ignore[no-untyped-call]
                condition=pgtrigger.Condition("NEW.merged_into_id IS NOT NULL"),
                func=_NO_CIRCLE,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def is_overdue(self) -> bool:
        """Not repaired by the promised time, while its clock runs."""
        if self.due_at is None or self.resolved_at is not None or self.paused:
            return False
        return self.is_open and self.due_at < clock.now()

    @property
    def is_open(self) -> bool:
        """True while somebody still has to do something about it."""
        return self.status in OPEN
