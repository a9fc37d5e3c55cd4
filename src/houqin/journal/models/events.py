"""The shape of an event row; each domain keeps its own table of them."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class EventBase(models.Model):
    """Something happened at an instant: who, what, from which state to which, and why.

    Events are only appended. `kind` names the sentence (`journal.sentences`), `data` holds its
    facts. `public` events are shown to the requester.
    """

    at = models.DateTimeField(_("when"))
    actor = models.ForeignKey(
        "accounts.User",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who"),
    )
    actor_name = models.CharField(_("who"), max_length=80, blank=True)
    kind = models.CharField(_("what"), max_length=30)
    from_status = models.CharField(max_length=20, blank=True)
    to_status = models.CharField(max_length=20, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    data = models.JSONField(default=dict, blank=True)
    public = models.BooleanField(default=False)
    imported = models.BooleanField(default=False)
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.kind}"
