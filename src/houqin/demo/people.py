"""The people of the campus: trades, crews, staff, requesters, and what each may do."""

import datetime as dt
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.hashers import make_password

from houqin.accounts.models import Grant, Role, User
from houqin.accounts.queries.people import nobody_yet
from houqin.demo.accounts import ACCOUNTS, DEMO_PASSWORD, SPARE_PREFIX
from houqin.demo.campus import Campus
from houqin.demo.texts import read
from houqin.kernel import clock
from houqin.kernel.text_search import pinyin_key
from houqin.org.models import Partner
from houqin.staffing.models import Crew, CrewMember, PersonTrade, Trade

FIRST_WORK_NUMBER = 1001
HOME = "QH-D-HQ"
_FOR_NOBODY_ELSE = {Role.ADMINISTRATOR, Role.AUDITOR}


@dataclass
class Squad:
    """A crew with its leader and members; the leader verifies and seldom works."""

    crew: Crew
    leader: User
    members: list[User]


@dataclass
class Crowd:
    """Everybody by what they do, `squads` by code of crew; `alone` where the house has nobody of its own."""

    alone: bool
    by_name: dict[str, User] = field(default_factory=dict)
    dispatchers: list[User] = field(default_factory=list)
    managers: list[User] = field(default_factory=list)
    requesters: list[User] = field(default_factory=list)
    squads: dict[str, Squad] = field(default_factory=dict)
    trades: dict[str, Trade] = field(default_factory=dict)


def gather(campus: Campus) -> Crowd:
    """Enter everybody, give them their roles, and form the crews.

    Where the house has people of its own, roles hold on the campus only and nobody of the
    demonstration administers or audits.
    """
    data = read("people")
    alone = nobody_yet()
    crowd = Crowd(alone=alone, trades={facts["code"]: Trade(**facts) for facts in data["trades"]})
    Trade.objects.bulk_create(crowd.trades.values())
    partner = Partner(**data["partner"])
    partner.set_search(partner.code, partner.name, partner.name_en, partner.contact, partner.phone)
    partner.save()
    people = list(_people(data, campus, partner, alone=alone))
    User.objects.bulk_create(person for person, _role in people)
    Grant.objects.bulk_create(
        Grant(user=person, role=role, place=None if alone or role == Role.REQUESTER else campus.site)
        for person, role in people
    )
    for person, role in people:
        crowd.by_name[person.full_name] = person
        {
            Role.DISPATCHER: crowd.dispatchers,
            Role.MANAGER: crowd.managers,
            Role.REQUESTER: crowd.requesters,
        }.get(Role(role), []).append(person)
    _form_crews(data, crowd, partner)
    return crowd


def _people(
    data: dict[str, Any], campus: Campus, partner: Partner, *, alone: bool
) -> Iterator[tuple[User, str]]:
    """Everybody, not stored yet, with the role of each."""
    known = {account.full_name: account for account in ACCOUNTS}
    taken = {name.lower() for name in User.objects.values_list("username", flat=True)}
    password = make_password(DEMO_PASSWORD)
    for number, (name, role, department) in enumerate(_posts(data)):
        if not alone and role in _FOR_NOBODY_ELSE:
            continue
        account = known.get(name)
        username = account.username if account else f"qh{FIRST_WORK_NUMBER + number}"
        person = User(
            username=SPARE_PREFIX + username if username in taken else username,
            full_name=name,
            pinyin_key=pinyin_key(name),
            email=f"{username}@qinghe.example" if account else "",
            phone=f"1380000{number + 1:04d}",
            department=campus.departments[department],
            language=account.language if account else "zh-hans",
            is_demo=True,
        )
        if account:
            person.password = password
            person.password_changed_at = clock.now()
        else:
            person.set_unusable_password()
        if department == HOME and name in _contractors(data):
            person.department, person.partner = None, partner
        person.set_search(person.username, person.phone, person.email, person_names=[name])
        yield person, role


def _posts(data: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Name, role and department of everybody: the office, the crews, those who report."""
    for post, names in data["office"].items():
        yield from ((name, post.removesuffix("s"), HOME) for name in names)
    for crew in data["crews"]:
        yield crew["leader"], Role.CREW_LEADER, HOME
        yield from ((name, Role.TECHNICIAN, HOME) for name in crew["members"])
    for department, names in data["requesters"].items():
        yield from ((name, Role.REQUESTER, department) for name in names)


def _contractors(data: dict[str, Any]) -> set[str]:
    crews = (crew for crew in data["crews"] if crew.get("partner"))
    return set(itertools.chain.from_iterable([crew["leader"], *crew["members"]] for crew in crews))


def _form_crews(data: dict[str, Any], crowd: Crowd, partner: Partner) -> None:
    since = clock.today() - dt.timedelta(days=800)
    members, skills, trades = [], [], []
    for facts in data["crews"]:
        leader = crowd.by_name[facts["leader"]]
        crew = Crew.objects.create(
            code=facts["code"],
            name=facts["name"],
            name_en=facts["name_en"],
            phone=facts["phone"],
            leader=leader,
            partner=partner if facts.get("partner") else None,
        )
        people = [crowd.by_name[name] for name in facts["members"]]
        trade = crowd.trades[facts["trade"]]
        trades.append(Crew.trades.through(crew=crew, trade=trade))
        members += [CrewMember(crew=crew, user=person, since=since) for person in [leader, *people]]
        skills += [PersonTrade(user=person, trade=trade) for person in [leader, *people]]
        crowd.squads[crew.code] = Squad(crew, leader, people)
    CrewMember.objects.bulk_create(members)
    PersonTrade.objects.bulk_create(skills)
    Crew.trades.through.objects.bulk_create(trades)
