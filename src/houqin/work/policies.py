"""Who may see a work order, and which steps a person may take with it now."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from houqin.accounts.models import User
from houqin.accounts.policies import Person, Scope, may, scope
from houqin.budget.models import CostEntry
from houqin.kernel.errors import Invalid, NotPermitted
from houqin.org.models import Place
from houqin.staffing.queries.crews import crew_ids_of, crew_places_of, led_crew_ids_of, trade_ids_of
from houqin.work.models import (
    DispatchMode,
    EscalationLevel,
    OrderEvent,
    OrderWorker,
    WorkOrder,
    WorkOrderStatus,
)

S = WorkOrderStatus


def visible_orders(user: Person) -> QuerySet[WorkOrder]:
    """The orders a person may see.

    A right to see work holds everywhere, below places, or for the departments of places; that of
    technicians and crew leaders reaches the orders of their crews, those they lead or help with,
    and those without a crew that they could claim.
    """
    view = scope(user, "work.view")
    if view.everywhere:
        return WorkOrder.objects.all()
    found = view.condition(place="place", department="place__department") or Q(pk__in=[])
    if view.own_crews and isinstance(user, User):
        helping = OrderWorker.objects.filter(order=OuterRef("pk"), user=user)
        found |= Q(crew__in=crew_ids_of(user)) | Q(worker_id=user.pk) | Q(Exists(helping)) | free_for(user)
    return WorkOrder.objects.filter(found)


def visible_costs(user: Person) -> QuerySet[CostEntry]:
    """The costs a person may read: all with a right to amounts that holds everywhere, else of orders seen."""
    amounts = scope(user, "stock.see_value")
    if amounts.everywhere:
        return CostEntry.objects.all()
    if not may(user, "stock.see_value"):
        return CostEntry.objects.none()
    return CostEntry.objects.filter(cost_object__in=visible_orders(user).values("number"))


def free_for(user: Person) -> Q:
    """The orders without a crew that a technician may claim by trade and place.

    People of another company claim only what is offered to their crew.
    """
    places = crew_places_of(user)
    if not isinstance(user, User) or user.partner_id is not None or not places:
        return Q(pk__in=[])
    free = Q(status=S.TO_DISPATCH, crew__isnull=True, job_type__dispatch_mode=DispatchMode.CLAIM)
    free &= Q(job_type__trade__isnull=True) | Q(job_type__trade__in=trade_ids_of(user))
    if None in places:
        return free
    return free & Q(place__lineage__overlap=sorted(place for place in places if place))


def hidden_from(user: Person) -> frozenset[str]:
    """The kinds of events that somebody does not read: people of a contractor not whom we told of delays."""
    outside = isinstance(user, User) and user.partner_id is not None
    return frozenset({"escalated"}) if outside else frozenset()


def reaches(within: Scope, place: Place | None) -> bool:
    """True when a right that holds `within` a scope holds at the place; crews are not looked at."""
    if within.everywhere:
        return True
    if place is None:
        return False
    return not within.place_ids.isdisjoint(place.lineage) or place.department_id in within.department_ids


def may_raise(user: Person, place: Place | None) -> bool:
    """True for those who raise orders at the place."""
    return reaches(scope(user, "work.raise"), place)


def may_dispatch(user: Person, order: WorkOrder) -> bool:
    """True for dispatchers where the order is, and for the leader of its crew."""
    return _holds(user, "work.dispatch", order)


def may_read_decisions(user: Person, order: WorkOrder) -> bool:
    """True for who dispatches the order, and for who looks at figures: it tells who is away."""
    return may_dispatch(user, order) or may(user, "insight.view")


def may_hand_to(user: Person, order: WorkOrder, crew_id: int | None) -> bool:
    """True when the person may give the order to that crew: a crew leader only to an own one."""
    return reaches(scope(user, "work.dispatch"), order.place) or crew_id in led_crew_ids_of(user)


def may_cancel(user: Person, order: WorkOrder) -> bool:
    """True for those who void orders where the order is."""
    return _holds(user, "work.cancel", order)


def may_amend(user: Person, order: WorkOrder) -> bool:
    """True for those who amend closed orders where the order is, and not for one's own work."""
    return _holds(user, "work.amend", order) and not _takes_part(user, order)


def may_charge(user: Person, order: WorkOrder) -> bool:
    """True for who dispatches the order or amends closed ones there, and is of the house."""
    ours = isinstance(user, User) and user.partner_id is None
    return ours and (may_dispatch(user, order) or _holds(user, "work.amend", order))


def may_see_cost(user: Person) -> bool:
    """True for people of the house, of orders they see; what we pay is nothing for a contractor's."""
    return isinstance(user, User) and user.partner_id is None


def may_approve(user: Person, order: WorkOrder) -> bool:
    """True for those who approve work where the order is, but never for who raised it."""
    if not isinstance(user, User) or not _holds(user, "work.approve", order):
        return False
    return not OrderEvent.objects.filter(order=order, kind="raised", actor=user).exists()


def may_verify(user: Person, order: WorkOrder) -> bool:
    """True for those who verify work there, where nobody outside is asked, and not for one's own work."""
    asked = order.job_type.leader_verifies or not order.source
    return asked and not _takes_part(user, order) and _holds(user, "work.verify", order)


def may_claim(user: Person, order: WorkOrder) -> bool:
    """True for a member of the order's crew, or without a crew for who knows the trade."""
    if not may(user, "work.perform") or not order.job_type.claimable:
        return False
    trade_id = order.job_type.trade_id
    if trade_id is not None and trade_id not in trade_ids_of(user):
        return False
    if order.crew_id is not None:
        return order.crew_id in crew_ids_of(user)
    return isinstance(user, User) and user.partner_id is None and crews_may_come(user, order.place)


def crews_may_come(user: Person, place: Place | None) -> bool:
    """True when one of the person's crews works at the place."""
    places = crew_places_of(user)
    return None in places or (place is not None and not set(place.lineage).isdisjoint(places))


def leads(user: Person, order: WorkOrder) -> bool:
    """True for the technician the order was given to, while he may carry out work."""
    return order.worker_id is not None and order.worker_id == user.pk and may(user, "work.perform")


def helps(user: Person, order: WorkOrder) -> bool:
    """True for a helper on the order."""
    if not isinstance(user, User) or not may(user, "work.perform"):
        return False
    return OrderWorker.objects.filter(order=order, user=user).exists()


def may_record(user: Person, order: WorkOrder) -> bool:
    """True for who works on the order, and for those who dispatch it: checklist, photos, notes."""
    return leads(user, order) or may_dispatch(user, order) or helps(user, order)


def _may_accept(user: Person, order: WorkOrder) -> bool:
    if order.worker_id is not None:
        return leads(user, order) or may_dispatch(user, order)
    return order.crew_id in crew_ids_of(user) and may(user, "work.perform")


def _may_carry_out(user: Person, order: WorkOrder) -> bool:
    """The lead; or who dispatches the order, for a technician without a phone at hand."""
    return leads(user, order) or may_dispatch(user, order)


def _holds(user: Person, permission: str, order: WorkOrder) -> bool:
    within = scope(user, permission)
    if reaches(within, order.place):
        return True
    return within.own_crews and order.crew_id is not None and order.crew_id in led_crew_ids_of(user)


def _takes_part(user: Person, order: WorkOrder) -> bool:
    if not isinstance(user, User):
        return False
    return order.worker_id == user.pk or OrderWorker.objects.filter(order=order, user=user).exists()


def require_ladder(levels: Iterable[EscalationLevel]) -> None:
    """Pass when every level of a standard stands once and none comes before a lower one.

    Levels in minutes and in working days are held against each other only where one lies before the
    due time and one does not. Raises `Invalid`.
    """
    seen: dict[tuple[str, str, int], EscalationLevel] = {}
    for level in sorted(levels, key=lambda one: one.number):
        named = {"number": level.number, "target": level.get_kind_display()}
        if (level.kind, level.priority, level.number) in seen:
            raise Invalid(
                _("Level %(number)s of “%(target)s” is there twice. Choose another number.") % named,
                field="levels",
            )
        lower = seen.get((level.kind, level.priority, level.number - 1))
        if lower is not None and _comes_before(level, lower):
            raise Invalid(
                _("Level %(number)s of “%(target)s” comes before level %(lower)s. Put them in order.")
                % {**named, "lower": lower.number},
                field="levels",
            )
        seen[level.kind, level.priority, level.number] = level


def _comes_before(level: EscalationLevel, lower: EscalationLevel) -> bool:
    if level.minutes is not None and lower.minutes is not None:
        return level.minutes < lower.minutes
    if level.working_days is not None and lower.working_days is not None:
        return level.working_days < lower.working_days
    return (level.minutes or level.working_days or 0) < 0 <= (lower.minutes or lower.working_days or 0)


@dataclass(frozen=True)
class Step:
    """A step: the states it is taken from, who may take it, and what others are told."""

    sources: frozenset[WorkOrderStatus]
    may: Callable[[Person, WorkOrder], bool]
    refusal: str | Promise


_ON_HAND = frozenset({S.ACCEPTED, S.ON_SITE, S.ON_HOLD})
_THEIRS = _("This work order was given to somebody else.")
_DESK = _("You may not dispatch this work order.")
_CHECK = _("You may not verify this work order.")

# In the order of the buttons: the worker's next step first.
STEPS: dict[str, Step] = {
    "claim": Step(
        frozenset({S.TO_DISPATCH}),
        may_claim,
        _("You may not claim this work order: it is offered to others."),
    ),
    "accept": Step(frozenset({S.DISPATCHED}), _may_accept, _THEIRS),
    "start": Step(frozenset({S.ACCEPTED, S.ON_SITE}), _may_carry_out, _THEIRS),
    "arrive": Step(frozenset({S.ACCEPTED}), _may_carry_out, _THEIRS),
    "resume": Step(frozenset({S.ON_HOLD}), _may_carry_out, _THEIRS),
    "complete": Step(frozenset({S.IN_PROGRESS}), _may_carry_out, _THEIRS),
    "hold": Step(frozenset({S.ACCEPTED, S.ON_SITE, S.IN_PROGRESS, S.ON_HOLD}), _may_carry_out, _THEIRS),
    "send_back": Step(frozenset({S.DISPATCHED, *_ON_HAND}), _may_carry_out, _THEIRS),
    "verify": Step(frozenset({S.COMPLETED}), may_verify, _CHECK),
    "reject_completion": Step(frozenset({S.COMPLETED}), may_verify, _CHECK),
    "submit": Step(frozenset({S.DRAFT}), may_dispatch, _DESK),
    "approve": Step(frozenset({S.AWAITING_APPROVAL}), may_approve, _("You may not approve this work order.")),
    "refuse_approval": Step(
        frozenset({S.AWAITING_APPROVAL}), may_approve, _("You may not approve this work order.")
    ),
    "assign": Step(frozenset({S.TO_DISPATCH, S.DISPATCHED, *_ON_HAND}), may_dispatch, _DESK),
    "cancel": Step(
        frozenset({S.DRAFT, S.AWAITING_APPROVAL, S.TO_DISPATCH, S.DISPATCHED, *_ON_HAND}),
        may_cancel,
        _("You may not void this work order."),
    ),
    "amend": Step(frozenset({S.CLOSED}), may_amend, _("You may not amend this work order.")),
}


def allowed_steps(user: Person, order: WorkOrder) -> list[str]:
    """The steps the person may take with the order now, in the order of the buttons.

    Each is the name of the action that takes it. Steps of one's own work come before those one
    could record for another.
    """
    found = [name for name, step in STEPS.items() if _fits(name, order) and step.may(user, order)]
    if order.worker_id is None or leads(user, order):
        return found
    return sorted(found, key=lambda name: STEPS[name].refusal is _THEIRS)


def require_step(user: User | None, order: WorkOrder, name: str) -> None:
    """Pass when the person may take this step; the house itself (None) may. Else raise `NotPermitted`.

    The state of the order is not looked at.
    """
    step = STEPS[name]
    if user is None or step.may(user, order):
        return
    if step.refusal is _THEIRS and order.worker is not None:
        raise NotPermitted(
            _("%(number)s was given to %(name)s.") % {"number": order.number, "name": order.worker}
        )
    raise NotPermitted(step.refusal)


def _fits(name: str, order: WorkOrder) -> bool:
    """The step is possible from where the order stands, whoever takes it."""
    if order.status not in STEPS[name].sources:
        return False
    if name == "start":
        return order.status == S.ON_SITE or not order.job_type.asks_arrival
    if name == "arrive":
        return order.arrived_at is None or order.job_type.asks_arrival
    if name == "cancel":
        return order.started_at is None
    return True
