"""What follows when the work is done: acceptance, silence, refusal, rating, reopening, follow-up."""

import datetime as dt
from collections.abc import Mapping

from houqin.demo.jobs import usual_answer
from houqin.demo.stories import Story
from houqin.demo.world import World
from houqin.desk.models import Rating
from houqin.work.models import OrderResult, WorkOrderStatus

ENDINGS = {"accepted": 52, "silence": 44, "refused": 1.8, "told": 2.2}
RATED = 0.72
REOPENED = 0.022
FOLLOWED_UP = 0.97

# The three scores go with one another; a late job is seldom praised.
SCORES = {5: 72, 4: 19, 3: 5.5, 2: 2.2, 1: 1.3}
SCORES_LATE = {5: 20, 4: 30, 3: 26, 2: 16, 1: 8}
LATE = dt.timedelta(days=4)


def afterwards(world: World, story: Story) -> None:
    """The requester accepts, refuses first, or says nothing; some rate, a few come back."""
    verify(world, story)
    ending = world.weighted(ENDINGS)
    refusable = bool(story.jobs) and story.job.status == WorkOrderStatus.COMPLETED
    if ending == "refused" and refusable:
        _be_refused(world, story)
    if ending == "silence":
        _close_by_silence(world, story)
    else:
        at = world.later(story.last_at, 3, 1900, 25, world.always)
        story.close(at, by=world.dispatcher() if ending == "told" else None)
        if ending != "told" and world.chance(RATED):
            rate(world, story, at + dt.timedelta(seconds=20))
    if story.jobs and world.chance(REOPENED):
        _come_back(world, story)


def finish(world: World, story: Story, at: dt.datetime) -> None:
    """The checklist is answered and the order completed."""
    job, rng = story.job, world.rng
    answers = [
        usual_answer(samples, rng.randrange(12)) if step.required or world.chance(0.6) else ""
        for step, samples in zip(job.steps, job.samples, strict=True)
    ]
    job.answer(at - dt.timedelta(seconds=45), answers)
    result = world.weighted({OrderResult.FIXED: 91, OrderResult.TEMPORARY: 6, OrderResult.NO_FAULT_FOUND: 3})
    note = rng.choice(story.offer.done)
    if result == OrderResult.TEMPORARY:
        note = f"先临时处理恢复使用，待配件到货后更换。{note}"
    elif result == OrderResult.NO_FAULT_FOUND:
        note = "现场反复试用正常，未发现故障，已告知报修人再次出现时联系。"
    repaired = result != OrderResult.NO_FAULT_FOUND
    chain = rng.choice(story.offer.chains) if story.offer.chains and repaired else None
    story.complete(at, result, note, chain)


def verify(world: World, story: Story) -> None:
    """The leader looks at the work first, where the job type asks for it."""
    if story.jobs and story.offer.job.leader_verifies:
        at = world.later(story.last_at, 5, 90, 20, world.always)
        story.job.verify(at, story.offer.squad.leader)


def rate(world: World, story: Story, at: dt.datetime) -> Rating:
    """The requester rates; a low score opens a call, which is made."""
    resolved = next(event.at for event in reversed(story.events) if event.to_status == "resolved")
    late = resolved - story.request.opened_at > LATE
    (best,) = world.rng.choices(*_split(SCORES_LATE if late else SCORES))
    scores = tuple(max(1, best - world.chance(0.12)) for _score in range(3))
    rating = story.rate(at, (scores[0], scores[1], scores[2]), _comment(world, story, min(scores)))
    if rating.lowest <= world.low_score:
        due = world.hours.add_days(at, 1).astimezone(dt.UTC)
        story.open_follow_up(at, due)
        recent = world.now - at < dt.timedelta(days=3)
        if not recent and world.chance(FOLLOWED_UP):
            called = world.later(at, 30, 620, 240, world.hours)
            story.finish_follow_up(
                called, world.dispatcher(), world.rng.choice(world.words["follow_ups"]["outcomes"])
            )
    return rating


def _split(weights: Mapping[int, float]) -> tuple[list[int], list[float]]:
    return list(weights), list(weights.values())


def _comment(world: World, story: Story, score: int) -> str:
    english = story.request.language == "en"
    comments = [text for text in world.words["ratings"][str(score)] if not text or text.isascii() == english]
    return world.rng.choice(comments) if comments else ""


def _close_by_silence(world: World, story: Story) -> None:
    resolved = next(event.at for event in reversed(story.events) if event.to_status == "resolved")
    due = world.hours.add_days(resolved, world.silence_days).astimezone(dt.UTC)
    story.close(due + dt.timedelta(seconds=world.rng.randint(5, 55)), silence=True)


def _be_refused(world: World, story: Story) -> None:
    """The result does not hold: the same order goes on and is completed again."""
    job = story.job
    at = world.later(story.last_at, 10, 900, 60, world.always)
    story.refuse(at, world.one_of("refusals"))
    span = dt.timedelta(minutes=world.rng.randint(15, 50))
    begins = world.diary.free_at(
        job.performer, world.later(at, 20, 300, 60, world.hours), span * 2, world.hours
    )
    job.run(begins)
    world.diary.book(job.performer, begins, begins + span)
    story.complete(begins + span, OrderResult.FIXED, world.rng.choice(story.offer.done), job.chain)


def _come_back(world: World, story: Story) -> None:
    """It breaks again within the days for reopening: a rework order, and a second closing."""
    at = world.later(story.last_at, 300, 8000, 2500, world.always)
    job = story.reopen(at, world.one_of("reopens"))
    by, squad = world.dispatcher(), story.offer.squad
    sent = world.later(at, 3, 60, 15, world.hours)
    span = dt.timedelta(minutes=world.rng.randint(20, 60))
    worker, begins = world.diary.soonest(
        world.shuffled(squad.members), world.later(sent, 30, 400, 90, world.hours), span * 2, world.hours
    )
    job.dispatch(sent, by=by, crew=squad.crew, worker=worker)
    job.take(min(sent + dt.timedelta(minutes=6), begins), worker)
    if story.offer.job.asks_arrival:
        job.arrive(begins)
    story.start(begins + dt.timedelta(minutes=2))
    world.diary.book(worker, begins, begins + span)
    finish(world, story, begins + span)
    verify(world, story)
    _close_by_silence(world, story)
