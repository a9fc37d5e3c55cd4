"""Makers: one row each, sensible without arguments, every fact open to a keyword.

A maker writes what it is told and checks nothing; steps of work go through the actions.
"""

import datetime as dt
from itertools import count
from typing import Any

from houqin.accounts.models import Grant, User
from houqin.files.models import Attachment
from houqin.kernel import clock
from houqin.kernel.text_search import pinyin_key
from houqin.org.models import Calendar, Department, Organisation, Partner, Place
from houqin.staffing.models import (
    Absence,
    Crew,
    CrewMember,
    Licence,
    LicenceKind,
    PersonTrade,
    Shift,
    ShiftKind,
    Terms,
    Trade,
)
from houqin.work.actions import orders
from houqin.work.models import (
    EscalationLevel,
    FailureCode,
    JobType,
    OrderAttachment,
    PartnerStandard,
    ServiceStandard,
    StandardTarget,
    WorkOrder,
)

_serial = count(1)
LONG_AGO = dt.date(2020, 1, 1)


def _next(prefix: str) -> str:
    return f"{prefix}{next(_serial):04d}"


def make_calendar(**facts: Any) -> Calendar:
    """Office hours, Monday to Friday 08–12 and 14–18, in Shanghai."""
    return Calendar.objects.create(**{"code": _next("CAL"), "name": "行政班", **facts})


def make_organisation(**facts: Any) -> Organisation:
    """The one organisation; called again it changes it."""
    found, _ = Organisation.objects.update_or_create(pk=1, defaults={"name": "后勤保障部", **facts})
    return found


def make_department(**facts: Any) -> Department:
    made = Department(**{"code": _next("D"), "name": "总务处", **facts})
    made.set_search(made.code, made.name, made.name_en)
    made.save()
    return made


def make_partner(**facts: Any) -> Partner:
    made = Partner(**{"code": _next("P"), "name": "安达电梯维保公司", **facts})
    made.set_search(made.code, made.name, made.name_en)
    made.save()
    return made


def make_place(name: str = "302", **facts: Any) -> Place:
    """A room that stands alone unless `parent` is given; lineage and label come from the database."""
    made = Place(**{"code": _next("R"), "name": name, "type": Place.Type.ROOM, **facts})
    made.set_search(made.code, made.name, made.name_en)
    made.save()
    made.refresh_from_db()
    return made


def make_person(full_name: str = "张三", **facts: Any) -> User:
    """Somebody without rights and without a usable password (`password` sets one)."""
    password = facts.pop("password", None)
    made = User(
        **{"username": _next("u"), "full_name": full_name, "pinyin_key": pinyin_key(full_name), **facts}
    )
    made.set_password(password)
    made.set_search(made.username, made.phone, person_names=[made.full_name])
    made.save()
    return made


def grant(user: User, role: str, **where: Any) -> Grant:
    """Give a role everywhere, or below `place`, or for `department`; what was read before is forgotten."""
    forget(user)
    return Grant.objects.create(user=user, role=role, **where)


def forget(user: User) -> None:
    """Make the loaded person read grants, crews and trades again."""
    for kept in ("_grants_read", "_crews_read", "_trades_read"):
        user.__dict__.pop(kept, None)


def make_trade(name: str = "水电", **facts: Any) -> Trade:
    return Trade.objects.create(**{"code": _next("T"), "name": name, **facts})


def make_crew(name: str = "水电班", *members: User, trades: tuple[Trade, ...] = (), **facts: Any) -> Crew:
    """A crew with these members since long ago."""
    made = Crew.objects.create(**{"code": _next("C"), "name": name, **facts})
    made.trades.set(trades)
    CrewMember.objects.bulk_create(CrewMember(crew=made, user=person, since=LONG_AGO) for person in members)
    for person in [*members, *([made.leader] if made.leader else [])]:
        forget(person)
    return made


def knows(user: User, trade: Trade) -> None:
    """Let a person know a trade."""
    PersonTrade.objects.get_or_create(user=user, trade=trade)
    forget(user)


def make_job_type(name: str = "水管漏水", *, licences: tuple[LicenceKind, ...] = (), **facts: Any) -> JobType:
    """A corrective job without arrival, photo, codes or approval, to be claimed."""
    made = JobType.objects.create(**{"code": _next("J"), "name": name, "asks_arrival": False, **facts})
    made.licences.set(licences)
    return made


def make_terms(user: User, **facts: Any) -> Terms:
    """How a person works; what is not told is as it is for somebody without terms."""
    return Terms.objects.create(user=user, **facts)


def make_shift(user: User, starts_at: dt.datetime, ends_at: dt.datetime) -> Shift:
    return Shift.objects.create(user=user, day=starts_at.date(), starts_at=starts_at, ends_at=ends_at)


def make_absence(user: User, starts_at: dt.datetime, ends_at: dt.datetime, **facts: Any) -> Absence:
    return Absence.objects.create(user=user, starts_at=starts_at, ends_at=ends_at, **facts)


def make_standard(*targets: dict[str, Any], **facts: Any) -> ServiceStandard:
    """A standard; each target is {"priority", "kind", "minutes" or "working_days", …}."""
    made = ServiceStandard.objects.create(**{"code": _next("S"), "name": "维修标准", **facts})
    StandardTarget.objects.bulk_create(StandardTarget(standard=made, **target) for target in targets)
    return made


def make_level(standard: ServiceStandard, to: str | User, **facts: Any) -> EscalationLevel:
    """A level of the restoration `to` a role, the `leader` or a person; level 1 at the due time."""
    named: dict[str, Any] = {"recipient": "role", "role": to}
    if isinstance(to, User):
        named = {"recipient": "person", "person": to}
    elif to == "leader":
        named = {"recipient": "leader"}
    when = {} if "working_days" in facts else {"minutes": 0}
    return EscalationLevel.objects.create(
        **{"standard": standard, "kind": "resolution", "number": 1, **when, **named, **facts}
    )


def make_partner_standard(partner: Partner, *targets: dict[str, Any], **facts: Any) -> PartnerStandard:
    """What a contractor is held to since long ago; by the `standard` given or one with these targets."""
    standard = facts.pop("standard", None) or make_standard(*targets)
    return PartnerStandard.objects.create(
        **{"partner": partner, "standard": standard, "since": LONG_AGO, **facts}
    )


def make_code(part: str, name: str = "老化", **facts: Any) -> FailureCode:
    """A problem, cause or remedy."""
    return FailureCode.objects.create(**{"part": part, "code": _next("F"), "name": name, **facts})


def make_attachment(**facts: Any) -> Attachment:
    """The row of a stored picture; no bytes lie behind it."""
    facts = {
        "name": "现场.jpg",
        "content_type": "image/jpeg",
        "size": 1_024,
        "sha256": "0" * 64,
        "created_at": clock.now(),
        **facts,
    }
    return Attachment.objects.create(**facts)


def make_photo(order: WorkOrder, stage: str = "after", **facts: Any) -> OrderAttachment:
    """A picture on an order."""
    return OrderAttachment.objects.create(order=order, attachment=make_attachment(), stage=stage, **facts)


def make_order(**facts: Any) -> WorkOrder:
    """An order as `orders.raise_order` leaves it: to dispatch unless its job type needs approval.

    Objects may be given for ids (`place=`, `crew=`, `job_type=`, `standard=`, `rework_of=`).
    """
    facts.setdefault("job_type", None)
    facts["job_type"] = facts["job_type"] or make_job_type()
    for name in ("place", "crew", "job_type", "standard", "rework_of"):
        if facts.get(name) is not None:
            facts[f"{name}_id"] = facts[name].pk
        facts.pop(name, None)
    return orders.raise_order(**{"title": "卫生间水管漏水", "by": None, **facts})


def make_shift_kind(name: str = "早班", hours: str = "08:00-16:00", **facts: Any) -> ShiftKind:
    """A kind of shift; one that ends before it begins ends on the next day."""
    begins, ends = (dt.time.fromisoformat(part) for part in hours.split("-"))
    return ShiftKind.objects.create(
        **{"code": _next("S"), "name": name, "begins": begins, "ends": ends, **facts}
    )


def make_licence_kind(name: str = "高处作业证", **facts: Any) -> LicenceKind:
    return LicenceKind.objects.create(**{"code": _next("L"), "name": name, **facts})


def make_licence(user: User, kind: LicenceKind, valid_until: dt.date, **facts: Any) -> Licence:
    """A licence since long ago."""
    return Licence.objects.create(
        **{"user": user, "kind": kind, "valid_from": LONG_AGO, "valid_until": valid_until, **facts}
    )
