"""Working calendars: the weekly hours, and the days that differ."""

import datetime as dt
import uuid
from typing import Any

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from houqin.kernel.bilingual import in_language


def office_hours() -> dict[str, Any]:
    """Monday to Friday 08:00–12:00 and 14:00–18:00, weekday 0 being Monday."""
    return {str(day): [["08:00", "12:00"], ["14:00", "18:00"]] for day in range(5)}


class DayKind(models.TextChoices):
    """Why a day differs from its weekday."""

    HOLIDAY = "holiday", _("holiday")
    MAKE_UP = "make_up", _("make-up workday")
    CLOSURE = "closure", pgettext_lazy("calendar day", "closed")
    OPENING = "opening", _("extra opening")


class DaySource(models.TextChoices):
    """Where a day came from."""

    STATUTORY = "statutory", _("statutory calendar")
    IMPORTED = "imported", _("imported file")
    ENTERED = "entered", _("entered by hand")


# A calendar is versioned by the database: a change of its hours or of one of its days, by whatever
# hand, gives it a new version and a new stamp. The version is for people; a rolled-back version
# number comes again, a stamp never does, so caches go by the stamp.
_NEW_VERSION = """
    NEW.version := OLD.version + 1;
    NEW.stamp := gen_random_uuid();
    RETURN NEW;
"""

_HOURS_CHANGED = pgtrigger.UpdateOf("weekly", "time_zone", "follows_holidays", "stamp")  # type: ignore[no-untyped-call]

_DAY_CHANGES_CALENDARS = """
    IF TG_OP <> 'INSERT' THEN
        UPDATE org_calendar SET stamp = gen_random_uuid()
         WHERE id = OLD.calendar_id OR (OLD.calendar_id IS NULL AND follows_holidays);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        UPDATE org_calendar SET stamp = gen_random_uuid()
         WHERE id = NEW.calendar_id OR (NEW.calendar_id IS NULL AND follows_holidays);
    END IF;
    RETURN NULL;
"""


@pghistory.track(exclude=["version", "stamp"])
class Calendar(models.Model):
    """Weekly opening hours in one time zone, and whether public holidays close it.

    `weekly` maps "0" (Monday) … "6" to lists of ["HH:MM", "HH:MM"] windows; a window whose end is
    not after its start runs into the next day, "00:00"–"00:00" is the whole day.
    """

    code = models.CharField(_("code"), max_length=30, unique=True)
    name = models.CharField(_("name"), max_length=80)
    name_en = models.CharField(_("English name"), max_length=80, blank=True)
    weekly = models.JSONField(_("weekly hours"), default=office_hours)
    time_zone = models.CharField(_("time zone"), max_length=50, default="Asia/Shanghai")
    follows_holidays = models.BooleanField(_("public holidays and make-up workdays apply"), default=True)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    stamp = models.UUIDField(default=uuid.uuid4, editable=False)

    class Meta:
        ordering = ["code"]
        triggers = [
            pgtrigger.Trigger(
                name="calendar_gets_new_version",
                when=pgtrigger.Before,
                operation=_HOURS_CHANGED,
                condition=pgtrigger.Condition(
                    "OLD.weekly IS DISTINCT FROM NEW.weekly OR OLD.time_zone IS DISTINCT FROM NEW.time_zone"
                    " OR OLD.follows_holidays IS DISTINCT FROM NEW.follows_holidays"
                    " OR OLD.stamp IS DISTINCT FROM NEW.stamp"
                ),
                func=_NEW_VERSION,
            ),
        ]

    def __str__(self) -> str:
        return in_language(self.name, self.name_en)


@pghistory.track()
class CalendarDay(models.Model):
    """One day that differs. Without a calendar it holds for all that follow public holidays."""

    Kind = DayKind
    Source = DaySource

    calendar = models.ForeignKey(
        Calendar,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="days",
        verbose_name=_("calendar"),
    )
    date = models.DateField(_("date"))
    kind = models.CharField(_("kind"), max_length=10, choices=DayKind.choices)
    source = models.CharField(
        _("source"), max_length=10, choices=DaySource.choices, default=DaySource.ENTERED
    )
    name = models.CharField(_("name"), max_length=60, blank=True)
    name_en = models.CharField(_("English name"), max_length=80, blank=True)
    windows = models.JSONField(_("hours on this day"), null=True, blank=True)

    class Meta:
        ordering = ["date"]
        constraints = [
            models.CheckConstraint(name="calendar_day_kind_known", condition=Q(kind__in=DayKind.values)),
            models.CheckConstraint(
                name="calendar_day_source_known", condition=Q(source__in=DaySource.values)
            ),
            models.UniqueConstraint(
                name="calendar_day_once", fields=["calendar", "date"], nulls_distinct=False
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="calendar_day_changes_calendars",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func=_DAY_CHANGES_CALENDARS,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.date:%Y-%m-%d} {self.get_kind_display()}"


@pghistory.track()
class CalendarYear(models.Model):
    """Whether a year's public holidays are settled. Until then due times in it are provisional."""

    year = models.PositiveSmallIntegerField(_("year"), primary_key=True)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    confirmed_by = models.CharField(_("confirmed by"), max_length=150, blank=True)

    class Meta:
        ordering = ["-year"]
        constraints = [
            models.CheckConstraint(name="calendar_year_plausible", condition=Q(year__range=(1990, 2200))),
        ]

    def __str__(self) -> str:
        return str(self.year)


def parsed_windows(windows: list[list[str]]) -> list[tuple[dt.time, dt.time]]:
    """`[["08:00", "12:00"]]` as pairs of times."""
    return [(dt.time.fromisoformat(start), dt.time.fromisoformat(end)) for start, end in windows]
