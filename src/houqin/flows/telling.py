"""Who is told of a change, and by which page: shared by the flows, no step of its own.

A requester reads under the tracking link, staff under the page of their role. `change` is the key
of what happened: the same one is told once.
"""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from houqin.accounts.models import User
from houqin.desk import links
from houqin.desk.models import ServiceRequest
from houqin.desk.queries.orders import orders_of
from houqin.desk.queries.recipients import requesters_of, staff_for, staff_for_order
from houqin.desk.queries.silence import silence_at
from houqin.flows.telling_followers import tell_followers
from houqin.notify.actions import mail, notices
from houqin.staffing.queries.crews import workers_of
from houqin.work.models import Priority, WorkOrder
from houqin.work.models.orders import FINISHED


def tell_requester(
    request: ServiceRequest, kind: str, change: str, *, by: User | None = None, **facts: Any
) -> None:
    """Tell the requester, those whose requests were merged into this one, and who follows it.

    Requesters each of their own number; followers only what `telling_followers` lets through. By notice
    and mail where there is an account, by mail alone where only an address was left. Who made the
    change is not told of it.
    """
    for own in requesters_of(request):
        if own.requester is None or own.requester != by:
            _tell_of_own(own, kind, change, **facts)
    tell_followers(request, kind, change, by=by, **facts)


def tell_of_report(request: ServiceRequest, *, by: User | None, acknowledge: bool = True) -> None:
    """Tell the requester that the new request was received, and the desk that it is there."""
    if acknowledge:
        _tell_of_own(request, "request_received", "received", due=request.response_due_at)
    tell_desk(
        request,
        "new_request",
        "new",
        by=by,
        urgent=request.priority == Priority.CRITICAL,
        priority=request.priority,
        due=request.next_due_at,
    )


def tell_desk(
    request: ServiceRequest,
    kind: str,
    change: str,
    *,
    permission: str = "desk.triage",
    by: User | None = None,
    urgent: bool = False,
    **facts: Any,
) -> None:
    """Tell those who hold a right where the request is, but for who made the change."""
    notices.tell(
        recipients=[person for person in staff_for(request, permission) if person != by],
        kind=kind,
        change=f"{request.number}:{change}",
        subject=request.number,
        path=f"/desk/requests/{request.number}/",
        data=_plain({**_about(request), **facts}),
        urgent=urgent,
    )


def tell_dispatchers(
    order: WorkOrder,
    kind: str,
    change: str,
    *,
    permission: str = "work.dispatch",
    by: User | None = None,
    **facts: Any,
) -> None:
    """Tell those who hold a right over work where the order is, and the leader of its crew who has it."""
    notices.tell(
        recipients=[person for person in staff_for_order(order, permission) if person != by],
        kind=kind,
        change=f"{order.number}:{change}",
        subject=order.number,
        path=f"/work/orders/{order.number}/",
        data=_plain({**_about(order), "priority": order.priority, **facts}),
    )


def tell_offered(order: WorkOrder, people: list[User], change: str, *, urgent: bool) -> None:
    """Tell people that an order is there to be claimed."""
    notices.tell(
        recipients=people,
        kind="on_offer",
        change=f"{order.number}:{change}",
        subject=order.number,
        path=f"/jobs/{order.number}/",
        data=_plain({**_about(order), "priority": order.priority, "due": order.due_at}),
        urgent=urgent,
    )


def tell_approvers(order: WorkOrder, *, by: User | None) -> None:
    """Tell those who may approve the order that it waits for them; nobody while it does not."""
    if order.status == WorkOrder.Status.AWAITING_APPROVAL:
        actor = by.full_name if by else ""
        change = f"approval:{order.version}"
        tell_dispatchers(order, "approval_wanted", change, permission="work.approve", by=by, actor=actor)


def tell_workers(
    order: WorkOrder, kind: str, change: str, *, by: User | None = None, urgent: bool = False, **facts: Any
) -> None:
    """Tell the technician of an order and the helpers; where nobody is named yet, everybody in its crew."""
    people = [order.worker] if order.worker is not None else []
    people += [helper.user for helper in order.helpers.select_related("user")]
    if not people and order.crew is not None:
        people = list(workers_of(order.crew))
    notices.tell(
        recipients=[person for person in people if person != by],
        kind=kind,
        change=f"{order.number}:{change}",
        subject=order.number,
        path=f"/jobs/{order.number}/",
        data=_plain({**_about(order), "priority": order.priority, **facts}),
        urgent=urgent,
    )


def tell_own_workers(request: ServiceRequest, kind: str, change: str, **facts: Any) -> None:
    """The same for what we promised: contractors that are held to a promise of their own are left out."""
    for order in orders_of(request).exclude(status__in=FINISHED).filter(partner_clocks__isnull=True):
        tell_workers(order, kind, change, **facts)


def tell_people(
    people: Iterable[User], about: ServiceRequest | WorkOrder, change: str, *, urgent: bool, **facts: Any
) -> None:
    """Tell certain people of a level of escalation, by the page of the request or of the order."""
    page = "desk/requests" if isinstance(about, ServiceRequest) else "work/orders"
    notices.tell(
        recipients=people,
        kind="escalated",
        change=f"{about.number}:{change}",
        subject=about.number,
        path=f"/{page}/{about.number}/",
        data=_plain({**_about(about), "priority": about.priority, **facts}),
        urgent=urgent,
    )


def tell_all_workers(
    request: ServiceRequest, kind: str, change: str, *, by: User | None, **facts: Any
) -> None:
    """Tell whoever works on the unfinished orders of a request."""
    for order in orders_of(request).exclude(status__in=FINISHED):
        tell_workers(order, kind, change, by=by, **facts)


def tell_resolved(request: ServiceRequest, *, by: User | None) -> None:
    """Ask the requester to accept and rate what was done, and say from when silence accepts.

    Those whose requests were merged into this one, and who follows it, are asked to rate it; accepting
    is not theirs.
    """
    change, until = f"resolved:{request.reopen_count}", silence_at(request)
    own, *merged = requesters_of(request)
    if own.requester is None or own.requester != by:
        _tell_of_own(own, "resolved", change, result=request.result, silence_at=until)
    for other in merged:
        if other.requester is None or other.requester != by:
            _tell_of_own(other, "rating_wanted", change)
    tell_followers(request, "resolved", change, by=by)


def _tell_of_own(own: ServiceRequest, kind: str, change: str, **facts: Any) -> None:
    path, data = links.path_of(own), _plain({**_about(own), **facts})
    key = f"{own.number}:{change}"
    if own.requester is not None:
        notices.tell(
            recipients=[own.requester], kind=kind, change=key, subject=own.number, path=path, data=data
        )
    if own.contact_email and not (own.requester and own.requester.email):
        mail.queue(
            to=own.contact_email,
            kind=kind,
            language=own.language,
            change=key,
            about=own.number,
            data={**data, "path": path, "name": own.contact_name},
        )


def _about(row: ServiceRequest | WorkOrder) -> dict[str, Any]:
    return {"title": row.title, "place": row.place.label if row.place else row.place_note}


def _plain(facts: dict[str, Any]) -> dict[str, Any]:
    """Facts as they are stored: instants as ISO text, nothing empty."""
    return {
        name: value.isoformat() if isinstance(value, dt.datetime) else value
        for name, value in facts.items()
        if value not in {None, ""}
    }
