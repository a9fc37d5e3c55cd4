"""When the people of the campus work: shifts, hours, licences and leave around the present.

Whoever loads the demonstration at night can give work all the same: two crews work around the clock,
in each of the others somebody keeps no fixed hours.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from django.utils import timezone

from houqin.accounts.models import User
from houqin.demo.occasions import ZONE
from houqin.demo.texts import read
from houqin.demo.world import World
from houqin.kernel.rosters import Span, span_on, turns
from houqin.staffing.models import Absence, Hours, Licence, LicenceKind, Shift, ShiftKind, Terms
from houqin.work.models import JobLicence

DAY = dt.timedelta(days=1)
MIDNIGHT = dt.time()
HELD = dt.timedelta(days=3 * 365)
"""How long a licence holds in all."""

EPOCH = dt.date(2020, 1, 6)


def plan(world: World) -> None:
    """Enter all of it, and keep those who are off or away in the past out of the year's work."""
    data = read("rosters")
    today = timezone.localtime(world.now, ZONE).date()
    kinds = {facts["code"]: ShiftKind(**facts) for facts in data["shifts"]}
    ShiftKind.objects.bulk_create(kinds.values())
    _license(world, data, today)
    away = _send_away(world, data, today)
    monday = today - today.weekday() * DAY
    first, last = monday - 7 * data["weeks_back"] * DAY, monday + 7 * data["weeks_ahead"] * DAY - DAY
    shifts = []
    rostered: list[User] = []
    for facts in data["rotations"]:
        people = [world.crowd.by_name[name] for name in facts["people"]]
        rostered += people
        cycle = [kinds.get(code) for code in facts["cycle"]]
        shifts += list(_rotation(people, cycle, (first, last), world.now))
    for facts in data["weekly"]:
        kind, people = kinds[facts["shift"]], [world.crowd.by_name[name] for name in facts["people"]]
        shifts += [
            _shift(person, day, kind)
            for person in people
            for day, _one in turns([kind], first, last, weekdays=range(5))
        ]
    shifts = [one for one in shifts if not any(_span(one).meets(gap) for gap in away.get(one.user_id, ()))]
    Shift.objects.bulk_create(shifts)
    _set_terms(world, data, rostered)
    for person in rostered:
        _rest(world, person, [_span(one) for one in shifts if one.user_id == person.pk])


def _rotation(
    people: Sequence[User],
    cycle: Sequence[ShiftKind | None],
    days: tuple[dt.date, dt.date],
    now: dt.datetime,
) -> Iterator[Shift]:
    """Each next person a day further into the cycle, so that the first is on shift now."""
    day, at = _on_shift(cycle, now)
    for place, person in enumerate(people):
        offset = (at + place - (day - EPOCH).days + (days[0] - EPOCH).days) % len(cycle)
        for on, kind in turns(cycle, *days, offset=offset):
            if kind is not None:
                yield _shift(person, on, kind)


def _on_shift(cycle: Sequence[ShiftKind | None], now: dt.datetime) -> tuple[dt.date, int]:
    """The day and the place in the cycle whose shift is under way now."""
    today = timezone.localtime(now, ZONE).date()
    for day in (today, today - DAY):
        for place, kind in enumerate(cycle):
            if (
                kind is not None
                and (span := span_on(day, kind.begins, kind.ends, ZONE)).start <= now < span.end
            ):
                return day, place
    return today, 0


def _shift(person: User, day: dt.date, kind: ShiftKind) -> Shift:
    span = span_on(day, kind.begins, kind.ends, ZONE)
    return Shift(user=person, kind=kind, day=day, starts_at=span.start, ends_at=span.end)


def _span(shift: Shift) -> Span:
    return Span(shift.starts_at, shift.ends_at)


def _rest(world: World, person: User, worked: Sequence[Span]) -> None:
    """Book what lies between two shifts of the past: nobody is told to have worked then."""
    for one, following in pairwise(sorted(worked)):
        if following.start <= world.now and one.end < following.start:
            world.diary.book(person, one.end, following.start)


def _license(world: World, data: dict[str, Any], today: dt.date) -> None:
    kinds = {facts["code"]: LicenceKind(**facts) for facts in data["licence_kinds"]}
    LicenceKind.objects.bulk_create(kinds.values())
    number = 3304022026000
    jobs = {offer.job.code: offer.job for offer in world.catalogue.offers.values()}
    JobLicence.objects.bulk_create(
        JobLicence(job_type=jobs[facts["code"]], kind=kinds[code])
        for facts in read("jobs")["job_types"]
        for code in facts.get("licences", ())
    )
    licences = []
    for code, people in data["licences"].items():
        for name, left in people.items():
            number += 37
            until = today + left * DAY
            licences.append(
                Licence(
                    kind=kinds[code],
                    user=world.crowd.by_name[name],
                    number=f"T{number}",
                    valid_from=until - HELD,
                    valid_until=until,
                )
            )
    Licence.objects.bulk_create(licences)


def _send_away(world: World, data: dict[str, Any], today: dt.date) -> dict[int, list[Span]]:
    away: dict[int, list[Span]] = {}
    absences = []
    for facts in data["leave"]:
        person = world.crowd.by_name[facts["person"]]
        first, last = today + facts["from"] * DAY, today + facts["until"] * DAY
        start = span_on(first, MIDNIGHT, MIDNIGHT, ZONE).start
        span = Span(start, span_on(last, MIDNIGHT, MIDNIGHT, ZONE).end)
        away.setdefault(person.pk, []).append(span)
        absences.append(
            Absence(
                user=person, kind=facts["kind"], starts_at=span.start, ends_at=span.end, note=facts["note"]
            )
        )
        if span.start <= world.now:
            world.diary.book(person, span.start, span.end)
    Absence.objects.bulk_create(absences)
    return away


def _set_terms(world: World, data: dict[str, Any], rostered: Sequence[User]) -> None:
    by_hours = {
        Hours.ROSTER: rostered,
        Hours.CALENDAR: [world.crowd.by_name[n] for n in data["terms"]["calendar"]],
    }
    terms = [Terms(user=person, hours=hours) for hours, people in by_hours.items() for person in people]
    terms += [
        Terms(user=world.crowd.by_name[name], open_limit=limit)
        for name, limit in data["terms"]["open_limit"].items()
    ]
    Terms.objects.bulk_create(terms)
