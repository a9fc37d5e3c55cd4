"""People from a spreadsheet: looked at first, then stored. Invitations are sent apart from it."""

import re
from collections.abc import Callable
from typing import Any, BinaryIO

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from houqin.accounts.actions import grants
from houqin.accounts.actions.people import prepare, put
from houqin.accounts.models import Grant, Role, User
from houqin.accounts.models.people import Language
from houqin.kernel import importing
from houqin.kernel.errors import Invalid, Refused
from houqin.kernel.importing import Outcome, Plan, PlannedRow
from houqin.kernel.reading import plain
from houqin.kernel.tables import Column
from houqin.org.models import Department, Partner, Place

ROLE_WORDS: dict[str, Role] = {
    word: role
    for role, words in {
        Role.REQUESTER: ("报修人", "师生", "职工", "requester"),
        Role.TECHNICIAN: ("维修工", "师傅", "技术员", "technician"),
        Role.DISPATCHER: ("调度员", "服务台", "dispatcher"),
        Role.CREW_LEADER: ("班组长", "班长", "crew leader", "crew_leader"),
        Role.STOREKEEPER: ("仓管员", "库管", "storekeeper"),
        Role.ACCOUNTANT: ("会计", "accountant"),
        Role.MANAGER: ("主任", "经理", "负责人", "manager"),
        Role.ADMINISTRATOR: ("管理员", "系统管理员", "administrator"),
        Role.AUDITOR: ("审计员", "审计", "auditor"),
    }.items()
    for word in words
}
LANGUAGE_WORDS = {"中文": Language.ZH, "chinese": Language.ZH, "zh-hans": Language.ZH}
LANGUAGE_WORDS |= {"英文": Language.EN, "english": Language.EN, "en": Language.EN}

COLUMNS = (
    Column(
        "username",
        ("用户名", "User name", "工号", "学工号", "Work number"),
        needed=True,
        example="示例 10023",
    ),
    Column("full_name", ("姓名", "Name"), needed=True, example="陈建国"),
    Column("phone", ("电话", "Phone", "手机", "手机号", "联系电话"), example="13800001234"),
    Column("email", ("邮箱", "E-mail", "电子邮箱", "Email"), example="chen@example.com"),
    Column("department", ("部门编码", "Department (code)", "部门")),
    Column("partner", ("公司编码", "Company (code)", "外协公司")),
    Column(
        "roles",
        ("角色", "Roles", "Role"),
        choices=("报修人", "维修工", "调度员", "班组长", "仓管员", "会计", "主任", "管理员", "审计员"),
        example="维修工",
    ),
    Column("place", ("角色范围（地点编码）", "Only at (place code)", "角色范围", "范围")),
    Column("language", ("语言", "Language"), choices=("中文", "English"), example="中文"),
)

_TOGETHER = 1_000


def preview(*, file: BinaryIO) -> Plan[User]:
    """Return what the file would do, and do nothing.

    A person is known by the user name, whatever its case. An empty cell leaves what is stored;
    roles are added, never taken away. Raises `Unreadable` for what is no table with at least user
    name and name.
    """
    return _Reading(file).plan


@transaction.atomic
def store(*, file: BinaryIO, by: User | None = None) -> Plan[User]:
    """Store what the file says, except for rows that are wrong, and return the plan that was followed.

    Repeating it changes nothing. New people have no password until they are invited.
    """
    reading = _Reading(file)
    plan = reading.plan
    new = [row.made for row in plan.having(Outcome.NEW) if row.made]
    User.objects.bulk_create(new, batch_size=_TOGETHER)
    for row in plan.having(Outcome.CHANGED):
        if row.made:
            row.made.save()
    _give_roles(reading, by)
    return plan


def _give_roles(reading: "_Reading", by: User | None) -> None:
    """Give the roles in bulk, except for those that may exclude each other: these one by one."""
    plan, plainly = reading.plan, []
    for row in plan.having(Outcome.NEW) + plan.having(Outcome.CHANGED):
        for role, place in reading.wanted.get(row.record.row.number, ()):
            if row.made is None:
                continue
            if role not in grants.EXCLUSIVE:
                plainly.append(
                    Grant(user=row.made, role=role, place=place, given_by=by.username if by else "")
                )
                continue
            try:
                grants.give(person=row.made, role=role, place=place, by=by)
            except Refused as refusal:
                row.problems.append((plan.heading("roles"), str(refusal)))
    Grant.objects.bulk_create(plainly, batch_size=_TOGETHER, ignore_conflicts=True)


class _Reading:
    """One pass over a file: each row becomes its person, unsaved, and the roles still to be given."""

    def __init__(self, file: BinaryIO) -> None:
        self.plan = importing.planned(file, COLUMNS, User)
        self.wanted: dict[int, list[tuple[Role, Place | None]]] = {}
        self._people = {person.username.lower(): person for person in User.objects.all()}
        self._mails = {person.email.lower(): name for name, person in self._people.items() if person.email}
        self._held = set(Grant.objects.values_list("user_id", "role", "place_id"))
        self._departments = _by_code_and_name(Department)
        self._partners = _by_code_and_name(Partner)
        self._of_department = {one.pk: str(one) for one in self._departments.values()}
        self._of_partner = {one.pk: str(one) for one in self._partners.values()}
        self._places = {place.code.lower(): place for place in Place.objects.only("code", "name")}
        for name, row in importing.once_each(self.plan, "username"):
            person = self._people.get(name)
            before = self._told(person) if person else None
            row.made = person or _unusable()
            self._read(name, row, row.made)
            if row.outcome != Outcome.WRONG and before is not None:
                self.plan.note_changes(row, before, self._told(row.made))
                if given := self.wanted.get(row.record.row.number):
                    row.changes.append((self.plan.heading("roles"), "", _named(given)))
                row.outcome = Outcome.CHANGED if row.changes else Outcome.SAME

    def _read(self, name: str, row: PlannedRow[User], person: User) -> None:
        cells = row.record.facts
        facts: dict[str, Any] = {
            key: cells[key] for key in ("username", "full_name", "phone", "email") if cells[key]
        }
        meanings: list[tuple[str, Callable[[str], Any], str]] = [
            ("department", lambda text: self._departments[_key(text)], _("There is no such department.")),
            ("partner", lambda text: self._partners[_key(text)], _("There is no such company.")),
            ("language", lambda text: LANGUAGE_WORDS[_key(text)], _("There is no such language.")),
        ]
        for key, meaning, otherwise in meanings:
            value = importing.read(row, self.plan, key, meaning, otherwise=otherwise)
            if value is not None:
                facts[key] = value
        roles, place = self._roles(row), self._place(row)
        for field, sentence in put(person, facts):  # type: ignore[arg-type]
            row.refuse(self.plan.heading(field), sentence)
        if row.outcome == Outcome.WRONG:
            return
        prepare(person, {})
        importing.checked(row, self.plan, lambda: self._require_own_mail(name, person))
        self.wanted[row.record.row.number] = [
            (role, place)
            for role in roles
            if (person.pk, role, place.pk if place else None) not in self._held
        ]

    def _told(self, person: User) -> dict[str, object]:
        """The facts of a person by the key of their column, as people read them."""
        return {
            "username": person.username,
            "full_name": person.full_name,
            "phone": person.phone,
            "email": person.email,
            "department": self._of_department.get(person.department_id),
            "partner": self._of_partner.get(person.partner_id),
            "language": person.get_language_display(),
        }

    def _roles(self, row: PlannedRow[User]) -> list[Role]:
        words = [
            word
            for word in re.split(r"[、，,;；/]+", plain(row.record.facts["roles"]).lower())
            if word.strip()
        ]
        try:
            return [ROLE_WORDS[word.strip()] for word in words]
        except KeyError as unknown:
            row.refuse(
                self.plan.heading("roles"), _("There is no role %(role)s.") % {"role": unknown.args[0]}
            )
            return []

    def _place(self, row: PlannedRow[User]) -> Place | None:
        return importing.read(
            row,
            self.plan,
            "place",
            lambda text: self._places[_key(text)],
            otherwise=_("There is no such place."),
        )

    def _require_own_mail(self, name: str, person: User) -> None:
        mail = person.email.lower()
        if mail and self._mails.setdefault(mail, name) != name:
            raise Invalid(_("Somebody already has this e-mail address."), field="email")


def _unusable() -> User:
    person = User()
    person.set_unusable_password()
    return person


def _by_code_and_name(model: type[Any]) -> dict[str, Any]:
    """Return the rows by code, and by name where only one bears it."""
    rows = list(model.objects.defer("search_text", "search_grams"))
    names = [_key(row.name) for row in rows]
    found = {_key(row.name): row for row in rows if names.count(_key(row.name)) == 1}
    return found | {_key(row.code): row for row in rows}


def _named(given: list[tuple[Role, Place | None]]) -> str:
    """Roles to be given, with the place they are for."""
    told = [f"+ {role.label} ({place})" if place else f"+ {role.label}" for role, place in given]
    return pgettext("between names", ", ").join(told)


def _key(text: str) -> str:
    return plain(text).lower()
