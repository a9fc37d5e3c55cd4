"""Who had the time, in words and colours: the bar of a request, and the sums over many."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from houqin.kernel.time_owners import Owner
from houqin.web.ui.people_time import work_span

_MINUTE = dt.timedelta(minutes=1)

NAMES: dict[Owner, Promise] = {
    Owner.US: pgettext_lazy("who has the time", "us"),
    Owner.REQUESTER: pgettext_lazy("who has the time", "requester"),
    Owner.PARTS: pgettext_lazy("who has the time", "parts"),
    Owner.ACCESS: pgettext_lazy("who has the time", "access"),
    Owner.APPROVAL: pgettext_lazy("who has the time", "approval"),
    Owner.CONTRACTOR: pgettext_lazy("who has the time", "contractor"),
    Owner.PERMIT: pgettext_lazy("who has the time", "work permit"),
    Owner.WEATHER: pgettext_lazy("who has the time", "weather"),
    Owner.BUDGET: pgettext_lazy("who has the time", "budget"),
    Owner.OTHER: pgettext_lazy("who has the time", "something else"),
    Owner.RESOLVED: pgettext_lazy("who has the time", "done, before it came back"),
}
TONES = {
    Owner.US: "brand",
    Owner.REQUESTER: "info",
    Owner.PARTS: "warn",
    Owner.CONTRACTOR: "plum",
    Owner.APPROVAL: "rose",
    Owner.RESOLVED: "hollow",
}
"""Colours of the owners that are seen most; the others share one."""


@dataclass(frozen=True)
class Part:
    """Somebody's share of the elapsed working time."""

    label: str
    tone: str
    percent: int


def parts(times: Mapping[Owner, dt.timedelta]) -> list[Part]:
    """Who had how much of the working time: ours first, the longest next, what is nobody's last.

    Minutes are rounded down, percents to whole ones; who had less than a minute is left out.
    """
    whole = sum(times.values(), dt.timedelta(0))
    shown = [owner for owner in times if times[owner] >= _MINUTE]
    order = sorted(shown, key=lambda owner: (owner is not Owner.US, owner is Owner.RESOLVED, -times[owner]))
    return [
        Part(
            label=f"{NAMES[owner]} {work_span(times[owner] // _MINUTE)}",
            tone=TONES.get(owner, "idle"),
            percent=round(times[owner] / whole * 100) if whole else 0,
        )
        for owner in order
    ]
