"""Levels of escalation: when each is reached, and that each is told once for a due time."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

import pytest
from hypothesis import assume, given, reject, settings
from hypothesis import strategies as st

from houqin.kernel.clock_events import ClockEvent
from houqin.kernel.errors import Refused
from houqin.kernel.escalation import Level, Offset, escalations, told_from
from houqin.kernel.service_clock import ClockState, Target, TargetKind, evaluate
from houqin.kernel.working_time import always_open
from tests.kernel.calendars import chinese, hours, local
from tests.kernel.clock_twin import ClockTwin
from tests.kernel.clock_words import STARTED, TEN_TO_SIX, K, at, held, read, resolution
from tests.kernel.test_service_clock_twin import HORIZON, Life, lives, pausing_sets, targets
from tests.kernel.twin import MinuteTwin

BEFORE, LATER, NEXT_DAY = Offset(minutes=-30), Offset(minutes=60), Offset(working_days=1)
FRIDAY_16 = [at("2034-06-09 16:00", K.STARTED)]


def levels(*offsets: Offset, **facts: object) -> list[Level]:
    return [Level(name=str(number), offset=offset, **facts) for number, offset in enumerate(offsets, 1)]  # type: ignore[arg-type]


def told_at(reading_at: str, wanted: list[Level]) -> list[dt.datetime]:
    reading = read(resolution(120), FRIDAY_16, reading_at)
    return [one.tell_at for one in escalations(reading, wanted, TEN_TO_SIX, local(reading_at))]


def test_offsets_count_in_the_hours_of_the_clock() -> None:
    assert told_at("2034-06-09 17:00", levels(LATER, BEFORE, NEXT_DAY)) == [
        local("2034-06-09 17:30"),
        local("2034-06-12 11:00"),
        local("2034-06-12 18:00"),
    ]


def test_what_is_told_waits_for_the_hours_of_who_gets_it() -> None:
    early_bird = chinese(hours("07:00-09:00"), [], [])

    assert told_at("2034-06-09 17:00", levels(LATER, BEFORE, NEXT_DAY, hours=early_bird)) == [
        local("2034-06-12 07:00"),
        local("2034-06-13 07:00"),
        local("2034-06-13 07:00"),
    ]


def test_the_very_second_of_the_due_time_reaches_no_level() -> None:
    second = dt.timedelta(seconds=1)

    assert told_at("2034-06-09 17:00", levels(Offset())) == [local("2034-06-09 18:00") + second]


def test_nothing_is_told_before_the_clock_has_started() -> None:
    assert told_at("2034-06-09 16:00", levels(Offset(minutes=-600))) == [local("2034-06-09 16:00")]


def test_what_was_missed_is_told_in_the_order_in_which_it_was_reached() -> None:
    reading = read(resolution(120), FRIDAY_16, "2034-06-20 11:00")
    found = escalations(reading, levels(NEXT_DAY, LATER, BEFORE), TEN_TO_SIX, local("2034-06-20 11:00"))

    assert [one.name for one in found] == ["3", "2", "1"]
    assert {one.tell_at for one in found} == {local("2034-06-20 11:00")}


def test_what_was_missed_waits_for_the_next_opening_too() -> None:
    night = local("2034-06-20 23:00")

    assert told_from(local("2034-06-20 11:00"), TEN_TO_SIX, night) == local("2034-06-21 10:00")
    assert told_from(local("2034-06-20 11:00"), None, night) == night


def test_a_pause_moves_the_levels_along() -> None:
    events = [STARTED, *held("2034-06-05 11:00", "2034-06-05 12:30")]
    reading = read(resolution(240), events, "2034-06-05 13:00")

    (found,) = escalations(reading, levels(BEFORE), TEN_TO_SIX, local("2034-06-05 13:00"))
    assert (found.at, found.due_at) == (local("2034-06-05 15:00"), local("2034-06-05 15:30"))


@pytest.mark.parametrize(
    "last", [at("2034-06-05 11:00", K.RESOLVED), at("2034-06-05 11:00", K.HELD, "parts")]
)
def test_a_clock_that_does_not_run_escalates_nothing(last: ClockEvent) -> None:
    reading = read(resolution(), [STARTED, last], "2034-06-05 12:00")

    assert escalations(reading, levels(BEFORE), TEN_TO_SIX, local("2034-06-05 12:00")) == []


@dataclass(frozen=True)
class Watch:
    """Levels, and the minutes after the start at which somebody looks."""

    levels: list[tuple[Offset, bool]]
    looks: list[int]


offsets = st.builds(Offset, minutes=st.sampled_from([0, -15, 30, 240]) | st.integers(-500, 900)) | st.builds(
    Offset, working_days=st.integers(-2, 2)
)
watches = st.builds(
    Watch,
    levels=st.lists(st.tuples(offsets, st.booleans()), min_size=2, max_size=4),
    looks=st.lists(st.integers(0, 9_000), min_size=3, max_size=6, unique=True).map(sorted),
)
soon = st.builds(
    Target,
    kind=st.sampled_from(TargetKind),
    minutes=st.sampled_from([15, 60, 240]),
    pausing_reasons=pausing_sets,
)


def ladder(watch: Watch, recipient: object) -> list[Level]:
    return [
        Level(name=str(number), offset=offset, hours=None if always else recipient)  # type: ignore[arg-type]
        for number, (offset, always) in enumerate(watch.levels)
    ]


class Ledger:
    """Tells what is due at each look, once for each level and due time."""

    def __init__(self) -> None:
        self.told: list[tuple[str, int, int]] = []

    def tell(self, due_now: Iterable[tuple[str, int]], minute: int) -> None:
        known = {(name, due) for name, due, _at in self.told}
        self.told += [(name, due, minute) for name, due in due_now if (name, due) not in known]


def reached(offset: Offset, due: int, started: int, minutes: MinuteTwin) -> int | None:
    """The second from which a level holds, counted on the twin; nothing when it is out of sight."""
    if offset.working_days:
        found = moved_by_days(minutes, due, offset.working_days)
    elif offset.minutes < 0:
        found = minutes.subtract(minutes.at(due), -offset.minutes)
    else:
        found = minutes.add(minutes.at(due), offset.minutes)
    if found is None:
        return None
    second = minutes.minute(found) * 60
    return max(second, started * 60) if offset.is_before else max(second, due * 60 + 1)


def moved_by_days(minutes: MinuteTwin, due: int, days: int) -> dt.datetime | None:
    if days > 0:
        return minutes.add_days(minutes.at(due), days, end_of_day=False)
    local_ = minutes.at(due).astimezone(minutes.tz)
    date, back = local_.date(), -days
    while back and date > minutes.zero:
        date -= dt.timedelta(days=1)
        back -= bool(minutes.windows_of(date))
    return None if back else minutes.first_showing(date, local_.hour * 60 + local_.minute)


def due_by_the_twin(
    life: Life, target: Target, watch: Watch, minutes: MinuteTwin, now: int
) -> list[tuple[str, int]]:
    """What is due at a minute, told by counting minutes; in the order in which it was reached."""
    _drawn, events, _now = life
    answer = ClockTwin(minutes, events, target, now).answer()
    if answer is None or answer.state not in {ClockState.RUNNING, ClockState.OVERDUE}:
        return []
    assume(answer.due is not None)
    due, started = answer.due or 0, start_of(life, target, minutes, now)
    found = []
    for number, (offset, always) in enumerate(watch.levels):
        at_ = reached(offset, due, started, minutes)
        assume(at_ is not None)
        if at_ is not None and at_ <= now * 60 and (always or minutes.open[now]):
            found.append((at_, number))
    return [(str(number), due) for _at, number in sorted(found)]


def start_of(life: Life, target: Target, minutes: MinuteTwin, now: int) -> int:
    """When the clock started: with the request, or with the question that waits."""
    twin = ClockTwin(minutes, life[1], target, now)
    exchange = twin._last_exchange() if target.kind == "update" else None
    return exchange[0] if exchange else twin.times(K.STARTED)[0]


@settings(max_examples=100, deadline=None)
@given(lives(), soon | targets, watches)
def test_each_level_is_told_once_in_order_and_never_out_of_hours(
    life: Life, target: Target, watch: Watch
) -> None:
    check_against_twin(life, target, watch)


@pytest.mark.long
@settings(max_examples=3_000, deadline=None)
@given(lives(), soon | targets, watches)
def test_each_level_is_told_once_three_thousand_times(life: Life, target: Target, watch: Watch) -> None:
    check_against_twin(life, target, watch)


def check_against_twin(life: Life, target: Target, watch: Watch) -> None:
    drawn, events, _now = life
    minutes = MinuteTwin(drawn.weekly, drawn.overrides, drawn.tz, drawn.first, HORIZON)
    begin = minutes.minute(events[0].at)
    ours, twins = Ledger(), Ledger()
    for look in (begin + look for look in watch.looks):
        now = minutes.at(look)
        try:
            reading = evaluate(target, events, drawn.calendar, now)
            found = escalations(reading, ladder(watch, drawn.calendar), drawn.calendar, now)
        except Refused:
            reject()
        # The twin sees two weeks; what falls due beyond them is not compared.
        assume(reading.due_at is None or minutes.minute(reading.due_at) < len(minutes.open))
        expected = due_by_the_twin(life, target, watch, minutes, look)
        ours.tell(((one.name, minutes.minute(one.due_at)) for one in found if one.tell_at <= now), look)
        twins.tell(expected, look)
    assert ours.told == twins.told
    assert len({told[:2] for told in ours.told}) == len(ours.told)


def test_somebody_at_any_hour_is_told_on_a_day_off() -> None:
    reading = read(resolution(120), FRIDAY_16, "2034-06-10 09:00", always_open("Asia/Shanghai"))
    night = local("2034-06-10 09:00")

    (found,) = escalations(reading, levels(LATER), always_open("Asia/Shanghai"), night)
    assert found.tell_at == night
