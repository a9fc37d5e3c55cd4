"""Time as people say it, in the language and time zone in force. Spans are wall-clock minutes."""

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext as _

from houqin.kernel import clock

_MINUTE = 60
_HOUR = 60
_DAY = 24 * _HOUR


def span(minutes: int) -> str:
    """`12 min`, `2 h 10 min`, `3 days`: full days from two days on. frontend/src/clock.ts says the same."""
    if minutes >= 2 * _DAY:
        return _("%(days)s days") % {"days": minutes // _DAY}
    return work_span(minutes)


def work_span(minutes: int) -> str:
    """`12 min`, `2 h 10 min`, `176 h`: working time, of which a day has no fixed number of hours."""
    if minutes < _HOUR:
        return _("%(minutes)s min") % {"minutes": minutes}
    hours, rest = divmod(minutes, _HOUR)
    if rest:
        return _("%(hours)s h %(minutes)s min") % {"hours": hours, "minutes": rest}
    return _("%(hours)s h") % {"hours": hours}


def countdown(seconds: int) -> str:
    """`3 min 20 s left`, minutes alone from an hour on. frontend/src/clock.ts says the same."""
    if seconds <= 0:
        return _("time is up")
    minutes, rest = divmod(seconds, _MINUTE)
    if minutes >= _HOUR:
        return _("%(span)s left") % {"span": span(minutes)}
    if minutes == 0:
        return _("%(seconds)s s left") % {"seconds": rest}
    return _("%(minutes)s min %(seconds)s s left") % {"minutes": minutes, "seconds": rest}


def when(instant: dt.datetime) -> str:
    """`today 14:20`, `tomorrow 10:00`, `11-25 17:00`; the year only when it is another one."""
    local = timezone.localtime(instant)
    today = clock.today()
    time = f"{local:%H:%M}"
    words = {0: _("today %(time)s"), 1: _("tomorrow %(time)s"), -1: _("yesterday %(time)s")}
    near = words.get((local.date() - today).days)
    if near:
        return near % {"time": time}
    return f"{local:%m-%d} {time}" if local.year == today.year else f"{local:%Y-%m-%d} {time}"


def stamp(instant: dt.datetime) -> str:
    """`14:20` for something of today, otherwise as `when`: for the lines of a story."""
    local = timezone.localtime(instant)
    return f"{local:%H:%M}" if local.date() == clock.today() else when(instant)


def ago(instant: dt.datetime) -> str:
    """`just now`, `12 min ago`, `3 h ago`; from yesterday on the same as `when`."""
    minutes = int((clock.now() - instant).total_seconds() // 60)
    if minutes < 1:
        return _("just now")
    if timezone.localtime(instant).date() == clock.today():
        return _("%(span)s ago") % {"span": span(minutes if minutes < _HOUR else minutes // _HOUR * _HOUR)}
    return when(instant)


def exact(instant: dt.datetime) -> str:
    """`2026-11-23 10:31:00`, for hover and print."""
    return f"{timezone.localtime(instant):%Y-%m-%d %H:%M:%S}"
