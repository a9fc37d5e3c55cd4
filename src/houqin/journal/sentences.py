"""The timeline's sentence of an event, in the reader's language."""

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from houqin.journal.models import EventBase
from houqin.journal.phrases import ORDER, REQUEST, Phrase
from houqin.journal.tables import options
from houqin.journal.words import CODED, FIELD, HOLD_PLAIN
from houqin.kernel.bilingual import in_language

_FACT = re.compile(r"%\((\w+)\)s")
_TABLES = {"requestevent": ("request", REQUEST), "orderevent": ("order", ORDER)}
# Facts that keep what was and what is as a pair.
_PAIRS = frozenset({"due_at", "target_at", "priority", "scheduled_from", "scheduled_until"})
ENGLISH = frozenset({"crew", "partner", "item", "unit"})
"""Facts whose English name stands beside them as `…_en`."""
_NO_PHRASE = Phrase(())


def sentence(event: EventBase, *, public: bool = False) -> str:
    """Tell what happened, for staff, or for the requester when `public`.

    Times are local to the time zone in force. A kind nobody has words for says so: staff read its
    name and the states, the requester that there is progress. The text is plain, not HTML.
    """
    owner, phrases = _TABLES.get(options(event).model_name or "", ("", {}))
    phrase = phrases.get(_kind(event), _NO_PHRASE)
    facts = _facts(event, owner, nobody=_nameless(phrase))
    if public:
        return _fitting(phrase.public, facts) % facts or _("There is progress.")
    chosen = _fitting(phrase.staff, facts)
    told = chosen % facts or _unknown(event, facts)
    told = f"{told[:1].upper()}{told[1:]}"
    return told if "%(reason)s" in chosen or not facts["reason"] else f"{told}{_because(facts)}"


def _kind(event: EventBase) -> str:
    return f"{event.kind}_by_silence" if event.data.get("silence") else event.kind


def _nameless(phrase: Phrase) -> str:
    """What somebody is called who left no name."""
    if phrase.by_requester:
        return _("the requester")
    return _("somebody") if phrase.by_follower else _("the system")


def _facts(event: EventBase, owner: str, *, nobody: str) -> dict[str, str]:
    """Everything a sentence may use, in words; what is not known is not there, but for `reason`."""
    data: Mapping[str, Any] = event.data or {}
    facts = {key: _written(key, value) for key, value in data.items()}
    for key in ENGLISH & data.keys():
        facts[key] = in_language(facts[key], str(data.get(f"{key}_en", "")))
    for key in _PAIRS & data.keys():
        if isinstance(data[key], list) and len(data[key]) == 2:  # noqa: PLR2004 - what was and what is
            facts[f"{key}_before"], facts[key] = (_written(key, value) for value in data[key])
    if isinstance(data.get("changes"), Mapping):
        facts["changes"] = _changes(data["changes"], data.get("called") or {})
    hold = str(data.get("hold_reason", ""))
    facts["plain_reason"] = str(HOLD_PLAIN.get(hold, ""))
    facts = {key: text for key, text in facts.items() if text}
    facts["reason"] = event.reason.strip()
    facts["who"] = _who(event, nobody)
    facts["state_before"] = _state(event, owner, event.from_status)
    facts["state"] = _state(event, owner, event.to_status)
    return facts


def _written(key: str, value: object) -> str:
    """Return a fact as it is read: a code in words, an instant in local time, names with a comma."""
    if value is None or isinstance(value, Mapping):
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return pgettext("between names", ", ").join(str(item) for item in value)
    text = str(value)
    if key in CODED:
        return str(CODED[key].get(text, text))
    instant = parse_datetime(text) if isinstance(value, str) and "T" in value else None
    return _local(instant) if instant and instant.tzinfo else text


def _local(instant: dt.datetime) -> str:
    return date_format(timezone.localtime(instant), "SHORT_DATETIME_FORMAT")


def _changes(changes: Mapping[str, Any], names: Mapping[str, Any]) -> str:
    """`priority normal → urgent; place …`, of a mapping from a field to what was and what is.

    `names` gives the Chinese and English names of codes in it. That a priority was set by hand says
    nothing beside the priority.
    """
    told = []
    for field, values in changes.items():
        if field == "priority_by_hand" and "priority" in changes:
            continue
        name = str(FIELD.get(field, field))
        if isinstance(values, list) and len(values) == 2:  # noqa: PLR2004 - what was and what is
            known = [
                in_language(*names[value]) if isinstance(value, str) and value in names else value
                for value in values
            ]
            before, after = (_written(field, value) or pgettext("no value", "none") for value in known)
            told.append(
                _("%(field)s %(before)s → %(after)s") % {"field": name, "before": before, "after": after}
            )
        else:
            told.append(name)
    return pgettext("between changes", "; ").join(told)


def _who(event: EventBase, nobody: str) -> str:
    return event.actor_name or (str(event.actor) if event.actor_id else "") or nobody


def _state(event: EventBase, owner: str, code: str) -> str:
    """Return the word for a state, from the choices of what the event belongs to; no query."""
    if not code or not owner:
        return code
    model = options(event).get_field(owner).related_model
    choices = dict(options(model).get_field("status").flatchoices)
    return str(choices.get(code, code))


def _fitting(sentences: Iterable[Promise], facts: Mapping[str, str]) -> str:
    """Choose the first sentence whose facts are all known, not filled in yet; an empty text for none."""
    for candidate in sentences:
        text = str(candidate)
        if all(facts.get(name) for name in _FACT.findall(text)):
            return text
    return ""


def _because(facts: Mapping[str, str]) -> str:
    return _(" Reason: %(reason)s") % facts


def _unknown(event: EventBase, facts: Mapping[str, str]) -> str:
    if facts["state_before"] != facts["state"]:
        return _("%(who)s: %(kind)s (%(state_before)s → %(state)s).") % {**facts, "kind": event.kind}
    return _("%(who)s: %(kind)s.") % {**facts, "kind": event.kind}
