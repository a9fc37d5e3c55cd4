"""Setting up trades and crews, and who belongs to them."""

import datetime as dt
from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from houqin.accounts.models import User
from houqin.kernel import clock
from houqin.kernel.errors import Invalid, Missing, NotPermitted, Refused
from houqin.org.models import Partner, Place
from houqin.staffing.models import Crew, CrewMember, PersonTrade, Trade
from houqin.staffing.policies import may_manage


@transaction.atomic
def create_trade(*, code: str, name: str, name_en: str = "", by: User | None) -> Trade:
    """A new trade. Raises `Invalid` when the code is taken."""
    _require(by)
    code = _free_code(Trade, code)
    return Trade.objects.create(code=code, name=_named(name), name_en=name_en.strip())


@transaction.atomic
def create_crew(
    *,
    code: str,
    name: str,
    by: User | None,
    name_en: str = "",
    trade_ids: Collection[int] = (),
    leader_id: int | None = None,
    partner_id: int | None = None,
    place_id: int | None = None,
    phone: str = "",
) -> Crew:
    """A new crew in use, without members; `place_id` is the only place it works at.

    Raises `Invalid` when the code is taken or the name empty, `Missing` for an unknown id.
    """
    _require(by)
    crew = Crew.objects.create(
        code=_free_code(Crew, code),
        name=_named(name),
        name_en=name_en.strip(),
        leader=_person(leader_id) if leader_id is not None else None,
        partner=_partner(partner_id),
        place=_place(place_id),
        phone=phone.strip(),
    )
    crew.trades.set(_trades(trade_ids))
    return crew


@transaction.atomic
def change_crew(
    *,
    crew_id: int,
    by: User | None,
    name: str,
    name_en: str = "",
    trade_ids: Collection[int] = (),
    leader_id: int | None = None,
    partner_id: int | None = None,
    place_id: int | None = None,
    phone: str = "",
    active: bool = True,
) -> Crew:
    """Set everything about a crew but its code and its members.

    Raises `Invalid` when the name is empty, `Missing` for an unknown id. Orders the crew already
    has stay with it.
    """
    _require(by)
    crew = _locked(crew_id)
    crew.name = _named(name)
    crew.name_en = name_en.strip()
    crew.leader = _person(leader_id) if leader_id is not None else None
    crew.partner = _partner(partner_id)
    crew.place = _place(place_id)
    crew.phone = phone.strip()
    crew.active = active
    crew.save()
    crew.trades.set(_trades(trade_ids))
    return crew


@transaction.atomic
def join(*, crew_id: int, user_id: int, by: User | None, since: dt.date | None = None) -> CrewMember:
    """Make a person a member of a crew from a day (today) on.

    The crew is locked, so a person joins once however often it is asked. Raises `Refused` when
    the person is a member on that day or later, or may no longer sign in.
    """
    _require(by)
    crew = _locked(crew_id)
    person = _person(user_id)
    day = since or clock.today()
    last = CrewMember.objects.filter(crew=crew, user=person).order_by("-since").first()
    if last is not None and (last.until is None or last.until >= day):
        raise Refused(_("%(name)s already belongs to %(crew)s.") % {"name": person, "crew": crew})
    return CrewMember.objects.create(crew=crew, user=person, since=day)


@transaction.atomic
def leave(*, crew_id: int, user_id: int, by: User | None, until: dt.date | None = None) -> CrewMember:
    """End a person's membership; `until` (yesterday, so that it ends now) is its last day.

    Somebody who joined today has then never been a member: the row is removed and returned.
    Raises `Refused` when the person is no member, or joined after `until`.
    """
    _require(by)
    crew = _locked(crew_id)
    member = CrewMember.objects.filter(crew=crew, user_id=user_id, until__isnull=True).first()
    if member is None:
        raise Refused(_("This person is not a member of %(crew)s.") % {"crew": crew})
    day = until or clock.today() - dt.timedelta(days=1)
    if until is not None and until < member.since:
        raise Invalid(
            _("The last day is before the first one, %(since)s.") % {"since": member.since}, field="until"
        )
    if day < member.since:
        member.delete()
        return member
    member.until = day
    member.save(update_fields=["until"])
    return member


@transaction.atomic
def set_trades(*, user_id: int, trade_ids: Collection[int], by: User | None) -> list[Trade]:
    """Let a person know exactly these trades, and return them. With none, those of the crews count."""
    _require(by)
    person = User.objects.select_for_update(of=("self",)).filter(pk=user_id).first()
    if person is None:
        raise Missing(_("There is no such person."))
    trades = _trades(trade_ids)
    PersonTrade.objects.filter(user=person).exclude(trade__in=trades).delete()
    known = set(PersonTrade.objects.filter(user=person).values_list("trade_id", flat=True))
    PersonTrade.objects.bulk_create(PersonTrade(user=person, trade=t) for t in trades if t.pk not in known)
    return trades


def _require(by: User | None) -> None:
    if by is not None and not may_manage(by):
        raise NotPermitted(_("You may not set up crews."))


def _locked(crew_id: int) -> Crew:
    crew = Crew.objects.select_for_update(of=("self",)).filter(pk=crew_id).first()
    if crew is None:
        raise Missing(_("There is no such crew."))
    return crew


def _person(user_id: int) -> User:
    person = User.objects.filter(pk=user_id).first()
    if person is None:
        raise Missing(_("There is no such person."))
    if not person.is_active:
        raise Refused(_("%(name)s's account has been ended.") % {"name": person})
    return person


def _trades(trade_ids: Collection[int]) -> list[Trade]:
    trades = list(Trade.objects.filter(pk__in=trade_ids))
    if len(trades) != len(set(trade_ids)):
        raise Missing(_("There is no such trade."))
    return trades


def _partner(partner_id: int | None) -> Partner | None:
    if partner_id is None:
        return None
    partner = Partner.objects.filter(pk=partner_id).first()
    if partner is None:
        raise Missing(_("There is no such company."))
    return partner


def _place(place_id: int | None) -> Place | None:
    if place_id is None:
        return None
    place = Place.objects.filter(pk=place_id).first()
    if place is None:
        raise Missing(_("There is no such place."))
    return place


def _free_code(model: type[Trade] | type[Crew], code: str) -> str:
    code = code.strip()
    if not code:
        raise Invalid(_("A code is needed."), field="code")
    if model.objects.filter(code=code).exists():
        raise Invalid(_("The code %(code)s is already in use.") % {"code": code}, field="code")
    return code


def _named(name: str) -> str:
    name = name.strip()
    if not name:
        raise Invalid(_("A name is needed."), field="name")
    return name
