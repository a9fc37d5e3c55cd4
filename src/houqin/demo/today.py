"""The present: requests in every state, with clocks that run, stand still or have run out.

They are told first, from `data/today_desk.toml` and `data/today_work.toml`, and the year around whom
they keep busy.
"""

import datetime as dt
from typing import Any

from houqin.accounts.models import User
from houqin.demo.afterwards import finish
from houqin.demo.occasions import ZONE, Occasion
from houqin.demo.pictures import photo
from houqin.demo.stories import Story
from houqin.demo.texts import read
from houqin.demo.world import World
from houqin.desk.models import Channel, Follower, Message
from houqin.org.models.qrcodes import new_token
from houqin.work.models import OrderAttachment

# The steps of a request and how many minutes after the report each is usually taken.
STEPS = {
    "accepted": 3,
    "to_dispatch": 4,
    "dispatched": 6,
    "taken": 11,
    "on_site": 34,
    "working": 38,
    "held": 55,
    "done": 75,
    "closed": 95,
}
_SAME_AS = {"awaiting": "to_dispatch", "back": "closed"}
_AT_THE_DESK = 3
"""Steps taken by the desk at once; what comes later is counted back from the latest step."""

OPENS, CLOSES = 8, 20
"""Between these hours somebody may be visited."""

BUSY = dt.timedelta(hours=10)
"""How long those who work now are taken to be busy."""


def tell(world: World) -> list[Story]:
    """The stories of the present; whoever works in them is booked in the diary."""
    tables = (read(name)["open"] for name in ("today_desk", "today_work"))
    stories = [_tell(world, facts) for table in tables for facts in table]
    for story in stories:
        for entry in (entry for job in story.jobs for entry in job.entries):
            world.diary.book(entry.user, entry.started_at, entry.ended_at or world.now + BUSY)
    return stories


def _tell(world: World, facts: dict[str, Any]) -> Story:
    opened = _ago(world, facts["ago"]) - dt.timedelta(seconds=world.rng.randrange(50))
    story = world.story(_occasion(world, facts, opened))
    if "photo" in facts:
        taken = (opened - dt.timedelta(minutes=1)).astimezone(ZONE)
        story.photos.append(photo(facts["photo"], taken=taken, by=story.request.requester))
    _be_followed(world, story, facts)
    state = _SAME_AS.get(facts["state"], facts["state"])
    if state == "asked":
        story.ask(_ago(world, facts["last"]), world.crowd.dispatchers[0], facts["question"])
    elif state != "new":
        path = _path(state)
        for step, at in zip(path, _times(world, facts, opened, path), strict=True):
            _STEPS[step](world, story, at, facts)
    if facts["state"] == "back":
        story.reopen(_ago(world, facts["last"]), facts["reason"])
    return story


def _be_followed(world: World, story: Story, facts: dict[str, Any]) -> None:
    """Others press 我也遇到 in the minutes after the report; some of them say something."""
    said = list(facts.get("said", []))
    request = story.request
    accounts = [one for one in world.crowd.requesters if one != request.requester]
    strangers = world.shuffled(read("people")["strangers"]["names"])
    for number in range(facts.get("followers", 0)):
        user = accounts[number] if number % 3 == 1 else None
        follower = Follower(
            user=user,
            name=user.full_name if user else strangers[number] if number % 3 else "",
            phone="" if user or number % 2 else f"139000088{number:02d}",
            language=user.language if user else "zh-hans",
            place=request.place,
            channel=Channel.QR,
            link_nonce=new_token(),
            is_demo=True,
        )
        at = request.opened_at + dt.timedelta(seconds=70 + 45 * number)
        says = said.pop(0) if said and number % 4 == 1 else ""
        story.be_followed(at, follower, says)


def _ago(world: World, minutes: float) -> dt.datetime:
    return world.now - dt.timedelta(seconds=int(minutes * 60))


def _occasion(world: World, facts: dict[str, Any], at: dt.datetime) -> Occasion:
    offer = world.catalogue.offers[facts["service"]]
    person = world.crowd.by_name.get(facts["by"])
    return Occasion(
        at=at,
        offer=offer,
        place=world.campus.places[facts["place"]],
        title=facts["title"],
        detail=facts["detail"],
        channel=facts["channel"],
        requester=person,
        contact_name=facts["by"],
        contact_phone=person.phone if person else facts["phone"],
        language=person.language if person else "zh-hans",
        urgency=facts.get("urgency", offer.service.default_urgency),
    )


def _path(state: str) -> list[str]:
    """The steps up to a state; who is on hold is not done, and who is done was not on hold."""
    names = list(STEPS)
    path = names[: names.index(state) + 1]
    return [name for name in path if name != "held" or state == "held"]


def _times(world: World, facts: dict[str, Any], opened: dt.datetime, path: list[str]) -> list[dt.datetime]:
    """When each step is taken: the first ones soon after the report, the others up to the latest.

    Where there is less time than usual all of them draw together.
    """
    usual = [STEPS[step] * 60 for step in path]
    latest = opened + dt.timedelta(seconds=usual[-1]) if facts["state"] == "back" else None
    latest = latest or _ago(world, facts.get("last", 0))
    period = int((latest - opened).total_seconds())
    if period < usual[-1]:
        return [opened + dt.timedelta(seconds=period * seconds // usual[-1]) for seconds in usual]
    if len(path) <= _AT_THE_DESK:
        return [opened + dt.timedelta(seconds=seconds) for seconds in usual]
    early = [opened + dt.timedelta(seconds=seconds) for seconds in usual[:_AT_THE_DESK]]
    return early + [latest - dt.timedelta(seconds=usual[-1] - seconds) for seconds in usual[_AT_THE_DESK:]]


def _worker(world: World, facts: dict[str, Any]) -> User:
    return world.crowd.by_name[facts["worker"]]


def _accept(world: World, story: Story, at: dt.datetime, _facts: dict[str, Any]) -> None:
    by = world.crowd.dispatchers[0]
    story.accept(at, by)
    name = "reply_en" if story.request.language == "en" else "reply"
    text = str(world.one_of(name)).format(crew=story.offer.squad.crew.name)
    story.say(Message.Side.STAFF, text, at, by)


def _dispatch(world: World, story: Story, at: dt.datetime, facts: dict[str, Any]) -> None:
    worker = _worker(world, facts) if "worker" in facts else None
    appointment = None
    if "appointment" in facts:
        hour = world.now.replace(minute=0, second=0)
        start = _by_day(hour + dt.timedelta(minutes=60 + facts["appointment"]))
        appointment = (start, start + dt.timedelta(hours=1))
    story.job.dispatch(
        at, by=world.crowd.dispatchers[0], crew=story.offer.squad.crew, worker=worker, appointment=appointment
    )


def _raise(world: World, story: Story, at: dt.datetime, _facts: dict[str, Any]) -> None:
    story.raise_order(at, world.crowd.dispatchers[0])


def _be_taken(world: World, story: Story, at: dt.datetime, facts: dict[str, Any]) -> None:
    story.job.take(at, _worker(world, facts))


def _arrive(_world: World, story: Story, at: dt.datetime, _facts: dict[str, Any]) -> None:
    if story.offer.job.asks_arrival:
        story.job.arrive(at)


def _start(_world: World, story: Story, at: dt.datetime, _facts: dict[str, Any]) -> None:
    story.start(at)


def _hold(world: World, story: Story, at: dt.datetime, facts: dict[str, Any]) -> None:
    promise = world.now + dt.timedelta(minutes=facts["promise"]) if "promise" in facts else None
    story.job.hold(at, facts["hold"], facts["note"], promise)


def _finish(world: World, story: Story, at: dt.datetime, facts: dict[str, Any]) -> None:
    job = story.job
    if "after" in facts:
        taken = at - dt.timedelta(minutes=2)
        made = photo(facts["after"], taken=taken.astimezone(ZONE), by=job.performer)
        job.tell("attached", taken, by=job.performer, data={"names": [made.name]})
        job.photos.append(OrderAttachment(attachment=made, stage=OrderAttachment.Stage.AFTER, public=True))
    finish(world, story, at)


def _close(world: World, story: Story, at: dt.datetime, facts: dict[str, Any]) -> None:
    story.close(at)
    if "score" not in facts:
        return
    rated = at + dt.timedelta(seconds=25)
    score = facts["score"]
    rating = story.rate(rated, (min(score + 1, 5), min(score + 1, 5), score), facts["comment"])
    if rating.lowest <= world.low_score:
        story.open_follow_up(rated, world.hours.add_days(rated, 1).astimezone(dt.UTC))


_STEPS = {
    "accepted": _accept,
    "to_dispatch": _raise,
    "dispatched": _dispatch,
    "taken": _be_taken,
    "on_site": _arrive,
    "working": _start,
    "held": _hold,
    "done": _finish,
    "closed": _close,
}


def _by_day(at: dt.datetime) -> dt.datetime:
    """The same instant, or nine o'clock of the next morning where nobody would be visited."""
    local = at.astimezone(ZONE)
    if OPENS <= local.hour < CLOSES:
        return at
    morning = local.date() + dt.timedelta(days=local.hour >= CLOSES)
    return dt.datetime.combine(morning, dt.time(9), ZONE).astimezone(dt.UTC)
