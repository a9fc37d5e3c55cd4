"""QR labels: a record apart from what it labels, so that a printed code outlives a move."""

import secrets

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _


def new_token() -> str:
    """20 characters that name a label and tell nothing else (80 random bits)."""
    return secrets.token_hex(10)


@pghistory.track()
class QrCode(models.Model):
    """One printed label. Unlinked, it still answers with a report form without a place."""

    token = models.CharField(_("token"), max_length=32, unique=True, default=new_token)
    place = models.ForeignKey(
        "org.Place",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="qr_codes",
        verbose_name=_("place"),
    )
    made_at = models.DateTimeField(_("made"), auto_now_add=True)
    printed_at = models.DateTimeField(_("last printed"), null=True, blank=True)
    retired_at = models.DateTimeField(_("taken out of use"), null=True, blank=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.token


class QrScan(models.Model):
    """Somebody opened a label's address; who, when signed in."""

    code = models.ForeignKey(QrCode, on_delete=models.CASCADE, related_name="scans")
    at = models.DateTimeField(_("scanned"))
    person = models.CharField(_("person"), max_length=150, blank=True)

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["code", "-at"], name="qr_scan_code_at")]

    def __str__(self) -> str:
        return f"{self.code_id} {self.at:%Y-%m-%d %H:%M}"
