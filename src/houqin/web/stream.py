"""One stream of what happened to a request: events, messages, photos and the steps of its orders."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from django.db.models import Model, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext_lazy

from houqin.desk.models import Message, RequestAttachment, RequestEvent, ServiceRequest
from houqin.desk.queries.orders import orders_of
from houqin.files.models import Attachment
from houqin.journal.models import EventBase
from houqin.journal.sentences import sentence
from houqin.work.models import OrderAttachment, OrderEvent, WorkOrder

LOOKS: dict[str, tuple[str, str]] = {
    "opened": ("flag", ""),
    "accepted": ("clipboard-check", "brand"),
    "claimed": ("hand-grab", "brand"),
    "dispatched": ("user-share", "info"),
    "reassigned": ("user-share", "info"),
    "offered": ("user-question", "info"),
    "offer_expired": ("clock-x", "warn"),
    "scheduled": ("calendar", "info"),
    "arrived": ("map-pin-check", "brand"),
    "started": ("tool", "brand"),
    "held": ("player-pause", "warn"),
    "resumed": ("player-play", "brand"),
    "completed": ("checklist", "ok"),
    "resolved": ("checklist", "info"),
    "closed": ("lock", "idle"),
    "closed_by_silence": ("lock", "idle"),
    "verified": ("circle-check", "ok"),
    "asked": ("message-question", "warn"),
    "chased": ("bell-ringing", "warn"),
    "escalated": ("alarm", "danger"),
    "rejected": ("arrow-back-up", "idle"),
    "withdrawn": ("circle-x", "idle"),
    "merged": ("git-merge", "idle"),
    "followed": ("users", "brand"),
    "unfollowed": ("bell-off", "idle"),
    "impact_raised": ("users-plus", "warn"),
    "reopened": ("refresh", "warn"),
    "not_accepted": ("refresh", "warn"),
    "rated": ("star", "ok"),
    "cancelled": ("ban", "idle"),
    "amended": ("pencil", "warn"),
    "cost_charged": ("receipt", "idle"),
    "part_planned": ("packages", "idle"),
    "part_dropped": ("packages", "idle"),
    "part_taken": ("package-export", "brand"),
    "part_returned": ("package-import", "idle"),
}
DID = {
    "asked": pgettext_lazy("somebody wrote", "asked"),
    "answered": pgettext_lazy("somebody wrote", "answered"),
}

HIDDEN = frozenset({Message.Side.INTERNAL, Message.Side.FOLLOWER})
"""Sides of messages that a requester never reads: what staff and what other people wrote."""

OWN_BUSINESS = frozenset({"raised", "verified", "closed"})
"""Steps of an order that a requester has read as one of the request."""


@dataclass
class Entry:
    """One line of the stream: an event with its sentence in `who`, or words somebody wrote."""

    at: dt.datetime
    who: str
    icon: str
    kind: str = ""
    tone: str = ""
    says: str = ""
    did: str = ""
    """What the words were for, beside who wrote them: a question, an answer."""
    text: str = ""
    affected: int = 0
    """How many people had the trouble then, for somebody who began to follow."""
    photos: list[Attachment] = field(default_factory=list)
    files: list[Attachment] = field(default_factory=list)


def of_request(request: ServiceRequest, *, public: bool) -> list[Entry]:
    """Everything about a request, newest first; `public` leaves out what is for staff only.

    Nothing is told twice: a question is its message, not its event; an order is raised and started once.
    Six statements, however long the story is; two where its clocks have been read before.
    """
    hung = list(RequestAttachment.objects.filter(request=request).select_related("attachment"))
    if public:
        hung = [link for link in hung if link.public]
    stored = RequestEvent.objects.filter(request=request).select_related("actor")
    events = [event for event in _known(request, "events", stored) if event.public or not public]
    messages = _known(request, "messages", Message.objects.filter(request=request).select_related("author"))
    said = {one.pk: one for one in messages if not (public and one.side in HIDDEN)}
    written = [event for event in events if event.kind in DID and event.data.get("message") in said]
    told = {event.data["message"]: event for event in written}
    entries = [_message(one, hung, told.get(pk), public=public) for pk, one in said.items()]
    loose = [link.attachment for link in hung if link.message_id is None]
    links = _known(request, "order_links", ())
    steps = of_orders([link.order for link in links] or list(orders_of(request)), public=public)
    also = {entry.kind for entry in steps}
    entries += [
        _event(event, public=public)
        for event in events
        if event not in written and not (event.kind == "started" and "started" in also)
    ]
    entries += [step for step in steps if step.kind not in (OWN_BUSINESS if public else {"raised"})]
    entries.sort(key=lambda entry: entry.at)
    entries.reverse()  # so that of one second the later step comes first, too
    entries = _folded(entries)
    if loose and entries:
        _hang(entries[-1], loose)
    return entries


def _folded(entries: list[Entry]) -> list[Entry]:
    """One line for people who began to follow one after the other, with nothing else in between."""
    folded: list[Entry] = []
    for kind, run in groupby(entries, key=lambda entry: entry.kind):
        lines = list(run)
        if kind == "followed" and len(lines) > 1:
            newest = lines[0]
            newest.who = ngettext(
                "%(n)s person has the same trouble; people affected: %(affected)s.",
                "%(n)s people have the same trouble; people affected: %(affected)s.",
                len(lines),
            ) % {"n": len(lines), "affected": newest.affected}
            lines = [newest]
        folded += lines
    return folded


def of_orders(orders: Iterable[WorkOrder], *, public: bool) -> list[Entry]:
    """The steps of work orders, unsorted, with their own photos at the step of completing."""
    by_pk = {order.pk: order for order in orders}
    if not by_pk:
        return []
    events: Iterable[OrderEvent] = OrderEvent.objects.filter(order__in=by_pk).select_related("actor")
    if all("events" in _kept(order) for order in by_pk.values()):
        events = [event for order in by_pk.values() for event in order.events.all()]
    entries = [_event(event, public=public) for event in events if event.public or not public]
    links = (
        OrderAttachment.objects.filter(order__in=by_pk).exclude(stage="report").select_related("attachment")
    )
    for link in links:
        if link.public or not public:
            stage = str(link.get_stage_display())
            entry = Entry(at=link.attachment.created_at, who=stage, icon="photo")
            _hang(entry, [link.attachment])
            entries.append(entry)
    return entries


def _kept(row: Model) -> dict[str, Any]:
    """What has been read along with a row."""
    kept: dict[str, Any] = row.__dict__.get("_prefetched_objects_cache", {})
    return kept


def _known(row: Model, name: str, otherwise: Iterable[Any]) -> Iterable[Any]:
    """What was read along with a row, as its clocks do; else what would have to be read now."""
    found: Iterable[Any] = _kept(row).get(name, otherwise)
    return found


def _event(event: EventBase, *, public: bool) -> Entry:
    icon, tone = LOOKS.get(event.kind, ("point", ""))
    who, affected = sentence(event, public=public), event.data.get("affected", 0)
    return Entry(at=event.at, who=who, icon=icon, kind=event.kind, tone=tone, affected=affected)


def _message(
    message: Message, hung: list[RequestAttachment], event: EventBase | None, *, public: bool
) -> Entry:
    """Words of somebody; `event` is what was done by them."""
    says = {
        Message.Side.REQUESTER: "other",
        Message.Side.STAFF: "mine",
        Message.Side.INTERNAL: "in",
        Message.Side.FOLLOWER: "other",
    }
    icon = {
        Message.Side.REQUESTER: "message",
        Message.Side.FOLLOWER: "users",
        Message.Side.STAFF: "message-circle-share",
        Message.Side.INTERNAL: "note",
    }
    side = Message.Side(message.side)
    who = message.author_name or (str(message.author) if message.author else str(side.label))
    if side is Message.Side.FOLLOWER and message.author_name:
        who = _("%(name)s (has the same trouble)") % {"name": who}
    shown = says[side]
    if public:
        shown = "mine" if side is Message.Side.REQUESTER else "other"
    entry = Entry(at=message.at, who=who, icon=icon[side], says=shown, text=message.text)
    if event is not None:
        entry.did = str(DID[event.kind])
        entry.icon, entry.tone = LOOKS.get(event.kind, (entry.icon, ""))
    _hang(entry, [link.attachment for link in hung if link.message_id == message.pk])
    return entry


def _hang(entry: Entry, attachments: Iterable[Attachment]) -> None:
    for attachment in attachments:
        (entry.photos if attachment.is_image else entry.files).append(attachment)


def shown_to_requester(request: ServiceRequest) -> Q:
    """The condition on attachments that the requester may open: public ones of the request and its orders."""
    of_request_ = RequestAttachment.objects.filter(request=request, public=True).values("attachment")
    of_orders_ = OrderAttachment.objects.filter(order__request_link__request=request, public=True).values(
        "attachment"
    )
    return Q(pk__in=of_request_) | Q(pk__in=of_orders_)
