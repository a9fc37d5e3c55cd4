"""Who had the time: every second of a request belongs to exactly one owner, by what happened to it.

No standard is asked: whether a wait stops a clock is a promise's affair, who is waited for is not.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from houqin.kernel.clock_events import whole_second
from houqin.kernel.working_time import WorkingCalendar


class Owner(StrEnum):
    """Who something waits for. All but `US` and `RESOLVED` are also the words of a hold."""

    US = "us"
    REQUESTER = "requester"
    PARTS = "parts"
    ACCESS = "access"
    APPROVAL = "approval"
    CONTRACTOR = "contractor"
    PERMIT = "permit"
    WEATHER = "weather"
    BUDGET = "budget"
    OTHER = "other"
    RESOLVED = "resolved"
    """Nobody: the time between a resolution and the reopening."""


class Turn(NamedTuple):
    """From `at` on, `source` stands with `owner`, in the hands of a crew or of none.

    The source is empty for the thing itself and names one of its orders otherwise. An `owner` of None
    takes an order out, which is finished; of the thing itself it is the end. `at` carries a time zone.
    """

    at: dt.datetime
    owner: Owner | None
    source: str = ""
    crew_id: int | None = None


class Had(NamedTuple):
    """Time from `begin` up to `end` that one owner had, in the hands of one crew or of none."""

    begin: dt.datetime
    end: dt.datetime
    owner: Owner
    crew_id: int | None


@dataclass(frozen=True)
class Share:
    """The working time that one owner had, in the hands of one crew or of none."""

    owner: Owner
    crew_id: int | None
    time: dt.timedelta


def who_had(
    turns: Iterable[Turn], *, start: dt.datetime, until: dt.datetime, crew_id: int | None = None
) -> list[Had]:
    """Return the time from `start` on, without gap or overlap, in UTC with whole seconds.

    It ends with the last resolution, with the end, or at `until`. What came before the start counts
    as how things stood then. Turns of one second keep their order, the last of them counts.

    Whoever can act has the time. The thing itself decides while it stands with anybody but us. Else
    one of its unfinished orders does: one that is with us, before one that is with a contractor, before
    one that waits; among equals the one that changed last. Without unfinished orders it is with us, in
    the hands of the crew that the thing's own last turn names, else of `crew_id`.
    """
    limit = whole_second(until)
    game = _Game(whole_second(start), crew_id)
    for turn in sorted((turn._replace(at=whole_second(turn.at)) for turn in turns), key=_at):
        if turn.at > limit or game.own.owner is None:
            break
        game.take(turn)
    if game.own.owner not in {None, Owner.RESOLVED}:
        game.reach(limit)
    return game.found


def shares(parts: Iterable[Had], calendar: WorkingCalendar) -> list[Share]:
    """Return the working time of each owner and crew; the sum is that of all the parts, exactly."""
    times: dict[tuple[Owner, int | None], dt.timedelta] = {}
    for part in parts:
        whose = (part.owner, part.crew_id)
        times[whose] = times.get(whose, dt.timedelta(0)) + calendar.between(part.begin, part.end)
    return [Share(owner, crew_id, time) for (owner, crew_id), time in times.items() if time]


def by_owner(some: Iterable[Share]) -> dict[Owner, dt.timedelta]:
    """Return the time of each owner, whichever crews were at it."""
    times: dict[Owner, dt.timedelta] = {}
    for share in some:
        times[share.owner] = times.get(share.owner, dt.timedelta(0)) + share.time
    return times


_FIRST = (Owner.US, Owner.CONTRACTOR)


class _Game:
    """With whom the thing and its unfinished orders stand at present, and who had the time so far."""

    def __init__(self, start: dt.datetime, crew_id: int | None) -> None:
        self.found: list[Had] = []
        self.since = start
        self.crew_id = crew_id
        self.own = Turn(start, Owner.US, crew_id=crew_id)
        self.orders: dict[str, Turn] = {}
        """Unfinished orders, the latest change last."""

    def take(self, turn: Turn) -> None:
        """Let a turn count. What happens to the orders of a resolved thing is nobody's time yet."""
        stays_resolved = self.own.owner is Owner.RESOLVED and (turn.source or turn.owner is Owner.RESOLVED)
        if not stays_resolved:
            self.reach(turn.at)
        if turn.source:
            self.orders.pop(turn.source, None)
            if turn.owner is not None:
                self.orders[turn.source] = turn
        elif not stays_resolved:
            self.own = turn if turn.crew_id is not None else turn._replace(crew_id=self.crew_id)

    def reach(self, at: dt.datetime) -> None:
        """Give the time up to `at` to whoever has it, joined to what the same had right before."""
        if at <= self.since:
            return
        owner, crew_id = self._holder()
        last = self.found[-1] if self.found else None
        if last and (last.owner, last.crew_id) == (owner, crew_id):
            self.found[-1] = last._replace(end=at)
        else:
            self.found.append(Had(self.since, at, owner, crew_id))
        self.since = at

    def _holder(self) -> tuple[Owner, int | None]:
        own = self.own.owner or Owner.US
        if own is Owner.RESOLVED:
            return own, None
        chosen = self._chosen() or self.own
        return (chosen.owner or own) if own is Owner.US else own, chosen.crew_id

    def _chosen(self) -> Turn | None:
        latest = list(reversed(self.orders.values()))
        for wanted in _FIRST:
            for turn in latest:
                if turn.owner is wanted:
                    return turn
        return latest[0] if latest else None


def _at(turn: Turn) -> dt.datetime:
    return turn.at
