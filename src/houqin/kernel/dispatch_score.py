"""How well somebody suits a job, in points: pure arithmetic without tables. Fewer points are better.

Each part is a whole number from 0 (nothing speaks against it) to 100; the weights say how much a part
counts. Whole numbers everywhere, so that the same facts give the same order on every machine.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass
from enum import IntEnum
from fractions import Fraction

COMFORT = 240
"""Minutes left until the due time from which on a job is in no danger."""

EXPERIENCED = 10
"""Jobs of the kind in the building from which on nobody knows it better."""


class Distance(IntEnum):
    """How far somebody has to go, with its points. Who has not been anywhere today is on the site."""

    ROOM = 0
    FLOOR = 10
    BUILDING = 25
    SITE = 60
    ELSEWHERE = 100


class Knowledge(IntEnum):
    """How somebody knows the trade, with its points."""

    OWN = 0
    CREW = 50
    NONE = 100


@dataclass(frozen=True)
class Facts:
    """What is looked at of one person for one job. Minutes are minutes of work.

    `queue_minutes` is what they have at hand, `job_minutes` the job itself, `day_minutes` their day
    (more than 0); `minutes_left` until the job is due, None when it is not, negative when it is late;
    `done_here` the jobs of the kind they have done in the building.
    """

    queue_minutes: int
    job_minutes: int
    day_minutes: int
    minutes_left: int | None
    distance: Distance
    done_here: int
    knowledge: Knowledge


@dataclass(frozen=True)
class Parts:
    """The points of each part, 0 to 100."""

    load: int
    slack: int
    travel: int
    experience: int
    trade: int


@dataclass(frozen=True)
class Weights:
    """How much each part counts, 0 to 100; one at least counts."""

    load: int = 30
    slack: int = 25
    travel: int = 20
    experience: int = 15
    trade: int = 10


def parts_of(facts: Facts) -> Parts:
    """The points of each part.

    Load is the day's share that is taken once the job is, at most 100. Slack is what is left until the
    due time after everything at hand and the job: 0 from `COMFORT` on, 100 when it would be late.
    """
    taken = facts.queue_minutes + facts.job_minutes
    return Parts(
        load=min(100, _rounded(100 * taken, facts.day_minutes)),
        slack=_slack(facts.minutes_left, taken),
        travel=int(facts.distance),
        experience=100 - _rounded(100 * min(facts.done_here, EXPERIENCED), EXPERIENCED),
        trade=int(facts.knowledge),
    )


def points_of(parts: Parts, weights: Weights) -> int:
    """The weighted sum; comparable for one job under the same weights."""
    return sum(part * weight for part, weight in zip(astuple(parts), astuple(weights), strict=True))


def percent(points: int, weights: Weights) -> int:
    """The points as 0 to 100, for people to read; halves are rounded up."""
    return _rounded(points, sum(astuple(weights)))


def distance(here: Sequence[int], there: Sequence[int], kinds: Mapping[int, str]) -> Distance:
    """How far it is between two places, by the smallest place that holds both.

    A place is given by its lineage, the outermost first, itself last; `kinds` tells what each is.
    Nothing known of one of them counts as the same site.
    """
    if not here or not there:
        return Distance.SITE
    if here[-1] == there[-1]:
        return Distance.ROOM
    shared = [place for place, other in zip(here, there, strict=False) if place == other]
    if not shared:
        return Distance.ELSEWHERE
    return _WITHIN.get(kinds.get(shared[-1], ""), Distance.SITE)


_WITHIN = {
    "room": Distance.ROOM,
    "zone": Distance.FLOOR,
    "floor": Distance.FLOOR,
    "building": Distance.BUILDING,
}


def in_turn(people: Iterable[int], turns: Mapping[int, int]) -> list[int]:
    """The people in the order in which it is their turn: whoever waits longest first.

    `turns` is the number of the last turn of each; who never had one comes first, by key.
    """
    return sorted(people, key=lambda person: (turns.get(person, 0), person))


def by_load(loads: Mapping[int, tuple[int, int]]) -> list[int]:
    """The people by the share of their day that is taken: minutes and minutes of the day, then by key."""
    return sorted(loads, key=lambda person: (_share(*loads[person]), person))


def _share(minutes: int, day_minutes: int) -> Fraction:
    return Fraction(minutes, day_minutes)


def _slack(minutes_left: int | None, taken: int) -> int:
    if minutes_left is None:
        return 0
    spare = minutes_left - taken
    if spare >= COMFORT:
        return 0
    return 100 if spare <= 0 else _rounded(100 * (COMFORT - spare), COMFORT)


def _rounded(amount: int, by: int) -> int:
    """The quotient of two numbers not below 0 as a whole number; halves are rounded up."""
    return (2 * amount + by) // (2 * by)
