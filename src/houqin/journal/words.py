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
    "priority_by_hand": _("priority set by hand"),
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
    "arrived_at": _("arrived"),
    "started_at": _("started"),
    "completed_at": _("completed"),
    "problem": _("problem"),
    "cause": _("cause"),
    "remedy": _("remedy"),
    "result": _("result"),
    "result_note": _("what was done"),
}
MISSING: Words = {
    "leader": pgettext_lazy("nobody there", "crew leader"),
    "person": pgettext_lazy("nobody there", "person named who sees it"),
    "dispatcher": pgettext_lazy("nobody there", "dispatcher"),
    "manager": pgettext_lazy("nobody there", "manager"),
    "administrator": pgettext_lazy("nobody there", "administrator"),
    "auditor": pgettext_lazy("nobody there", "auditor"),
}
"""Who should have been told of a level of escalation, and was not there."""

CODED: dict[str, Words] = {
    "priority": PRIORITY,
    "urgency": URGENCY,
    "impact": IMPACT,
    "channel": CHANNEL,
    "hold_reason": HOLD,
    "result": RESULT,
    "target": TARGET,
    "missing": MISSING,
    "answer": {"yes": _("yes")},
}
TABLE: Words = {
    "accounts.apitoken": pgettext_lazy("table", "API token"),
    "accounts.grant": pgettext_lazy("table", "role of a person"),
    "accounts.user": pgettext_lazy("table", "person"),
    "desk.category": pgettext_lazy("table", "category"),
    "desk.follower": pgettext_lazy("table", "follower of a request"),
    "desk.followup": pgettext_lazy("table", "follow-up call"),
    "desk.knownfaultrules": pgettext_lazy("table", "rules for known faults"),
    "desk.priorityrule": pgettext_lazy("table", "rule of the priority matrix"),
    "desk.rating": pgettext_lazy("table", "rating"),
    "desk.service": pgettext_lazy("table", "service"),
    "desk.servicerequest": pgettext_lazy("table", "service request"),
    "desk.triagerule": pgettext_lazy("table", "triage rule"),
    "intake.phoneline": pgettext_lazy("table", "phone line"),
    "org.calendar": pgettext_lazy("table", "working calendar"),
    "org.calendarday": pgettext_lazy("table", "day of a calendar"),
    "org.calendaryear": pgettext_lazy("table", "year of holidays"),
    "org.department": pgettext_lazy("table", "department"),
    "org.organisation": pgettext_lazy("table", "organisation"),
    "org.partner": pgettext_lazy("table", "partner"),
    "org.place": pgettext_lazy("table", "place"),
    "org.qrcode": pgettext_lazy("table", "QR label"),
    "staffing.crew": pgettext_lazy("table", "crew"),
    "staffing.crewmember": pgettext_lazy("table", "member of a crew"),
    "staffing.persontrade": pgettext_lazy("table", "trade of a person"),
    "staffing.trade": pgettext_lazy("table", "trade"),
    "work.escalationlevel": pgettext_lazy("table", "escalation level"),
    "work.failurecode": pgettext_lazy("table", "failure code"),
    "work.jobtype": pgettext_lazy("table", "job type"),
    "work.orderworker": pgettext_lazy("table", "helper on an order"),
    "work.partnerstandard": pgettext_lazy("table", "standard of a contractor"),
    "work.servicestandard": pgettext_lazy("table", "service standard"),
    "work.standardtarget": pgettext_lazy("table", "target of a standard"),
    "work.timeentry": pgettext_lazy("table", "working time"),
    "work.workorder": pgettext_lazy("table", "work order"),
}
"""What the history calls a row of each tracked table."""

COLUMN: Words = {
    "held_from": pgettext_lazy("column", "state before the hold"),
    "order": pgettext_lazy("column", "work order"),
    "request": pgettext_lazy("column", "service request"),
    "rating": pgettext_lazy("column", "rating"),
    "digest": pgettext_lazy("column", "secret"),
    "link_nonce": pgettext_lazy("column", "tracking link"),
    "is_demo": pgettext_lazy("column", "belongs to the demonstration"),
}
"""Columns that no form shows, and so have no name of their own."""
