"""Who and where: the organisation, its departments, partners, places, QR codes and calendars."""

from houqin.org.models.calendars import Calendar, CalendarDay, CalendarYear
from houqin.org.models.organisation import Department, Organisation, Partner
from houqin.org.models.places import Place, PlaceType
from houqin.org.models.qrcodes import QrCode, QrScan

__all__ = [
    "Calendar",
    "CalendarDay",
    "CalendarYear",
    "Department",
    "Organisation",
    "Partner",
    "Place",
    "PlaceType",
    "QrCode",
    "QrScan",
]
