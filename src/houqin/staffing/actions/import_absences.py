"""Leave from a spreadsheet: looked at first, then stored."""

import datetime as dt
from typing import BinaryIO

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from houqin.accounts.models import User
from houqin.kernel import importing
from houqin.kernel.importing import Outcome, Plan, PlannedRow
from houqin.kernel.reading import moment_in, plain
from houqin.kernel.rosters import Span
from houqin.kernel.tables import Column
from houqin.staffing.actions.absences import whole_days
from houqin.staffing.actions.import_reading import PERSON, planners
from houqin.staffing.actions.persons import lock_planned
from houqin.staffing.models import Absence
from houqin.staffing.queries.rosters import away_said

KIND_WORDS: dict[str, Absence.Kind] = {
    word: kind
    for kind, words in {
        Absence.Kind.LEAVE: ("年假", "休假", "年休假", "annual leave", "leave"),
        Absence.Kind.SICK: ("病假", "病", "sick", "sick leave"),
        Absence.Kind.TRAINING: ("培训", "学习", "training"),
        Absence.Kind.OTHER: ("其他", "事假", "婚假", "产假", "陪产假", "丧假", "调休", "other"),
    }.items()
    for word in words
}
COLUMNS = (
    PERSON,
    Column(
        "kind", ("类型", "Kind", "请假类型", "假别"), choices=("年假", "病假", "培训", "其他"), example="年假"
    ),
    Column("from", ("开始", "From", "开始日期", "起"), needed=True, example="2026-11-23"),
    Column("until", ("结束", "Until", "结束日期", "止"), needed=True, example="2026-11-25"),
    Column("note", ("备注", "Note", "说明")),
)
MOST_NOTE = 200


def preview(*, file: BinaryIO, by: User | None = None) -> Plan[Absence]:
    """Return what the file would do, and do nothing.

    A leave is known by its person and its beginning. A day without a time means all of it: until
    2026-11-25 is until its end. Raises `Unreadable` for what is no table with person, from and until.
    """
    return _Reading(file, by).plan


@transaction.atomic
def store(*, file: BinaryIO, by: User | None = None) -> Plan[Absence]:
    """Store what the file says, except for rows that are wrong, and return the plan that was followed.

    Repeating it changes nothing. The people are locked before their leave is read again.
    """
    people = {row.made.user_id for row in _Reading(file, by).plan.rows if row.made is not None}
    lock_planned(sorted(people), by)
    file.seek(0)
    reading = _Reading(file, by)
    plan = reading.plan
    changed = sorted(plan.having(Outcome.CHANGED), key=lambda row: row.record.row.number in reading.longer)
    for row in changed + plan.having(Outcome.NEW):  # what becomes shorter makes room first
        if row.made is not None:
            row.made.save()
    return plan


class _Reading:
    """One pass over a file: each row becomes its leave, unsaved."""

    def __init__(self, file: BinaryIO, by: User | None) -> None:
        self.plan = importing.planned(file, COLUMNS, Absence)
        self._whom = planners(by)
        self.longer: set[int] = set()
        self._seen: dict[tuple[int, dt.datetime], int] = {}
        self._known: dict[int, list[Absence]] = {}
        for one in Absence.objects.select_related("user"):
            self._known.setdefault(one.user_id, []).append(one)
        for row in self.plan.rows:
            self._read(row)
        for row in self.plan.rows:
            if row.made is not None and row.outcome != Outcome.WRONG:
                self._require_apart(row, row.made)

    def _read(self, row: PlannedRow[Absence]) -> None:
        person, span = self._whom.of(row, self.plan), self._span(row)
        kind = importing.read(
            row,
            self.plan,
            "kind",
            lambda text: KIND_WORDS[plain(text).casefold()],
            otherwise=_("There is no such kind of leave."),
        )
        note = plain(row.record.facts["note"])
        if len(note) > MOST_NOTE:
            row.refuse(self.plan.heading("note"), _("At most %(most)d characters.") % {"most": MOST_NOTE})
        if person is None or span is None or row.outcome == Outcome.WRONG:
            return
        own = self._known.setdefault(person.pk, [])
        known = next((one for one in own if one.starts_at == span.start), None)
        at = (person.pk, span.start)
        if at in self._seen:
            row.refuse(self.plan.heading("from"), _("The same as in row %(row)s.") % {"row": self._seen[at]})
            return
        self._seen[at] = row.record.row.number
        before = _told(known) if known else None
        absence = known or Absence(user=person, starts_at=span.start, kind=Absence.Kind.LEAVE)
        if known is not None and span.end > known.ends_at:
            self.longer.add(row.record.row.number)
        absence.ends_at = span.end
        absence.kind, absence.note = kind or absence.kind, note or absence.note
        if known is None:
            own.append(absence)
        row.made = absence
        if before is not None:
            self.plan.note_changes(row, before, _told(absence))
            row.outcome = Outcome.CHANGED if row.changes else Outcome.SAME

    def _span(self, row: PlannedRow[Absence]) -> Span | None:
        otherwise = _("This is no day, such as 2026-11-23, and no day with a time.")
        facts = row.record.facts
        for key in ("from", "until"):
            if not facts[key]:
                row.refuse(self.plan.heading(key), _("This is needed."))
        begins = importing.read(row, self.plan, "from", moment_in, otherwise=otherwise)
        ends = importing.read(row, self.plan, "until", moment_in, otherwise=otherwise)
        if begins is None or ends is None:
            return None
        whole = whole_days(begins.date(), ends.date())
        start = timezone.make_aware(begins) if begins.time() != dt.time() else whole.start
        end = timezone.make_aware(ends) if ends.time() != dt.time() else whole.end
        if end <= start:
            row.refuse(self.plan.heading("until"), _("The leave would end before it begins."))
            return None
        return Span(start, end)

    def _require_apart(self, row: PlannedRow[Absence], absence: Absence) -> None:
        own = Span(absence.starts_at, absence.ends_at)
        for other in self._known[absence.user_id]:
            if other is not absence and own.meets(Span(other.starts_at, other.ends_at)):
                row.refuse(
                    self.plan.heading("from"),
                    _("%(name)s is already away %(one)s; %(other)s would overlap with it.")
                    % {
                        "name": absence.user,
                        "one": away_said(Span(other.starts_at, other.ends_at)),
                        "other": away_said(own),
                    },
                )
                return


def _told(absence: Absence) -> dict[str, object]:
    """What is said of a leave, by the key of its column, as people read it."""
    return {
        "kind": absence.get_kind_display(),
        "until": away_said(Span(absence.starts_at, absence.ends_at)),
        "note": absence.note,
    }
