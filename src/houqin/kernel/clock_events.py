"""What happened to a request or an order, folded into stretches in which its clocks run or stand still.

Service clocks are computed from these events alone; nothing is accumulated. Automatic
replies and acknowledgements are not events: the caller leaves them out, since they satisfy
nothing. Neither are assignments.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

NEED_INFO = "need_info"
"""The hold of a request that waits for its requester; it always pauses."""


class EventKind(StrEnum):
    """What can happen to a clock."""

    STARTED = "started"
    HELD = "held"
    RESUMED = "resumed"
    ANSWERED = "answered"
    """A message written by a person of the staff that the requester can see."""
    REQUESTER_MESSAGE = "requester_message"
    ORDER_OPENED = "order_opened"
    ORDER_FINISHED = "order_finished"
    """Completed or cancelled; the order no longer takes part in pausing."""
    ARRIVED = "arrived"
    RESOLVED = "resolved"
    REOPENED = "reopened"
    STANDARD_CHANGED = "standard_changed"
    ENDED = "ended"
    """Withdrawn, rejected or merged: final, what comes later does not count."""


@dataclass(frozen=True, kw_only=True)
class ClockEvent:
    """One event; `at` must carry a time zone.

    `source` is empty for the thing the clock belongs to and names the work order for what
    happens to one of its orders. A hold carries its `reason`; a new hold on a held source
    replaces the reason. A change of standard carries the `pausing_reasons` that were in force
    until then, so that pauses already taken stay counted.
    """

    at: dt.datetime
    kind: EventKind
    reason: str = ""
    source: str = ""
    pausing_reasons: frozenset[str] | None = None

    def __post_init__(self) -> None:
        if self.at.utcoffset() is None:
            raise ValueError(f"an event needs a time zone: {self.at!r}")


class Standing(StrEnum):
    """Whether clocks that pauses move run in a stretch."""

    RUNNING = "running"
    PAUSED = "paused"
    EXCLUDED = "excluded"


@dataclass(frozen=True)
class Stretch:
    """Time from `begin` up to `end` in which nothing changed."""

    begin: dt.datetime
    end: dt.datetime
    standing: Standing


def in_order(events: Iterable[ClockEvent], until: dt.datetime) -> list[ClockEvent]:
    """Return what had happened by `until`, oldest first, up to the final event.

    Instants come in UTC, floored to the second. Events of one second keep their order.
    """
    limit = whole_second(until)
    known: list[ClockEvent] = []
    for event in sorted(events, key=lambda event: whole_second(event.at)):
        at = whole_second(event.at)
        if at > limit:
            break
        known.append(event if event.at.tzinfo is dt.UTC and event.at == at else replace(event, at=at))
        if event.kind == EventKind.ENDED:
            break
    return known


def stretches(
    events: Iterable[ClockEvent], until: dt.datetime, pausing_reasons: frozenset[str]
) -> list[Stretch]:
    """Return the time from the start to `until`, or to the final event, without gap or overlap.

    The last stretch tells how things stand at the end; it alone may be empty. A stretch is
    excluded from resolution to reopening; paused while the request waits for
    information or is held for a pausing reason, or while it has unfinished orders and every
    one of them is held for a pausing reason. `pausing_reasons` hold from the last change of
    standard on; before a change, those hold that its event carries.
    """
    return stretches_of(in_order(events, until), until, pausing_reasons)


def stretches_of(
    known: Sequence[ClockEvent], until: dt.datetime, pausing_reasons: frozenset[str]
) -> list[Stretch]:
    """Return the same for what `in_order` has told of the events."""
    started = next((event.at for event in known if event.kind == EventKind.STARTED), None)
    if started is None:
        return []
    end = known[-1].at if known[-1].kind == EventKind.ENDED else whole_second(until)
    return list(_stretches(known, started, end, pausing_reasons))


def whole_second(at: dt.datetime) -> dt.datetime:
    """Return the instant in UTC without its fraction of a second."""
    return at.astimezone(dt.UTC).replace(microsecond=0)


@dataclass
class _Holds:
    """Who holds the thing up at present."""

    own: str | None = None
    orders: dict[str, str | None] = field(default_factory=dict)
    """Unfinished orders and the reason each is held for."""
    resolved: bool = False

    def take(self, event: ClockEvent) -> None:
        match event.kind:
            case EventKind.HELD | EventKind.RESUMED:
                self._hold(event.source, event.reason if event.kind == EventKind.HELD else None)
            case EventKind.ORDER_OPENED:
                self.orders.setdefault(event.source, None)
            case EventKind.ORDER_FINISHED:
                self.orders.pop(event.source, None)
            case EventKind.RESOLVED:
                self.resolved = True
            case EventKind.REOPENED:
                self.resolved = False

    def _hold(self, source: str, reason: str | None) -> None:
        if not source:
            self.own = reason
        elif reason is not None or source in self.orders:
            self.orders[source] = reason

    def standing(self, pausing: frozenset[str]) -> Standing:
        if self.resolved:
            return Standing.EXCLUDED
        if self.own is not None and (self.own == NEED_INFO or self.own in pausing):
            return Standing.PAUSED
        stuck = bool(self.orders) and all(reason in pausing for reason in self.orders.values())
        return Standing.PAUSED if stuck else Standing.RUNNING


def _stretches(
    known: Sequence[ClockEvent], started: dt.datetime, end: dt.datetime, pausing_reasons: frozenset[str]
) -> Iterator[Stretch]:
    holds = _Holds()
    ends = [event.at for event in known[1:]] + [end]
    for event, until, pausing in zip(known, ends, _in_force(known, pausing_reasons), strict=True):
        holds.take(event)
        begin = max(event.at, started)
        if begin < until or event is known[-1]:
            yield Stretch(begin, until, holds.standing(pausing))


def _in_force(known: Sequence[ClockEvent], pausing_reasons: frozenset[str]) -> list[frozenset[str]]:
    """Return the pausing reasons in force after each event."""
    sets: list[frozenset[str]] = []
    current = pausing_reasons
    for event in reversed(known):
        sets.append(current)
        if event.kind == EventKind.STANDARD_CHANGED and event.pausing_reasons is not None:
            current = event.pausing_reasons
    return sets[::-1]
