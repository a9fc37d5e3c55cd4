"""What is recorded on a work order: events, people, time, checklist, attachments."""

import pghistory
import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from houqin.journal.models import EventBase
from houqin.kernel.bilingual import in_language
from houqin.kernel.ranges import TimeRange


class OrderEvent(EventBase):
    """One step of an order; replaying the steps gives its state."""

    order = models.ForeignKey("work.WorkOrder", on_delete=models.CASCADE, related_name="events")

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["order", "id"], name="order_event_order")]
        triggers = [
            pgtrigger.Protect(name="order_event_is_only_appended", operation=pgtrigger.Update),
        ]


@pghistory.track()
class OrderWorker(models.Model):
    """A helper on an order. The lead stands on the order itself."""

    order = models.ForeignKey("work.WorkOrder", on_delete=models.CASCADE, related_name="helpers")
    user = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, related_name="+", verbose_name=_("person")
    )
    since = models.DateTimeField(_("since"))

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(name="order_worker_once", fields=["order", "user"])]

    def __str__(self) -> str:
        return f"{self.order_id} {self.user_id}"


@pghistory.track()
class TimeEntry(models.Model):
    """Working time of one person on one order; open while it runs. One person, one job at a time."""

    order = models.ForeignKey("work.WorkOrder", on_delete=models.CASCADE, related_name="time_entries")
    user = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, related_name="+", verbose_name=_("person")
    )
    started_at = models.DateTimeField(_("from"))
    ended_at = models.DateTimeField(_("until"), null=True, blank=True)
    entered_by_hand = models.BooleanField(_("entered by hand"), default=False)

    class Meta:
        ordering = ["started_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="time_entry_ends_after_it_starts",
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("started_at")),
            ),
            ExclusionConstraint(
                name="time_entry_one_job_at_a_time",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    (
                        TimeRange(
                            "started_at",
                            "ended_at",
                            RangeBoundary(inclusive_lower=True, inclusive_upper=False),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.started_at:%Y-%m-%d %H:%M}"


class OrderStep(models.Model):
    """One line of an order's checklist, copied from the job type when the order was raised."""

    class Kind(models.TextChoices):
        """What is answered."""

        CHECK = "check", _("tick")
        NUMBER = "number", _("number")
        TEXT = "text", _("text")
        CHOICE = "choice", _("choice")

    order = models.ForeignKey("work.WorkOrder", on_delete=models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=200)
    text_en = models.CharField(max_length=200, blank=True)
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.CHECK)
    choices = models.JSONField(default=list, blank=True)
    required = models.BooleanField(default=False)
    answer = models.CharField(max_length=200, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["order_id", "position"]
        constraints = [
            models.CheckConstraint(
                name="order_step_kind_known", condition=Q(kind__in=["check", "number", "text", "choice"])
            ),
            models.UniqueConstraint(name="order_step_position_once", fields=["order", "position"]),
            models.CheckConstraint(
                name="order_step_answer_has_time",
                condition=Q(answer="", answered_at__isnull=True)
                | ~Q(answer="") & Q(answered_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return in_language(self.text, self.text_en)


class OrderAttachment(models.Model):
    """A photo or file of an order."""

    class Stage(models.TextChoices):
        """When it was taken."""

        REPORT = "report", _("from the report")
        BEFORE = "before", _("before")
        AFTER = "after", _("after")

    order = models.ForeignKey("work.WorkOrder", on_delete=models.CASCADE, related_name="attachments")
    attachment = models.ForeignKey("files.Attachment", on_delete=models.PROTECT, related_name="+")
    stage = models.CharField(max_length=8, choices=Stage.choices, default=Stage.AFTER)
    public = models.BooleanField(_("shown to the requester"), default=False)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="order_attachment_stage_known", condition=Q(stage__in=["report", "before", "after"])
            ),
            models.UniqueConstraint(name="order_attachment_once", fields=["order", "attachment"]),
        ]

    def __str__(self) -> str:
        return f"{self.order_id} {self.attachment_id}"
