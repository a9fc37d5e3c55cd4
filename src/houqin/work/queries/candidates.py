"""Everybody an order could go to: how well each suits it, and what stands in the way of the others."""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.db.models.functions import Greatest
from django.utils import timezone

from houqin.accounts.models import User
from houqin.kernel import clock
from houqin.kernel.dispatch_score import (
    Distance,
    Facts,
    Knowledge,
    Parts,
    Weights,
    distance,
    parts_of,
    percent,
    points_of,
)
from houqin.org.models import Place, PlaceType
from houqin.staffing.models import Terms
from houqin.staffing.queries.capacity import capacity
from houqin.staffing.queries.crews import eligible_workers, workers_of
from houqin.work.models import DispatchRules, Offer, OrderEvent, WorkOrder, WorkOrderStatus
from houqin.work.queries.dispatch_rules import dispatch_rules
from houqin.work.queries.eligibility import Hurdle, Job, Rule, hurdles, stored
from houqin.work.queries.load import UNESTIMATED_MINUTES, Load, load_of
from houqin.work.queries.skills import Skill, skills

S = WorkOrderStatus
MONTH = dt.timedelta(days=365.25 / 12)
MINUTE = dt.timedelta(minutes=1)
_KNOWS = {Skill.OWN: Knowledge.OWN, Skill.CREW: Knowledge.CREW, Skill.NONE: Knowledge.NONE}


@dataclass(frozen=True)
class Candidate:
    """Somebody an order could be given to; fewer points are better, with hurdles they may not have it."""

    worker: User
    load: Load
    facts: Facts
    parts: Parts
    points: int
    percent: int
    hurdles: tuple[Hurdle, ...] = ()

    @property
    def in_trade(self) -> bool:
        """True for who knows the trade; a dispatcher may choose another."""
        return self.facts.knowledge is not Knowledge.NONE

    def told(self) -> dict[str, Any]:
        """The same as a decision keeps it."""
        found: dict[str, Any] = {"id": self.worker.pk, "name": self.worker.full_name}
        if self.hurdles:
            return {**found, "hurdles": stored(self.hurdles)}
        facts = {name: _plain(value) for name, value in vars(self.facts).items()}
        return {**found, "points": self.percent, "parts": vars(self.parts), "facts": facts}


def weights_of(rules: DispatchRules) -> Weights:
    """How much each part of a score counts."""
    return Weights(
        load=rules.weight_load,
        slack=rules.weight_slack,
        travel=rules.weight_travel,
        experience=rules.weight_experience,
        trade=rules.weight_trade,
    )


def candidates(
    order: WorkOrder, people: Collection[User], *, by_rule: bool = False, job: Job | None = None
) -> list[Candidate]:
    """The people, those who may have the order first: people of the trade, then by points, load and key.

    `by_rule` asks for the trade, too, and leaves out whom the order was offered to and who sent it
    back. The order may be one that has not been raised. A fixed number of statements, however many people.
    """
    job = job or Job.of(order)
    ids = [person.pk for person in people]
    rules = dispatch_rules()
    weights = weights_of(rules)
    barred = hurdles(people, job, trade=by_rule)
    asked = asked_before(order) if by_rule and order.pk else frozenset()
    facts, loads = _facts(ids, order, job, rules)
    found = []
    for person in people:
        parts = parts_of(facts[person.pk])
        points = points_of(parts, weights)
        own = barred[person.pk] + ((Hurdle(Rule.ASKED),) if person.pk in asked else ())
        load = loads.get(person.pk, Load())
        share = percent(points, weights)
        found.append(Candidate(person, load, facts[person.pk], parts, points, share, own))
    return sorted(found, key=_rank)


def anybody(order: WorkOrder) -> list[User]:
    """The people a dispatcher may choose from: of every crew that comes to the place, of any trade."""
    return list(eligible_workers(place=order.place))


def pool(order: WorkOrder) -> list[User]:
    """The people a rule may choose from: the order's crew, else those of the trade who come to the place.

    People of another company get only what is their crew's.
    """
    if order.crew is not None:
        return list(workers_of(order.crew))
    found = eligible_workers(trade=order.job_type.trade, place=order.place)
    return list(found.filter(partner__isnull=True))


def asked_before(order: WorkOrder) -> frozenset[int]:
    """Who did not accept the order or sent it back: a rule does not ask them again."""
    refused = Offer.objects.filter(order=order, outcome__in=Offer.REFUSED).values_list("user_id", flat=True)
    back = OrderEvent.objects.filter(order=order, kind="sent_back", actor__isnull=False)
    return frozenset(refused.union(back.values_list("actor_id", flat=True)))


def _rank(one: Candidate) -> tuple[bool, bool, int, int, int, int]:
    return (
        bool(one.hurdles),
        not one.in_trade,
        one.points,
        one.load.minutes,
        one.load.orders,
        one.worker.pk,
    )


def _facts(
    ids: list[int], order: WorkOrder, job: Job, rules: DispatchRules
) -> tuple[dict[int, Facts], dict[int, Load]]:
    loads = load_of(ids, without=job.order_id)
    day = timezone.localdate(job.slot.start)
    days = capacity(ids, day, day)
    known = skills(ids, job.job_type.trade)
    near, kinds = _whereabouts(ids, job.place)
    there = job.place.lineage if job.place else []
    done = _done_here(ids, job, kinds, rules)
    left = _minutes_left(order, job)
    found = {}
    for pk in ids:
        found[pk] = Facts(
            queue_minutes=loads[pk].minutes if pk in loads else 0,
            job_minutes=job.minutes or UNESTIMATED_MINUTES,
            # Somebody on a night shift works on a day that has no shift of its own.
            day_minutes=days[pk][day] or Terms.DAY_MINUTES,
            minutes_left=left,
            distance=distance(near.get(pk, []), there, kinds),
            done_here=done.get(pk, 0),
            knowledge=_KNOWS[known[pk]],
        )
    return found, loads


def _whereabouts(ids: Iterable[int], place: Place | None) -> tuple[dict[int, list[int]], dict[int, str]]:
    """Where each was last seen at work today, as a lineage, and what the places of the lineages are."""
    midnight = timezone.make_aware(dt.datetime.combine(clock.today(), dt.time.min))
    seen = (
        # An order seen at work today was changed today, which the index finds.
        WorkOrder.objects.filter(worker__in=list(ids), changed_at__gte=midnight, place__isnull=False)
        .annotate(seen_at=Greatest("arrived_at", "started_at", "completed_at"))
        .filter(seen_at__gte=midnight)
        .order_by("worker_id", "-seen_at", "-pk")
        .distinct("worker_id")
        .values_list("worker_id", "place__lineage")
    )
    near: dict[int, list[int]] = {worker: lineage for worker, lineage in seen if worker is not None}
    steps = {step for lineage in [*near.values(), place.lineage if place else []] for step in lineage}
    kinds = dict(Place.objects.filter(pk__in=steps).values_list("pk", "type")) if steps else {}
    return near, kinds


def _done_here(ids: list[int], job: Job, kinds: dict[int, str], rules: DispatchRules) -> dict[int, int]:
    """How many jobs of the kind each has completed in the building, or outside any at the place."""
    if job.place is None or job.job_type.pk is None:
        return {}
    inside = [pk for pk in job.place.lineage if kinds.get(pk) == PlaceType.BUILDING]
    where = inside[0] if inside else job.place.pk
    done = WorkOrder.objects.filter(
        worker__in=ids,
        job_type=job.job_type,
        completed_at__gte=clock.now() - rules.experience_months * MONTH,
        place__lineage__contains=[where],
    )
    rows = done.order_by().values("worker_id").annotate(jobs=Count("pk"))
    return {row["worker_id"]: row["jobs"] for row in rows}


def _minutes_left(order: WorkOrder, job: Job) -> int | None:
    """Minutes from the beginning of the slot until the order is due; None without a due time."""
    if order.due_at is None:
        return None
    return (order.due_at - job.slot.start) // MINUTE


def _plain(value: object) -> object:
    return value.name.lower() if isinstance(value, Distance | Knowledge) else value
