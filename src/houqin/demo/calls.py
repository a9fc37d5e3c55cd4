"""Telephone calls of the demonstration: a week at the phone desk, with calls that nobody took.

Each request that came by phone in these days has its call; the others stand in `data/calls.toml`.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from itertools import cycle
from typing import Any

from houqin.accounts.models import User
from houqin.demo.stories import Story
from houqin.demo.texts import read
from houqin.demo.world import World
from houqin.desk.models import Channel
from houqin.intake.call_remarks import WITHHELD
from houqin.intake.models import Call, CallEvent, CallOutcome, CallStatus, PhoneLine
from houqin.kernel import phone_numbers

WEEK = dt.timedelta(days=7)
RINGS = dt.timedelta(seconds=9)
TALK = dt.timedelta(seconds=80)
GIVES_UP = dt.timedelta(seconds=31)
S = CallStatus


def ring(world: World, stories: Sequence[Story]) -> None:
    """Write the calls of the last week down, after the requests they are about."""
    told = read("calls")
    lines = {facts["code"]: PhoneLine.objects.create(**facts) for facts in told["lines"]}
    usual = next(iter(lines.values()))
    desk = cycle(world.crowd.dispatchers)
    calls = [_filed(story, usual, next(desk)) for story in _by_phone(world, stories)]
    calls += [_other(world, facts, lines[facts["line"]], next(desk)) for facts in told["calls"]]
    calls.sort(key=lambda call: call.rang_at)
    Call.objects.bulk_create(calls)
    CallEvent.objects.bulk_create(event for call in calls for event in _steps(call))


def _by_phone(world: World, stories: Sequence[Story]) -> Iterator[Story]:
    for story in stories:
        at = story.request.opened_at
        if story.request.channel == Channel.PHONE and world.now - WEEK <= at <= world.now - TALK:
            yield story


def _filed(story: Story, line: PhoneLine, operator: User) -> Call:
    request = story.request
    answered = request.opened_at - TALK + RINGS
    return _call(
        request.contact_phone,
        line,
        request.opened_at - TALK,
        status=S.ENDED,
        answered_at=answered,
        taken_at=answered,
        operator=operator,
        ended_at=request.opened_at,
        caller=request.requester,
        caller_name=request.contact_name,
        request=request,
        outcome=CallOutcome.REQUEST,
    )


def _other(world: World, facts: dict[str, Any], line: PhoneLine, operator: User) -> Call:
    rang = world.now - dt.timedelta(minutes=facts["ago"])
    person = world.crowd.by_name.get(facts.get("by", ""))
    more: dict[str, Any] = {"status": S.MISSED, "ended_at": rang + GIVES_UP}
    if "nothing" in facts:
        answered = rang + RINGS
        more = {"status": S.ENDED, "answered_at": answered, "taken_at": answered, "operator": operator}
        more |= {"ended_at": rang + TALK, "outcome": CallOutcome.NOTHING, "note": facts["nothing"]}
    elif "called_back" in facts:
        more |= {"called_back_at": rang + dt.timedelta(minutes=14), "called_back_by": operator}
        more["note"] = facts["called_back"]
    number = person.phone if person else facts["number"]
    return _call(number, line, rang, caller=person, caller_name=person.full_name if person else "", **more)


def _call(written: str, line: PhoneLine, rang: dt.datetime, **facts: Any) -> Call:
    number = phone_numbers.read(written)
    return Call(
        sent_number=written,
        number=number.key if number else "",
        queue=line.code,
        line=line,
        heard_at=rang,
        rang_at=rang,
        remarks=[] if written else [WITHHELD],
        is_demo=True,
        **facts,
    )


def _steps(call: Call) -> Iterator[CallEvent]:
    """What was told of a call and done with it, in the order of time."""
    steps: list[tuple[str, dt.datetime | None, User | None, str]] = [
        ("ringing", call.rang_at, None, S.RINGING),
        ("taken", call.taken_at, call.operator, S.ANSWERED),
        ("filed", call.ended_at if call.outcome else None, call.operator, S.ANSWERED),
        ("ended", call.ended_at, None, call.status),
        ("called_back", call.called_back_at, call.called_back_by, S.MISSED),
    ]
    before = ""
    for kind, at, by, to in steps:
        if at is None:
            continue
        name = by.full_name if by else ""
        yield CallEvent(
            call=call, kind=kind, at=at, actor=by, actor_name=name, from_status=before, to_status=to
        )
        before = to
