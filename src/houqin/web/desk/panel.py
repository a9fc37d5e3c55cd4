"""What the dispatcher decides on, beside the queue: why it is urgent, and who could go."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from houqin.accounts.models import User
from houqin.accounts.policies import may
from houqin.desk.models import Impact, ServiceRequest, Urgency
from houqin.desk.policies import allowed_steps
from houqin.desk.queries.priorities import matrix
from houqin.desk.queries.proposals import Told, waiting
from houqin.desk.queries.similar import similar_to
from houqin.files.models import Attachment
from houqin.web.desk.rows import Row, clock_of, live_orders, who_has
from houqin.web.desk.steps import STEPS, url_of
from houqin.web.offering import afterwards
from houqin.web.reasons import barred, counted
from houqin.web.steps import Button
from houqin.web.who import BEST, Choice, choices
from houqin.work.models import DispatchDecision, Offer, Priority, WorkOrder, WorkOrderStatus
from houqin.work.policies import may_dispatch
from houqin.work.queries.candidates import Candidate, anybody, candidates
from houqin.work.queries.offers import standing

PHOTOS = 4


@dataclass(frozen=True)
class Reason:
    """One reason for the priority: what was looked at, and what was found."""

    name: str
    found: str


@dataclass(frozen=True)
class Cell:
    """One cell of the matrix."""

    priority: str
    on: bool


@dataclass(frozen=True)
class Panel:
    """The request that is selected, with what is needed to decide about it."""

    row: Row
    photos: list[Attachment]
    similar: list[ServiceRequest]
    reasons: list[Reason]
    matrix: list[tuple[str, list[Cell]]]
    impacts: list[str]
    order: WorkOrder | None
    offer: Offer | None
    candidates: list[Choice]
    barred: list[tuple[Candidate, str]]
    nobody: str
    buttons: list[Button]
    assign_url: str
    proposals: list[Told]
    other_url: str
    back: str
    sees_phone: bool

    @property
    def afterwards(self) -> str:
        """What happens when the offer that stands is not accepted in time."""
        return afterwards(self.offer) if self.offer else ""

    @property
    def request(self) -> ServiceRequest:
        """The request itself."""
        return self.row.request


def panel_of(request: ServiceRequest, user: User, *, back: str) -> Panel:
    """The panel of a request; its buttons come back to the address `back`.

    Its statements do not depend on the number of people.
    """
    order = live_orders([request]).get(request.pk)
    steps = allowed_steps(user, request)
    to_give = _to_give(request, order, user, may_raise="raise_order" in steps)
    found = candidates(to_give, anybody(to_give)) if to_give else []
    able = [one for one in found if not one.hurdles]
    return Panel(
        row=Row(request, clock_of(request, order), who_has(request, order)),
        offer=standing([order]).get(order.pk) if order else None,
        photos=_photos(request),
        similar=[one.request for one in similar_to(request, user)[:BEST]] if request.is_open else [],
        reasons=list(_reasons(request)),
        matrix=_matrix(request),
        impacts=[str(impact.label) for impact in Impact],
        order=order,
        candidates=choices(to_give, able[:BEST]) if to_give else [],
        barred=[(one, barred(one)) for one in found if one.hurdles and one.in_trade],
        nobody=_nobody(order),
        buttons=_buttons(request, order, steps, back=back),
        back=back,
        assign_url=_assign_url(request, order, user, back=back),
        proposals=waiting(request) if "correct" in steps else [],
        other_url=url_of(request, "correct", back),
        sees_phone=may(user, "people.see_phones"),
    )


def to_dispatch(request: ServiceRequest) -> WorkOrder | None:
    """The order of a request that waits for somebody, if there is one."""
    waiting = WorkOrder.objects.filter(
        request_link__request=request, status=WorkOrderStatus.TO_DISPATCH
    ).select_related("job_type__trade", "place", "crew")
    return waiting.order_by("pk").last()


def _nobody(order: WorkOrder | None) -> str:
    """What stands in everybody's way, where a rule found nobody for the order."""
    if order is None or order.unassignable_since is None:
        return ""
    last = DispatchDecision.objects.filter(order=order, outcome="nobody").last()
    return counted(last) if last else ""


def _assign_url(request: ServiceRequest, order: WorkOrder | None, user: User, *, back: str) -> str:
    """Where the order that waits is given to anybody, not only to the best."""
    if order is None or order.status != WorkOrderStatus.TO_DISPATCH or not may(user, "work.dispatch"):
        return ""
    return f"{reverse('work:step', args=[order.number, 'assign'])}?{urlencode({'next': back})}"


def _to_give(
    request: ServiceRequest, order: WorkOrder | None, user: User, *, may_raise: bool
) -> WorkOrder | None:
    """The order the person may give away: the one that waits, or the one that would be raised."""
    if not request.is_open:
        return None
    if order is None:
        service = request.service
        if not may_raise or service is None or service.job_type is None:
            return None
        return WorkOrder(place=request.place, job_type=service.job_type)
    unassigned = to_dispatch(request) if order.status == WorkOrderStatus.TO_DISPATCH else None
    return unassigned if unassigned is not None and may_dispatch(user, unassigned) else None


def _buttons(
    request: ServiceRequest, order: WorkOrder | None, steps: frozenset[str], *, back: str
) -> list[Button]:
    keys = ["accept", "raise_order", "priority", "merge"]
    if order is not None:
        keys.remove("raise_order")
    return [Button(STEPS[key], url_of(request, key, back)) for key in keys if STEPS[key].allowed_as in steps]


def _reasons(request: ServiceRequest) -> list[Reason]:
    safety = _("people are in danger") if request.safety else _("not touched")
    found = [
        Reason(_("Urgency"), request.get_urgency_display()),
        Reason(_("Impact"), _impact(request)),
        Reason(pgettext("reason", "Safety"), safety),
    ]
    if request.priority_by_hand:
        found.append(Reason(_("Set by hand"), request.get_priority_display()))
    return found


def _impact(request: ServiceRequest) -> str:
    """The impact in words, with how many people it is known of."""
    word = request.get_impact_display()
    if request.affected < 2:  # noqa: PLR2004 - the requester alone says nothing
        return word
    affected = ngettext("%(n)s person", "%(n)s people", request.affected) % {"n": request.affected}
    return pgettext("impact", "%(impact)s (%(affected)s)") % {"impact": word, "affected": affected}


def _matrix(request: ServiceRequest) -> list[tuple[str, list[Cell]]]:
    """The matrix in words, most urgent first, the cell of the request marked unless it was set by hand."""
    rules = matrix()
    by_matrix = not (request.priority_by_hand or request.safety)
    return [
        (
            str(urgency.label),
            [
                Cell(
                    str(Priority(rules[urgency, impact]).label),
                    by_matrix and (urgency, impact) == (request.urgency, request.impact),
                )
                for impact in Impact
            ],
        )
        for urgency in (Urgency.HIGH, Urgency.NORMAL, Urgency.LOW)
    ]


def _photos(request: ServiceRequest) -> list[Attachment]:
    links = request.attachments.select_related("attachment").order_by("pk")[:PHOTOS]
    return [link.attachment for link in links if link.attachment.is_image]
