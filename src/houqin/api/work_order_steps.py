"""The steps of a work order, one address each; the answer is the order as it stands afterwards."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja.params.functions import Body

from houqin.api import work_order_shapes as shapes
from houqin.api.auth import person_of
from houqin.api.inputs import Nothing
from houqin.api.routes import Area
from houqin.api.seen import found
from houqin.api.versions import unchanged
from houqin.api.work_order_shapes import WorkOrderDetail
from houqin.api.work_orders import locked_tag, shown_order
from houqin.flows import assign_work as dispatching
from houqin.flows import finish_work as finishing
from houqin.flows import progress_work as progress
from houqin.kernel.errors import Invalid, Missing
from houqin.work.actions import amending
from houqin.work.policies import visible_orders

area = Area()
NOTHING = Body(Nothing())


@area.post("/{number}/submit", response=WorkOrderDetail)
def submit_work_order(request: HttpRequest, number: str, payload: Nothing = NOTHING) -> HttpResponse:
    """Send a draft on: for approval where its job type asks for it, else for dispatch."""
    return take(request, number, dispatching.submit_work)


@area.post("/{number}/approve", response=WorkOrderDetail)
def approve_work_order(request: HttpRequest, number: str, payload: Nothing = NOTHING) -> HttpResponse:
    """Approve an order that somebody else has raised."""
    return take(request, number, dispatching.approve_work)


@area.post("/{number}/refuse-approval", response=WorkOrderDetail)
def refuse_work_order_approval(
    request: HttpRequest, number: str, payload: shapes.NeededReasonIn
) -> HttpResponse:
    """Do not approve an order; it is a draft again."""
    return take(request, number, dispatching.refuse_approval, reason=payload.reason)


@area.post("/{number}/assign", response=WorkOrderDetail)
def assign_work_order(request: HttpRequest, number: str, payload: shapes.AssignIn) -> HttpResponse:
    """Give the order to a crew or a technician, with an appointment where there is one."""
    return take(
        request,
        number,
        dispatching.assign_work,
        crew_id=payload.crew,
        worker_id=payload.worker,
        reason=payload.reason,
        scheduled_from=payload.scheduled_from,
        scheduled_until=payload.scheduled_until,
    )


@area.post("/{number}/schedule", response=WorkOrderDetail)
def schedule_work_order(request: HttpRequest, number: str, payload: shapes.Appointment) -> HttpResponse:
    """Make another appointment, or none."""
    return take(request, number, dispatching.schedule_work, **payload.model_dump())


@area.post("/{number}/claim", response=WorkOrderDetail)
def claim_work_order(request: HttpRequest, number: str, payload: Nothing = NOTHING) -> HttpResponse:
    """Take an order that is offered; whoever asks first gets it, the others 409."""
    return take(request, number, progress.claim_work)


@area.post("/{number}/accept", response=WorkOrderDetail)
def accept_work_order(request: HttpRequest, number: str, payload: Nothing = NOTHING) -> HttpResponse:
    """Accept an order that was given to the caller or to their crew."""
    return take(request, number, progress.accept_work)


@area.post("/{number}/arrive", response=WorkOrderDetail)
def arrive_at_work_order(request: HttpRequest, number: str, payload: Nothing = NOTHING) -> HttpResponse:
    """Record the arrival on the spot."""
    return take(request, number, progress.arrive_at_work)


@area.post("/{number}/start", response=WorkOrderDetail)
def start_work_order(request: HttpRequest, number: str, payload: Nothing = NOTHING) -> HttpResponse:
    """Begin the work; the clock of its technician runs."""
    return take(request, number, progress.start_work)


@area.post("/{number}/hold", response=WorkOrderDetail)
def hold_work_order(request: HttpRequest, number: str, payload: shapes.HoldIn) -> HttpResponse:
    """Say what the work waits for; the requester reads it."""
    return take(request, number, progress.hold_work, **payload.model_dump())


@area.post("/{number}/resume", response=WorkOrderDetail)
def resume_work_order(request: HttpRequest, number: str, payload: Nothing = NOTHING) -> HttpResponse:
    """Go on where the work was held."""
    return take(request, number, progress.resume_work)


@area.post("/{number}/send-back", response=WorkOrderDetail)
def send_back_work_order(request: HttpRequest, number: str, payload: shapes.NeededReasonIn) -> HttpResponse:
    """Give the order back for dispatch."""
    return take(request, number, progress.send_back_work, reason=payload.reason)


@area.post("/{number}/complete", response=WorkOrderDetail)
def complete_work_order(request: HttpRequest, number: str, payload: shapes.CompleteIn) -> HttpResponse:
    """Complete the order; the requester is asked to accept the result once it was the last one."""
    return take(
        request,
        number,
        finishing.complete_work,
        result=payload.result,
        result_note=payload.result_note,
        problem_id=payload.problem,
        cause_id=payload.cause,
        remedy_id=payload.remedy,
    )


@area.post("/{number}/verify", response=WorkOrderDetail)
def verify_work_order(request: HttpRequest, number: str, payload: Nothing = NOTHING) -> HttpResponse:
    """Verify completed work and close the order, where the crew leader or the desk does."""
    return take(request, number, finishing.verify_work)


@area.post("/{number}/reject", response=WorkOrderDetail)
def reject_work_order(request: HttpRequest, number: str, payload: shapes.NeededReasonIn) -> HttpResponse:
    """Do not accept completed work; it is under way again."""
    return take(request, number, finishing.reject_work, reason=payload.reason)


@area.post("/{number}/cancel", response=WorkOrderDetail)
def cancel_work_order(request: HttpRequest, number: str, payload: shapes.NeededReasonIn) -> HttpResponse:
    """Void the order before work has begun."""
    return take(request, number, finishing.cancel_work, reason=payload.reason)


@area.post("/{number}/amend", response=WorkOrderDetail)
def amend_work_order(request: HttpRequest, number: str, payload: shapes.AmendIn) -> HttpResponse:
    """Put right what a closed order says; what it said before is kept, and figures do not move."""
    given = payload.given()
    for name in ("result", "result_note"):
        if given.get(name, "") is None:
            del given[name]
    codes = {f"{name}_id": given.pop(name) for name in amending.CODES if name in given}
    return take(request, number, amending.amend, **given, **codes)


def take(request: HttpRequest, number: str, step: Callable[..., object], **given: Any) -> HttpResponse:
    """Take a step of a visible order and answer with the order as it then stands.

    What the step misses was named by the input: the order itself had been found.
    """
    user = person_of(request)
    order = found(visible_orders(user), number=number)
    try:
        with unchanged(request, lambda: locked_tag(order)):
            step(order_id=order.pk, by=user, **given)
    except Missing as refusal:
        raise Invalid(str(refusal)) from refusal
    return shown_order(order, user)
