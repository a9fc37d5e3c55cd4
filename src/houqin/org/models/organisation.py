"""The organisation, its departments and its partners."""

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from houqin.kernel.bilingual import in_language
from houqin.kernel.text_search import Searchable


@pghistory.track()
class Organisation(models.Model):
    """The one organisation this installation serves, with the rules that hold everywhere."""

    name = models.CharField(_("name"), max_length=80)
    name_en = models.CharField(_("English name"), max_length=120, blank=True)
    emergency_phone = models.CharField(_("emergency phone"), max_length=30, blank=True)
    calendar = models.ForeignKey(
        "org.Calendar", on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("working calendar")
    )
    reopen_days = models.PositiveSmallIntegerField(_("days in which a request may be reopened"), default=7)
    silence_days = models.PositiveSmallIntegerField(_("working days after which silence accepts"), default=3)
    contact_needed = models.BooleanField(_("a report needs a phone number"), default=False)
    low_score = models.PositiveSmallIntegerField(_("a score up to this opens a follow-up"), default=2)
    on_time_goal = models.PositiveSmallIntegerField(_("goal for the share on time, in percent"), default=95)

    class Meta:
        constraints = [
            models.CheckConstraint(name="organisation_is_one", condition=Q(pk=1)),
            models.CheckConstraint(
                name="organisation_low_score_is_a_score", condition=Q(low_score__range=(1, 5))
            ),
            models.CheckConstraint(
                name="organisation_on_time_goal_is_a_share", condition=Q(on_time_goal__lte=100)
            ),
        ]

    def __str__(self) -> str:
        return in_language(self.name, self.name_en)


@pghistory.track(exclude=["search_text", "search_grams"])
class Department(Searchable):
    """A unit of the organisation: what a requester belongs to and a budget is given to."""

    code = models.CharField(_("code"), max_length=30, unique=True)
    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=160, blank=True)
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("part of"),
    )
    active = models.BooleanField(_("in use"), default=True)

    class Meta:
        ordering = ["code"]
        indexes = [Searchable.search_index("department_search")]
        constraints = [
            models.CheckConstraint(name="department_not_its_own_parent", condition=~Q(parent=models.F("pk"))),
        ]

    def __str__(self) -> str:
        return in_language(self.name, self.name_en)


@pghistory.track(exclude=["search_text", "search_grams"])
class Partner(Searchable):
    """A company that works with us: supplier, contractor or both."""

    code = models.CharField(_("code"), max_length=30, unique=True)
    name = models.CharField(_("name"), max_length=160)
    name_en = models.CharField(_("English name"), max_length=160, blank=True)
    is_supplier = models.BooleanField(_("supplier"), default=False)
    is_contractor = models.BooleanField(pgettext_lazy("partner", "contractor"), default=True)
    contact = models.CharField(_("contact person"), max_length=80, blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    active = models.BooleanField(_("in use"), default=True)

    class Meta:
        ordering = ["code"]
        indexes = [Searchable.search_index("partner_search")]

    def __str__(self) -> str:
        return in_language(self.name, self.name_en)
