"""The service clocks of a request or order as its page shows them: a line each, and who had the time."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from houqin.accounts.models import User
from houqin.desk.queries.clocks import Clocks
from houqin.desk.queries.partner_clocks import terms_of
from houqin.kernel.service_clock import ClockReading, ClockState, TargetKind
from houqin.kernel.time_owners import Owner
from houqin.web.owners import Part, parts
from houqin.web.stream import Entry
from houqin.web.ui import clocks as chips
from houqin.web.ui.people_time import span, when
from houqin.work.models import WorkOrder
from houqin.work.policies import hidden_from

NAMES = {
    TargetKind.RESPONSE: pgettext_lazy("clock", "Response"),
    TargetKind.UPDATE: pgettext_lazy("clock", "Answer"),
    TargetKind.ARRIVAL: pgettext_lazy("clock", "Arrival"),
    TargetKind.RESOLUTION: pgettext_lazy("clock", "Repair"),
}
OF_A_CONTRACTOR = {
    **NAMES,
    TargetKind.RESPONSE: pgettext_lazy("clock", "Taking on"),
}
SHORT = 240
"""Up to so many working minutes a promise is told as a span, beyond it as an instant."""
_MINUTE = dt.timedelta(minutes=1)
_TONES = {
    ClockState.MET: "ok",
    ClockState.MISSED: "danger",
    ClockState.OVERDUE: "danger",
    ClockState.PAUSED: "warn",
}


@dataclass(frozen=True)
class Line:
    """One clock: its name, what was promised, how it stands, and how much of the time is gone.

    The promise is empty where the chip says just that.
    """

    name: str
    promise: str
    chip: chips.Clock
    percent: int
    tone: str


@dataclass(frozen=True)
class Theirs:
    """What a contractor has promised for one order, and how it stands."""

    partner: str
    standard: str
    order: str
    lines: list[Line]


def lines(clocks: Clocks) -> list[Line]:
    """A line for each clock that was promised; an answer that nobody waits for is left out."""
    return _lines(clocks, NAMES)


def of_contractors(orders: Iterable[WorkOrder]) -> list[Theirs]:
    """What contractors that have these orders are held to; `orders` with their crews.

    No statement for orders of our own crews.
    """
    found = []
    for order in orders:
        if order.crew is None or order.crew.partner_id is None:
            continue
        for term in terms_of(order)[-1:]:
            if term.is_on:
                told = _lines(term.clocks, OF_A_CONTRACTOR)
                found.append(Theirs(str(term.partner), str(term.standard), order.number, told))
    return found


def read_by(user: User, entries: list[Entry]) -> list[Entry]:
    """The story without what somebody does not read."""
    hidden = hidden_from(user)
    return [entry for entry in entries if entry.kind not in hidden] if hidden else entries


def _lines(clocks: Clocks, names: Mapping[TargetKind, Any]) -> list[Line]:
    shown = [reading for reading in clocks if reading.state != ClockState.NONE]
    return [_line(reading, names, provisional=clocks.provisional) for reading in shown]


def owners(times: Mapping[Owner, dt.timedelta]) -> tuple[list[Part], int]:
    """Who had how much of the working time, ours first, and the whole of it in minutes."""
    return parts(times), sum(times.values(), dt.timedelta(0)) // _MINUTE


def _line(reading: ClockReading, names: Mapping[TargetKind, Any], *, provisional: bool) -> Line:
    whole = reading.elapsed + reading.remaining
    late = reading.state in {ClockState.OVERDUE, ClockState.MISSED}
    percent = 100 if late or not whole else round(reading.elapsed / whole * 100)
    promise, chip = _promise(reading, whole // _MINUTE), _chip(reading, provisional=provisional)
    return Line(
        name=str(names[reading.kind]),
        promise="" if promise == chips.words(chip) else promise,
        chip=chip,
        percent=min(100, max(0, percent)),
        tone=_TONES.get(reading.state, "brand"),
    )


def _promise(reading: ClockReading, minutes: int) -> str:
    if 0 < minutes <= SHORT:
        return _("within %(span)s") % {"span": span(minutes)}
    return when(reading.due_at) if reading.due_at else ""


def _chip(reading: ClockReading, *, provisional: bool) -> chips.Clock:
    match reading.state:
        case ClockState.MET:
            return chips.met(reading.elapsed // _MINUTE)
        case ClockState.MISSED:
            return chips.missed(-reading.remaining // _MINUTE)
        case ClockState.CANCELLED:
            return chips.Clock(chips.Kind.MET, words=_("not needed any more"))
        case ClockState.PAUSED:
            left = span(reading.remaining // _MINUTE)
            return chips.paused(_("paused, %(span)s left") % {"span": left}, due=reading.due_at)
    return _ticking(reading, provisional=provisional)


def _ticking(reading: ClockReading, *, provisional: bool) -> chips.Clock:
    if reading.due_at is None:
        return chips.Clock(chips.Kind.RUN)
    if provisional and reading.state == ClockState.RUNNING:
        return chips.provisional(reading.due_at)
    return chips.running(reading.due_at, start=reading.started_at)
