"""Telephone calls, for the desk, the list, a request's page and the API."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Max, Q, QuerySet

from houqin.accounts.models import User
from houqin.accounts.policies import Person
from houqin.desk.models import ServiceRequest
from houqin.intake.models import Call, CallEvent, CallStatus, Direction, MutedLine, PhoneLine
from houqin.intake.policies import answerable_lines, answers_for_all, visible_calls
from houqin.kernel import phone_numbers

S = CallStatus
MOST_RINGING = 5
"""Calls that are shown ringing at once."""
LAST = 5
TO_CALL, CALLED, FILED, ANSWERED = "to_call", "called", "filed", "answered"


@dataclass(frozen=True)
class CallFilter:
    """Which calls: how they went, by which line, between which instants, from which number.

    `kind` is `to_call` (missed, nobody has called back), `called`, `answered` or `filed` (a request hangs
    on it).
    """

    kind: str = ""
    line_id: int | None = None
    since: dt.datetime | None = None
    until: dt.datetime | None = None
    number: str = ""


def calls(chosen: CallFilter, user: Person) -> QuerySet[Call]:
    """The calls that fit and that a person may see, with what a row shows of them."""
    found = visible_calls(user).filter(_KINDS.get(chosen.kind, Q()))
    if chosen.line_id is not None:
        found = found.filter(line=chosen.line_id)
    if chosen.since is not None:
        found = found.filter(rang_at__gte=chosen.since)
    if chosen.until is not None:
        found = found.filter(rang_at__lt=chosen.until)
    if chosen.number:
        number = phone_numbers.read(chosen.number)
        found = found.filter(number=number.key) if number else found.none()
    return found.select_related("line", "operator", "caller", "request", "called_back_by")


def ringing_for(user: User) -> list[Call]:
    """The calls that ring for somebody at the desk now, the longest waiting first.

    They are those on the lines the person answers, and for who answers for the whole those on none;
    answered elsewhere, a call stays until somebody takes it or it ends. One statement while nothing
    rings anywhere, else three.
    """
    going_on = Call.objects.filter(
        status__in=[S.RINGING, S.ANSWERED],
        direction=Direction.IN,
        operator__isnull=True,
        outcome="",
    )
    rows = list(going_on.select_related("line", "caller__department").order_by("heard_at", "pk"))
    if not rows:
        return []
    lines = lines_of(user)
    chosen = {line.pk for line, on in lines if on}
    for_all = answers_for_all(user) and bool(chosen or not lines)
    mine = [one for one in rows if (for_all if one.line_id is None else one.line_id in chosen)]
    return mine[:MOST_RINGING]


def lines_of(user: User) -> list[tuple[PhoneLine, bool]]:
    """The lines that may ring for somebody, and whether they do."""
    muted = set(MutedLine.objects.filter(user=user).values_list("line", flat=True))
    return [(line, line.pk not in muted) for line in answerable_lines(user)]


def last_of(number: str, user: Person) -> list[Call]:
    """The last calls from a number that a person may see, the newest first."""
    found = phone_numbers.read(number)
    if found is None:
        return []
    seen = visible_calls(user).filter(number=found.key).select_related("operator", "request", "line")
    return list(seen.order_by("-pk")[:LAST])


def calls_of(request: ServiceRequest, user: Person) -> QuerySet[Call]:
    """The calls about a request that a person may see, the newest first."""
    return visible_calls(user).filter(request=request).select_related("operator", "caller").order_by("-pk")


def newest_step() -> int:
    """The key of the last step of any call: it moves whenever something happens to one."""
    newest: int | None = CallEvent.objects.aggregate(newest=Max("pk"))["newest"]
    return newest or 0


_KINDS = {
    TO_CALL: Q(status=S.MISSED, direction=Direction.IN, called_back_at__isnull=True),
    CALLED: Q(called_back_at__isnull=False),
    ANSWERED: Q(status__in=[S.ANSWERED, S.ENDED]),
    FILED: Q(request__isnull=False),
}
