"""What is recorded on a request: events, messages, attachments, orders, ratings, follow-ups."""

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from houqin.journal.models import EventBase


class RequestEvent(EventBase):
    """One step of a request; replaying the steps gives its state and its clocks."""

    request = models.ForeignKey("desk.ServiceRequest", on_delete=models.CASCADE, related_name="events")

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["request", "id"], name="request_event_request")]
        triggers = [
            pgtrigger.Protect(name="request_event_is_only_appended", operation=pgtrigger.Update),
        ]


class Message(models.Model):
    """Something said about a request: by the requester, to the requester, among staff, or by a follower.

    What a follower says is read by staff and by that follower; the requester and others never see it.
    """

    class Side(models.TextChoices):
        """Who speaks to whom."""

        REQUESTER = "requester", _("from the requester")
        STAFF = "staff", _("to the requester")
        INTERNAL = "internal", _("internal note")
        FOLLOWER = "follower", _("from a follower")

    request = models.ForeignKey("desk.ServiceRequest", on_delete=models.CASCADE, related_name="messages")
    side = models.CharField(max_length=10, choices=Side.choices)
    author = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    author_name = models.CharField(max_length=80, blank=True)
    follower = models.ForeignKey(
        "desk.Follower", on_delete=models.CASCADE, null=True, blank=True, related_name="messages"
    )
    text = models.TextField(_("message"), max_length=10_000)
    at = models.DateTimeField()
    imported = models.BooleanField(default=False)

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["request", "id"], name="message_request")]
        constraints = [
            models.CheckConstraint(
                name="message_side_known",
                condition=Q(side__in=["requester", "staff", "internal", "follower"]),
            ),
            models.CheckConstraint(
                name="message_of_a_follower_names_it",
                condition=Q(side="follower", follower__isnull=False)
                | ~Q(side="follower") & Q(follower__isnull=True),
            ),
            models.CheckConstraint(name="message_says_something", condition=~Q(text="")),
        ]

    def __str__(self) -> str:
        return self.text[:60]


class RequestAttachment(models.Model):
    """A photo or file of a request."""

    request = models.ForeignKey("desk.ServiceRequest", on_delete=models.CASCADE, related_name="attachments")
    attachment = models.ForeignKey("files.Attachment", on_delete=models.PROTECT, related_name="+")
    message = models.ForeignKey(
        Message, on_delete=models.CASCADE, null=True, blank=True, related_name="attachments"
    )
    public = models.BooleanField(_("shown to the requester"), default=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(name="request_attachment_once", fields=["request", "attachment"])
        ]

    def __str__(self) -> str:
        return f"{self.request_id} {self.attachment_id}"


class RequestOrder(models.Model):
    """A work order raised for a request; an order serves one request."""

    request = models.ForeignKey("desk.ServiceRequest", on_delete=models.CASCADE, related_name="order_links")
    order = models.OneToOneField("work.WorkOrder", on_delete=models.CASCADE, related_name="request_link")

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.request_id} {self.order_id}"


@pghistory.track()
class Rating(models.Model):
    """One person's three scores for one request, 1 to 5, and whether it is solved."""

    request = models.ForeignKey("desk.ServiceRequest", on_delete=models.CASCADE, related_name="ratings")
    rater = models.CharField(_("rated by"), max_length=80)
    follower = models.ForeignKey(
        "desk.Follower",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="ratings",
        verbose_name=_("follower"),
    )
    speed = models.PositiveSmallIntegerField(pgettext_lazy("rating", "speed"))
    attitude = models.PositiveSmallIntegerField(pgettext_lazy("rating", "service"))
    quality = models.PositiveSmallIntegerField(pgettext_lazy("rating", "result"))
    solved = models.BooleanField(_("solved"), default=True)
    comment = models.TextField(_("comment"), blank=True, max_length=2_000)
    rated_at = models.DateTimeField(_("rated"))
    changed_at = models.DateTimeField(_("changed"), null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(name="rating_once_per_person_and_request", fields=["request", "rater"]),
            models.CheckConstraint(
                name="rating_scores_1_to_5",
                condition=Q(speed__range=(1, 5), attitude__range=(1, 5), quality__range=(1, 5)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.request_id} {self.speed}/{self.attitude}/{self.quality}"

    @property
    def lowest(self) -> int:
        """The lowest of the three scores."""
        return min(self.speed, self.attitude, self.quality)


@pghistory.track()
class FollowUp(models.Model):
    """A call to make after a bad rating (回访)."""

    request = models.ForeignKey("desk.ServiceRequest", on_delete=models.CASCADE, related_name="follow_ups")
    rating = models.OneToOneField(Rating, on_delete=models.CASCADE, related_name="follow_up")
    opened_at = models.DateTimeField(_("opened"))
    due_at = models.DateTimeField(_("due"))
    done_at = models.DateTimeField(_("done"), null=True, blank=True)
    done_by = models.ForeignKey(
        "accounts.User",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("done by"),
    )
    outcome = models.TextField(_("outcome"), blank=True, max_length=2_000)

    class Meta:
        ordering = ["due_at", "pk"]
        indexes = [models.Index(fields=["due_at"], name="follow_up_open", condition=Q(done_at__isnull=True))]
        constraints = [
            models.CheckConstraint(
                name="follow_up_done_has_person_and_outcome",
                condition=Q(done_at__isnull=True) | Q(done_by__isnull=False) & ~Q(outcome=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.request_id}"
