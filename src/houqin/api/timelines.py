"""What happened, as a list of sentences in the caller's language."""

from collections.abc import Iterable

from houqin.accounts.models import User
from houqin.api.request_shapes import Happened
from houqin.desk.models import Message, RequestAttachment, RequestEvent, ServiceRequest
from houqin.journal.models import EventBase
from houqin.journal.sentences import sentence
from houqin.work.models import OrderEvent, WorkOrder
from houqin.work.policies import hidden_from


def timeline_of_request(request: ServiceRequest, *, public: bool, reader: User) -> list[Happened]:
    """Events and messages of a request and of its orders, oldest first; `public` ones for a requester.

    People of a contractor do not read whom we told of what was late. Four statements, however long the
    story is.
    """
    kept = hidden_from(reader)
    events = RequestEvent.objects.filter(request=request).exclude(kind__in=kept)
    events = events.select_related("actor", "request")
    lines = [_event(event, public=public) for event in events if event.public or not public]
    steps = OrderEvent.objects.filter(order__request_link__request=request).exclude(kind__in=kept)
    steps = steps.select_related("actor", "order")
    lines += [
        _event(event, public=public, order="" if public else event.order.number)
        for event in steps
        if event.public or not public
    ]
    lines += _messages(request, public=public)
    return sorted(lines, key=lambda line: line.at)


def timeline_of_order(order: WorkOrder, *, reader: User) -> list[Happened]:
    """The events of a work order that the reader may see, oldest first. One statement."""
    events = OrderEvent.objects.filter(order=order).exclude(kind__in=hidden_from(reader))
    events = events.select_related("actor", "order")
    return [_event(event, public=False, order=order.number) for event in events]


def _event(event: EventBase, *, public: bool, order: str = "") -> Happened:
    return Happened(
        at=event.at,
        type="event",
        kind=event.kind,
        order=order or None,
        author=event.actor_name,
        text=sentence(event, public=public),
        attachments=[],
    )


def _messages(request: ServiceRequest, *, public: bool) -> Iterable[Happened]:
    messages = Message.objects.filter(request=request)
    if public:
        messages = messages.exclude(side__in=[Message.Side.INTERNAL, Message.Side.FOLLOWER])
    hung: dict[int, list[int]] = {}
    ties = RequestAttachment.objects.filter(request=request, message__isnull=False)
    for message_id, attachment_id in ties.values_list("message_id", "attachment_id"):
        hung.setdefault(message_id or 0, []).append(attachment_id)
    for message in messages:
        note = message.side == Message.Side.INTERNAL
        yield Happened(
            at=message.at,
            type="note" if note else "message",
            kind=message.side,
            order=None,
            author=message.author_name,
            text=message.text,
            attachments=hung.get(message.pk, []),
        )
