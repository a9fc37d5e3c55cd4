"""How the requests of the year went: the usual course, and everything that comes in between."""

import datetime as dt
from dataclasses import replace

from houqin.accounts.models import User
from houqin.demo.afterwards import afterwards, finish
from houqin.demo.occasions import Occasion
from houqin.demo.stories import Story
from houqin.demo.world import HURRIED, World
from houqin.desk.models import Message
from houqin.work.models import DispatchMode, Priority

# How often something other than the usual course happens.
COURSES = {"usual": 88.5, "rejected": 2.2, "withdrawn": 2.6, "settled": 3.6, "asked": 3.1}
CORRECTED = 0.03
CHASED = 0.05
HELD = 0.10
SENT_BACK = 0.03
REASSIGNED = 0.02
CLAIMED = 0.12
TO_THE_CREW = 0.15
APPOINTMENT = 0.10
HELPER = 0.05
NOTED = 0.06
TALKED = 0.07
DOUBLED = 0.022
SLOW = 0.09

# How soon somebody comes, in minutes of working time (low, high, likely), by priority.
COMES = {
    Priority.CRITICAL: (3, 9, 5),
    Priority.URGENT: (10, 80, 28),
    Priority.NORMAL: (20, 420, 90),
    Priority.PLANNED: (120, 1700, 500),
}
COMES_LATE = {
    Priority.CRITICAL: (14, 40, 18),
    Priority.URGENT: (110, 300, 150),
    Priority.NORMAL: (700, 2600, 1500),
    Priority.PLANNED: (1900, 4800, 3200),
}
ANSWERS = {Priority.CRITICAL: (1, 4.5, 2), Priority.URGENT: (1, 13, 5), Priority.NORMAL: (2, 26, 9)}
ANSWERS_LATE = {Priority.CRITICAL: (6, 15, 7), Priority.URGENT: (16, 50, 22), Priority.NORMAL: (31, 110, 45)}
LATE_ANSWER = 0.06
HOLDS = {
    "parts": 45,
    "access": 16,
    "requester": 13,
    "contractor": 8,
    "weather": 4,
    "approval": 6,
    "permit": 2,
    "budget": 3,
    "other": 3,
}
HALF_HOUR = dt.timedelta(minutes=30)


def live(world: World, occasion: Occasion) -> list[Story]:
    """The story of one occasion from the report to the end, and that of a double if there is one.

    It is told to its end even where that lies in the future; the present cuts it off later.
    """
    course = "usual" if occasion.language == "en" else world.weighted(COURSES)
    if course in {"rejected", "settled"}:
        case = world.one_of("rejections" if course == "rejected" else "settlements")
        other = world.occasions.about(world.catalogue.offers[case["service"]], occasion.at)
        story = world.story(replace(other, title=case["title"], detail=case["detail"], urgency="normal"))
        if course == "rejected":
            _reject(world, story, case["reason"])
        else:
            _settle(world, story, case["result"])
        return [story]
    story = world.story(occasion)
    told = [story]
    if course == "withdrawn":
        _withdraw(world, story)
    else:
        _be_done(world, story, told, asked=course == "asked")
    return told


def _be_done(world: World, story: Story, told: list[Story], *, asked: bool) -> None:
    at = take_on(world, story, asked=asked)
    carry_out(world, story, at)
    if world.chance(DOUBLED) and (double := _double(world, story)):
        told.append(double)
    afterwards(world, story)


def take_on(world: World, story: Story, *, asked: bool = False) -> dt.datetime:
    """The desk answers, accepts and raises the order; when it did."""
    request, by = story.request, world.dispatcher()
    if world.chance(CORRECTED) and request.urgency == "normal" and not asked:
        _correct(world, story, by)
    priority = _priority(story)
    hours = world.hours_for(priority)
    pace = ANSWERS_LATE if world.chance(LATE_ANSWER) else ANSWERS
    low, high, likely = pace.get(Priority(priority), pace[Priority.NORMAL])
    at = world.later(story.last_at, low, high, likely, hours)
    if asked:
        question, answer = world.one_of("questions")
        story.ask(at, by, question.format(n=world.rng.randint(1, 9)))
        at = world.later(at, 5, 300, 30, hours)
        story.answer(at, answer.format(n=world.rng.randint(1, 9)))
    else:
        story.accept(at, by)
        story.say(Message.Side.STAFF, _reply(world, story, priority), at + dt.timedelta(seconds=40), by)
    if world.chance(NOTED):
        story.say(Message.Side.INTERNAL, world.one_of("notes"), at + dt.timedelta(seconds=90), by)
    raised = at + dt.timedelta(seconds=world.rng.randint(45, 60 if priority in HURRIED else 240))
    story.raise_order(raised, by)
    if story.offer.job.needs_approval:
        raised = world.later(raised, 20, 500, 90, world.hours)
        story.job.tell("released", raised, by=world.crowd.managers[0], to="to_dispatch")
    _hand_over(world, story, by, raised)
    return story.job.events[-1].at


def carry_out(world: World, story: Story, since: dt.datetime) -> None:
    """The technician comes, works, waits where something is missing, and completes the order."""
    job, priority = story.job, Priority(story.job.order.priority)
    hours = world.hours_for(priority)
    low, high, likely = (COMES_LATE if world.chance(SLOW) else COMES)[priority]
    wanted = world.later(since, low, high, likely, hours)
    span = dt.timedelta(
        minutes=max(8, int(story.offer.job.estimated_minutes or 30) * world.rng.triangular(0.4, 1.7, 0.8))
    )
    span -= dt.timedelta(microseconds=span.microseconds)
    arrives = world.diary.free_at(job.performer, wanted, span + HALF_HOUR, hours)
    if world.chance(CHASED):
        _chase(world, story, since, arrives)
    if world.chance(TALKED):
        _talk(world, story, since, arrives)
    if story.offer.job.asks_arrival:
        job.arrive(arrives)
    starts = arrives + dt.timedelta(seconds=world.rng.randint(60, 420))
    story.start(starts)
    if world.chance(HELPER):
        _help(world, story, starts + dt.timedelta(minutes=3), span)
    if world.chance(HELD) and priority != Priority.CRITICAL:
        arrives = starts = _wait(world, story, arrives, starts, span)
    ends = starts + span
    world.diary.book(job.performer, arrives, ends)
    finish(world, story, ends)


def _priority(story: Story) -> str:
    corrections = [
        event.data["changes"]["priority"][1] for event in story.events if event.kind == "corrected"
    ]
    return corrections[-1] if corrections else story.request.priority


def _reply(world: World, story: Story, priority: str) -> str:
    if story.request.language == "en":
        return str(world.one_of("reply_en"))
    name = "reply_urgent" if priority == Priority.CRITICAL else "reply"
    return str(world.one_of(name)).format(crew=story.offer.squad.crew.name)


def _correct(world: World, story: Story, by: User) -> None:
    """The desk finds it urgent; the matrix makes another priority of that."""
    request = story.request
    chosen = world.priority("high", request.impact, safety=request.safety)
    if chosen.priority == request.priority:
        return
    at = world.later(request.opened_at, 1, 8, 3, world.hours)
    changes = {"urgency": [request.urgency, "high"], "priority": [request.priority, chosen.priority]}
    story.correct(at, by, world.one_of("corrections"), changes, world.pausing(request))


def _hand_over(world: World, story: Story, by: User, at: dt.datetime) -> None:
    """The order gets its technician: claimed, or dispatched to them or to their crew."""
    job, squad = story.job, story.offer.squad
    hours = world.hours_for(job.order.priority)
    people = world.shuffled(squad.members)
    worker, _free = world.diary.soonest(people, at, HALF_HOUR, hours)
    brisk = job.order.priority in HURRIED
    if story.offer.job.dispatch_mode != DispatchMode.HAND and world.chance(CLAIMED):
        job.take(world.later(at, 1, 4 if brisk else 45, 2, hours), worker, claimed=True)
        return
    if not brisk and world.chance(0.2):
        at = world.later(at, 5, 60, 15, hours)
    named = None if world.chance(TO_THE_CREW) else worker
    appointment = _appointment(world, at) if not brisk and world.chance(APPOINTMENT) else None
    job.dispatch(at, by=by, crew=squad.crew, worker=named, appointment=appointment)
    if named and len(people) > 1 and world.chance(REASSIGNED):
        at = world.later(at, 2, 40, 10, hours)
        worker = next(person for person in people if person != worker)
        job.dispatch(at, by=by, crew=squad.crew, worker=worker, reason=world.one_of("reassigns"))
    accepted = world.later(at, 0.5, 2 if brisk else 30, 1 if brisk else 6, hours)
    if not brisk and len(people) > 1 and world.chance(SENT_BACK):
        job.take(accepted, worker)
        job.send_back(world.later(accepted, 3, 60, 10, hours), world.one_of("send_backs"))
        worker = next(person for person in people if person != worker)
        at = world.later(job.events[-1].at, 3, 30, 8, hours)
        job.dispatch(at, by=by, crew=squad.crew, worker=worker)
        accepted = world.later(at, 1, 30, 6, hours)
    job.take(accepted, worker)


def _appointment(world: World, at: dt.datetime) -> tuple[dt.datetime, dt.datetime]:
    """Two hours on the full hour, some working hours ahead."""
    start = world.later(at, 120, 700, 240, world.hours).replace(minute=0, second=0) + dt.timedelta(hours=1)
    return start, start + dt.timedelta(hours=2)


def _wait(
    world: World,
    story: Story,
    arrived: dt.datetime,
    started: dt.datetime,
    span: dt.timedelta,
) -> dt.datetime:
    """Work is put on hold and goes on later; when it goes on."""
    job = story.job
    reason = world.weighted(HOLDS)
    held = started + dt.timedelta(seconds=world.rng.randint(240, 900))
    world.diary.book(job.performer, arrived, held)
    wait = world.later(held, 60, 2400, 480, world.hours)
    promised = wait.replace(minute=0, second=0) + dt.timedelta(hours=2) if world.chance(0.6) else None
    job.hold(held, reason, world.rng.choice(world.words["holds"][reason]), promised)
    goes_on = world.diary.free_at(job.performer, wait, span + HALF_HOUR, world.hours)
    job.resume(goes_on)
    return goes_on


def _help(world: World, story: Story, at: dt.datetime, span: dt.timedelta) -> None:
    """A second pair of hands, if somebody of the crew has time just then."""
    job = story.job
    free = [
        person
        for person in story.offer.squad.members
        if person != job.performer and world.diary.free_at(person, at, span + HALF_HOUR, world.always) == at
    ]
    if free:
        world.diary.book(free[0], at, at + span + HALF_HOUR)
        job.join(at, free[0])


def _chase(world: World, story: Story, since: dt.datetime, until: dt.datetime) -> None:
    if until - since > dt.timedelta(hours=2):
        at = since + (until - since) * 0.6
        at -= dt.timedelta(microseconds=at.microsecond)
        by = story.request.requester
        note = world.one_of("chases")
        story.tell("chased", at, by=by, by_requester=True, reason=note, data={"times": 1}, public=True)


def _talk(world: World, story: Story, since: dt.datetime, until: dt.datetime) -> None:
    if until - since > dt.timedelta(minutes=20):
        asked, said = world.one_of("exchanges")
        at = since + (until - since) * 0.3
        at -= dt.timedelta(microseconds=at.microsecond)
        story.say(Message.Side.REQUESTER, asked, at, story.request.requester)
        story.say(Message.Side.STAFF, said, at + dt.timedelta(minutes=4), world.dispatcher())


def _double(world: World, story: Story) -> Story | None:
    """Somebody else reports the same while it is being worked on; the desk merges the two."""
    done = story.last_at
    first = story.request.opened_at
    if done - first < dt.timedelta(minutes=40):
        return None
    at = first + min(done - first, dt.timedelta(hours=3)) * 0.5
    at -= dt.timedelta(microseconds=at.microsecond)
    double = world.story(world.occasions.about(story.offer, at, story.request.place))
    merged = at + dt.timedelta(minutes=world.rng.randint(2, 12))
    double.merge(merged, world.dispatcher(), story, world.one_of("merges"))
    return double


def _reject(world: World, story: Story, reason: str) -> None:
    at = world.later(story.request.opened_at, 3, 28, 12, world.hours_for(story.request.priority))
    by = world.dispatcher()
    story.say(Message.Side.STAFF, reason, at, by)
    story.tell("rejected", at, by=by, to="rejected", reason=reason)


def _settle(world: World, story: Story, result: str) -> None:
    hours, by = world.hours_for(story.request.priority), world.dispatcher()
    at = world.later(story.request.opened_at, 2, 25, 8, hours)
    story.accept(at, by)
    story.say(Message.Side.STAFF, _reply(world, story, Priority.NORMAL), at + dt.timedelta(seconds=30), by)
    story.resolve(world.later(at, 5, 120, 15, hours), by, result)
    afterwards(world, story)


def _withdraw(world: World, story: Story) -> None:
    """The requester takes it back, half of the time after an order has gone out."""
    reason, by = world.one_of("withdrawals"), story.request.requester
    hours = world.hours_for(story.request.priority)
    at = world.later(story.request.opened_at, 2, 45, 12, hours)
    if world.chance(0.5):
        desk = world.dispatcher()
        story.accept(at, desk)
        story.say(Message.Side.STAFF, _reply(world, story, "normal"), at, desk)
        job = story.raise_order(at + dt.timedelta(minutes=1), desk)
        if not story.offer.job.needs_approval:
            worker = world.rng.choice(story.offer.squad.members)
            job.dispatch(at + dt.timedelta(minutes=2), by=desk, crew=story.offer.squad.crew, worker=worker)
        at = world.later(at, 4, 90, 15, hours)
        job.cancel(at, by, reason or "报修人撤销")
    story.tell("withdrawn", at, by=by, by_requester=True, to="withdrawn", reason=reason)
