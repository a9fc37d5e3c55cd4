"""The pulse: open lists ask every few seconds whether anything has happened at all, for next to nothing.

`/pulse/<seal>/?since=<sign>` answers 204 while the sign is still true, else 200 with the event
`stale`, upon which the list asks for itself anew. It is answered before sessions and people are
looked up: fifty open desks would otherwise ask for the same three rows of theirs all day. What it
tells is not of anybody's: that a step was taken somewhere. The seal, which every list page carries,
keeps passers-by from asking.

`/pulse/<seal>/calls/` tells the same of telephone calls, with the event `calls`. Desks ask it every
second or two; while the process listens to the database it costs no statement (`web.hearing`).
"""

import hmac
from collections.abc import Callable

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse

from houqin.desk.models import Message, RequestEvent
from houqin.kernel.secrets import keyed_digest
from houqin.web.hearing import EAR
from houqin.work.models import OrderEvent

PREFIX = "/pulse/"
CALLS = "calls"
Handler = Callable[[HttpRequest], HttpResponse]


def sign() -> str:
    """What changes with every step and message on any request or order. One indexed statement."""
    tables = (RequestEvent, OrderEvent, Message)
    newest = ", ".join(f'(SELECT max(id) FROM "{model._meta.db_table}")' for model in tables)  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {newest}")
        row: tuple[int | None, ...] = cursor.fetchone()
    return "-".join(str(key or 0) for key in row)


def address(now: str) -> str:
    """Where a page made at the sign `now` asks."""
    return f"{PREFIX}{_seal()}/?since={now}"


def sign_of_calls() -> str:
    """What changes with every step of a telephone call."""
    return str(EAR.newest())


def address_of_calls(now: str) -> str:
    """Where a page that shows ringing calls asks."""
    return f"{PREFIX}{_seal()}/{CALLS}/?since={now}"


def pulse(get_response: Handler) -> Handler:
    """Answer the pulse, and hand everything else on."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(PREFIX):
            return get_response(request)
        asked, _slash, of = request.path.removeprefix(PREFIX).strip("/").partition("/")
        if not hmac.compare_digest(asked.encode(), _seal().encode()) or of not in _SIGNS:
            return HttpResponse(status=404)
        answer = HttpResponse(status=204)
        event, now = _SIGNS[of]
        if request.GET.get("since") != now():
            answer = HttpResponse(headers={"HX-Trigger": event})
        answer.headers["Cache-Control"] = "no-store"
        return answer

    return middleware


def _seal() -> str:
    return keyed_digest(settings.SECRET_KEY, "web.pulse", "")[:20]


_SIGNS: dict[str, tuple[str, Callable[[], str]]] = {"": ("stale", sign), CALLS: ("calls", sign_of_calls)}
"""What may be asked for: the event that says it has changed, and its sign."""
