"""Planning shifts: one, a pattern over many days, a week as the one before; and taking them back."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from houqin.accounts.models import User
from houqin.kernel.errors import Invalid, Missing, Refused
from houqin.kernel.rosters import DAY, EVERY_WEEKDAY, Span, clash, days_between, turns
from houqin.staffing.actions.persons import lock_planned, overtaken
from houqin.staffing.models import Shift, ShiftKind
from houqin.staffing.queries.rosters import (
    Turn,
    absences_meeting,
    away_said,
    said,
    shifts_meeting,
    shifts_on,
)

MOST_DAYS = 366
"""Days that are planned at once."""

MOST_SHIFTS = 20_000
"""Shifts that are planned at once."""

CONSTRAINT = "shift_one_at_a_time"
WEEK = 7 * DAY


@dataclass(frozen=True)
class Planned:
    """What a plan came to: shifts that are new, were so before, went, and were left out for leave."""

    new: int = 0
    same: int = 0
    gone: int = 0
    away: int = 0


@dataclass
class Wish:
    """What one person is to work, and the days on which nothing else stays."""

    person: User
    turns: list[Turn] = field(default_factory=list)
    emptied: set[dt.date] = field(default_factory=set)


@transaction.atomic
def plan_shift(
    *,
    user_id: int,
    day: dt.date,
    by: User | None,
    kind_id: int | None = None,
    begins: dt.time | None = None,
    ends: dt.time | None = None,
    instead: bool = False,
) -> Shift:
    """Plan a shift of a kind, or from `begins` until `ends` (the next day, where that is not later).

    `instead` takes away what else begins on that day. Times are local to the organisation. Planned
    already, the shift is returned as it is. Raises `Invalid` without a kind or both times, and
    `Refused`, writing nothing, when the person would have two shifts at once or is away then.
    """
    (person,) = lock_planned([user_id], by)
    turn = _turn(day, _kind(kind_id) if kind_id is not None else None, begins, ends)
    away = absences_meeting([user_id], turn)[user_id]
    if away:
        raise Refused(
            _("%(name)s is away %(when)s. Shorten the leave first.")
            % {"name": person, "when": away_said(away[0])}
        )
    _store([Wish(person, [turn], {day} if instead else set())])
    return Shift.objects.get(user=person, starts_at=turn.start)


@transaction.atomic
def plan_pattern(
    *,
    user_ids: Sequence[int],
    first: dt.date,
    last: dt.date,
    cycle: Sequence[int | None],
    by: User | None,
    weekdays: Collection[int] = EVERY_WEEKDAY,
    stagger: int = 0,
    instead: bool = False,
) -> Planned:
    """Plan people in a cycle of kinds, one for each day; None is a day of rest.

    One kind and some weekdays (0 is Monday) give a usual week; early, late, night, rest gives a
    rotation. Each next person begins `stagger` days further into the cycle. `instead` takes away
    what else begins on the days of the pattern, days of rest too. A shift during leave is left out
    and counted. Everything or nothing: raises `Refused` naming the first two shifts that overlap,
    and `Invalid` for a range or cycle that is empty or too long.
    """
    people = lock_planned(user_ids, by)
    _require_range(first, last)
    if not people:
        raise Invalid(_("Choose at least one person."), field="people")
    if not cycle or all(kind is None for kind in cycle):
        raise Invalid(_("Choose at least one shift."), field="cycle")
    kinds = {pk: _kind(pk) for pk in set(cycle) if pk is not None}
    wishes = []
    for place, person in enumerate(people):
        wish = Wish(person)
        for day, pk in turns(cycle, first, last, offset=place * stagger, weekdays=weekdays):
            if instead:
                wish.emptied.add(day)
            if pk is not None:
                wish.turns.append(_turn(day, kinds[pk], None, None))
        wishes.append(wish)
    return _store(wishes)


@transaction.atomic
def copy_week(
    *, user_ids: Sequence[int], monday: dt.date, to: dt.date, by: User | None, instead: bool = False
) -> Planned:
    """Plan the week that begins on `to` as the one that began on `monday`, by the clock on the wall.

    Who has no shift in that week is left as planned. `instead`, overlaps and leave as in `plan_pattern`.
    """
    people = lock_planned(user_ids, by)
    if (to - monday).days % 7:
        raise Invalid(_("A week is copied to the same weekday."), field="to")
    before = shifts_on(user_ids, monday, monday + WEEK - DAY)
    wishes = []
    for person in people:
        own = [_moved(Turn.of(shift), to - monday) for shift in before[person.pk]]
        emptied = set(days_between(to, to + WEEK - DAY)) if instead and own else set()
        wishes.append(Wish(person, own, emptied))
    if not any(wish.turns for wish in wishes):
        raise Refused(_("No shift is planned in the week that is to be copied."))
    return _store(wishes)


@transaction.atomic
def clear_shifts(*, user_ids: Collection[int], first: dt.date, last: dt.date, by: User | None) -> int:
    """Take away the shifts that begin on these days, and return how many there were."""
    lock_planned(user_ids, by)
    if last < first:
        raise Invalid(_("The last day is before the first."), field="last")
    return Shift.objects.filter(user__in=user_ids, day__gte=first, day__lte=last).delete()[0]


@transaction.atomic
def remove_shift(*, shift_id: int, by: User | None) -> Shift:
    """Take one shift away, and return what it was. Raises `Missing` when it is gone already."""
    shift = Shift.objects.filter(pk=shift_id).first()
    if shift is None:
        raise Missing(_("There is no such shift any more."))
    lock_planned([shift.user_id], by)
    Shift.objects.filter(pk=shift_id).delete()
    return shift


@transaction.atomic
def store(wishes: Sequence[Wish], *, by: User | None) -> Planned:
    """Store what a table wishes of each person, locked here; raises `Refused` as `plan_pattern` does."""
    lock_planned([wish.person.pk for wish in wishes], by)
    return _store(wishes)


def _store(wishes: Sequence[Wish]) -> Planned:
    """Write what differs, after every overlap has been ruled out. The people are locked."""
    if sum(len(wish.turns) for wish in wishes) > MOST_SHIFTS:
        raise Invalid(_("At most %(most)d shifts at once.") % {"most": MOST_SHIFTS})
    whole = _reach(wishes)
    if whole is None:
        return Planned()
    ids = [wish.person.pk for wish in wishes]
    known, away = shifts_meeting(ids, whole), absences_meeting(ids, whole)
    new: list[Shift] = []
    gone: list[int] = []
    same = left_out = 0
    for wish in wishes:
        wanted = [one for one in wish.turns if not any(one.meets(gap) for gap in away[wish.person.pk])]
        left_out += len(wish.turns) - len(wanted)
        stays = _kept(known[wish.person.pk], wanted, wish.emptied)
        gone += [shift.pk for shift in known[wish.person.pk] if shift.pk not in stays]
        fresh = [one for one in wanted if not any(one.is_as(turn) for turn in stays.values())]
        require_apart(wish.person, [*stays.values(), *fresh])
        same += len(wanted) - len(fresh)
        new += [_row(wish.person, turn) for turn in fresh]
    Shift.objects.filter(pk__in=gone).delete()
    with overtaken(CONSTRAINT):
        Shift.objects.bulk_create(new, batch_size=1_000)
    return Planned(len(new), same, len(gone), left_out)


def require_apart(person: User, planned: Iterable[Turn]) -> None:
    """Raise `Refused`, naming both and the person, when two of the shifts share time."""
    both = clash(planned)
    if both is not None:
        one, other = both
        raise Refused(
            _("%(name)s would have two shifts at once: %(one)s and %(other)s.")
            % {"name": person, "one": said(one), "other": said(other)}
        )


def _kept(known: Iterable[Shift], wanted: Sequence[Turn], emptied: set[dt.date]) -> Mapping[int, Turn]:
    """The stored shifts that stay, by key: those of other days, and those that are wanted as they are."""
    turns_of = {shift.pk: Turn.of(shift) for shift in known}
    return {
        pk: turn
        for pk, turn in turns_of.items()
        if turn.day not in emptied or any(turn.is_as(one) for one in wanted)
    }


def _reach(wishes: Sequence[Wish]) -> Span | None:
    """All the time the wishes touch, with a day around it for shifts that cross midnight."""
    spans = [turn for wish in wishes for turn in wish.turns]
    days = [day for wish in wishes for day in wish.emptied]
    begins = [span.start for span in spans] + [_midnight(day) for day in days]
    ends = [span.end for span in spans] + [_midnight(day) for day in days]
    return Span(min(begins) - 2 * DAY, max(ends) + 2 * DAY) if begins else None


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), dt.UTC)


def _row(person: User, turn: Turn) -> Shift:
    return Shift(user=person, kind=turn.kind, day=turn.day, starts_at=turn.start, ends_at=turn.end)


def _turn(day: dt.date, kind: ShiftKind | None, begins: dt.time | None, ends: dt.time | None) -> Turn:
    if kind is not None:
        begins, ends = kind.begins, kind.ends
    if begins is None or ends is None:
        raise Invalid(_("Choose a shift, or say from when until when."), field="kind")
    try:
        return Turn.between(day, begins, ends, kind)
    except ValueError:
        told = date_format(day, "DATE_FORMAT")
        raise Invalid(
            _("The clocks change on %(day)s and leave nothing of this shift.") % {"day": told}
        ) from None


def _moved(turn: Turn, by: dt.timedelta) -> Turn:
    """The same shift on another day, by the clock on the wall; a kind may have other hours by now."""
    begins, ends = (timezone.localtime(at).time() for at in (turn.start, turn.end))
    return replace(_turn(turn.day + by, None, begins, ends), kind=turn.kind)


def _kind(pk: int) -> ShiftKind:
    kind = ShiftKind.objects.filter(pk=pk).first()
    if kind is None:
        raise Missing(_("There is no such kind of shift."))
    if not kind.active:
        raise Refused(_("“%(name)s” is not in use any more.") % {"name": kind})
    return kind


def _require_range(first: dt.date, last: dt.date) -> None:
    if last < first:
        raise Invalid(_("The last day is before the first."), field="last")
    if (last - first).days >= MOST_DAYS:
        raise Invalid(_("At most %(most)d days at once.") % {"most": MOST_DAYS}, field="last")
