"""Licences from a spreadsheet: looked at first, then stored."""

import datetime as dt
from typing import BinaryIO

from django.db import transaction
from django.utils.translation import gettext as _

from houqin.accounts.models import User
from houqin.kernel import importing
from houqin.kernel.importing import Outcome, Plan, PlannedRow
from houqin.kernel.reading import day_in, plain
from houqin.kernel.tables import Column
from houqin.staffing.actions.import_reading import PERSON, managers
from houqin.staffing.actions.licences import require_order
from houqin.staffing.actions.persons import lock
from houqin.staffing.models import Licence, LicenceKind

COLUMNS = (
    PERSON,
    Column(
        "kind", ("证件", "Licence", "证件种类", "证书", "证件名称"), needed=True, example="低压电工作业证"
    ),
    Column("number", ("证件编号", "Number", "证书编号", "编号"), example="T330402199001011234"),
    Column(
        "valid_from", ("生效日期", "Valid from", "发证日期", "有效期起"), needed=True, example="2024-03-01"
    ),
    Column(
        "valid_until", ("到期日期", "Valid until", "有效期至", "有效期止"), needed=True, example="2027-02-28"
    ),
)
MOST_NUMBER = 60


def preview(*, file: BinaryIO, by: User | None = None) -> Plan[Licence]:
    """Return what the file would do, and do nothing.

    A licence is known by its person, kind and first day. An empty number leaves what is stored.
    Raises `Unreadable` for what is no table with person, licence and both days.
    """
    return _Reading(file, by).plan


@transaction.atomic
def store(*, file: BinaryIO, by: User | None = None) -> Plan[Licence]:
    """Store what the file says, except for rows that are wrong, and return the plan that was followed.

    Repeating it changes nothing. The people are locked before their licences are read again.
    """
    people = {row.made.user_id for row in _Reading(file, by).plan.rows if row.made is not None}
    lock(sorted(people))
    file.seek(0)
    plan = _Reading(file, by).plan
    for row in plan.having(Outcome.CHANGED) + plan.having(Outcome.NEW):
        if row.made is not None:
            row.made.save()
    return plan


class _Reading:
    """One pass over a file: each row becomes its licence, unsaved."""

    def __init__(self, file: BinaryIO, by: User | None) -> None:
        self.plan = importing.planned(file, COLUMNS, Licence)
        self._whom = managers(by)
        self._kinds = _by_code_and_name()
        self._known = {
            (one.user_id, one.kind_id, one.valid_from): one
            for one in Licence.objects.select_related("kind", "user")
        }
        self._seen: dict[tuple[int, int, dt.date], int] = {}
        for row in self.plan.rows:
            self._read(row)

    def _read(self, row: PlannedRow[Licence]) -> None:
        facts, plan = row.record.facts, self.plan
        for key in ("kind", "valid_from", "valid_until"):
            if not facts[key]:
                row.refuse(plan.heading(key), _("This is needed."))
        person = self._whom.of(row, plan)
        kind = importing.read(
            row,
            plan,
            "kind",
            lambda text: self._kinds[plain(text).casefold()],
            otherwise=_("There is no such kind of licence. Enter it under Setup first."),
        )
        otherwise = _("This is no day, such as 2026-11-23.")
        first = importing.read(row, plan, "valid_from", day_in, otherwise=otherwise)
        last = importing.read(row, plan, "valid_until", day_in, otherwise=otherwise)
        if len(plain(facts["number"])) > MOST_NUMBER:
            row.refuse(plan.heading("number"), _("At most %(most)d characters.") % {"most": MOST_NUMBER})
        if first is not None and last is not None:
            importing.checked(row, plan, lambda: require_order(first, last))
        if row.outcome == Outcome.WRONG or person is None or kind is None or first is None or last is None:
            return
        key3 = (person.pk, kind.pk, first)
        if key3 in self._seen:
            row.refuse(
                plan.heading("valid_from"), _("The same as in row %(row)s.") % {"row": self._seen[key3]}
            )
            return
        self._seen[key3] = row.record.row.number
        known = self._known.get(key3)
        before = _told(known) if known else None
        row.made = known or Licence(user=person, kind=kind, valid_from=first)
        row.made.valid_until = last
        row.made.number = plain(facts["number"]) or row.made.number
        if before is not None:
            plan.note_changes(row, before, _told(row.made))
            row.outcome = Outcome.CHANGED if row.changes else Outcome.SAME


def _told(licence: Licence) -> dict[str, object]:
    return {"number": licence.number, "valid_until": licence.valid_until.isoformat()}


def _by_code_and_name() -> dict[str, LicenceKind]:
    kinds = list(LicenceKind.objects.filter(active=True))
    found: dict[str, LicenceKind] = {}
    for kind in kinds:
        for word in (kind.name, kind.name_en):
            found.setdefault(plain(word).casefold(), kind)
    found |= {plain(kind.code).casefold(): kind for kind in kinds}
    found.pop("", None)
    return found
