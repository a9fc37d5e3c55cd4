"""Crews and their people from a spreadsheet, a person in each row: looked at first, then stored."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from houqin.accounts.models import User
from houqin.accounts.queries.named import PeopleByWord, Several
from houqin.kernel import clock, importing
from houqin.kernel.errors import NotPermitted, Refused
from houqin.kernel.importing import Outcome, Plan, PlannedRow
from houqin.kernel.reading import day_in, plain
from houqin.kernel.tables import Column
from houqin.org.models import Partner, Place
from houqin.staffing.actions import crews
from houqin.staffing.models import Crew, CrewMember, Trade
from houqin.staffing.policies import may_manage

COLUMNS = (
    Column("code", ("班组编码", "Crew (code)", "编码"), needed=True, example="示例 SD"),
    Column("name", ("班组名称", "Crew name", "班组"), example="水电班"),
    Column("name_en", ("英文名称", "English name"), example="Plumbing and power"),
    Column("trades", ("工种编码", "Trades (codes)", "工种"), example="DG、SN"),
    Column("leader", ("班组长", "Leader", "班长", "负责人"), example="10018"),
    Column("partner", ("公司编码", "Company (code)", "外协公司")),
    Column("place", ("只在（地点编码）", "Works only at (place code)", "工作地点")),
    Column("phone", ("电话", "Phone", "班组电话"), example="8121"),
    Column("member", ("成员", "Member", "组员", "成员工号", "成员姓名"), example="10023"),
    Column("since", ("加入日期", "Since", "进组日期"), example="2026-09-01"),
)
FACTS = ("name", "name_en", "trades", "leader", "partner", "place", "phone")
MOST = {"name": 80, "name_en": 80, "phone": 30, "code": 30}


@dataclass
class CrewWish:
    """What a table says of a crew, and whom it adds."""

    code: str
    crew: Crew | None
    facts: dict[str, Any] = field(default_factory=dict)
    rows: list[PlannedRow[Any]] = field(default_factory=list)


@dataclass
class Joining:
    """What one row adds to a crew."""

    wish: CrewWish
    member: User | None
    since: dt.date | None


def preview(*, file: BinaryIO, by: User | None = None) -> Plan[Joining]:
    """Return what the file would do, and do nothing.

    A crew is known by its code, whatever its case; its facts stand in any of its rows, an empty cell
    leaves what is stored. People are added, never taken away. Raises `Unreadable` for what is no
    table with the code of a crew.
    """
    return _Reading(file, by).plan


@transaction.atomic
def store(*, file: BinaryIO, by: User | None = None) -> Plan[Joining]:
    """Store what the file says, except for rows that are wrong, and return the plan that was followed.

    Repeating it changes nothing.
    """
    reading = _Reading(file, by)
    for wish in reading.wishes.values():
        standing = [row for row in wish.rows if row.outcome != Outcome.WRONG]
        if not standing or (wish.crew is None and not wish.facts.get("name")):
            continue
        crew = _stored(wish, by)
        for row in standing:
            reading.join(row, crew, by)
    return reading.plan


def _stored(wish: CrewWish, by: User | None) -> Crew:
    facts = {_COLUMN.get(key, key): value for key, value in wish.facts.items()}
    if wish.crew is None:
        return crews.create_crew(code=wish.code, by=by, **facts)
    as_it_is = _as_it_is(wish.crew)
    if {**as_it_is, **facts} == as_it_is:
        return wish.crew
    return crews.change_crew(crew_id=wish.crew.pk, by=by, **{**as_it_is, **facts})


_COLUMN = {"trades": "trade_ids", "leader": "leader_id", "partner": "partner_id", "place": "place_id"}


class _Reading:
    """One pass over a file: each row becomes what it adds to its crew."""

    def __init__(self, file: BinaryIO, by: User | None) -> None:
        if by is not None and not may_manage(by):
            raise NotPermitted(_("You may not set up crews."))
        self.plan = importing.planned(file, COLUMNS, Joining)
        self.wishes: dict[str, CrewWish] = {}
        self._people = PeopleByWord()
        self._known = {one.code.casefold(): one for one in Crew.objects.prefetch_related("trades")}
        self._trades = _words_of(Trade)
        self._partners = _words_of(Partner)
        self._places = {one.code.casefold(): one.pk for one in Place.objects.only("code")}
        today = clock.today()
        members = CrewMember.objects.exclude(until__lt=today).values_list("crew_id", "user_id")
        self._members = set(members)
        self._added: set[tuple[str, int]] = set()
        for row in self.plan.rows:
            self._read(row)
        for wish in self.wishes.values():
            self._finish(wish)

    def belongs(self, crew_id: int, user_id: int) -> bool:
        """Whether somebody belongs to a crew already."""
        return (crew_id, user_id) in self._members

    def join(self, row: PlannedRow[Joining], crew: Crew, by: User | None) -> None:
        """Put the person of a row into the crew; what the crew refuses, the row is refused for."""
        joining = row.made
        if joining is None or joining.member is None or self.belongs(crew.pk, joining.member.pk):
            return
        try:
            crews.join(crew_id=crew.pk, user_id=joining.member.pk, since=joining.since, by=by)
        except Refused as refusal:
            row.refuse(self.plan.heading("member"), refusal)

    def _read(self, row: PlannedRow[Joining]) -> None:
        code = plain(row.record.facts["code"])
        if not code:
            row.refuse(self.plan.heading("code"), _("This is needed."))
            return
        wish = self.wishes.setdefault(code.casefold(), CrewWish(code, self._known.get(code.casefold())))
        wish.rows.append(row)
        for key in FACTS:
            self._fact(row, wish, key)
        member = self._person(row, "member")
        since = importing.read(
            row, self.plan, "since", day_in, otherwise=_("This is no day, such as 2026-11-23.")
        )
        for key, most in MOST.items():
            if len(plain(row.record.facts[key])) > most:
                row.refuse(self.plan.heading(key), _("At most %(most)d characters.") % {"most": most})
        if member is not None:
            if (wish.code.casefold(), member.pk) in self._added:
                row.refuse(self.plan.heading("member"), _("This person stands in another row of the crew."))
            self._added.add((wish.code.casefold(), member.pk))
        row.made = Joining(wish, member, since)

    def _fact(self, row: PlannedRow[Joining], wish: CrewWish, key: str) -> None:
        """Take a fact of the crew from a row; two rows that say different things refuse the second."""
        value = self._value(row, key)
        if value is None or row.outcome == Outcome.WRONG:
            return
        if wish.facts.setdefault(key, value) != value:
            row.refuse(self.plan.heading(key), _("Another row of this crew says something else."))

    def _value(self, row: PlannedRow[Joining], key: str) -> Any:
        if key == "leader":
            leader = self._person(row, key)
            return leader.pk if leader else None
        meanings: dict[str, tuple[Callable[[str], Any], str]] = {
            "trades": (self._trade_ids, _("There is no such trade.")),
            "partner": (lambda text: self._partners[plain(text).casefold()], _("There is no such company.")),
            "place": (lambda text: self._places[plain(text).casefold()], _("There is no such place.")),
        }
        meaning, otherwise = meanings.get(key, (plain, ""))
        return importing.read(row, self.plan, key, meaning, otherwise=otherwise)

    def _trade_ids(self, text: str) -> list[int]:
        words = [word for word in plain(text).replace("、", ",").replace(";", ",").split(",") if word.strip()]
        return sorted({self._trades[word.strip().casefold()] for word in words})

    def _person(self, row: PlannedRow[Joining], key: str) -> User | None:
        word = plain(row.record.facts[key])
        try:
            return self._people.read(word) if word else None
        except Several:
            sentence = _("Several people are called “%(name)s”. Write the user name.")
        except KeyError:
            sentence = _("There is no account “%(name)s”.")
        row.refuse(self.plan.heading(key), sentence % {"name": word})
        return None

    def _finish(self, wish: CrewWish) -> None:
        """Say of each row of a crew what it makes different; the first tells of the crew itself."""
        if wish.crew is None and not wish.facts.get("name"):
            for row in wish.rows:
                row.refuse(self.plan.heading("name"), _("A new crew needs a name."))
        standing = [row for row in wish.rows if row.outcome != Outcome.WRONG]
        for place, row in enumerate(standing):
            if wish.crew is None:
                continue
            if place == 0:
                self._note_facts(row, wish)
            self._note_member(row, wish.crew)
            row.outcome = Outcome.CHANGED if row.changes else Outcome.SAME

    def _note_facts(self, row: PlannedRow[Joining], wish: CrewWish) -> None:
        if wish.crew is None:
            return
        before = _as_it_is(wish.crew)
        for key, value in wish.facts.items():
            was = before[_COLUMN.get(key, key)]
            if was != value:
                self.plan.note_changes(row, {key: self._told(key, was)}, {key: self._told(key, value)})

    def _note_member(self, row: PlannedRow[Joining], crew: Crew) -> None:
        joining = row.made
        if (
            joining is not None
            and joining.member is not None
            and not self.belongs(crew.pk, joining.member.pk)
        ):
            row.changes.append((self.plan.heading("member"), "", f"+ {joining.member}"))

    def _told(self, key: str, value: Any) -> str:
        """A stored fact as people read it."""
        if not value or key not in _COLUMN:
            return str(value or "")
        model: Any = {"trades": Trade, "leader": User, "partner": Partner, "place": Place}[key]
        keys = value if isinstance(value, list) else [value]
        return pgettext("between names", ", ").join(str(one) for one in model.objects.filter(pk__in=keys))


def _words_of(model: type[Trade] | type[Partner]) -> dict[str, int]:
    rows: list[Any] = list(model._default_manager.all())  # noqa: SLF001
    return {one.name.casefold(): one.pk for one in rows} | {one.code.casefold(): one.pk for one in rows}


def _as_it_is(crew: Crew) -> dict[str, Any]:
    return {
        **{name: getattr(crew, name) for name in ("name", "name_en", "phone", "active")},
        **{name: getattr(crew, name) for name in ("leader_id", "partner_id", "place_id")},
        "trade_ids": sorted(trade.pk for trade in crew.trades.all()),
    }
