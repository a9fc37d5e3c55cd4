"""The catalogue of services and the matrix that makes a priority of urgency and impact."""

from typing import Any

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from houqin.kernel.bilingual import in_language
from houqin.kernel.text_search import Searchable
from houqin.work.models import Priority


class Urgency(models.TextChoices):
    """How long it can wait, as the requester sees it."""

    LOW = "low", pgettext_lazy("urgency", "not urgent")
    NORMAL = "normal", pgettext_lazy("urgency", "normal")
    HIGH = "high", pgettext_lazy("urgency", "urgent")


class Impact(models.TextChoices):
    """Who is affected."""

    PERSON = "person", pgettext_lazy("impact", "one person")
    ROOM = "room", pgettext_lazy("impact", "a room")
    BUILDING = "building", pgettext_lazy("impact", "a building")


def no_questions() -> list[dict[str, Any]]:
    """No questions."""
    return []


@pghistory.track()
class Category(models.Model):
    """A nature of faults, shown as a tile: electricity, water, air-conditioning."""

    code = models.CharField(_("code"), max_length=30, unique=True)
    name = models.CharField(_("name"), max_length=40)
    name_en = models.CharField(_("English name"), max_length=60, blank=True)
    icon = models.CharField(_("icon"), max_length=40, default="dots")
    position = models.PositiveSmallIntegerField(_("position in the list"), default=0)
    active = models.BooleanField(_("in use"), default=True)

    class Meta:
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return in_language(self.name, self.name_en)


@pghistory.track(exclude=["search_text", "search_grams"])
class Service(Searchable):
    """Something people may ask for, and what happens then.

    `questions` is a list of {"key", "label", "label_en", "kind": "text|number|choice|yesno",
    "choices": [{"value", "label", "label_en"}], "required": bool}. Answers are stored with the
    question as it was asked, so that an old request always renders.
    """

    code = models.CharField(_("code"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=160, blank=True)
    category = models.ForeignKey(
        Category, on_delete=models.PROTECT, related_name="services", verbose_name=_("category")
    )
    job_type = models.ForeignKey(
        "work.JobType", on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("job type")
    )
    default_urgency = models.CharField(
        _("urgency to begin with"), max_length=8, choices=Urgency.choices, default=Urgency.NORMAL
    )
    default_impact = models.CharField(
        _("impact to begin with"), max_length=8, choices=Impact.choices, default=Impact.ROOM
    )
    safety = models.BooleanField(_("always a matter of safety"), default=False)
    public = models.BooleanField(_("offered to everybody"), default=True)
    is_fallback = models.BooleanField(_("taken when only the category is known"), default=False)
    questions = models.JSONField(_("questions"), default=no_questions, blank=True)
    position = models.PositiveSmallIntegerField(_("position in the list"), default=0)
    active = models.BooleanField(_("in use"), default=True)

    class Meta:
        ordering = ["category_id", "position", "code"]
        indexes = [Searchable.search_index("service_search")]
        constraints = [
            models.CheckConstraint(
                name="service_urgency_known", condition=Q(default_urgency__in=Urgency.values)
            ),
            models.CheckConstraint(
                name="service_impact_known", condition=Q(default_impact__in=Impact.values)
            ),
            models.UniqueConstraint(
                name="service_one_fallback_per_category", fields=["category"], condition=Q(is_fallback=True)
            ),
        ]

    def __str__(self) -> str:
        return in_language(self.name, self.name_en)


@pghistory.track()
class PriorityRule(models.Model):
    """One cell of the priority matrix."""

    urgency = models.CharField(_("urgency"), max_length=8, choices=Urgency.choices)
    impact = models.CharField(_("impact"), max_length=8, choices=Impact.choices)
    priority = models.CharField(_("priority"), max_length=10, choices=Priority.choices)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(name="priority_rule_one_per_cell", fields=["urgency", "impact"]),
            models.CheckConstraint(
                name="priority_rule_urgency_known", condition=Q(urgency__in=Urgency.values)
            ),
            models.CheckConstraint(name="priority_rule_impact_known", condition=Q(impact__in=Impact.values)),
            models.CheckConstraint(
                name="priority_rule_priority_known", condition=Q(priority__in=Priority.values)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.urgency} × {self.impact} → {self.priority}"
