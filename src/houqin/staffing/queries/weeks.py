"""A crew's week: who works when, who is away, whose licence ends, what the hours come to."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from houqin.accounts.models import User
from houqin.kernel import clock
from houqin.kernel.rosters import Span, days_between, span_on
from houqin.staffing.models import Absence, Crew, CrewMember, Hours, Shift, Terms
from houqin.staffing.queries.capacity import capacity, office_hours
from houqin.staffing.queries.licences import Held, held_by
from houqin.staffing.queries.rosters import hours_said, shifts_on

DAYS = 7
DAY = dt.timedelta(days=1)
MIDNIGHT = dt.time()
EARLY, LATE, NIGHT = dt.time(5), dt.time(12), dt.time(19)


@dataclass(frozen=True)
class Cell:
    """What is planned for a person on one day, and how many minutes of work that comes to."""

    day: dt.date
    shifts: tuple[Shift, ...]
    absences: tuple[Absence, ...]
    office: tuple[Span, ...]
    minutes: int

    @property
    def works(self) -> bool:
        """Somebody is planned, and not away all of the time."""
        return self.minutes > 0


@dataclass(frozen=True)
class Row:
    """A person in the week; `licences` are those that have ended or end before long."""

    person: User
    terms: Terms
    cells: tuple[Cell, ...]
    licences: tuple[Held, ...]

    @property
    def minutes(self) -> int:
        """Minutes of work of the whole week."""
        return sum(cell.minutes for cell in self.cells)

    @property
    def fixed(self) -> bool:
        """Whether anything says when this person works."""
        return self.terms.hours != Hours.ANY


@dataclass(frozen=True)
class Week:
    """Seven days from a Monday, with the people who belong to the crew on one of them."""

    days: tuple[dt.date, ...]
    rows: tuple[Row, ...] = field(default=())

    @property
    def monday(self) -> dt.date:
        """Its first day."""
        return self.days[0]

    @property
    def sums(self) -> list[tuple[int, int]]:
        """For each day how many people are planned and come, and how many minutes of work that makes."""
        return [_summed([row.cells[at] for row in self.rows]) for at in range(len(self.days))]


def _summed(cells: Collection[Cell]) -> tuple[int, int]:
    planned = [cell.minutes for cell in cells if (cell.shifts or cell.office) and cell.works]
    return len(planned), sum(planned)


def monday_of(day: dt.date) -> dt.date:
    """The Monday of the week a day lies in."""
    return day - day.weekday() * DAY


def people_of(crew: Crew, first: dt.date, last: dt.date) -> QuerySet[User]:
    """The leader, and who belongs to the crew on one of the days."""
    member = CrewMember.objects.filter(
        Q(until__isnull=True) | Q(until__gte=first), crew=crew, user=OuterRef("pk"), since__lte=last
    )
    found = User.objects.filter(Exists(member) | Q(pk=crew.leader_id), is_active=True)
    return found.order_by("pinyin_key", "pk").defer("search_text", "search_grams")


def week_of(crew: Crew, monday: dt.date) -> Week:
    """The week of a crew, its leader first, then by name. About ten statements, however many people."""
    days = tuple(days_between(monday, monday + (DAYS - 1) * DAY))
    people = sorted(people_of(crew, days[0], days[-1]), key=lambda one: one.pk != crew.leader_id)
    return Week(days, rows_of(people, days))


def rows_of(people: Collection[User], days: Collection[dt.date]) -> tuple[Row, ...]:
    """The rows of some people over consecutive days."""
    ids, first, last = [person.pk for person in people], min(days), max(days)
    terms = {one.user_id: one for one in Terms.objects.filter(user__in=ids)}
    shifts = shifts_on(ids, first, last)
    away = _absences(ids, first, last)
    minutes = capacity(ids, first, last)
    licences = held_by(ids)
    office = office_hours(first, last) if any(one.hours == Hours.CALENDAR for one in terms.values()) else {}
    rows = []
    for person in people:
        own = terms.get(person.pk) or Terms(user=person)
        cells = []
        for day in sorted(days):
            whole = span_on(day, MIDNIGHT, MIDNIGHT, timezone.get_current_timezone())
            planned = tuple(shift for shift in shifts[person.pk] if shift.day == day)
            cells.append(
                Cell(
                    day,
                    planned,
                    tuple(one for one in away[person.pk] if whole.meets(Span(one.starts_at, one.ends_at))),
                    tuple(office[day]) if own.hours == Hours.CALENDAR and not planned else (),
                    minutes[person.pk][day],
                )
            )
        told = tuple(held for held in licences[person.pk] if held.ended or held.soon)
        rows.append(Row(person, own, tuple(cells), told))
    return tuple(rows)


def tone_of(span: Span | Shift) -> str:
    """`early`, `late` or `night`: how a shift is coloured, by the hour it begins."""
    start = span.starts_at if isinstance(span, Shift) else span.start
    at = timezone.localtime(start).time()
    if EARLY <= at < LATE:
        return "early"
    return "late" if LATE <= at < NIGHT else "night"


def shift_hours(shift: Shift) -> str:
    """`22:00–06:00`."""
    return hours_said(Span(shift.starts_at, shift.ends_at))


def coming(user_id: int, *, days: int = 14) -> list[Shift]:
    """The shifts of a person from now on that begin within so many days; one under way included."""
    now = clock.now()
    found = Shift.objects.filter(user=user_id, ends_at__gt=now, day__lt=clock.today() + days * DAY)
    return list(found.select_related("kind").order_by("starts_at"))


def _absences(ids: Collection[int], first: dt.date, last: dt.date) -> dict[int, list[Absence]]:
    tz = timezone.get_current_timezone()
    whole = Span(span_on(first, MIDNIGHT, MIDNIGHT, tz).start, span_on(last, MIDNIGHT, MIDNIGHT, tz).end)
    found: dict[int, list[Absence]] = {pk: [] for pk in ids}
    rows = Absence.objects.filter(user__in=ids, starts_at__lt=whole.end, ends_at__gt=whole.start)
    for one in rows.order_by("starts_at"):
        found[one.user_id].append(one)
    return found
