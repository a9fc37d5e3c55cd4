"""Points of a candidate, against a twin that counts in fractions and steps through every minute."""

from dataclasses import replace
from fractions import Fraction
from math import floor

from hypothesis import given
from hypothesis import strategies as st

from houqin.kernel.dispatch_score import (
    COMFORT,
    EXPERIENCED,
    Distance,
    Facts,
    Knowledge,
    Parts,
    Weights,
    by_load,
    distance,
    in_turn,
    parts_of,
    percent,
    points_of,
)

NAMES = ("load", "slack", "travel", "experience", "trade")
FREE = Facts(
    queue_minutes=0,
    job_minutes=42,
    day_minutes=420,
    minutes_left=None,
    distance=Distance.ROOM,
    done_here=EXPERIENCED,
    knowledge=Knowledge.OWN,
)
people = st.builds(
    Facts,
    queue_minutes=st.integers(0, 3_000),
    job_minutes=st.integers(1, 2_000),
    day_minutes=st.integers(1, 1_440),
    minutes_left=st.none() | st.integers(-5_000, 5_000),
    distance=st.sampled_from(Distance),
    done_here=st.integers(0, 300),
    knowledge=st.sampled_from(Knowledge),
)
weights = st.builds(Weights, **{name: st.integers(0, 100) for name in NAMES}).filter(
    lambda one: any(getattr(one, name) for name in NAMES)
)


def half_up(value: Fraction) -> int:
    return floor(value + Fraction(1, 2))


def twin(facts: Facts) -> dict[str, int]:
    """The same in fractions, written from the description."""
    taken = facts.queue_minutes + facts.job_minutes
    spare = None if facts.minutes_left is None else facts.minutes_left - taken
    lack = 0 if spare is None else min(max(COMFORT - spare, 0), COMFORT)
    return {
        "load": half_up(min(Fraction(1), Fraction(taken, facts.day_minutes)) * 100),
        "slack": half_up(Fraction(lack, COMFORT) * 100),
        "travel": facts.distance.value,
        "experience": half_up(100 - Fraction(min(facts.done_here, EXPERIENCED) * 100, EXPERIENCED)),
        "trade": facts.knowledge.value,
    }


@given(people, weights)
def test_the_points_are_those_of_the_twin(facts: Facts, weighed: Weights) -> None:
    parts = parts_of(facts)

    wanted = twin(facts)
    assert {name: getattr(parts, name) for name in NAMES} == wanted
    assert points_of(parts, weighed) == sum(wanted[name] * getattr(weighed, name) for name in NAMES)


@given(people, weights)
def test_points_for_people_to_read_lie_between_0_and_100(facts: Facts, weighed: Weights) -> None:
    total = sum(getattr(weighed, name) for name in NAMES)
    exact = Fraction(points_of(parts_of(facts), weighed), total)

    assert 0 <= exact <= 100
    assert percent(points_of(parts_of(facts), weighed), weighed) == half_up(exact)


@given(people, weights, st.integers(0, 600))
def test_more_at_hand_is_never_better(facts: Facts, weighed: Weights, more: int) -> None:
    busier = replace(facts, queue_minutes=facts.queue_minutes + more)

    assert points_of(parts_of(busier), weighed) >= points_of(parts_of(facts), weighed)


@given(people, weights, st.integers(0, 20))
def test_more_experience_is_never_worse(facts: Facts, weighed: Weights, more: int) -> None:
    wiser = replace(facts, done_here=facts.done_here + more)

    assert points_of(parts_of(wiser), weighed) <= points_of(parts_of(facts), weighed)


def test_who_is_there_free_and_at_home_in_the_trade_has_only_the_job_itself() -> None:
    assert parts_of(FREE) == Parts(load=10, slack=0, travel=0, experience=0, trade=0)


def test_a_job_that_would_be_late_has_all_the_points_of_slack() -> None:
    assert parts_of(replace(FREE, minutes_left=42)).slack == 100
    assert parts_of(replace(FREE, minutes_left=42 + COMFORT // 2)).slack == 50
    assert parts_of(replace(FREE, minutes_left=42 + COMFORT)).slack == 0


# Site 1 with buildings 2 and 3; floors 4 and 5 and a zone 10 in 2; rooms 6, 7 on 4, 8 on 5, 9 in 3.
KINDS = {1: "site", 2: "building", 3: "building", 4: "floor", 5: "floor", 10: "zone", 11: "site"}
ABOVE = {1: (), 2: (1,), 3: (1,), 4: (1, 2), 5: (1, 2), 6: (1, 2, 4), 7: (1, 2, 4), 8: (1, 2, 5), 9: (1, 3)}
ABOVE |= {10: (1, 2), 11: (), 12: (1, 2, 10), 13: (1, 2, 10)}


def lineage(place: int) -> list[int]:
    return [*ABOVE[place], place]


def test_the_way_is_told_by_the_smallest_place_that_holds_both() -> None:
    ways = {
        (6, 6): Distance.ROOM,
        (6, 7): Distance.FLOOR,
        (6, 4): Distance.FLOOR,
        (12, 13): Distance.FLOOR,
        (6, 8): Distance.BUILDING,
        (6, 2): Distance.BUILDING,
        (6, 9): Distance.SITE,
        (2, 3): Distance.SITE,
        (6, 11): Distance.ELSEWHERE,
    }
    for (here, there), wanted in ways.items():
        assert distance(lineage(here), lineage(there), KINDS) is wanted, (here, there)
        assert distance(lineage(there), lineage(here), KINDS) is wanted, (there, here)


def test_nothing_known_counts_as_the_same_site() -> None:
    assert distance([], lineage(6), KINDS) is Distance.SITE
    assert distance(lineage(6), [], KINDS) is Distance.SITE


@given(st.sampled_from(sorted(ABOVE)), st.sampled_from(sorted(ABOVE)), st.sampled_from(sorted(ABOVE)))
def test_a_detour_over_a_nearer_place_is_never_shorter(here: int, over: int, there: int) -> None:
    direct = distance(lineage(here), lineage(there), KINDS)
    first, second = (
        distance(lineage(here), lineage(over), KINDS),
        distance(lineage(over), lineage(there), KINDS),
    )

    assert direct <= max(first, second)


@given(st.sets(st.integers(1, 9), min_size=1), st.data())
def test_turns_are_fair_within_one_among_those_who_always_can(always: set[int], data: st.DataObject) -> None:
    """A thousand orders; others come and go as they like."""
    turns: dict[int, int] = {}
    given_to: dict[int, int] = dict.fromkeys(always, 0)
    others = data.draw(st.lists(st.sets(st.integers(10, 13)), min_size=1, max_size=30))
    for number in range(1, 1_001):
        chosen = in_turn(always | others[number % len(others)], turns)[0]
        turns[chosen] = number
        if chosen in given_to:
            given_to[chosen] += 1
    assert max(given_to.values()) - min(given_to.values()) <= 1


def test_who_comes_new_is_next_but_does_not_get_everything() -> None:
    turns = {1: 7, 2: 8}
    assert in_turn({1, 2, 3}, turns) == [3, 1, 2]
    assert in_turn({1, 2, 3}, turns | {3: 9}) == [1, 2, 3]


@given(
    st.dictionaries(st.integers(1, 50), st.tuples(st.integers(0, 5_000), st.integers(1, 1_440)), min_size=1)
)
def test_the_least_loaded_is_first_whatever_the_length_of_the_day(loads: dict[int, tuple[int, int]]) -> None:
    order = by_load(loads)

    assert sorted(order) == sorted(loads)
    for one, other in zip(order, order[1:], strict=False):
        (minutes, day), (more, longer) = loads[one], loads[other]
        assert (minutes * longer, one) <= (more * day, other)
