"""The organisation this installation serves."""

from django.conf import settings

from houqin.org.models import Calendar, Organisation

OFFICE = "office"
"""Code of the calendar an installation starts with."""


def organisation() -> Organisation:
    """Return the one organisation, with its calendar loaded.

    Made with the defaults, and with office hours for a calendar, where there is none yet: the
    only query that may write. Two first readers agree. It is read anew each time, one row by
    its key, so that no process goes by old rules.
    """
    found = Organisation.objects.select_related("calendar").filter(pk=1).first()
    if found is None:
        facts = {"name": "后勤服务中心", "name_en": "Logistics support", "calendar": office_calendar()}
        made, _ = Organisation.objects.get_or_create(pk=1, defaults=facts)
        found = Organisation.objects.select_related("calendar").get(pk=made.pk)
    return found


def office_calendar() -> Calendar:
    """Return the calendar for an organisation that has not chosen one; made where it is missing."""
    facts = {"name": "行政班", "name_en": "Office hours", "time_zone": settings.TIME_ZONE}
    calendar, _ = Calendar.objects.get_or_create(code=OFFICE, defaults=facts)
    return calendar
