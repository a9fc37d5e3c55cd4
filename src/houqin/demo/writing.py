"""The stories are written down: numbered by the day, then copied table by table."""

import datetime as dt
import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter
from typing import Any, TypeVar

from django.contrib.postgres.fields import ArrayField
from django.db.models import JSONField, Model
from django.utils import timezone

from houqin.demo.jobs import Job
from houqin.demo.stories import Story
from houqin.desk.models import (
    Follower,
    FollowUp,
    Message,
    Rating,
    RequestAttachment,
    RequestEvent,
    RequestOrder,
    TriageProposal,
)
from houqin.desk.queries.affected import Marks, distinct, marks
from houqin.journal.actions import numbers
from houqin.kernel import numbering
from houqin.kernel.bulk import array_text, copy_rows, copy_tracked_rows, next_keys
from houqin.org.models.qrcodes import new_token
from houqin.work.models import OrderAttachment, OrderEvent, OrderStep, OrderWorker, TimeEntry

M = TypeVar("M", bound=Model)
_EVENT_AT = attrgetter("at")


def number(stories: Sequence[Story]) -> None:
    """Give requests, orders and messages their keys, and requests and orders their numbers.

    Numbers are those of the day of the report, local, without a gap and in the order of time.
    """
    jobs = sorted((job for story in stories for job in story.jobs), key=_raised)
    _number([story.request for story in stories], numbering.REQUEST, attrgetter("opened_at"))
    _number([job.order for job in jobs], numbering.WORK_ORDER, attrgetter("raised_at"))
    _key([message for story in stories for message in story.messages])
    for story in stories:
        story.request.link_nonce = new_token()
        _tie(story)
    _key([follower for story in stories for follower in story.followers])
    for message in (message for story in stories for message in story.messages):
        message.follower = message.follower  # whose key is known only now
    for story, people in _affected(stories).items():
        story.request.affected = people
    _name([event for story in stories for event in story.events])
    _name([event for job in jobs for event in job.events])


def write(stories: Sequence[Story]) -> None:
    """Copy everything the stories tell, in the open transaction."""
    jobs = [job for story in stories for job in story.jobs]
    for story in stories:
        _make_findable(story)
    requests = [story.request for story in stories]
    orders = sorted((job.order for job in jobs), key=attrgetter("pk"))
    _refer(requests, "merged_into")
    _refer(orders, "rework_of")
    _copy_tracked(requests)
    _copy_tracked(orders)
    links = [RequestOrder(request=story.request, order=job.order) for story in stories for job in story.jobs]
    RequestOrder.objects.bulk_create(sorted(links, key=attrgetter("order_id")))
    _copy(RequestEvent, sorted((event for story in stories for event in story.events), key=_EVENT_AT))
    _copy(OrderEvent, sorted((event for job in jobs for event in job.events), key=_EVENT_AT))
    _copy_tracked([follower for story in stories for follower in story.followers])
    _copy(Message, [message for story in stories for message in story.messages], keyed=True)
    _copy(OrderStep, [step for job in jobs for step in job.steps])
    _write_ratings(stories)
    _write_time(jobs)
    _write_photos(stories)
    TriageProposal.objects.bulk_create(proposal for story in stories for proposal in story.proposals)


def _tie(story: Story) -> None:
    """Tell everything that belongs to a story the keys of its request and its orders."""
    of_request: list[RequestEvent | Message | Rating | FollowUp | Follower | TriageProposal]
    of_request = [*story.events, *story.messages, *story.ratings, *story.follow_ups, *story.followers]
    of_request += story.proposals
    for row in of_request:
        row.request_id = story.request.pk
    for job in story.jobs:
        job.order.source = story.request.number
        of_order: list[OrderEvent | OrderStep | TimeEntry | OrderWorker | OrderAttachment]
        of_order = [*job.events, *job.steps, *job.entries, *job.helpers, *job.photos]
        for line in of_order:
            line.order_id = job.order.pk


def _affected(stories: Sequence[Story]) -> dict[Story, int]:
    """How many people each story affects that is not about one requester alone."""
    waiting: dict[Story, list[Marks]] = {}
    for story in stories:
        for follower in story.followers:
            known = marks(user=follower.user, phone=follower.phone, email=follower.email)
            waiting.setdefault(story, []).append(known)
        if story.into is not None and story.request.merged_into is not None:
            waiting.setdefault(story.into, []).append(_of_requester(story))
    return {story: distinct([_of_requester(story), *others]) for story, others in waiting.items()}


def _of_requester(story: Story) -> Marks:
    request = story.request
    return marks(user=request.requester, phone=request.contact_phone, email=request.contact_email)


def _raised(job: Job) -> dt.datetime:
    return job.order.raised_at


def _number(rows: Sequence[Any], kind: str, when: Callable[[Any], dt.datetime]) -> None:
    days = [timezone.localtime(when(row), timezone.get_default_timezone()).date() for row in rows]
    given: list[str] = []
    for day, count in sorted(Counter(days).items()):
        given += numbers.take_many(kind=kind, day=day, count=count)
    for row, written in zip(rows, given, strict=True):
        row.number = written
    _key(rows)


def _key(rows: Sequence[Model]) -> None:
    """Give rows that are not stored yet their keys."""
    if rows:
        for row, key in zip(rows, next_keys(type(rows[0]), len(rows)), strict=True):
            row.pk = key


def _name(events: Iterable[RequestEvent | OrderEvent]) -> None:
    """Put numbers and keys where the stories have put the things themselves."""
    for event in events:
        event.data = {name: _told(value) for name, value in event.data.items()}


def _told(value: Any) -> Any:
    match value:
        case Story():
            return value.request.number
        case Job():
            return value.order.number
        case Message():
            return value.pk
    return value


def _make_findable(story: Story) -> None:
    """Fill the search columns as opening a request and raising an order do."""
    request = story.request
    label, code = (request.place.label, request.place.code) if request.place else ("", "")
    request.set_search(
        request.number,
        request.title,
        request.description,
        label,
        code,
        request.place_note,
        request.contact_phone,
        person_names=[request.contact_name],
    )
    for job in story.jobs:
        order = job.order
        where = [order.place.code, order.place.label, order.place.label_en] if order.place else []
        order.set_search(
            order.number,
            order.title,
            order.source,
            order.contact_phone,
            *where,
            order.place_note,
            order.description,
            person_names=[order.contact_name],
        )


def _write_ratings(stories: Sequence[Story]) -> None:
    ratings = [rating for story in stories for rating in story.ratings]
    _key(ratings)
    _copy_tracked(ratings)
    calls = [call for story in stories for call in story.follow_ups]
    _refer(calls, "rating")
    FollowUp.objects.bulk_create(calls)


def _write_time(jobs: Sequence[Job]) -> None:
    entries = sorted((entry for job in jobs for entry in job.entries), key=attrgetter("started_at"))
    _key(entries)
    _copy_tracked(entries)
    OrderWorker.objects.bulk_create(helper for job in jobs for helper in job.helpers)


def _write_photos(stories: Sequence[Story]) -> None:
    """Photos of the report hang on the request and on its orders, others on the order alone."""
    RequestAttachment.objects.bulk_create(
        RequestAttachment(request=story.request, attachment=photo)
        for story in stories
        for photo in story.photos
    )
    stage = OrderAttachment.Stage
    OrderAttachment.objects.bulk_create(
        OrderAttachment(order=job.order, attachment=photo, stage=stage.REPORT, public=True)
        for story in stories
        for photo in story.photos
        for job in story.jobs
    )
    OrderAttachment.objects.bulk_create(tie for story in stories for job in story.jobs for tie in job.photos)


def _refer(rows: Iterable[Model], name: str) -> None:
    """Take over the keys of what rows refer to: it had none when they were made."""
    for row in rows:
        setattr(row, name, getattr(row, name))


def _copy(model: type[Model], rows: Sequence[Model], *, keyed: bool = False) -> None:
    """Copy rows; without keys of their own the database gives them in this order."""
    fields = [field for field in model._meta.concrete_fields if keyed or not field.primary_key]
    names = [field.attname for field in fields]
    copy_rows(model, names, _values(model, names, rows), {})


def _copy_tracked(rows: Sequence[M]) -> None:
    """Copy rows with their keys, and with the history a trigger would write one by one."""
    if not rows:
        return
    model = type(rows[0])
    names = [field.attname for field in model._meta.concrete_fields]
    copy_tracked_rows(model, names, _values(model, names, rows), {}, [row.pk for row in rows])


def _values(model: type[Model], names: Sequence[str], rows: Iterable[Model]) -> list[tuple[Any, ...]]:
    """The columns as the database reads them in a copy."""
    fields = [model._meta.get_field(name) for name in names]
    written: list[Callable[[Any], Any]] = [_writer(field) for field in fields]
    read = attrgetter(*names)
    return [tuple(write(value) for write, value in zip(written, read(row), strict=True)) for row in rows]


def _writer(field: object) -> Callable[[Any], Any]:
    if isinstance(field, JSONField):
        return lambda value: json.dumps(value, ensure_ascii=False)
    if isinstance(field, ArrayField):
        return array_text
    return lambda value: value
