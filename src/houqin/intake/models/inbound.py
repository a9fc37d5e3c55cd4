"""Mail that came in, and what became of it."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Via(models.TextChoices):
    """By which door a mail came."""

    SMTP = "smtp", "SMTP"
    LMTP = "lmtp", "LMTP"
    IMAP = "imap", "IMAP"
    UPLOAD = "upload", pgettext_lazy("mail", "by hand")


class Outcome(models.TextChoices):
    """What became of a mail; it is one of them at any time."""

    WAITING = "waiting", pgettext_lazy("mail outcome", "not looked at yet")
    REQUEST = "request", pgettext_lazy("mail outcome", "new request")
    MESSAGE = "message", pgettext_lazy("mail outcome", "message on a request")
    NOTE = "note", pgettext_lazy("mail outcome", "note on a request")
    DUPLICATE = "duplicate", pgettext_lazy("mail outcome", "duplicate")
    QUARANTINED = "quarantined", pgettext_lazy("mail outcome", "quarantined")
    REFUSED = "refused", pgettext_lazy("mail outcome", "refused")


TIED = frozenset({Outcome.REQUEST, Outcome.MESSAGE, Outcome.NOTE})
"""Outcomes that made something on a request; they are final."""


def no_facts() -> dict[str, Any]:
    """No facts."""
    return {}


class InboundMessage(models.Model):
    """A mail as it came, by which door, and the one thing that became of it.

    `raw` are its bytes; of a mail beyond the size limit only its head. `digest` and `size` are of all
    of it. `reason` is a code of `intake.reasons`, `facts` what its sentence names. `thread` is the
    number it belongs to, or its subject: by sender, thread and hour mail is counted against storms.
    """

    received_at = models.DateTimeField(_("received"))
    via = models.CharField(pgettext_lazy("mail", "came by"), max_length=6, choices=Via.choices)
    envelope_from = models.CharField(max_length=320, null=True, blank=True)  # noqa: DJ001 - unknown is not empty
    envelope_to = ArrayField(models.CharField(max_length=320), default=list, blank=True)
    from_address = models.CharField(pgettext_lazy("mail", "from"), max_length=320, blank=True)
    from_name = models.CharField(max_length=80, blank=True)
    subject = models.CharField(pgettext_lazy("mail", "subject"), max_length=500, blank=True)
    message_id = models.CharField(max_length=400, blank=True)
    digest = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField(_("size"))
    raw = models.OneToOneField("files.Attachment", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, blank=True)
    outcome = models.CharField(
        pgettext_lazy("mail", "outcome"), max_length=12, choices=Outcome.choices, default=Outcome.WAITING
    )
    reason = models.CharField(pgettext_lazy("mail", "reason"), max_length=40, blank=True)
    facts = models.JSONField(default=no_facts, blank=True)
    request_number = models.CharField(pgettext_lazy("mail", "request"), max_length=20, blank=True)
    thread = models.CharField(max_length=200, blank=True)
    pictures = models.JSONField(default=no_facts, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    deliveries = models.PositiveIntegerField(pgettext_lazy("mail", "times delivered"), default=1)
    replays = models.PositiveIntegerField(pgettext_lazy("mail", "times looked at again"), default=0)
    tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(name="inbound_via_known", condition=Q(via__in=Via.values)),
            models.CheckConstraint(name="inbound_outcome_known", condition=Q(outcome__in=Outcome.values)),
            models.CheckConstraint(
                name="inbound_settled_with_reason_iff_it_has_an_outcome",
                condition=Q(outcome="waiting", settled_at__isnull=True)
                | ~Q(outcome="waiting") & Q(settled_at__isnull=False) & ~Q(reason=""),
            ),
            models.CheckConstraint(
                name="inbound_names_the_request_it_came_to",
                condition=~Q(outcome__in=sorted(TIED)) | ~Q(request_number=""),
            ),
            models.UniqueConstraint(name="inbound_once_per_id_and_content", fields=["message_id", "digest"]),
        ]
        indexes = [
            models.Index(fields=["received_at", "id"], name="inbound_received"),
            models.Index(fields=["outcome", "received_at", "id"], name="inbound_outcome_received"),
            models.Index(fields=["request_number"], name="inbound_request"),
            models.Index(fields=["from_address", "thread", "received_at"], name="inbound_sender_thread"),
            models.Index(fields=["id"], name="inbound_waiting", condition=Q(outcome="waiting")),
        ]

    def __str__(self) -> str:
        return f"{self.from_address} {self.subject}"
