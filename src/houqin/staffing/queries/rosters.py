"""Shifts and leave as people read them, and as the planning compares them."""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from houqin.kernel.rosters import Span, span_on
from houqin.staffing.models import Absence, Shift, ShiftKind


@dataclass(frozen=True, slots=True, order=True)
class Turn(Span):
    """A shift before it is stored; two are equal when they begin and end alike."""

    day: dt.date = field(compare=False)
    kind: ShiftKind | None = field(compare=False, default=None)

    @classmethod
    def of(cls, shift: Shift) -> "Turn":
        """That of a stored shift; its kind is read with it."""
        return cls(shift.starts_at, shift.ends_at, shift.day, shift.kind)

    @classmethod
    def on(cls, day: dt.date, kind: ShiftKind) -> "Turn":
        """A shift of a kind. Raises `ValueError` where the clocks change and leave nothing of it."""
        return cls.between(day, kind.begins, kind.ends, kind)

    @classmethod
    def between(cls, day: dt.date, begins: dt.time, ends: dt.time, kind: ShiftKind | None = None) -> "Turn":
        """A shift by its times, local to the organisation; the day after where it ends before it begins."""
        span = span_on(day, begins, ends, timezone.get_current_timezone())
        return cls(span.start, span.end, day, kind)

    def is_as(self, other: "Turn") -> bool:
        """Whether storing it would change nothing."""
        return self == other and self.day == other.day and self.kind == other.kind


def said(turn: Turn) -> str:
    """`2026-11-23 22:00–06:00`, with the name of its kind before the times."""
    day = date_format(turn.day, "DATE_FORMAT")
    return " ".join(part for part in (day, str(turn.kind or ""), hours_said(turn)) if part)


def hours_said(span: Span) -> str:
    """`22:00–06:00`, local to the organisation."""
    return f"{timezone.localtime(span.start):%H:%M}–{timezone.localtime(span.end):%H:%M}"


def away_said(span: Span) -> str:
    """`2026-11-23 – 2026-11-25` for whole days, else with the times."""
    start, end = timezone.localtime(span.start), timezone.localtime(span.end)
    if start.time() == end.time() == dt.time():
        last = (end - dt.timedelta(days=1)).date()
        days = [date_format(day, "DATE_FORMAT") for day in dict.fromkeys((start.date(), last))]
        return " – ".join(days)
    first, until = (date_format(at, "SHORT_DATETIME_FORMAT") for at in (start, end))
    return _("%(from)s – %(until)s") % {"from": first, "until": until}


def shifts_meeting(user_ids: Collection[int], span: Span) -> dict[int, list[Shift]]:
    """The shifts of each person that share time with the span, by id, in order."""
    rows = Shift.objects.filter(user__in=user_ids, starts_at__lt=span.end, ends_at__gt=span.start)
    return _of_each(user_ids, rows.select_related("kind").order_by("starts_at"))


def shifts_on(user_ids: Collection[int], first: dt.date, last: dt.date) -> dict[int, list[Shift]]:
    """The shifts of each person that begin on these days, by id, in order."""
    rows = Shift.objects.filter(user__in=user_ids, day__gte=first, day__lte=last)
    return _of_each(user_ids, rows.select_related("kind").order_by("starts_at"))


def absences_meeting(user_ids: Collection[int], span: Span) -> dict[int, list[Span]]:
    """When each person is away within the span, by id, in order."""
    found: dict[int, list[Span]] = {pk: [] for pk in user_ids}
    rows = Absence.objects.filter(user__in=user_ids, starts_at__lt=span.end, ends_at__gt=span.start)
    for one in rows.order_by("starts_at"):
        found[one.user_id].append(Span(one.starts_at, one.ends_at))
    return found


def _of_each(user_ids: Collection[int], rows: Iterable[Shift]) -> dict[int, list[Shift]]:
    found: dict[int, list[Shift]] = {pk: [] for pk in user_ids}
    for row in rows:
        found[row.user_id].append(row)
    return found
