"""A request as it is told: only events are written, the row follows from them.

Each verb appends what the action of `houqin.desk` with that name would append. At the end a story
is cut off at the present; the state, the times and everything else on the rows are then replayed
from the events that are left, by the domains' own replay. No row can say what its events do not.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any, Self

from houqin.accounts.models import User
from houqin.demo.catalogue import Chain, Offer
from houqin.demo.jobs import Job
from houqin.desk.models import (
    Follower,
    FollowUp,
    Message,
    Rating,
    RequestEvent,
    RequestStatus,
    ServiceRequest,
    TriageProposal,
)
from houqin.desk.models.requests import ENDED
from houqin.desk.queries.replay import replayed
from houqin.files.models import Attachment
from houqin.work.models import OrderStep, WorkOrder, WorkOrderStatus

R, W = RequestStatus, WorkOrderStatus
_WHEN = attrgetter("at")


@dataclass(eq=False)
class Story:
    """One request with everything that belongs to it, which learns its key when it has one."""

    request: ServiceRequest
    offer: Offer
    events: list[RequestEvent] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    jobs: list[Job] = field(default_factory=list)
    ratings: list[Rating] = field(default_factory=list)
    follow_ups: list[FollowUp] = field(default_factory=list)
    photos: list[Attachment] = field(default_factory=list)
    followers: list[Follower] = field(default_factory=list)
    proposals: list[TriageProposal] = field(default_factory=list)
    status: str = R.NEW
    into: Self | None = None

    @property
    def job(self) -> Job:
        """The order that was raised last."""
        return self.jobs[-1]

    @property
    def last_at(self) -> dt.datetime:
        """When something happened last, on the request or on its orders."""
        latest = [event.at for event in self.events]
        return max(latest + [job.events[-1].at for job in self.jobs])

    def tell(
        self,
        kind: str,
        at: dt.datetime,
        *,
        by: User | None = None,
        by_requester: bool = False,
        to: str = "",
        reason: str = "",
        data: dict[str, Any] | None = None,
        public: bool | None = None,
    ) -> None:
        """Append an event; with `to` the request moves there, which the requester may read.

        Numbers of requests and orders, and keys of messages, stand in `data` as the objects they
        belong to until they are known.
        """
        name = self.request.contact_name if by_requester and by is None else ""
        self.events.append(
            RequestEvent(
                at=at,
                actor_id=by.pk if by else None,
                actor_name=name or (by.full_name if by else ""),
                kind=kind,
                from_status=self.status if to else "",
                to_status=to,
                reason=reason,
                data=data or {},
                public=bool(to) if public is None else public,
                recorded_at=at,
            )
        )
        self.status = to or self.status

    def open(self, by: User | None, because: str) -> None:
        """Be reported. The name on it is the contact's, whoever wrote it down."""
        request = self.request
        data = {
            "channel": request.channel,
            "priority": request.priority,
            "because": because,
            "urgency": request.urgency,
            "impact": request.impact,
            "safety": request.safety,
            "standard": request.standard.code if request.standard else "",
        }
        self.tell("opened", request.opened_at, by=by, data=data, public=True)
        self.events[-1].actor_name = request.contact_name or (by.full_name if by else "")

    def say(self, side: str, text: str, at: dt.datetime, by: User | None) -> Message:
        """Add a message."""
        name = by.full_name if by else self.request.contact_name
        message = Message(side=side, author=by, author_name=name, text=text, at=at)
        self.messages.append(message)
        return message

    def be_followed(self, at: dt.datetime, follower: Follower, text: str = "") -> None:
        """Have somebody with the same trouble, who may say something; the impact is great enough already."""
        follower.since = at
        self.followers.append(follower)
        affected = 1 + len(self.followers)
        self.tell("followed", at, by=follower.user, data={"affected": affected})
        self.events[-1].actor_name = follower.name
        if text:
            self.messages.append(
                Message(
                    side=Message.Side.FOLLOWER,
                    follower=follower,
                    author=follower.user,
                    author_name=follower.name,
                    text=text,
                    at=at,
                )
            )

    def accept(self, at: dt.datetime, by: User) -> None:
        """Be taken on."""
        self.tell("accepted", at, by=by, to=R.ACCEPTED)

    def ask(self, at: dt.datetime, by: User, question: str) -> None:
        """Wait for the answer to a question."""
        message = self.say(Message.Side.STAFF, question, at, by)
        self.tell("asked", at, by=by, to=R.NEED_INFO, reason=question, data={"message": message})

    def answer(self, at: dt.datetime, text: str) -> None:
        """Have the question answered, which also takes the request on."""
        by = self.request.requester
        message = self.say(Message.Side.REQUESTER, text, at, by)
        self.tell("answered", at, by=by, by_requester=True, to=R.ACCEPTED, data={"message": message})

    def correct(
        self,
        at: dt.datetime,
        by: User,
        reason: str,
        changes: dict[str, list[str]],
        paused_by: dict[str, list[str]],
    ) -> None:
        """Get another urgency and with it another priority; `changes` are pairs of old and new."""
        self.tell("corrected", at, by=by, reason=reason, data={"changes": changes, "paused_by": paused_by})

    def raise_order(self, at: dt.datetime, by: User | None, rework_of: Job | None = None) -> Job:
        """Get a work order that copies the request."""
        job = Job(_order(self, at, rework_of), self.offer.samples)
        job.crew = job.order.crew
        job.steps = _steps(job.order)
        needs_approval = self.offer.job.needs_approval and rework_of is None
        data = {
            "crew_id": self.offer.squad.crew.pk,
            "crew": self.offer.squad.crew.name,
            "worker_id": None,
            "worker": "",
            "source": self,
            "priority": job.order.priority,
            "rework_of": rework_of or "",
        }
        job.tell("raised", at, by=by, to=W.AWAITING_APPROVAL if needs_approval else W.TO_DISPATCH, data=data)
        named: dict[str, Any] = {"order": job}
        if rework_of:
            named["rework_of"] = rework_of
        self.tell("order_raised", at, by=by, data=named, public=True)
        self.jobs.append(job)
        return job

    def start(self, at: dt.datetime) -> None:
        """Have work begun on it by the technician of its last order."""
        self.job.start(at)
        if self.status == R.ACCEPTED:
            self.tell("started", at, by=self.job.performer, to=R.IN_PROGRESS, data={"order": self.job})

    def complete(self, at: dt.datetime, result: str, note: str, chain: Chain | None) -> None:
        """Have its last order completed, and with it be done."""
        self.job.complete(at, result, note, chain)
        self.resolve(at, self.job.performer, note)

    def resolve(self, at: dt.datetime, by: User, result: str) -> None:
        """Be done and wait to be accepted."""
        self.tell("resolved", at, by=by, to=R.RESOLVED, reason=result)

    def close(self, at: dt.datetime, *, silence: bool = False, by: User | None = None) -> None:
        """Be accepted by the requester, by staff for them (`by`), or by silence."""
        who = None if silence else by or self.request.requester
        for job in self.jobs:
            if job.status == W.COMPLETED:
                job.verify(at, who, silence=silence)
        self.tell("closed", at, by=who, by_requester=not silence, to=R.CLOSED, data={"silence": silence})

    def refuse(self, at: dt.datetime, reason: str) -> None:
        """Not be accepted: its order goes on."""
        by = self.request.requester
        self.tell("refused", at, by=by, by_requester=True, to=R.IN_PROGRESS, reason=reason)
        self.job.refuse(at, by, reason)

    def reopen(self, at: dt.datetime, reason: str) -> Job:
        """Come back after the closing, with a rework order."""
        by = self.request.requester
        self.tell("reopened", at, by=by, by_requester=True, to=R.IN_PROGRESS, reason=reason)
        return self.raise_order(at, by, rework_of=self.job)

    def merge(self, at: dt.datetime, by: User, into: Self, reason: str) -> None:
        """Go on under another request."""
        self.into = into
        self.tell("merged", at, by=by, to=R.MERGED, reason=reason, data={"into": into})
        into.tell("absorbed", at, by=by, data={"number": self})

    def rate(self, at: dt.datetime, scores: tuple[int, int, int], comment: str) -> Rating:
        """Be rated; a follow-up is opened apart."""
        by = self.request.requester
        speed, attitude, quality = scores
        rating = Rating(
            rater=f"user:{by.pk}" if by else "link",
            speed=speed,
            attitude=attitude,
            quality=quality,
            comment=comment,
            rated_at=at,
        )
        data = {"speed": speed, "attitude": attitude, "quality": quality, "solved": True}
        self.tell("rated", at, by=by, by_requester=True, data=data)
        self.ratings.append(rating)
        return rating

    def open_follow_up(self, at: dt.datetime, due_at: dt.datetime) -> FollowUp:
        """Have a call to make after a bad rating."""
        follow_up = FollowUp(rating=self.ratings[-1], opened_at=at, due_at=due_at)
        self.tell("follow_up_opened", at, data={"due_at": due_at.isoformat()})
        self.follow_ups.append(follow_up)
        return follow_up

    def finish_follow_up(self, at: dt.datetime, by: User, outcome: str) -> None:
        """Have the call made."""
        follow_up = self.follow_ups[-1]
        follow_up.done_at, follow_up.done_by, follow_up.outcome = at, by, outcome
        self.tell("follow_up_done", at, by=by, reason=outcome)

    def cut_off(self, now: dt.datetime) -> None:
        """Forget what lies after `now` and read the rows from the events that are left."""
        self.events = sorted((event for event in self.events if event.at <= now), key=_WHEN)
        self.messages = sorted((message for message in self.messages if message.at <= now), key=_WHEN)
        self.followers = [one for one in self.followers if one.since <= now]
        self.ratings = [rating for rating in self.ratings if rating.rated_at <= now]
        self.follow_ups = [call for call in self.follow_ups if call.opened_at <= now]
        for call in self.follow_ups:
            if call.done_at and call.done_at > now:
                call.done_at, call.done_by, call.outcome = None, None, ""
        self.jobs = [job for job in self.jobs if job.order.raised_at <= now]
        for job in self.jobs:
            job.cut_off(now)
        self._settle()

    def _settle(self) -> None:
        request = self.request
        request.status = replayed(self.events)
        for event in self.events:
            self._take_over(event)
        if request.status not in {R.RESOLVED, R.CLOSED}:
            request.resolved_at, request.accepted_by_silence = None, False
        if request.status not in ENDED:
            request.closed_at = None
        request.merged_into = self.into.request if self.into and request.status == R.MERGED else None
        request.version = len(self.events)

    def _take_over(self, event: RequestEvent) -> None:
        """What one event changes on the row, as the action did."""
        request = self.request
        if event.to_status == R.ACCEPTED and request.accepted_at is None:
            request.accepted_at = event.at
        elif event.to_status == R.RESOLVED:
            request.resolved_at, request.result = event.at, event.reason
        elif event.to_status in ENDED:
            request.closed_at = event.at
        if event.kind == "closed":
            request.accepted_by_silence = event.data["silence"]
        elif event.kind in {"refused", "reopened"}:
            request.reopen_count += 1
            request.accepted_by_silence = False
        elif event.kind == "corrected":
            for name, (_before, now) in event.data["changes"].items():
                setattr(request, name, now)


def _order(story: Story, at: dt.datetime, rework_of: Job | None) -> WorkOrder:
    request = story.request
    why = [event.reason for event in story.events[-1:] if rework_of]
    return WorkOrder(
        job_type=story.offer.job,
        kind=story.offer.job.kind,
        title=request.title,
        description="\n\n".join(filter(None, [*why, request.description])),
        answers=request.answers,
        place=request.place,
        place_note=request.place_note,
        contact_name=request.contact_name,
        contact_phone=request.contact_phone,
        priority=_priority_now(story),
        standard=request.standard,
        crew=story.offer.squad.crew,
        rework_of=rework_of.order if rework_of else None,
        estimated_minutes=story.offer.job.estimated_minutes,
        raised_at=at,
        changed_at=at,
    )


def _priority_now(story: Story) -> str:
    """The priority after the corrections told so far."""
    corrections = [event.data["changes"] for event in story.events if event.kind == "corrected"]
    changed: Sequence[list[str]] = [changes["priority"] for changes in corrections if "priority" in changes]
    return changed[-1][1] if changed else story.request.priority


def _steps(order: WorkOrder) -> list[OrderStep]:
    return [
        OrderStep(
            position=position,
            text=line["text"],
            text_en=line["text_en"],
            kind=line["kind"],
            choices=line["choices"],
            required=line["required"],
        )
        for position, line in enumerate(order.job_type.steps, start=1)
    ]
