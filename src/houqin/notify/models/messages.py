"""Notices and outgoing mail."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Notice(models.Model):
    """One line in a person's bell. One change makes one notice: `change` is its key."""

    recipient = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=30)
    subject = models.CharField(max_length=30, blank=True)
    path = models.CharField(max_length=200, blank=True)
    data = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    change = models.CharField(max_length=120)
    urgent = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(name="notice_once_per_change", fields=["recipient", "change"])]
        indexes = [
            models.Index(fields=["recipient", "-id"], name="notice_newest"),
            models.Index(fields=["recipient"], name="notice_unread", condition=Q(read_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"


class OutMail(models.Model):
    """A mail to send. Without a mail server it stays here, readable on the outbox page.

    `parts` are those of its letter, `text` is the letter without the foot, which is written when it
    is sent. `answers` is the Message-ID of the mail it acknowledges.
    """

    class State(models.TextChoices):
        """How far a mail is."""

        WAITING = "waiting", pgettext_lazy("mail", "waiting")
        SENT = "sent", pgettext_lazy("mail", "sent")
        FAILED = "failed", pgettext_lazy("mail", "failed")
        RETURNED = "returned", pgettext_lazy("mail", "returned")
        WITHHELD = "withheld", pgettext_lazy("mail", "not sent: the address returns mail")

    to = models.EmailField(pgettext_lazy("mail", "to"))
    to_name = models.CharField(max_length=80, blank=True)
    recipient = models.ForeignKey(
        "accounts.User",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("person"),
    )
    kind = models.CharField(max_length=30)
    subject = models.CharField(pgettext_lazy("mail", "subject"), max_length=200)
    text = models.TextField(pgettext_lazy("mail", "text"))
    parts = models.JSONField(default=list, blank=True)
    language = models.CharField(max_length=7, blank=True)
    about = models.CharField(pgettext_lazy("mail", "about"), max_length=30, blank=True)
    change = models.CharField(max_length=160)
    message_id = models.CharField(max_length=200, unique=True)
    answers = models.CharField(max_length=250, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.WAITING)
    created_at = models.DateTimeField(_("made"))
    not_before = models.DateTimeField(pgettext_lazy("mail", "not before"))
    sent_at = models.DateTimeField(pgettext_lazy("mail", "sent"), null=True, blank=True)
    tries = models.PositiveSmallIntegerField(pgettext_lazy("mail", "tries"), default=0)
    error = models.TextField(pgettext_lazy("mail", "error"), blank=True)
    secret = models.BooleanField(default=False)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="out_mail_state_known",
                condition=Q(state__in=["waiting", "sent", "failed", "returned", "withheld"]),
            ),
            models.CheckConstraint(
                name="out_mail_sent_at_iff_sent",
                condition=Q(state__in=["sent", "returned"], sent_at__isnull=False)
                | (~Q(state__in=["sent", "returned"]) & Q(sent_at__isnull=True)),
            ),
            models.UniqueConstraint(name="out_mail_once_per_change", fields=["to", "change"]),
        ]
        indexes = [
            models.Index(fields=["not_before"], name="out_mail_due", condition=Q(state="waiting")),
            models.Index(fields=["state"], name="out_mail_not_sent", condition=~Q(state="sent")),
        ]

    def __str__(self) -> str:
        return f"{self.to} {self.subject}"
