"""A work order as it is told: only events are written, the row follows from them.

Each verb appends what the action of `houqin.work` with that name would append.
"""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from houqin.accounts.models import User
from houqin.demo.catalogue import Chain
from houqin.staffing.models import Crew
from houqin.work.actions.moving import PUBLIC
from houqin.work.actions.steps import TICKED
from houqin.work.actions.whom import named
from houqin.work.models import (
    OrderAttachment,
    OrderEvent,
    OrderStep,
    OrderWorker,
    TimeEntry,
    WorkOrder,
    WorkOrderStatus,
)
from houqin.work.queries.replay import replayed

W = WorkOrderStatus


@dataclass(eq=False)
class Job:
    """One order with its events, checklist, working time and photos (each with its stage).

    These learn which order they belong to when it has its key.
    """

    order: WorkOrder
    samples: list[list[str]]
    events: list[OrderEvent] = field(default_factory=list)
    steps: list[OrderStep] = field(default_factory=list)
    entries: list[TimeEntry] = field(default_factory=list)
    helpers: list[OrderWorker] = field(default_factory=list)
    photos: list[OrderAttachment] = field(default_factory=list)
    status: str = ""
    crew: Crew | None = None
    worker: User | None = None
    held_from: str = ""
    chain: Chain | None = None

    @property
    def performer(self) -> User:
        """Who has the order."""
        if self.worker is None:
            raise ValueError("nobody has this order yet")
        return self.worker

    def tell(
        self,
        kind: str,
        at: dt.datetime,
        *,
        by: User | None = None,
        to: str = "",
        reason: str = "",
        data: dict[str, Any] | None = None,
    ) -> None:
        """Append an event; with `to` the order moves there."""
        self.events.append(
            OrderEvent(
                at=at,
                actor_id=by.pk if by else None,
                actor_name=by.full_name if by else "",
                kind=kind,
                from_status=self.status if to else "",
                to_status=to,
                reason=reason,
                data=data or {},
                public=kind in PUBLIC,
                recorded_at=at,
            )
        )
        self.status = to or self.status

    def dispatch(
        self,
        at: dt.datetime,
        *,
        by: User,
        crew: Crew,
        worker: User | None,
        appointment: tuple[dt.datetime, dt.datetime] | None = None,
        reason: str = "",
    ) -> None:
        """Give the order to a crew or a technician; again with a reason."""
        data = named(crew, worker)
        if appointment:
            start, end = appointment
            data |= {"scheduled_from": start.isoformat(), "scheduled_until": end.isoformat()}
        kind = "reassigned" if self.status == W.DISPATCHED else "dispatched"
        self.tell(kind, at, by=by, to=W.DISPATCHED, data=data, reason=reason)
        self.crew, self.worker = crew, worker

    def take(self, at: dt.datetime, worker: User, *, claimed: bool = False) -> None:
        """Be accepted by a technician, or claimed."""
        kind = "claimed" if claimed else "accepted"
        self.tell(kind, at, by=worker, to=W.ACCEPTED, data=named(self.crew, worker))
        self.worker = worker

    def send_back(self, at: dt.datetime, reason: str) -> None:
        """Be given back by the technician; it stays with the crew."""
        worker = self.performer
        self.tell("sent_back", at, by=worker, to=W.TO_DISPATCH, reason=reason, data=named(self.crew, None))
        self.worker = None

    def arrive(self, at: dt.datetime) -> None:
        """Have the technician on the spot."""
        self.tell("arrived", at, by=self.performer, to=W.ON_SITE)

    def start(self, at: dt.datetime) -> None:
        """Be under way, the technician's clock running."""
        self.tell("started", at, by=self.performer, to=W.IN_PROGRESS)
        self.run(at)

    def hold(self, at: dt.datetime, reason: str, note: str, promised_until: dt.datetime | None) -> None:
        """Wait for something; clocks stop."""
        promised = promised_until.isoformat() if promised_until else ""
        data = {"hold_reason": reason, "note": note, "promised_until": promised}
        self.stop(at)
        self.held_from = self.status
        self.tell("held", at, by=self.performer, to=W.ON_HOLD, data=data)

    def resume(self, at: dt.datetime) -> None:
        """Go on where it was held."""
        self.tell("resumed", at, by=self.performer, to=self.held_from)
        if self.status == W.IN_PROGRESS:
            self.run(at)

    def answer(self, at: dt.datetime, answers: list[str]) -> None:
        """Have its checklist answered; an empty answer leaves a line open."""
        for step, given in zip(self.steps, answers, strict=True):
            if given:
                data = {"position": step.position, "step": step.text, "answer": given}
                self.tell("step_answered", at, by=self.performer, data=data)

    def complete(self, at: dt.datetime, result: str, note: str, chain: Chain | None) -> None:
        """Be done, with its result and the codes of the failure."""
        data: dict[str, Any] = {"result": result, "note": note}
        if chain:
            data |= dict(zip(("problem", "cause", "remedy"), (code.name for code in chain), strict=True))
        self.stop(at)
        self.chain = chain
        self.tell("completed", at, by=self.performer, to=W.COMPLETED, data=data)

    def verify(self, at: dt.datetime, by: User | None, *, silence: bool = False) -> None:
        """Be verified and closed at once."""
        self.tell("verified", at, by=by, to=W.VERIFIED, data={"silence": True} if silence else None)
        self.tell("closed", at, by=by, to=W.CLOSED)

    def refuse(self, at: dt.datetime, by: User | None, reason: str) -> None:
        """Be under way again because the requester does not accept the work; no clock runs yet."""
        self.tell("not_accepted", at, by=by, to=W.IN_PROGRESS, reason=reason)

    def cancel(self, at: dt.datetime, by: User | None, reason: str) -> None:
        """Be void; taken back first from who had accepted it."""
        if self.status not in {W.TO_DISPATCH, W.DISPATCHED, W.AWAITING_APPROVAL}:
            self.tell("sent_back", at, by=by, to=W.TO_DISPATCH, reason=reason, data=named(self.crew, None))
        self.tell("cancelled", at, by=by, to=W.CANCELLED, reason=reason)

    def join(self, at: dt.datetime, helper: User) -> None:
        """Have a helper with an own clock until the work stops."""
        self.tell(
            "helper_added",
            at,
            by=self.performer,
            data={"helper_id": helper.pk, "helper": helper.full_name},
        )
        self.helpers.append(OrderWorker(user=helper, since=at))
        self.entries.append(TimeEntry(user=helper, started_at=at))

    def run(self, at: dt.datetime) -> None:
        """Start the technician's clock."""
        self.entries.append(TimeEntry(user=self.performer, started_at=at))

    def stop(self, at: dt.datetime) -> None:
        """Stop every clock that runs."""
        for entry in self.entries:
            entry.ended_at = entry.ended_at or max(at, entry.started_at)

    def cut_off(self, now: dt.datetime) -> None:
        """Forget what lies after `now` and read the row from the events that are left."""
        self.events = [event for event in self.events if event.at <= now]
        self.entries = [entry for entry in self.entries if entry.started_at <= now]
        self.helpers = [helper for helper in self.helpers if helper.since <= now]
        for entry in self.entries:
            if entry.ended_at and entry.ended_at > now:
                entry.ended_at = None
        self._settle()

    def _settle(self) -> None:
        order = self.order
        for name, value in vars(replayed(self.events)).items():
            setattr(order, name, value)
        order.changed_at = self.events[-1].at
        order.version = len(self.events)
        for event in self.events:
            if event.kind == "step_answered":
                self._write_down(event)
            elif event.kind == "held" and order.status == W.ON_HOLD:
                order.hold_note = event.data["note"]
            elif event.kind == "completed":
                order.result_note = event.data["note"]
        if order.completed_at and self.chain:
            order.problem, order.cause, order.remedy = self.chain

    def _write_down(self, event: OrderEvent) -> None:
        step = self.steps[event.data["position"] - 1]
        step.answer, step.answered_at, step.answered_by_id = event.data["answer"], event.at, event.actor_id


def usual_answer(samples: list[str], pick: int) -> str:
    """What a technician writes to a line: a tick, or one of the sample answers."""
    return samples[pick % len(samples)] if samples else TICKED
