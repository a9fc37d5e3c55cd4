"""What followers are told: that there is news, in words of our own, and nothing that anybody else wrote.

Shared by the flows, no step of its own. The request's title, the requester's words and the notes of
technicians never get in here: a follower hears of the category, of the place they named themselves,
and of the facts in `HEARD`.
"""

import datetime as dt
from typing import Any

from django.utils import translation

from houqin.accounts.models import User
from houqin.desk import links
from houqin.desk.models import Follower, ServiceRequest
from houqin.desk.queries.affected import followers_of
from houqin.desk.queries.catalogue import kind_of
from houqin.notify.actions import mail, notices

HEARD: dict[str, tuple[str, tuple[str, ...]]] = {
    "request_accepted": ("accepted", ("due",)),
    "worker_assigned": ("assigned", ("worker", "crew", "starts", "ends")),
    "appointment": ("appointment", ("worker", "crew", "starts", "ends")),
    "on_hold": ("held", ("reason", "promised_until")),
    "resumed": ("resumed", ()),
    "reopened": ("reopened", ()),
    "rejected": ("rejected", ()),
    "resolved": ("resolved", ()),
}
"""The kinds of messages to a requester that followers hear of too: as what news, with which facts."""


def tell_followers(request: ServiceRequest, kind: str, change: str, *, by: User | None, **facts: Any) -> None:
    """Tell everybody who follows a request, or one merged into it, each with the own link."""
    if kind not in HEARD:
        return
    news, heard = HEARD[kind]
    shown = {name: facts[name] for name in heard if facts.get(name)}
    for follower in followers_of(request):
        if follower.user is None or follower.user != by:
            tell_follower(follower, request, news, change, **shown)


def tell_follower(follower: Follower, request: ServiceRequest, news: str, change: str, **facts: Any) -> None:
    """Tell one follower of the request it goes on as: in the bell and by mail, as far as we know where."""
    path = links.path_of_follower(follower)
    data = _plain({**facts, "news": news, **_about(follower, request)})
    key = f"{request.number}:{follower.pk}:{change}"
    if follower.user is not None:
        notices.tell(
            recipients=[follower.user],
            kind="followed",
            change=key,
            subject=request.number,
            path=path,
            data=data,
        )
    elif follower.email:
        mail.queue(
            to=follower.email,
            kind="followed",
            language=follower.language,
            change=key,
            about=request.number,
            data={**data, "path": path, "name": follower.name},
        )


def _about(follower: Follower, request: ServiceRequest) -> dict[str, str]:
    with translation.override(follower.language):
        place = follower.place
        return {"title": kind_of(request), "place": str(place) if place else ""}


def _plain(facts: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, dt.datetime) else value
        for name, value in facts.items()
        if value not in {None, ""}
    }
