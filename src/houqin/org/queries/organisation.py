"""The organisation this installation serves."""

from django.conf import settings
from django.utils.translation import gettext, override

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
        with override("zh-hans"):
            name = gettext("Logistics support")
        made, _ = Organisation.objects.get_or_create(
            pk=1, defaults={"name": name, "name_en": "Logistics support", "calendar": office_calendar()}
        )
        found = Organisation.objects.select_related("calendar").get(pk=made.pk)
    return found


def office_calendar() -> Calendar:
    """Return the calendar for an organisation that has not chosen one; made where it is missing."""
    with override("zh-hans"):
        name = gettext("Office hours")
    calendar, _ = Calendar.objects.get_or_create(
        code=OFFICE, defaults={"name": name, "name_en": "Office hours", "time_zone": settings.TIME_ZONE}
    )
    return calendar
