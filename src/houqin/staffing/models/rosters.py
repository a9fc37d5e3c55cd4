"""When people work: their terms, shifts that may cross midnight, and leave."""

from typing import ClassVar

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from houqin.kernel.bilingual import in_language
from houqin.kernel.ranges import TimeRange


def _at_a_time(name: str) -> ExclusionConstraint:
    """One person has no two rows that overlap; the end of one may be the beginning of the next."""
    whole = TimeRange("starts_at", "ends_at", RangeBoundary(inclusive_lower=True, inclusive_upper=False))
    return ExclusionConstraint(
        name=name, expressions=[("user", RangeOperators.EQUAL), (whole, RangeOperators.OVERLAPS)]
    )


class Hours(models.TextChoices):
    """What says when a person works."""

    ANY = "any", _("no fixed hours")
    CALENDAR = "calendar", _("office hours")
    ROSTER = "roster", _("planned shifts")


@pghistory.track(exclude=["on_duty", "on_duty_changed_at"])
class Terms(models.Model):
    """How a person works: by which hours, how much in a day, how many orders at once.

    Somebody without a row has no fixed hours, `DAY_MINUTES` a day and `OPEN_LIMIT` open orders.
    `on_duty` is the person's own switch (在岗): off, nothing that begins now is given to them.
    """

    DAY_MINUTES: ClassVar = 420
    OPEN_LIMIT: ClassVar = 5

    user = models.OneToOneField(
        "accounts.User", on_delete=models.CASCADE, related_name="terms", verbose_name=_("person")
    )
    hours = models.CharField(_("works by"), max_length=8, choices=Hours.choices, default=Hours.ANY)
    day_minutes = models.PositiveSmallIntegerField(_("minutes of work in a day"), default=DAY_MINUTES)
    open_limit = models.PositiveSmallIntegerField(_("open orders at once"), default=OPEN_LIMIT)
    on_duty = models.BooleanField(_("on duty"), default=True)
    on_duty_changed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="terms_hours_known", condition=Q(hours__in=Hours.values)),
            models.CheckConstraint(
                name="terms_a_day_has_minutes", condition=Q(day_minutes__gt=0, day_minutes__lte=24 * 60)
            ),
            models.CheckConstraint(name="terms_somebody_takes_an_order", condition=Q(open_limit__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.hours}"


@pghistory.track()
class ShiftKind(models.Model):
    """A kind of shift: early, late, night. One that ends at or before its beginning ends the next day."""

    code = models.CharField(_("code"), max_length=30, unique=True)
    name = models.CharField(_("name"), max_length=40)
    name_en = models.CharField(_("English name"), max_length=40, blank=True)
    begins = models.TimeField(_("begins"))
    ends = models.TimeField(_("ends"))
    active = models.BooleanField(_("in use"), default=True)

    class Meta:
        ordering = ["begins", "code"]

    def __str__(self) -> str:
        return in_language(self.name, self.name_en)


@pghistory.track()
class Shift(models.Model):
    """A person is planned to work; a shift over midnight belongs to the `day` it begins on."""

    user = models.ForeignKey(
        "accounts.User", on_delete=models.CASCADE, related_name="shifts", verbose_name=_("person")
    )
    kind = models.ForeignKey(
        ShiftKind,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="shifts",
        verbose_name=_("shift"),
    )
    day = models.DateField(_("day"))
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))

    class Meta:
        ordering = ["starts_at", "pk"]
        indexes = [models.Index(fields=["day", "user"], name="shift_day")]
        constraints = [
            models.CheckConstraint(
                name="shift_ends_after_it_begins", condition=Q(ends_at__gt=F("starts_at"))
            ),
            _at_a_time("shift_one_at_a_time"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.starts_at:%Y-%m-%d %H:%M}"


@pghistory.track()
class Absence(models.Model):
    """A person is away (leave). Why is for those who plan; colleagues read only that they are."""

    class Kind(models.TextChoices):
        """Why."""

        LEAVE = "leave", _("annual leave")
        SICK = "sick", _("sick")
        TRAINING = "training", _("training")
        OTHER = "other", _("other")

    user = models.ForeignKey(
        "accounts.User", on_delete=models.CASCADE, related_name="absences", verbose_name=_("person")
    )
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.LEAVE)
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        ordering = ["starts_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="absence_kind_known", condition=Q(kind__in=["leave", "sick", "training", "other"])
            ),
            models.CheckConstraint(
                name="absence_ends_after_it_begins", condition=Q(ends_at__gt=F("starts_at"))
            ),
            _at_a_time("absence_one_at_a_time"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.starts_at:%Y-%m-%d}"


@pghistory.track()
class WorkPlace(models.Model):
    """A person works only below these places; somebody without any works wherever the crew does."""

    user = models.ForeignKey(
        "accounts.User", on_delete=models.CASCADE, related_name="work_places", verbose_name=_("person")
    )
    place = models.ForeignKey(
        "org.Place", on_delete=models.PROTECT, related_name="+", verbose_name=_("works only at")
    )

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(name="work_place_once", fields=["user", "place"])]

    def __str__(self) -> str:
        return f"{self.user_id} {self.place_id}"
