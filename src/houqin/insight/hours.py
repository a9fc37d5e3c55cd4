"""The working hours of many places, read once."""

from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.conf import settings

from houqin.kernel.working_time import WorkingCalendar
from houqin.org.models import Calendar, Place
from houqin.org.queries.calendars import working_calendar
from houqin.org.queries.organisation import office_calendar, organisation


@dataclass(frozen=True)
class Local:
    """Working hours, and the time zone whose days count."""

    calendar: WorkingCalendar
    zone: ZoneInfo


class Hours:
    """The hours of places: those of the nearest one with a calendar, else the organisation's.

    Calendars are read when this is made; their hours are built when they are first asked for.
    """

    def __init__(self) -> None:
        self._house = Local(
            working_calendar(organisation().calendar or office_calendar()), ZoneInfo(settings.TIME_ZONE)
        )
        self._calendars = {calendar.pk: calendar for calendar in Calendar.objects.all()}
        named = Place.objects.filter(calendar__isnull=False).values_list("pk", "calendar_id")
        self._of_places = {place_id: calendar_id for place_id, calendar_id in named if calendar_id}
        self._local: dict[int, Local] = {}

    def at(self, lineage: Sequence[int] | None) -> Local:
        """The hours at a place, given the keys of the places down to it, and whose days it lives by."""
        for place_id in reversed(lineage or ()):
            if place_id in self._of_places:
                return self._of(self._of_places[place_id])
        return self._house

    def of_calendar(self, calendar_id: int | None) -> WorkingCalendar | None:
        """The hours of a calendar that a standard names; None where it names none."""
        return None if calendar_id is None else self._of(calendar_id).calendar

    def _of(self, calendar_id: int) -> Local:
        known = self._local.get(calendar_id)
        if known is None:
            calendar = self._calendars[calendar_id]
            known = Local(working_calendar(calendar), ZoneInfo(calendar.time_zone))
            self._local[calendar_id] = known
        return known
