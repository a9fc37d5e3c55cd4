"""What stands in the way of giving somebody work at a certain time: licences, hours, leave, places.

These are the hard rules of dispatch that depend on the person alone; how much somebody has at hand
already stands with the work orders. Whoever has no terms, no licence asked for and no leave is free.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.accounts.models import User
from houqin.kernel import clock
from houqin.kernel.bilingual import in_language
from houqin.kernel.working_time import NoOpening
from houqin.org.models import Place
from houqin.org.queries.calendars import calendar_for
from houqin.staffing.models import Absence, Hours, Licence, LicenceKind, Shift, Terms, WorkPlace

SECOND = dt.timedelta(seconds=1)
LOOK_AHEAD = dt.timedelta(days=14)
"""How far ahead the next planned shift is looked for, to be named in a refusal."""


@dataclass(frozen=True)
class Slot:
    """When the work would be done: the appointment, or from now on (`until` equal to `start`)."""

    start: dt.datetime
    until: dt.datetime

    @classmethod
    def of(cls, start: dt.datetime | None, until: dt.datetime | None) -> "Slot":
        """The slot of an appointment; without one the present instant."""
        now = clock.now()
        return cls(start or now, until or start or now)

    @property
    def days(self) -> tuple[dt.date, dt.date]:
        """Its first and last day, where the organisation is."""
        return timezone.localdate(self.start), timezone.localdate(self.until)


class Rule(StrEnum):
    """Which hard rule of the person is hurt."""

    LICENCE = "licence"
    OFF_DUTY = "off_duty"
    SHIFT = "shift"
    LEAVE = "leave"
    SITE = "site"


@dataclass(frozen=True)
class Hindrance:
    """One hard rule that is hurt, with what a sentence needs; plain values, so that it can be stored."""

    rule: Rule
    facts: Mapping[str, Any] = field(default_factory=dict)


def said(name: object, hindrance: Hindrance) -> str:
    """The sentence, in the reader's language: what is wrong and, where it is known, when it is right."""
    given = hindrance.facts
    facts = {"name": name, "licence": in_language(given.get("licence", ""), given.get("licence_en", ""))}
    facts |= {key: _day(given[key]) for key in ("ended", "begins") if key in given}
    facts |= {key: _moment(given[key]) for key in ("from", "until") if key in given}
    facts["places"] = _(", ").join(given.get("places", ()))
    known = next((key for key in ("ended", "begins", "from") if key in given), "")
    return str(_SENTENCES[hindrance.rule, known]) % facts


_SENTENCES: dict[tuple[str, str], str | Promise] = {
    (Rule.LICENCE, "ended"): gettext_lazy("The licence “%(licence)s” of %(name)s ended on %(ended)s."),
    (Rule.LICENCE, "begins"): gettext_lazy(
        "The licence “%(licence)s” of %(name)s begins only on %(begins)s."
    ),
    (Rule.LICENCE, ""): gettext_lazy("%(name)s does not hold the licence “%(licence)s”."),
    (Rule.SHIFT, "from"): gettext_lazy("%(name)s is not on shift then; the next shift begins at %(from)s."),
    (Rule.SHIFT, ""): gettext_lazy("%(name)s is not on shift then, and no later shift is planned."),
    (Rule.LEAVE, ""): gettext_lazy("%(name)s is away until %(until)s."),
    (Rule.OFF_DUTY, ""): gettext_lazy("%(name)s is off duty."),
    (Rule.SITE, ""): gettext_lazy("%(name)s works only at %(places)s."),
}
"""The sentence for each rule, and for what more is known of it."""


def hindrances(
    people: Collection[User],
    *,
    slot: Slot,
    place: Place | None = None,
    licences: Collection[LicenceKind] = (),
) -> dict[int, tuple[Hindrance, ...]]:
    """What stands in the way of each of `people`, by id; an empty tuple for who is free.

    The licences are needed on every day of the slot; it begins and ends inside the person's hours,
    so that a break between may lie in it; no leave may touch it. The switch 在岗 counts only for a
    slot that has begun. At most five statements, however many people.
    """
    ids = [person.pk for person in people]
    terms = {one.user_id: one for one in Terms.objects.filter(user__in=ids)}
    found: dict[int, list[Hindrance]] = {pk: [] for pk in ids}
    _want_licences(found, slot, licences)
    _want_hours(found, terms, slot)
    _want_presence(found, slot)
    _want_place(found, place)
    return {pk: tuple(each) for pk, each in found.items()}


def _want_licences(found: dict[int, list[Hindrance]], slot: Slot, licences: Collection[LicenceKind]) -> None:
    if not licences or not found:
        return
    first, last = slot.days
    held = Licence.objects.filter(user__in=found, kind__in=licences).order_by("valid_until")
    spans: dict[tuple[int, int], list[Licence]] = {}
    for one in held:
        spans.setdefault((one.user_id, one.kind_id), []).append(one)
    for pk, each in found.items():
        for kind in licences:
            own = spans.get((pk, kind.pk), [])
            if not _covers(own, first, last):
                each.append(Hindrance(Rule.LICENCE, _lacking(kind, own, first)))


def _covers(own: Iterable[Licence], first: dt.date, last: dt.date) -> bool:
    """Whether the rows together hold on every day from first to last; a renewal goes on the next day."""
    day = first
    for one in sorted(own, key=lambda one: one.valid_from):
        if one.valid_from <= day <= one.valid_until:
            if one.valid_until >= last:
                return True
            day = one.valid_until + dt.timedelta(days=1)
    return False


def _lacking(kind: LicenceKind, own: list[Licence], first: dt.date) -> dict[str, Any]:
    facts: dict[str, Any] = {"licence": kind.name, "licence_en": kind.name_en}
    ended = [one.valid_until for one in own if one.valid_until >= one.valid_from and one.valid_from <= first]
    coming = [one.valid_from for one in own if one.valid_from > first]
    if ended:
        facts["ended"] = max(ended).isoformat()
    elif coming:
        facts["begins"] = min(coming).isoformat()
    return facts


def _want_hours(found: dict[int, list[Hindrance]], terms: Mapping[int, Terms], slot: Slot) -> None:
    by_hours: dict[str, set[int]] = {hours: set() for hours in Hours.values}
    for pk, each in found.items():
        own = terms.get(pk)
        by_hours[own.hours if own else Hours.ANY].add(pk)
        if own is not None and not own.on_duty and slot.start <= clock.now():
            each.append(Hindrance(Rule.OFF_DUTY))
    if by_hours[Hours.CALENDAR]:
        away = _office_closed(slot)
        for pk in by_hours[Hours.CALENDAR] if away else ():
            found[pk] += away
    if by_hours[Hours.ROSTER]:
        _want_shifts(found, by_hours[Hours.ROSTER], slot)


def _office_closed(slot: Slot) -> list[Hindrance]:
    office = calendar_for(None, None)
    if office.is_open(slot.start) and (slot.until == slot.start or office.is_open(slot.until - SECOND)):
        return []
    try:
        opens = office.next_opening(slot.start if not office.is_open(slot.start) else slot.until)
    except NoOpening:
        return [Hindrance(Rule.SHIFT)]
    return [Hindrance(Rule.SHIFT, {"from": opens.isoformat()})]


def _want_shifts(found: dict[int, list[Hindrance]], rostered: set[int], slot: Slot) -> None:
    planned: dict[int, list[Shift]] = {pk: [] for pk in rostered}
    shifts = Shift.objects.filter(
        user__in=rostered, ends_at__gt=slot.start, starts_at__lt=max(slot.until, slot.start + LOOK_AHEAD)
    )
    for shift in shifts.order_by("starts_at"):
        planned[shift.user_id].append(shift)
    for pk, own in planned.items():
        if not _on_shift(own, slot):
            later = next((shift.starts_at for shift in own if shift.starts_at > slot.start), None)
            found[pk].append(Hindrance(Rule.SHIFT, {"from": later.isoformat()} if later else {}))


def _on_shift(own: Collection[Shift], slot: Slot) -> bool:
    """Whether the slot begins inside a shift and ends inside one."""
    last = max(slot.start, slot.until - SECOND)
    return all(any(one.starts_at <= at < one.ends_at for one in own) for at in (slot.start, last))


def _want_presence(found: dict[int, list[Hindrance]], slot: Slot) -> None:
    # A slot without length is an instant, which no half-open range with equal ends would meet.
    end = max(slot.until, slot.start + SECOND)
    away = Absence.objects.filter(user__in=found, starts_at__lt=end, ends_at__gt=slot.start)
    for one in away.order_by("starts_at"):
        each = found[one.user_id]
        if not any(known.rule == Rule.LEAVE for known in each):
            each.append(Hindrance(Rule.LEAVE, {"until": one.ends_at.isoformat()}))


def _want_place(found: dict[int, list[Hindrance]], place: Place | None) -> None:
    allowed: dict[int, list[WorkPlace]] = {}
    for one in WorkPlace.objects.filter(user__in=found).select_related("place"):
        allowed.setdefault(one.user_id, []).append(one)
    for pk, own in allowed.items():
        if place is None or not {one.place_id for one in own} & set(place.lineage):
            names = [one.place.name for one in own]
            found[pk].append(Hindrance(Rule.SITE, {"places": names}))


def _day(value: str) -> str:
    return date_format(dt.date.fromisoformat(value), "DATE_FORMAT")


def _moment(value: str) -> str:
    return date_format(timezone.localtime(dt.datetime.fromisoformat(value)), "SHORT_DATETIME_FORMAT")
