"""Codes in words for timelines. The words are those of the fields the codes come from."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Words = dict[str, Promise | str]

PRIORITY: Words = {
    "planned": pgettext_lazy("priority", "planned"),
    "normal": pgettext_lazy("priority", "normal"),
    "urgent": pgettext_lazy("priority", "urgent"),
    "critical": pgettext_lazy("priority", "critical"),
}
URGENCY: Words = {
    "low": pgettext_lazy("urgency", "not urgent"),
    "normal": pgettext_lazy("urgency", "normal"),
    "high": pgettext_lazy("urgency", "urgent"),
}
IMPACT: Words = {
    "person": pgettext_lazy("impact", "one person"),
    "room": pgettext_lazy("impact", "a room"),
    "building": pgettext_lazy("impact", "a building"),
}
CHANNEL: Words = {
    "qr": pgettext_lazy("channel", "QR code"),
    "web": pgettext_lazy("channel", "web form"),
    "phone": pgettext_lazy("channel", "phone"),
    "email": pgettext_lazy("channel", "e-mail"),
    "chat": pgettext_lazy("channel", "chat"),
    "api": "API",
    "staff": pgettext_lazy("channel", "staff"),
    "imported": pgettext_lazy("channel", "import"),
}
HOLD: Words = {
    "parts": pgettext_lazy("waiting for", "parts"),
    "access": pgettext_lazy("waiting for", "access"),
    "requester": pgettext_lazy("waiting for", "appointment with the requester"),
    "approval": pgettext_lazy("waiting for", "approval"),
    "contractor": pgettext_lazy("waiting for", "contractor"),
    "permit": pgettext_lazy("waiting for", "work permit"),
    "weather": pgettext_lazy("waiting for", "weather"),
    "budget": pgettext_lazy("waiting for", "budget"),
    "other": pgettext_lazy("waiting for", "something else"),
}
# The same for the requester, as part of a sentence.
HOLD_PLAIN: Words = {
    "parts": pgettext_lazy("we wait for", "spare parts have to arrive"),
    "access": pgettext_lazy("we wait for", "we could not get in"),
    "requester": pgettext_lazy("we wait for", "we need an appointment with you"),
    "approval": pgettext_lazy("we wait for", "an approval is needed"),
    "contractor": pgettext_lazy("we wait for", "an outside company has to come"),
    "permit": pgettext_lazy("we wait for", "a work permit is needed"),
    "weather": pgettext_lazy("we wait for", "the weather does not allow it"),
    "budget": pgettext_lazy("we wait for", "the money has to be granted"),
    "other": pgettext_lazy("we wait for", "something has to be settled first"),
}
RESULT: Words = {
    "fixed": pgettext_lazy("result", "fixed"),
    "temporary": pgettext_lazy("result", "fixed for now"),
    "no_fault_found": pgettext_lazy("result", "no fault found"),
    "not_our_job": pgettext_lazy("result", "not our job"),
    "duplicate": pgettext_lazy("result", "duplicate"),
}
TARGET: Words = {
    "response": _("first response"),
    "update": _("update"),
    "arrival": _("arrival"),
    "resolution": _("restoration"),
}
FIELD: Words = {
    "category": _("category"),
    "service": _("service"),
    "urgency": _("urgency"),
    "impact": _("impact"),
    "safety": _("safety at risk"),
    "priority": _("priority"),
    "standard": _("service standard"),
    "place": _("place"),
    "place_note": _("where exactly"),
    "title": _("what"),
    "description": _("description"),
    "crew": _("crew"),
    "worker": _("technician"),
    "job_type": _("job type"),
    "contact_name": _("contact"),
    "contact_phone": _("phone"),
}
CODED: dict[str, Words] = {
    "priority": PRIORITY,
    "urgency": URGENCY,
    "impact": IMPACT,
    "channel": CHANNEL,
    "hold_reason": HOLD,
    "result": RESULT,
    "target": TARGET,
}
