"""What the people of the demonstration have been told: the lines in their bells."""

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any

from houqin.accounts.models import User
from houqin.demo.stories import Story
from houqin.demo.world import World
from houqin.desk import links
from houqin.desk.models import RequestStatus
from houqin.desk.queries.silence import silence_at
from houqin.notify.models import Notice
from houqin.work.models import Alarm, WorkOrderStatus

UNREAD = dt.timedelta(hours=2)
"""Older lines have been read."""


def tell(world: World, stories: Iterable[Story], alarms: Iterable[Alarm]) -> None:
    """Fill the bells with what the stories of the present have given rise to, the oldest first."""
    lines = [notice for story in stories for notice in _lines(world, story)]
    about = {story.request.number: story for story in stories}
    for alarm in alarms:
        if alarm.kind == Alarm.Kind.BREACH and alarm.subject in about:
            lines += _overdue(world, about[alarm.subject], alarm)
    lines.sort(key=lambda notice: notice.created_at)
    for notice in lines:
        if world.now - notice.created_at > UNREAD:
            notice.read_at = notice.created_at + dt.timedelta(minutes=5)
    Notice.objects.bulk_create(lines)


def _lines(world: World, story: Story) -> Iterator[Notice]:
    request = story.request
    desk = world.crowd.dispatchers
    if request.status == RequestStatus.NEW:
        facts: dict[str, Any] = {"priority": request.priority, "due": request.next_due_at}
        yield from _to_desk(desk, story, "new_request", "new", request.opened_at, **facts)
    for call in story.follow_ups:
        facts = {"score": call.rating.lowest, "due": call.due_at}
        people = [*desk, *world.crowd.managers]
        change = f"follow_up:{call.rating_id}"
        yield from _to_desk(people, story, "follow_up_opened", change, call.opened_at, **facts)
    yield from _escalated(world, story)
    yield from _to_workers(story)
    yield from _to_requester(story)


def _escalated(world: World, story: Story) -> Iterator[Notice]:
    for event in story.events:
        if event.kind == "escalated":
            data = event.data
            people = [world.crowd.by_name[name] for name in data["told"]]
            change = f"level{data['level']}:{data['target']}:{data['due_at']}"
            facts = {"level": data["level"], "target": data["target"], "due": data["due_at"]}
            facts["priority"] = story.request.priority
            yield from _to_desk(people, story, "escalated", change, event.at, **facts)


def _overdue(world: World, story: Story, alarm: Alarm) -> Iterator[Notice]:
    change = f"{alarm.kind}:{alarm.target}:{alarm.due_at.isoformat()}"
    facts = {"target": alarm.target, "due": alarm.due_at}
    for notice in _to_desk(world.crowd.dispatchers, story, "overdue", change, alarm.told_at, **facts):
        notice.urgent = True
        yield notice


def _to_workers(story: Story) -> Iterator[Notice]:
    for job in story.jobs:
        order = job.order
        if order.status == WorkOrderStatus.DISPATCHED and order.worker is not None and order.dispatched_at:
            facts = {"priority": order.priority, "due": order.due_at, "starts": order.scheduled_from}
            yield _notice(
                order.worker,
                story,
                "assigned_to_you",
                order.dispatched_at,
                subject=order.number,
                change=f"{order.number}:assigned:{order.version}",
                path=f"/jobs/{order.number}/",
                facts=facts,
            )


def _to_requester(story: Story) -> Iterator[Notice]:
    request = story.request
    told: dict[str, tuple[str, str, dict[str, Any]]] = {
        RequestStatus.NEED_INFO: ("information_asked", "asked", {"text": story.events[-1].reason}),
        RequestStatus.RESOLVED: (
            "resolved",
            f"resolved:{request.reopen_count}",
            {"result": request.result, "silence_at": silence_at(request)},
        ),
    }
    if request.requester is not None and request.status in told:
        kind, change, facts = told[request.status]
        yield _notice(
            request.requester,
            story,
            kind,
            story.events[-1].at,
            subject=request.number,
            change=f"{request.number}:{change}",
            path=links.path_of(request),
            facts=facts,
        )


def _to_desk(
    people: Iterable[User], story: Story, kind: str, change: str, at: dt.datetime, **facts: Any
) -> Iterator[Notice]:
    number = story.request.number
    for person in people:
        yield _notice(
            person,
            story,
            kind,
            at,
            subject=number,
            change=f"{number}:{change}",
            path=f"/desk/requests/{number}/",
            facts=facts,
        )


def _notice(
    person: User,
    story: Story,
    kind: str,
    at: dt.datetime,
    *,
    subject: str,
    change: str,
    path: str,
    facts: dict[str, Any],
) -> Notice:
    request = story.request
    place = request.place.label if request.place else request.place_note
    data = {"title": request.title, "place": place, **facts}
    plain = {
        name: value.isoformat() if isinstance(value, dt.datetime) else value
        for name, value in data.items()
        if value not in {None, ""}
    }
    return Notice(
        recipient=person, kind=kind, subject=subject, path=path, data=plain, change=change, created_at=at
    )
