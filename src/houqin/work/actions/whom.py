"""To whom an order may go: the crew and the technician a dispatcher named, checked."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from houqin.accounts.models import User
from houqin.accounts.policies import may
from houqin.kernel.errors import Invalid, Missing, Refused, StaleState
from houqin.org.models import Place
from houqin.staffing.models import Crew
from houqin.staffing.queries.crews import crews_of, workers_of
from houqin.work.actions import moving
from houqin.work.models import OrderWorker, WorkOrder
from houqin.work.queries.eligibility import Hurdle, Job, Rule, hurdles, said


def chosen(order: WorkOrder, crew_id: int | None, worker_id: int | None) -> tuple[Crew | None, User | None]:
    """The crew and the technician; a technician alone brings a crew along.

    That is the order's own crew if they belong to it, else the first of theirs that works at the
    place; none for somebody without a crew. Raises `Refused` when they cannot do the order.
    """
    if crew_id is None and worker_id is None:
        raise Invalid(_("Please name a crew or a technician."), field="worker")
    crew = crew_for(crew_id, order.place) if crew_id is not None else None
    if worker_id is None:
        return crew, None
    worker = performer(worker_id)
    if crew is None:
        return crew_along(order, worker), worker
    if not workers_of(crew).filter(pk=worker.pk).exists():
        raise Refused(_("%(name)s does not belong to %(crew)s.") % {"name": worker, "crew": crew})
    return crew, worker


def crew_for(crew_id: int, place: Place | None) -> Crew:
    """A crew in use that works at the place; raises `Missing` or `Refused`."""
    crew = Crew.objects.filter(pk=crew_id).first()
    if crew is None:
        raise Missing(_("There is no such crew."))
    if not crew.active:
        raise Refused(_("%(crew)s is no longer in use.") % {"crew": crew})
    if not works_at(crew, place):
        raise Refused(_("%(crew)s works only at %(place)s.") % {"crew": crew, "place": crew.place})
    return crew


def works_at(crew: Crew, place: Place | None) -> bool:
    """True when the crew comes to the place."""
    return crew.place_id is None or (place is not None and crew.place_id in place.lineage)


def performer(user_id: int) -> User:
    """Somebody who may carry out work now, locked; raises `Missing` or `Refused`."""
    person = locked_person(user_id)
    if person is None:
        raise Missing(_("There is no such person."))
    if not person.is_active:
        raise Refused(_("%(name)s's account has been ended.") % {"name": person})
    if not may(person, "work.perform"):
        raise Refused(_("%(name)s is not a technician.") % {"name": person})
    return person


def locked_person(user_id: int) -> User | None:
    """The person, locked until the end of the transaction, so that their open orders stand still.

    Whoever gives somebody an order holds this lock: two at once could otherwise both find room.
    """
    return User.objects.select_for_update(of=("self",), no_key=True).filter(pk=user_id).first()


def require_able(person: User, job: Job, *, trade: bool = False, cap: bool = True) -> None:
    """Pass when no hard rule stands in the way of a locked person; `trade` and `cap` as in `hurdles`.

    Raises `Refused`, naming every rule and when it would be right.
    """
    _refuse_for(person, hurdles([person], job, trade=trade, cap=cap)[person.pk])


def require_licences(person: User, job: Job) -> None:
    """Pass when the person holds the licences of the job; raises `Refused`, naming those that lack."""
    found = hurdles([person], job, trade=False, cap=False)[person.pk]
    _refuse_for(person, [one for one in found if one.rule == Rule.LICENCE])


def _refuse_for(person: User, found: Sequence[Hurdle]) -> None:
    if found:
        raise Refused(said(person, found), rules=[str(one.rule) for one in found])


def reason_to_reassign(order: WorkOrder, crew: Crew | None, worker: User | None, reason: str) -> str:
    """The reason why an order that somebody has goes to somebody else.

    Raises `StaleState` without a reason, naming who has the order: two dispatchers may be at it;
    and `Refused` when the same crew and technician already have it.
    """
    holder = order.worker or order.crew
    if order.crew_id == (crew.pk if crew else None) and order.worker_id == (worker.pk if worker else None):
        raise Refused(_("%(name)s already has %(number)s.") % {"name": holder, "number": order.number})
    if not reason.strip():
        raise StaleState(
            _("%(name)s already has %(number)s. To give it to somebody else, write the reason.")
            % {"name": holder, "number": order.number}
        )
    return moving.needed(reason)


def named(crew: Crew | None, worker: User | None) -> dict[str, Any]:
    """Who has the order, as an event keeps it: ids to replay, names to read."""
    return {
        "crew_id": crew.pk if crew else None,
        "crew": crew.name if crew else "",
        "crew_en": crew.name_en if crew else "",
        "partner_id": crew.partner_id if crew else None,
        "worker_id": worker.pk if worker else None,
        "worker": worker.full_name if worker else "",
    }


def lead_is_no_helper(order: WorkOrder) -> None:
    """Take the order's technician off the list of its helpers."""
    OrderWorker.objects.filter(order=order, user=order.worker).delete()


def crew_along(order: WorkOrder, worker: User) -> Crew | None:
    """The crew a technician brings along: the order's own, else the first that works at its place."""
    crews = list(crews_of(worker))
    if not crews:
        return None
    coming = [crew for crew in crews if works_at(crew, order.place)]
    if not coming:
        raise Refused(_("%(crew)s works only at %(place)s.") % {"crew": crews[0], "place": crews[0].place})
    return next((crew for crew in coming if crew.pk == order.crew_id), coming[0])
