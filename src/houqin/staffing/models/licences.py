"""Licences: papers without which a person may not do certain work."""

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from houqin.kernel.bilingual import in_language


@pghistory.track()
class LicenceKind(models.Model):
    """A licence the law or the house asks for: low-voltage work, work at height, lifts."""

    code = models.CharField(_("code"), max_length=30, unique=True)
    name = models.CharField(_("name"), max_length=80)
    name_en = models.CharField(_("English name"), max_length=80, blank=True)
    active = models.BooleanField(_("in use"), default=True)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return in_language(self.name, self.name_en)


@pghistory.track()
class Licence(models.Model):
    """A person holds a licence from a day until a day, both included; a renewal is a new row."""

    kind = models.ForeignKey(
        LicenceKind, on_delete=models.PROTECT, related_name="licences", verbose_name=_("licence")
    )
    user = models.ForeignKey(
        "accounts.User", on_delete=models.CASCADE, related_name="licences", verbose_name=_("person")
    )
    number = models.CharField(_("licence number"), max_length=60, blank=True)
    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(_("valid until"))

    class Meta:
        ordering = ["user_id", "kind_id", "valid_until"]
        indexes = [
            models.Index(fields=["valid_until"], name="licence_valid_until"),
            models.Index(fields=["user", "kind", "valid_until"], name="licence_user_kind"),
        ]
        constraints = [
            models.CheckConstraint(
                name="licence_ends_not_before_it_begins", condition=Q(valid_until__gte=F("valid_from"))
            ),
            models.UniqueConstraint(name="licence_once_per_beginning", fields=["user", "kind", "valid_from"]),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.kind_id} {self.valid_until:%Y-%m-%d}"
