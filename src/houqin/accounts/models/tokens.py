"""API tokens, invitations and remembered passwords. Only hashes are stored."""

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


@pghistory.track(exclude=["last_used_at"])
class ApiToken(models.Model):
    """A secret that acts for a person within `scopes` until `expires_at`.

    Stored as an HMAC of the secret; the first eight characters stay readable so that a person
    can tell tokens apart.
    """

    user = models.ForeignKey(
        "accounts.User", on_delete=models.CASCADE, related_name="api_tokens", verbose_name=_("person")
    )
    name = models.CharField(_("name"), max_length=80)
    prefix = models.CharField(_("begins with"), max_length=12)
    digest = models.CharField(max_length=64, unique=True)
    scopes = ArrayField(models.CharField(max_length=20), verbose_name=_("may"), default=list)
    created_at = models.DateTimeField(_("made"), auto_now_add=True)
    expires_at = models.DateTimeField(_("ends"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(name="api_token_has_a_scope", condition=Q(scopes__len__gte=1)),
            models.CheckConstraint(
                name="api_token_scopes_known", condition=Q(scopes__contained_by=["read", "write", "calls"])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"


class Invitation(models.Model):
    """A link by which a person sets the first password, or a new one; valid once and for a while."""

    class Purpose(models.TextChoices):
        """Why the link was made."""

        INVITE = "invite", _("invitation")
        RESET = "reset", _("password reset")

    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="invitations")
    purpose = models.CharField(max_length=8, choices=Purpose.choices, default=Purpose.INVITE)
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=150, blank=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="invitation_purpose_known", condition=Q(purpose__in=["invite", "reset"])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.user_id}"


class PastPassword(models.Model):
    """A password hash of earlier, so that the profile `mlps2` can refuse the last five."""

    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="past_passwords")
    hash = models.CharField(max_length=200)
    set_at = models.DateTimeField()

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.user_id} {self.set_at:%Y-%m-%d}"
