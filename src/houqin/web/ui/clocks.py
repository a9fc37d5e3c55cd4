"""The clock chip: what a service clock says right now, in colour, icon and words.

A page turns the reading of its domain into a `Clock` by one of the makers below; the chip of a
running clock carries its instants, so that the browser keeps it true without asking again.
"""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from django.utils import timezone
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from houqin.kernel import clock
from houqin.web.ui.assets import icon
from houqin.web.ui.people_time import countdown, exact, span, when

FAR = dt.timedelta(hours=4)
SOON = dt.timedelta(minutes=15)
SOON_SHARE = 4


class Kind(StrEnum):
    """What a chip can say; the value is also its CSS class."""

    RUN = "run"
    SOON = "soon"
    OVER = "over"
    PAUSE = "pause"
    MET = "met"
    MISSED = "missed"
    PROVISIONAL = "prov"
    SCHEDULED = "sched"


ICONS = {
    Kind.RUN: "clock",
    Kind.SOON: "clock-exclamation",
    Kind.OVER: "alarm",
    Kind.PAUSE: "clock-pause",
    Kind.MET: "circle-check",
    Kind.MISSED: "clock-x",
    Kind.PROVISIONAL: "clock-question",
    Kind.SCHEDULED: "calendar",
}
LIVE = frozenset({Kind.RUN, Kind.SOON, Kind.OVER})
EDGES = {Kind.SOON: "e-soon", Kind.OVER: "e-over"}


@dataclass(frozen=True, slots=True)
class Clock:
    """One chip. `due` and `soon` are instants; `words` replaces what the chip would say by itself."""

    kind: Kind
    due: dt.datetime | None = None
    soon: dt.datetime | None = None
    words: str = ""

    @property
    def edge(self) -> str:
        """Class of a table row's first cell: only a clock that is due soon or over has colour there."""
        return EDGES.get(self.kind, "")


def running(due: dt.datetime, *, start: dt.datetime | None = None) -> Clock:
    """A clock that runs until `due`: amber in the last quarter or 15 minutes, red afterwards."""
    share = (due - start) / SOON_SHARE if start else SOON
    soon = due - max(share, SOON)
    now = clock.now()
    if now > due:
        return Clock(Kind.OVER, due, soon)
    return Clock(Kind.SOON if now >= soon else Kind.RUN, due, soon)


def paused(words: str, *, due: dt.datetime | None = None) -> Clock:
    """A clock that waits; `words` say for what: “parts until tomorrow”."""
    return Clock(Kind.PAUSE, due, words=words)


def met(minutes: int) -> Clock:
    """A target reached in time, after `minutes` on the clock."""
    return Clock(Kind.MET, words=_("took %(span)s") % {"span": span(minutes)})


def missed(minutes: int) -> Clock:
    """A target reached `minutes` too late."""
    return Clock(Kind.MISSED, words=_("%(span)s late") % {"span": span(minutes)})


def provisional(due: dt.datetime) -> Clock:
    """A due instant in a year whose working calendar is not confirmed yet."""
    return Clock(Kind.PROVISIONAL, due, words=_("%(when)s provisional") % {"when": when(due)})


def scheduled(start: dt.datetime) -> Clock:
    """An appointment."""
    return Clock(Kind.SCHEDULED, start)


def words(reading: Clock) -> str:
    """What the chip says: minutes when it is near, a day and a time when it is far."""
    if reading.words or reading.due is None:
        return reading.words
    left = reading.due - clock.now()
    if reading.kind is Kind.OVER:
        return _("%(span)s over") % {"span": span(int(-left.total_seconds() // 60))}
    if reading.kind is Kind.SCHEDULED or left > FAR:
        return when(reading.due)
    return _("%(span)s left") % {"span": span(-int(-left.total_seconds() // 60))}


def chip(reading: Clock) -> SafeString:
    """The `<time>` of a reading. Built without `format_html`: a list page shows fifty of them."""
    label = f"{icon(ICONS[reading.kind])}<span>{escape(words(reading))}</span>"
    if reading.due is None:
        return SafeString(f'<span class="ck {reading.kind}">{label}</span>')
    due = timezone.localtime(reading.due).isoformat(timespec="seconds")
    live = ""
    if reading.kind in LIVE and not reading.words:
        live = f' data-soon="{(reading.soon or reading.due).isoformat()}"'
    title = f"{due[:10]} {due[11:19]}"
    return SafeString(
        f'<time class="ck {reading.kind}" datetime="{due}" title="{title}"{live}>{label}</time>'
    )


def counting(until: dt.datetime) -> SafeString:
    """The `<time>` of what ends in minutes: how long is left, to the second; the browser counts on."""
    local = timezone.localtime(until).isoformat(timespec="seconds")
    left = int((until - clock.now()).total_seconds())
    return SafeString(
        f'<time class="count" datetime="{local}" title="{exact(until)}" data-counts>'
        f"{icon('hourglass')}<span>{escape(countdown(left))}</span></time>"
    )
