"""How people work, from a spreadsheet: looked at first, then stored."""

from typing import BinaryIO

from django.db import transaction
from django.utils.translation import gettext as _

from houqin.accounts.models import User
from houqin.kernel import importing
from houqin.kernel.importing import Outcome, Plan, PlannedRow
from houqin.kernel.reading import number_in, plain
from houqin.kernel.tables import Column
from houqin.staffing.actions.import_reading import PERSON, managers
from houqin.staffing.actions.persons import lock
from houqin.staffing.actions.terms import check
from houqin.staffing.models import Hours, Terms

HOURS_WORDS: dict[str, Hours] = {
    word: hours
    for hours, words in {
        Hours.ANY: ("不限", "不固定", "不定时", "随时", "any", "no fixed hours"),
        Hours.CALENDAR: ("行政班", "正常班", "常日班", "办公时间", "calendar", "office hours"),
        Hours.ROSTER: ("排班", "倒班", "轮班", "roster", "planned shifts"),
    }.items()
    for word in words
}
COLUMNS = (
    PERSON,
    Column("hours", ("工作时间", "Works by", "班制"), choices=("不限", "行政班", "排班"), example="排班"),
    Column("day_minutes", ("每天分钟数", "Minutes in a day", "日工作分钟", "每日分钟"), example="420"),
    Column("open_limit", ("在手工单上限", "Open orders at once", "工单上限"), example="5"),
)
NUMBERS = ("day_minutes", "open_limit")


def preview(*, file: BinaryIO, by: User | None = None) -> Plan[Terms]:
    """Return what the file would do, and do nothing.

    An empty cell leaves what is stored. Raises `Unreadable` for what is no table with a person.
    """
    return _Reading(file, by).plan


@transaction.atomic
def store(*, file: BinaryIO, by: User | None = None) -> Plan[Terms]:
    """Store what the file says, except for rows that are wrong, and return the plan that was followed.

    Repeating it changes nothing. The people are locked before their terms are read again.
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
    """One pass over a file: each row becomes its person's terms, unsaved."""

    def __init__(self, file: BinaryIO, by: User | None) -> None:
        self.plan = importing.planned(file, COLUMNS, Terms)
        self._whom = managers(by)
        self._known = {one.user_id: one for one in Terms.objects.all()}
        self._seen: dict[int, int] = {}
        for row in self.plan.rows:
            self._read(row)

    def _read(self, row: PlannedRow[Terms]) -> None:
        plan, person = self.plan, self._whom.of(row, self.plan)
        hours = importing.read(
            row,
            plan,
            "hours",
            lambda text: HOURS_WORDS[plain(text).casefold()],
            otherwise=_("There are no such hours."),
        )
        numbers = {
            key: importing.read(row, plan, key, _whole, otherwise=_("This is no whole number."))
            for key in NUMBERS
        }
        importing.checked(row, plan, lambda: check(hours=hours, **numbers))
        if person is not None and person.pk in self._seen:
            row.refuse(
                plan.heading("person"), _("The same as in row %(row)s.") % {"row": self._seen[person.pk]}
            )
        if person is None or row.outcome == Outcome.WRONG:
            return
        self._seen[person.pk] = row.record.row.number
        known = self._known.get(person.pk)
        terms = known or Terms(user=person)
        before = _told(terms)
        terms.hours = hours or terms.hours
        for key, number in numbers.items():
            if number is not None:
                setattr(terms, key, number)
        row.made = terms
        plan.note_changes(row, before, _told(terms))
        if known is not None or not row.changes:
            row.outcome = Outcome.CHANGED if row.changes else Outcome.SAME


def _whole(text: str) -> int:
    number = number_in(text)
    if number != number.to_integral_value():
        raise ValueError(text)
    return int(number)


def _told(terms: Terms) -> dict[str, object]:
    return {"hours": terms.get_hours_display(), **{key: getattr(terms, key) for key in NUMBERS}}
