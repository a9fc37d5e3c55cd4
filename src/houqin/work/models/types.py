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


class DispatchMode(models.TextChoices):
    """How orders of a kind get to people."""

    HAND = "hand", pgettext_lazy("dispatch mode", "by hand")
    CLAIM = "claim", pgettext_lazy("dispatch mode", "claimed")
    ROTATION = "rotation", pgettext_lazy("dispatch mode", "in turn")
    LOAD = "load", pgettext_lazy("dispatch mode", "by load")
    BEST = "best", pgettext_lazy("dispatch mode", "by best score")


BY_RULE = frozenset({DispatchMode.ROTATION, DispatchMode.LOAD, DispatchMode.BEST})
"""Modes in which a rule names the technician."""


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
    dispatch_mode = models.CharField(
        _("dispatch mode"), max_length=8, choices=DispatchMode.choices, default=DispatchMode.CLAIM
    )
    offer_minutes = models.PositiveSmallIntegerField(
        _("an offer stands for (minutes)"), null=True, blank=True
    )
    licences = models.ManyToManyField(
        "staffing.LicenceKind",
        through="work.JobLicence",
        blank=True,
        related_name="job_types",
        verbose_name=_("licences needed"),
    )
    estimated_minutes = models.PositiveIntegerField(_("estimated minutes"), null=True, blank=True)
    steps = models.JSONField(_("checklist"), default=no_steps, blank=True)
    active = models.BooleanField(_("in use"), default=True)

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(name="job_type_kind_known", condition=Q(kind__in=WorkKind.values)),
            models.CheckConstraint(
                name="job_type_dispatch_mode_known", condition=Q(dispatch_mode__in=DispatchMode.values)
            ),
            models.CheckConstraint(
                name="job_type_offer_stands_a_while",
                condition=Q(offer_minutes__isnull=True) | Q(offer_minutes__gt=0),
            ),
        ]

    def __str__(self) -> str:
        return in_language(self.name, self.name_en)

    @property
    def claimable(self) -> bool:
        """True where people claim orders of this kind."""
        return self.dispatch_mode == DispatchMode.CLAIM


@pghistory.track()
class JobLicence(models.Model):
    """Work of a kind asks for a licence."""

    job_type = models.ForeignKey(JobType, on_delete=models.CASCADE, related_name="+")
    kind = models.ForeignKey(
        "staffing.LicenceKind", on_delete=models.PROTECT, related_name="+", verbose_name=_("licence")
    )

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(name="job_licence_once", fields=["job_type", "kind"])]

    def __str__(self) -> str:
        return f"{self.job_type_id} {self.kind_id}"


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
