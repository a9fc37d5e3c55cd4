"""The hard rules of dispatch: who may be given an order at a certain time, and what is in the way.

They hold whoever decides: a dispatcher, a claim, a crew that accepts, a rule, the API, an import. Nobody
passes over them. Only the trade is left to a dispatcher, who reads it as a warning.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from houqin.accounts.models import User
from houqin.kernel import clock
from houqin.kernel.bilingual import in_language
from houqin.org.models import Place
from houqin.staffing.models import LicenceKind, Terms, WorkPlace
from houqin.staffing.queries import availability
from houqin.staffing.queries.availability import Slot
from houqin.staffing.queries.crews import performer_ids
from houqin.work.models import JobLicence, JobType, WorkOrder
from houqin.work.queries.load import load_of
from houqin.work.queries.skills import Skill, skills


class Rule(StrEnum):
    """Which hard rule is hurt: those of the person alone are `staffing`'s, with the same values."""

    ENDED = "ended"
    ROLE = "role"
    LICENCE = "licence"
    OFF_DUTY = "off_duty"
    SHIFT = "shift"
    LEAVE = "leave"
    SITE = "site"
    CAP = "cap"
    TRADE = "trade"
    ASKED = "asked"


@dataclass(frozen=True)
class Hurdle:
    """One rule that is hurt, with what its sentence needs; plain values, stored as they are."""

    rule: Rule
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def short(self) -> str:
        """What it is in two words, for who reads many."""
        known = next((key for key in ("ended", "begins") if key in self.facts), "")
        return str(_SHORT.get((self.rule, known)) or _SHORT[self.rule, ""])


@dataclass(frozen=True)
class Job:
    """What somebody would do, where and when; `order_id` is None before the order is raised."""

    job_type: JobType
    place: Place | None
    slot: Slot
    minutes: int | None = None
    order_id: int | None = None

    @classmethod
    def of(
        cls,
        order: WorkOrder,
        *,
        start: dt.datetime | None = None,
        until: dt.datetime | None = None,
        at: dt.datetime | None = None,
    ) -> "Job":
        """The job of an order: in the given appointment, else in its own, else `at` once (now).

        What has passed of an appointment no longer counts.
        """
        now = at or clock.now()
        if start is None:
            start, until = order.scheduled_from, order.scheduled_until
        begin = max(start, now) if start and until and until > now else now
        end = until if start and until and until > now else begin
        minutes = order.estimated_minutes or order.job_type.estimated_minutes
        return cls(order.job_type, order.place, Slot(begin, end), minutes, order.pk)


def hurdles(
    people: Collection[User], job: Job, *, trade: bool = True, cap: bool = True
) -> dict[int, tuple[Hurdle, ...]]:
    """What stands in the way of each of `people`, by id; an empty tuple for who may be given the job.

    `trade` asks for the trade, too, which a dispatcher may pass over; `cap` for room among the open
    orders. A fixed number of statements, however many people: at most twelve.
    """
    found: dict[int, list[Hurdle]] = {person.pk: [] for person in people}
    if not found:
        return {}
    performing = performer_ids(found)
    for person in people:
        if not person.is_active:
            found[person.pk].append(Hurdle(Rule.ENDED))
        elif person.pk not in performing:
            found[person.pk].append(Hurdle(Rule.ROLE))
    if trade and job.job_type.trade is not None:
        _want_trade(found, job)
    licences: list[LicenceKind] = list(job.job_type.licences.all()) if job.job_type.pk else []
    alone = availability.hindrances(people, slot=job.slot, place=job.place, licences=licences)
    for pk, each in alone.items():
        found[pk] += [Hurdle(Rule(one.rule), one.facts) for one in each]
    if cap:
        _want_room(found, job)
    return {pk: tuple(each) for pk, each in found.items()}


def in_the_way(user: User, orders: Sequence[WorkOrder]) -> dict[int, tuple[Hurdle, ...]]:
    """What stands in the way of one person taking each of these orders, by the order's id; no trades.

    Orders that ask the same are asked about together: those of one appointment (or none), with the
    same licences, where the person may work and where not. So it costs the same for few and many.
    """
    now = clock.now()
    own = set(WorkPlace.objects.filter(user=user).values_list("place_id", flat=True))
    types = {order.job_type_id for order in orders}
    papers: dict[int, set[int]] = {}
    for row in JobLicence.objects.filter(job_type__in=types) if types else ():
        papers.setdefault(row.job_type_id, set()).add(row.kind_id)
    asked: dict[tuple[object, ...], tuple[Hurdle, ...]] = {}
    found: dict[int, tuple[Hurdle, ...]] = {}
    for order in orders:
        job = Job.of(order, at=now)
        allowed = not own or (job.place is not None and not own.isdisjoint(job.place.lineage))
        key = (job.slot, frozenset(papers.get(order.job_type_id, ())), allowed)
        if key not in asked:
            asked[key] = hurdles([user], job, trade=False)[user.pk]
        found[order.pk] = asked[key]
    return found


def said(name: object, found: Iterable[Hurdle]) -> str:
    """The sentences, in the reader's language: what is wrong and, where it is known, when it is right."""
    return str(pgettext_lazy("between sentences", " ")).join(_sentence(name, one) for one in found)


def stored(found: Iterable[Hurdle]) -> list[dict[str, Any]]:
    """The same as plain values."""
    return [{"rule": str(one.rule), "facts": dict(one.facts)} for one in found]


def read(values: Iterable[Mapping[str, Any]]) -> tuple[Hurdle, ...]:
    """What `stored` has made."""
    return tuple(Hurdle(Rule(one["rule"]), one["facts"]) for one in values)


def _want_trade(found: dict[int, list[Hurdle]], job: Job) -> None:
    asked = job.job_type.trade
    if asked is None:
        return
    facts = {"trade": asked.name, "trade_en": asked.name_en}
    for pk, skill in skills(list(found), asked).items():
        if skill is Skill.NONE:
            found[pk].append(Hurdle(Rule.TRADE, facts))


def _want_room(found: dict[int, list[Hurdle]], job: Job) -> None:
    loads = load_of(list(found), without=job.order_id)
    full = {pk: load.orders for pk, load in loads.items() if load.orders}
    limits = dict(Terms.objects.filter(user__in=full).values_list("user_id", "open_limit")) if full else {}
    for pk, count in full.items():
        limit = limits.get(pk, Terms.OPEN_LIMIT)
        if count >= limit:
            found[pk].append(Hurdle(Rule.CAP, {"count": count, "limit": limit}))


def _sentence(name: object, one: Hurdle) -> str:
    if one.rule in _OF_THE_PERSON:
        return availability.said(name, availability.Hindrance(_OF_THE_PERSON[one.rule], one.facts))
    facts = {"name": name, "trade": in_language(one.facts.get("trade", ""), one.facts.get("trade_en", ""))}
    if one.rule == Rule.CAP:
        count = int(one.facts["count"])
        told = ngettext(
            "%(name)s already has %(count)s open work order; no more until it is finished.",
            "%(name)s already has %(count)s open work orders; no more until one is finished.",
            count,
        )
        return told % {"name": name, "count": count}
    return str(_SENTENCES[one.rule]) % facts


_OF_THE_PERSON = {Rule(one.value): one for one in availability.Rule}
_SENTENCES: dict[Rule, str | Promise] = {
    Rule.ENDED: _("%(name)s's account has been ended."),
    Rule.ROLE: _("%(name)s is not a technician."),
    Rule.TRADE: _("%(name)s does not know the trade “%(trade)s”."),
    Rule.ASKED: _("%(name)s was asked and did not take it."),
}
_SHORT: dict[tuple[Rule, str], str | Promise] = {
    (Rule.ENDED, ""): pgettext_lazy("hurdle", "account ended"),
    (Rule.ROLE, ""): pgettext_lazy("hurdle", "no technician"),
    (Rule.LICENCE, ""): pgettext_lazy("hurdle", "no licence"),
    (Rule.LICENCE, "ended"): pgettext_lazy("hurdle", "licence ended"),
    (Rule.LICENCE, "begins"): pgettext_lazy("hurdle", "licence not yet valid"),
    (Rule.OFF_DUTY, ""): pgettext_lazy("hurdle", "off duty"),
    (Rule.SHIFT, ""): pgettext_lazy("hurdle", "not on shift"),
    (Rule.LEAVE, ""): pgettext_lazy("hurdle", "away"),
    (Rule.SITE, ""): pgettext_lazy("hurdle", "works elsewhere"),
    (Rule.CAP, ""): pgettext_lazy("hurdle", "enough to do"),
    (Rule.TRADE, ""): pgettext_lazy("hurdle", "other trade"),
    (Rule.ASKED, ""): pgettext_lazy("hurdle", "was asked"),
}
