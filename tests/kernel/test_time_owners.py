"""Who had the time of a request, told in events and counted minute by minute by a twin."""

import datetime as dt
from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from houqin.kernel.time_owners import Had, Owner, Share, Turn, by_owner, shares, who_had
from tests.kernel.calendars import Drawn, calendars, local
from tests.kernel.clock_words import TEN_TO_SIX, span
from tests.kernel.twin import MinuteTwin

START = local("2034-06-05 10:00")
OURS, LIFTS = 1, 2


def at(time: str, owner: Owner | None, source: str = "", crew_id: int | None = None) -> Turn:
    return Turn(local(f"2034-06-{time}"), owner, source, crew_id)


def told(*turns: Turn, until: str = "05 18:00", crew_id: int | None = None) -> dict[str, dt.timedelta]:
    """The time of each owner, and of each owner and crew where there is one."""
    parts = who_had(turns, start=START, until=local(f"2034-06-{until}"), crew_id=crew_id)
    found = shares(parts, TEN_TO_SIX)
    return {f"{one.owner}" + (f" {one.crew_id}" if one.crew_id else ""): one.time for one in found}


def test_before_anything_happens_it_is_ours() -> None:
    assert told(until="05 12:00") == {"us": span(hours=2)}
    assert told(until="05 12:00", crew_id=OURS) == {"us 1": span(hours=2)}
    assert told(until="05 09:00") == {}
    assert told(at("05 11:00", Owner.US), until="05 12:00", crew_id=OURS) == {"us 1": span(hours=2)}


def test_a_question_is_the_requesters_whatever_the_orders_do() -> None:
    assert told(
        at("05 11:00", Owner.US, "GD1", OURS),
        at("05 12:00", Owner.REQUESTER),
        at("05 13:00", Owner.PARTS, "GD1", OURS),
        at("05 15:00", Owner.US),
        until="05 16:00",
    ) == {"us": span(hours=1), "us 1": span(hours=1), "requester 1": span(hours=3), "parts 1": span(hours=1)}


def test_who_can_act_has_the_time_of_several_orders() -> None:
    assert told(
        at("05 10:00", Owner.PARTS, "GD1", OURS),
        at("05 11:00", Owner.CONTRACTOR, "GD2", LIFTS),
        at("05 12:00", Owner.US, "GD1", OURS),
        at("05 13:00", Owner.WEATHER, "GD2", LIFTS),
        at("05 14:00", Owner.PARTS, "GD1", OURS),
        at("05 15:00", Owner.ACCESS, "GD2", LIFTS),
        at("05 16:00", None, "GD2"),
        at("05 17:00", None, "GD1"),
    ) == {
        "parts 1": span(hours=1 + 1 + 1),
        "contractor 2": span(hours=1),
        "us 1": span(hours=2),
        "access 2": span(hours=1),
        "us": span(hours=1),
    }


def test_time_after_a_resolution_counts_only_when_it_comes_back() -> None:
    resolved = at("05 12:00", Owner.RESOLVED)
    closed = at("05 13:00", Owner.RESOLVED)
    again = [at("05 14:00", Owner.US), at("05 14:30", Owner.US, "GD2", OURS), at("05 15:00", None, "GD2")]

    assert told(resolved, closed, at("05 12:30", None, "GD1")) == {"us": span(hours=2)}
    assert told(resolved, closed, *again, at("05 15:00", Owner.RESOLVED)) == {
        "us": span(minutes=150),
        "resolved": span(hours=2),
        "us 1": span(minutes=30),
    }


def test_the_end_is_the_end() -> None:
    end = at("05 11:00", None)

    assert told(end, at("05 12:00", Owner.US), at("05 12:00", Owner.PARTS, "GD1")) == {"us": span(hours=1)}


def test_what_came_before_the_start_counts_as_it_stood() -> None:
    """A source closed its request before it opened it."""
    assert told(at("05 09:00", Owner.RESOLVED)) == {}
    assert told(at("05 09:00", Owner.PARTS, "GD1", OURS), until="05 11:00") == {"parts 1": span(hours=1)}
    assert told(at("05 09:00", None)) == {}


def test_fractions_of_a_second_are_left_out_and_the_last_word_of_a_second_counts() -> None:
    tenth = dt.timedelta(milliseconds=100)
    noon = local("2034-06-05 12:00")
    parts = who_had(
        [
            Turn(noon + tenth, Owner.PARTS, "GD1"),
            Turn(noon + 9 * tenth, Owner.ACCESS, "GD1"),
        ],
        start=START + tenth,
        until=noon + dt.timedelta(seconds=1) + tenth,
    )

    assert parts == [
        Had(START.astimezone(dt.UTC), noon.astimezone(dt.UTC), Owner.US, None),
        Had(noon.astimezone(dt.UTC), noon.astimezone(dt.UTC) + span(seconds=1), Owner.ACCESS, None),
    ]


def test_shares_of_an_owner_add_up_over_crews() -> None:
    found = [Share(Owner.US, 1, span(hours=1)), Share(Owner.US, None, span(hours=2))]

    assert by_owner(found) == {Owner.US: span(hours=3)}


SOURCES = ["", "", "GD1", "GD2", "GD3"]
turns = st.lists(
    st.tuples(
        st.sampled_from([0, 1, 20, 90, 240, 700]) | st.integers(0, 400),
        st.sampled_from(SOURCES),
        st.sampled_from([*Owner, Owner.US, Owner.CONTRACTOR, Owner.RESOLVED]) | st.none(),
        st.none() | st.sampled_from([1, 2]),
    ),
    max_size=14,
)


class Counted:
    """The opponent: it asks at every minute who has it, and counts the open minutes of each."""

    def __init__(self, happened: list[tuple[int, Turn]], start: int, until: int) -> None:
        self.happened = sorted(happened, key=lambda one: one[0])
        ends = [at for at, turn in self.happened if not turn.source and turn.owner is None]
        self.until = min([until, *ends])
        self.start = start
        self.happened = [one for one in self.happened if one[0] <= self.until]

    def word(self, source: str, minute: int) -> Turn | None:
        words = [turn for at, turn in self.happened if turn.source == source and at <= minute]
        return words[-1] if words else None

    def holder(self, minute: int) -> tuple[Owner, int | None]:
        own = self.word("", minute)
        if own and own.owner is Owner.RESOLVED:
            return Owner.RESOLVED, None
        # With the position of its last word, so that the latest of equals can be told.
        orders = [
            (place, turn)
            for place, (at, turn) in enumerate(self.happened)
            if turn.source and at <= minute and self.word(turn.source, minute) is turn and turn.owner
        ]
        mine = [one for one in orders if one[1].owner is Owner.US]
        theirs = [one for one in orders if one[1].owner is Owner.CONTRACTOR]
        chosen = max(mine or theirs or orders, default=None, key=lambda one: one[0])
        crew_id = chosen[1].crew_id if chosen else own.crew_id if own else None
        if own and own.owner not in {Owner.US, None}:
            assert own.owner
            return own.owner, crew_id
        return (chosen[1].owner if chosen and chosen[1].owner else Owner.US), crew_id

    def ends(self) -> int:
        """Where the last resolution lies, if nothing came after it."""
        mine = [(at, turn) for at, turn in self.happened if not turn.source]
        end = self.until
        for at, turn in reversed(mine):
            if turn.owner is not Owner.RESOLVED:
                break
            end = at
        return end

    def counted(self, minutes: MinuteTwin) -> Counter[tuple[Owner, int | None]]:
        found: Counter[tuple[Owner, int | None]] = Counter()
        changes = {self.start, *(at for at, _turn in self.happened)}
        for minute in range(self.start, self.ends()):
            if minute in changes:
                holder = self.holder(minute)
            if minutes.open[minute]:
                found[holder] += 1
        return found


Story = list[tuple[int, str, Owner | None, int | None]]


def agree(drawn: Drawn, story: Story, start: int, more: int) -> None:
    minutes = MinuteTwin(drawn.weekly, drawn.overrides, drawn.tz, drawn.first, 14)
    minute, happened = 1_440, []
    for gap, source, owner, crew_id in story:
        minute += gap
        # Each turn is its own object, so that the twin can tell two alike apart.
        happened.append((minute, Turn(minutes.at(minute), owner, source, crew_id)))
    until = minute + more

    parts = who_had([turn for _, turn in happened], start=minutes.at(start), until=minutes.at(until))

    assert all(one.end == two.begin for one, two in pairwise(parts))
    found = shares(parts, drawn.calendar)
    expected = Counted(happened, start, until).counted(minutes)
    assert {(one.owner, one.crew_id): one.time // span(minutes=1) for one in found} == dict(expected)
    assert len(found) == len(expected)
    if parts:
        whole = drawn.calendar.between(parts[0].begin, parts[-1].end)
        assert sum((one.time for one in found), span()) == whole


lives = (calendars(), turns, st.integers(1_000, 2_400), st.sampled_from([0, 1, 60]) | st.integers(0, 2_000))


@settings(max_examples=300, deadline=None)
@given(*lives)
def test_the_owners_of_every_minute_agree_with_a_twin(
    drawn: Drawn, story: Story, start: int, more: int
) -> None:
    agree(drawn, story, start, more)


@pytest.mark.long
@settings(max_examples=10_000, deadline=None)
@given(*lives)
def test_the_owners_of_every_minute_agree_with_a_twin_ten_thousand_times(
    drawn: Drawn, story: Story, start: int, more: int
) -> None:
    agree(drawn, story, start, more)
