"""What a browser sent last, so that going back and sending the same again finds it."""

import datetime as dt

from django.http import HttpRequest, HttpResponse

from houqin.desk import links
from houqin.desk.models.requests import OPEN
from houqin.desk.policies import goes_on_as
from houqin.journal.actions.answers import digest_of
from houqin.kernel.errors import Missing

WINDOW = dt.timedelta(minutes=10)
LATELY = "houqin_reported"
"""The browser's own note of what it reported or followed last, and of the link by which that goes on."""
_OF_THE_FORM = frozenset({"csrfmiddlewaretoken", "form_key", "seen"})


def noted(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    """The answer, with a note for this browser of what was sent and by which link it goes on."""
    link = answer.headers.get("HX-Redirect") or answer.headers.get("Location") or ""
    if not link:
        return answer
    answer.set_signed_cookie(
        LATELY,
        f"{_said(request)} {link}",
        max_age=int(WINDOW.total_seconds()),
        secure=request.is_secure(),
        httponly=True,
        samesite="Lax",
    )
    return answer


def sent_lately(request: HttpRequest) -> str:
    """The link of what this browser sent in the same words within `WINDOW`, if that is open still."""
    note = request.get_signed_cookie(LATELY, default="", max_age=WINDOW) or ""
    said, _space, link = note.partition(" ")
    return link if link and said == _said(request) and _is_open(link) else ""


def _said(request: HttpRequest) -> str:
    """A mark of what a form says, photos aside: the same for the same report sent once more."""
    told = sorted((name, *values) for name, values in request.POST.lists() if name not in _OF_THE_FORM)
    return digest_of(*("=".join(one) for one in told))


def _is_open(link: str) -> bool:
    door, _slash, token = link.strip("/").rpartition("/")
    try:
        if door == "f":
            follower = links.follower_of(token)
            return follower.left_at is None and goes_on_as(follower.request).status in OPEN
        return links.request_of(token).status in OPEN
    except Missing:
        return False
