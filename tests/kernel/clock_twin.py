"""Service clocks simulated minute by minute, the opponent of `houqin.kernel.service_clock`.

It lives through the minutes of a request one after the other, keeps what holds it up at each,
and counts. It shares no code with the product beyond the names of events and states.
"""

from dataclasses import dataclass, field

from houqin.kernel.clock_events import NEED_INFO, ClockEvent, EventKind
from houqin.kernel.service_clock import ClockState, Target, TargetKind
from tests.kernel.twin import MinuteTwin

K = EventKind
RUN, PAUSE, OUT = "run", "pause", "out"


@dataclass
class Life:
    """What the twin remembers while it lives through the minutes."""

    own: str | None = None
    open_orders: set[str] = field(default_factory=set)
    held_orders: dict[str, str] = field(default_factory=dict)
    out: bool = False

    def happen(self, event: ClockEvent) -> None:
        if event.kind == K.HELD and not event.source:
            self.own = event.reason
        elif event.kind == K.HELD:
            self.open_orders.add(event.source)
            self.held_orders[event.source] = event.reason
        elif event.kind == K.RESUMED and not event.source:
            self.own = None
        elif event.kind == K.RESUMED:
            self.held_orders.pop(event.source, None)
        elif event.kind == K.ORDER_OPENED:
            self.open_orders.add(event.source)
        elif event.kind == K.ORDER_FINISHED:
            self.open_orders.discard(event.source)
            self.held_orders.pop(event.source, None)
        elif event.kind in {K.RESOLVED, K.REOPENED}:
            self.out = event.kind == K.RESOLVED

    def minute(self, pausing: frozenset[str]) -> str:
        if self.out:
            return OUT
        waits = self.own == NEED_INFO or self.own in pausing
        holds = [self.held_orders.get(order) for order in self.open_orders]
        stuck = bool(holds) and all(reason in pausing for reason in holds)
        return PAUSE if waits or stuck else RUN


@dataclass(frozen=True)
class Answer:
    """What the twin found; `due` is nothing when it lies beyond the minutes it walked over."""

    state: ClockState
    due: int | None
    met: int | None
    paused: int
    excluded: int
    elapsed: int
    remaining: int


class ClockTwin:
    """The life of one request up to `now`, all instants as minutes of the calendar's twin."""

    def __init__(self, minutes: MinuteTwin, events: list[ClockEvent], target: Target, now: int) -> None:
        self.minutes, self.target, self.now = minutes, target, now
        self.events = [(minutes.minute(event.at), event) for event in events]
        self.events = [pair for pair in sorted(self.events, key=lambda pair: pair[0]) if pair[0] <= now]
        kinds = [event.kind for _, event in self.events]
        if K.ENDED in kinds:
            self.events = self.events[: kinds.index(K.ENDED) + 1]
        self.day = self._live()

    def _live(self) -> dict[int, str]:
        life, left, day = Life(), list(self.events), {}
        now = RUN
        for minute in range(min((at for at, _ in self.events), default=0), self.now + 1):
            happened = False
            while left and left[0][0] <= minute:
                life.happen(left.pop(0)[1])
                happened = True
            if happened:
                now = life.minute(self._pausing(left))
            day[minute] = now
        return day

    def _pausing(self, left: list[tuple[int, ClockEvent]]) -> frozenset[str]:
        changes = (event.pausing_reasons for _, event in left if event.kind == K.STANDARD_CHANGED)
        return next((reasons for reasons in changes if reasons is not None), self.target.pausing_reasons)

    def times(self, *kinds: EventKind) -> list[int]:
        return [at for at, event in self.events if event.kind in kinds]

    def resolved(self) -> int | None:
        since = None
        for at, event in self.events:
            if event.kind == K.RESOLVED:
                since = at if since is None else since
            if event.kind == K.REOPENED:
                since = None
        return since

    def answer(self) -> Answer | None:
        """The reading; nothing when no clock runs."""
        started = self.times(K.STARTED)
        if not started:
            return None
        begin, met = started[0], self._met(started[0])
        if self.target.kind == TargetKind.UPDATE:
            exchange = self._last_exchange()
            if exchange is None:
                return None
            begin, met = exchange
        return self._read(begin, met)

    def _last_exchange(self) -> tuple[int, int | None] | None:
        waiting: int | None = None
        exchange: tuple[int, int | None] | None = None
        for at, event in self.events:
            if event.kind == K.REQUESTER_MESSAGE and waiting is None:
                waiting, exchange = at, (at, None)
            if event.kind == K.ANSWERED and waiting is not None:
                exchange = (waiting, at)
                waiting = None
        return exchange

    def _met(self, begin: int) -> int | None:
        if self.target.kind == TargetKind.RESOLUTION:
            return self.resolved()
        wanted = {K.ARRIVED}
        if self.target.kind == TargetKind.RESPONSE:
            wanted = {K.ANSWERED, K.ARRIVED} if self.target.arrival_answers else {K.ANSWERED}
        return next((at for at in self.times(*wanted) if at >= begin), None)

    def _read(self, begin: int, met: int | None) -> Answer | None:
        gone = None
        if met is None:
            gone = self.resolved()
            gone = next(iter(self.times(K.ENDED)), None) if gone is None else gone
        end = next(at for at in (met, gone, self.now) if at is not None)
        end = max(end, begin)
        open_ = self.minutes.open
        stopping = {OUT, PAUSE} if self._pauses() else {OUT}
        stops = [minute for minute in range(begin, end) if self.day[minute] in stopping]
        due = self._fixed_due() if self.target.fixed_at else self._due(begin, end, stops)
        if due is None:
            return None
        paused = sum(open_[m] for m in stops if self.day[m] == PAUSE)
        excluded = sum(open_[m] for m in stops if self.day[m] == OUT)
        live = sum(open_[begin:end]) - paused - excluded
        stopped = set(stops)
        late = sum(open_[m] for m in range(due, end) if m not in stopped)
        remaining = sum(open_[end:due]) if end <= due else -late
        holding = met is None and gone is None and self._pauses() and self.day[end] == PAUSE
        state = self._state(met, gone, due, end, holding=holding and self._held_since(end, stopped) < due)
        return Answer(state, due, met, paused, excluded, live, remaining)

    def _pauses(self) -> bool:
        if self.target.fixed_at:
            return False
        usual = self.target.kind in {TargetKind.RESOLUTION, TargetKind.UPDATE}
        return usual if self.target.pauses_move_it is None else self.target.pauses_move_it

    def _fixed_due(self) -> int:
        assert self.target.fixed_at
        return self.minutes.minute(self.target.fixed_at)

    def _due(self, begin: int, end: int, stops: list[int]) -> int | None:
        """The minute at which the promised minutes have been worked, or the shifted day."""
        stopped = set(stops)
        if self.target.working_days is None:
            return self._due_by_minutes(begin, stopped)
        start = self.minutes.at(begin)
        first = self.minutes.add_days(start, self.target.working_days, end_of_day=self.target.end_of_day)
        if first is None:
            return None
        due = self.minutes.minute(first)
        moves = False
        for minute in range(begin, end):
            if minute not in stopped:
                continue
            moves = due > minute if minute - 1 not in stopped else moves
            if moves and self.minutes.open[minute]:
                later = self.minutes.add(self.minutes.at(due), 1)
                if later is None:
                    return None
                due = self.minutes.minute(later)
        return due

    def _due_by_minutes(self, begin: int, stops: set[int]) -> int | None:
        left = self.target.minutes or 0
        minute = begin
        while left:
            if minute >= len(self.minutes.open):
                return None
            left -= self.minutes.open[minute] if minute not in stops else 0
            minute += 1
        return minute

    def _held_since(self, end: int, stops: set[int]) -> int:
        while end - 1 in stops:
            end -= 1
        return end

    def _state(self, met: int | None, gone: int | None, due: int, end: int, *, holding: bool) -> ClockState:
        if holding:
            return ClockState.PAUSED
        if met is not None:
            return ClockState.MET if met <= due else ClockState.MISSED
        if gone is not None:
            return ClockState.CANCELLED if gone <= due else ClockState.MISSED
        return ClockState.OVERDUE if end > due else ClockState.RUNNING
