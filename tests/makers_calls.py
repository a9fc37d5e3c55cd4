"""Makers of telephone calls: lines, and calls as a telephone system reports them."""

import datetime as dt
from itertools import count
from typing import Any

from houqin.accounts.models import User
from houqin.intake.actions import answering, ringing
from houqin.intake.models import Call, PhoneLine
from houqin.kernel import clock

_serial = count(1)
PBX = "pbx"


def make_line(name: str = "报修热线", **facts: Any) -> PhoneLine:
    return PhoneLine.objects.create(**{"code": f"Q{next(_serial):04d}", "name": name, **facts})


def reported(
    number: str = "13800000002",
    event: str = "ringing",
    *,
    id_: str = "",
    line: PhoneLine | None = None,
    queue: str | None = None,
    at: dt.datetime | None = None,
    direction: str = "in",
) -> Call:
    """A report of a call; without `id_` of a new one, without a line by one that is made."""
    if queue is None:
        queue = (line or PhoneLine.objects.first() or make_line()).code
    told = ringing.Report(
        source=PBX,
        external_id=id_ or f"call-{next(_serial)}",
        event=event,
        number=number,
        queue=queue,
        at=at or clock.now(),
        direction=direction,
    )
    return ringing.report(told)[0]


def missed(number: str = "13800000002", **facts: Any) -> Call:
    """A call that rang until the caller gave up."""
    facts.setdefault("id_", f"call-{next(_serial)}")
    reported(number, **facts)
    return reported(number, "ended", **facts)


def taken(by: User, number: str = "13800000002", **facts: Any) -> Call:
    """A call that somebody at the desk took."""
    return answering.take(call_id=reported(number, **facts).pk, by=by)
