"""Job types: how a kind of work is done, and the codes by which failures are told apart."""

from typing import Any

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from houqin.kernel.bilingual import in_language


class WorkKind(models.TextChoices):
    """Why work is done (work type)."""

    CORRECTIVE = "corrective", pgettext_lazy("work", "corrective")
    PREVENTIVE = "preventive", pgettext_lazy("work", "preventive")
    INSPECTION = "inspection", pgettext_lazy("work", "inspection")
    STATUTORY = "statutory", pgettext_lazy("work", "statutory")
    PROJECT = "project", pgettext_lazy("work", "project")
    CLEANING = "cleaning", pgettext_lazy("work", "cleaning")
    MOVE = "move", pgettext_lazy("work", "move")


def no_steps() -> list[dict[str, Any]]:
    """No checklist."""
    return []


@pghistory.track()
class JobType(models.Model):
    """What an order of this kind asks for: crew, standard, arrival, photo, codes, checklist.

    `steps` is a list of {"text", "text_en", "kind": "check|number|text|choice", "choices": [],
    "required": bool}; it is copied onto each order when it is raised.
    """

    code = models.CharField(_("code"), max_length=30, unique=True)
    name = models.CharField(_("name"), max_length=80)
    name_en = models.CharField(_("English name"), max_length=80, blank=True)
    kind = models.CharField(
        _("work type"), max_length=12, choices=WorkKind.choices, default=WorkKind.CORRECTIVE
    )
    trade = models.ForeignKey(
        "staffing.Trade", on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("trade")
    )
    crew = models.ForeignKey(
        "staffing.Crew", on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("usual crew")
    )
    standard = models.ForeignKey(
        "work.ServiceStandard",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("service standard"),
    )
    asks_arrival = models.BooleanField(_("arrival is recorded"), default=True)
    needs_photo = models.BooleanField(_("a photo is needed to complete"), default=False)
    needs_codes = models.BooleanField(_("cause and remedy are needed to complete"), default=False)
    needs_approval = models.BooleanField(_("needs approval before dispatch"), default=False)
    leader_verifies = models.BooleanField(_("the crew leader verifies"), default=False)
    claimable = models.BooleanField(_("may be claimed"), default=True)
    estimated_minutes = models.PositiveIntegerField(_("estimated minutes"), null=True, blank=True)
    steps = models.JSONField(_("checklist"), default=no_steps, blank=True)
    active = models.BooleanField(_("in use"), default=True)

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(name="job_type_kind_known", condition=Q(kind__in=WorkKind.values)),
        ]

    def __str__(self) -> str:
        return in_language(self.name, self.name_en)


@pghistory.track()
class FailureCode(models.Model):
    """A problem, cause or remedy, of one trade or of all."""

    class Part(models.TextChoices):
        """Which of the three it is."""

        PROBLEM = "problem", _("problem")
        CAUSE = "cause", _("cause")
        REMEDY = "remedy", _("remedy")

    part = models.CharField(_("part"), max_length=8, choices=Part.choices)
    code = models.CharField(_("code"), max_length=30)
    name = models.CharField(_("name"), max_length=80)
    name_en = models.CharField(_("English name"), max_length=80, blank=True)
    trade = models.ForeignKey(
        "staffing.Trade", on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("trade")
    )
    position = models.PositiveSmallIntegerField(_("position in the list"), default=0)
    active = models.BooleanField(_("in use"), default=True)

    class Meta:
        ordering = ["part", "position", "code"]
        constraints = [
            models.CheckConstraint(
                name="failure_code_part_known", condition=Q(part__in=["problem", "cause", "remedy"])
            ),
            models.UniqueConstraint(name="failure_code_once", fields=["part", "code"]),
        ]

    def __str__(self) -> str:
        return in_language(self.name, self.name_en)
