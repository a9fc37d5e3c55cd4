"""Messages in the reader's language: the bell's line, and facts as they are read in a letter too."""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.formats import date_format
from django.utils.translation import gettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from houqin.kernel.bilingual import in_language
from houqin.notify.kinds import KINDS

TIMES = frozenset({"due", "starts", "ends", "promised_until", "silence_at", "since", "until"})

HOLD_REASONS = {
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
TARGETS = {
    "response": _("first response"),
    "update": _("update"),
    "arrival": _("arrival"),
    "resolution": _("restoration"),
}
NEWS = {
    "following": _("you follow it, and hear how it goes on."),
    "accepted": _("we take care of it."),
    "assigned": _("somebody will come."),
    "appointment": _("there is an appointment."),
    "held": _("it has to wait."),
    "resumed": _("work on it goes on."),
    "reopened": _("it is open again."),
    "rejected": _("we cannot take it on."),
    "resolved": _("it is done. Please rate it."),
}
PRIORITIES = {
    "planned": pgettext_lazy("priority", "planned"),
    "normal": pgettext_lazy("priority", "normal"),
    "urgent": pgettext_lazy("priority", "urgent"),
    "critical": pgettext_lazy("priority", "critical"),
}


def instant(value: object) -> str:
    """`2026-11-23 14:30` in the time zone in force, of a datetime or its ISO text; else the text."""
    if isinstance(value, str) and len(value) == len("2026-11-23"):
        return value  # a day, not an instant
    found = parse_datetime(value) if isinstance(value, str) else value
    if not isinstance(found, dt.datetime):
        return str(value or "")
    return date_format(timezone.localtime(found), "SHORT_DATETIME_FORMAT")


def worded(kind: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the facts of a message as they are read: times in local time, codes in words."""
    facts = dict(data)
    for key in TIMES & facts.keys():
        facts[key] = instant(facts[key])
    if kind == "followed":
        facts["said"] = NEWS.get(str(facts.get("news")), "")
    if kind in {"on_hold", "followed"}:
        facts["reason"] = HOLD_REASONS.get(str(facts.get("reason")), facts.get("reason", ""))
    if "licence_en" in facts:
        facts["licence"] = in_language(str(facts.get("licence", "")), str(facts["licence_en"]))
    if kind.startswith("licence_") and parse_date(str(facts.get("until"))):
        facts["until"] = date_format(dt.date.fromisoformat(str(facts["until"])), "DATE_FORMAT")
    facts["target"] = TARGETS.get(str(facts.get("target")), facts.get("target", ""))
    facts["priority"] = PRIORITIES.get(str(facts.get("priority")), facts.get("priority", ""))
    return facts


def line(kind: str, subject: str, data: Mapping[str, Any]) -> str:
    """Return the bell's line in the language in force; of a kind of a later release just the number."""
    known = KINDS.get(kind)
    if known is None:
        return gettext("News about %(subject)s") % {"subject": subject}
    facts: defaultdict[str, Any] = defaultdict(lambda: pgettext("left out", "–"))
    facts.update({key: value for key, value in worded(kind, data).items() if value not in {"", None}})
    facts["subject"] = subject
    return str(known.line) % facts
