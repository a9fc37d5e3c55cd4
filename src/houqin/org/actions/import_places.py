"""Places from a spreadsheet: looked at first, then stored."""

from collections.abc import Callable
from copy import copy
from typing import Any, BinaryIO, cast

from django.db import transaction
from django.utils.translation import gettext as _

from houqin.kernel import importing
from houqin.kernel.importing import Outcome, Plan, PlannedRow
from houqin.kernel.reading import number_in, plain
from houqin.kernel.tables import Column
from houqin.org.actions.places import PlaceFacts, apply, refresh_search
from houqin.org.models import Calendar, Department, Place, PlaceType
from houqin.org.queries.places import may_stand_in

TYPE_WORDS: dict[str, PlaceType] = {
    word: type_
    for type_, words in {
        PlaceType.SITE: ("校区", "园区", "院区", "厂区", "site", "campus"),
        PlaceType.BUILDING: ("楼栋", "楼", "楼宇", "建筑", "building"),
        PlaceType.FLOOR: ("楼层", "层", "floor"),
        PlaceType.ROOM: ("房间", "室", "room"),
        PlaceType.ZONE: ("区域", "zone"),
        PlaceType.OUTDOOR: ("室外区域", "室外", "outdoor area", "outdoor"),
    }.items()
    for word in words
}

COLUMNS = (
    Column("code", ("编码", "Code", "地点编码"), needed=True, example="示例 E-LIB-301"),
    Column("name", ("名称", "Name", "地点名称"), needed=True, example="301 阅览室"),
    Column(
        "type", ("类型", "Type"), choices=("校区", "楼栋", "楼层", "房间", "区域", "室外区域"), example="房间"
    ),
    Column("parent", ("上级编码", "Inside (code)", "上级"), example="E-LIB-3F"),
    Column("name_en", ("英文名称", "English name"), example="Reading room 301"),
    Column("area_m2", ("面积（㎡）", "Area (m²)", "面积", "面积(平方米)", "Area"), example="85.50"),
    Column("use", ("用途", "Use"), example="阅览"),
    Column(
        "criticality",
        ("重要程度（1–5）", "Criticality (1–5)", "重要程度", "重要程度(1-5)", "Criticality"),
        choices=("1", "2", "3", "4", "5"),
        example="3",
    ),
    Column("department", ("部门编码", "Department (code)", "部门")),
    Column("calendar", ("日历编码", "Calendar (code)", "日历")),
)

_TOGETHER = 1_000


def preview(*, file: BinaryIO) -> Plan[Place]:
    """Return what the file would do, and do nothing.

    A place is known by its code, whatever its case. An empty cell leaves what is stored; rows may
    come in any order, a parent may stand below its child or be stored already. Raises `Unreadable`
    for what is no table with at least code and name.
    """
    return _Reading(file).plan


@transaction.atomic
def store(*, file: BinaryIO) -> Plan[Place]:
    """Store what the file says, except for rows that are wrong, and return the plan that was followed.

    Repeating it changes nothing. Parents are stored before what stands in them.
    """
    plan = _Reading(file).plan
    rows = plan.having(Outcome.NEW) + plan.having(Outcome.CHANGED)
    levels: dict[int, list[PlannedRow[Place]]] = {}
    for row in rows:
        levels.setdefault(len(_around(row.made)), []).append(row)
    for _depth, level in sorted(levels.items()):
        new = [row.made for row in level if row.outcome == Outcome.NEW and row.made]
        Place.objects.bulk_create(new, batch_size=_TOGETHER)
        for row in level:
            if row.outcome == Outcome.CHANGED and row.made:
                row.made.save(update_fields=[*_OWN, "parent"])
    ids = [row.made.pk for row in rows if row.made]
    if ids:
        refresh_search(Place.objects.filter(lineage__overlap=ids))
    return plan


class _Reading:
    """One pass over a file: each row becomes its place, unsaved, with its parent tied to it.

    There is one object for each place, stored or new, so that the tree can be walked as it will be.
    """

    def __init__(self, file: BinaryIO) -> None:
        self.plan = importing.planned(file, COLUMNS, Place)
        self._places = _stored_places()
        self._before = {code: _facts(place) for code, place in self._places.items()}
        self._parents = {code: place.parent for code, place in self._places.items()}
        self._departments = {row.code.lower(): row for row in Department.objects.all()}
        self._calendars = {row.code.lower(): row for row in Calendar.objects.all()}
        self._of_department: dict[int | None, str] = {row.pk: str(row) for row in self._departments.values()}
        self._of_calendar: dict[int | None, str] = {row.pk: str(row) for row in self._calendars.values()}
        self._rows = dict(importing.once_each(self.plan, "code"))
        self._read_before = {
            code: self._told(self._places[code]) for code in self._rows if code in self._before
        }
        for code, row in self._rows.items():
            row.made = self._places.setdefault(code, Place())
            self._read(row, row.made)
        for code, row in self._rows.items():
            self._tie(code, row)
        while self._refuse_what_cannot_stand():
            pass
        for code, row in self._rows.items():
            if code in self._before and row.outcome != Outcome.WRONG and row.made:
                row.outcome = Outcome.SAME if _facts(row.made) == self._before[code] else Outcome.CHANGED
                self.plan.note_changes(row, self._read_before[code], self._told(row.made))

    def _read(self, row: PlannedRow[Place], place: Place) -> None:
        cells = row.record.facts
        facts: dict[str, Any] = {key: cells[key] for key in ("code", "name", "name_en", "use") if cells[key]}
        if "name" not in facts and not place.name:
            row.refuse(self.plan.heading("name"), _("This is needed."))
        no_number = _("This is not a number.")
        meanings: list[tuple[str, Callable[[str], Any], str]] = [
            ("type", lambda text: TYPE_WORDS[plain(text).lower()], _("There is no such type.")),
            ("area_m2", number_in, no_number),
            ("criticality", lambda text: int(number_in(text)), no_number),
            ("department", lambda text: self._departments[_key(text)], _("There is no such department.")),
            ("calendar", lambda text: self._calendars[_key(text)], _("There is no such calendar.")),
        ]
        for key, meaning, otherwise in meanings:
            value = importing.read(row, self.plan, key, meaning, otherwise=otherwise)
            if value is not None:
                facts[key] = value
        # A wrong row is looked at to its end, so that everything is told at once, but on a copy.
        changed = place if row.outcome != Outcome.WRONG else copy(place)
        wanted = cast("PlaceFacts", facts)
        importing.checked(row, self.plan, lambda: apply(changed, wanted, stands_anywhere=True))

    def _told(self, place: Place) -> dict[str, object]:
        """The facts of a place by the key of their column, as people read them."""
        names = {key: getattr(place, key) for key in ("code", "name", "name_en", "use", "criticality")}
        return {
            **names,
            "type": place.get_type_display(),
            "parent": place.parent.code if place.parent else "",
            "area_m2": f"{place.area_m2:.2f}" if place.area_m2 is not None else "",
            "department": self._of_department.get(place.department_id),
            "calendar": self._of_calendar.get(place.calendar_id),
        }

    def _tie(self, code: str, row: PlannedRow[Place]) -> None:
        """Put a place where the row wants it; what is stored stays where it is for an empty cell."""
        wanted = _key(row.record.facts["parent"])
        if not wanted or row.made is None:
            return
        parent = self._places.get(wanted)
        if parent is None or wanted == code:
            row.refuse(
                self.plan.heading("parent"),
                _("There is no such place to stand in: %(code)s.") % {"code": row.record.facts["parent"]},
            )
        elif row.outcome != Outcome.WRONG:
            row.made.parent = parent

    def _refuse_what_cannot_stand(self) -> bool:
        """Refuse rows that stand in themselves, in the wrong place or in a place that is not stored.

        A refused place stays where it was, which may make others impossible: tell whether any was.
        """
        any_refused = False
        never_stored = self._never_stored()
        for row in self._rows.values():
            place = row.made
            if row.outcome == Outcome.WRONG or place is None:
                continue
            problem = self._cannot_stand(place, never_stored)
            if problem:
                row.refuse(self.plan.heading("parent"), problem)
                any_refused = True
        for code, row in self._rows.items():
            if row.outcome == Outcome.WRONG and row.made:
                row.made.parent = self._parents.get(code)
        return any_refused

    def _cannot_stand(self, place: Place, never_stored: set[int]) -> str:
        parent = place.parent
        if parent is None:
            return ""
        if place in _around(place) or _is_endless(place):
            return _("The place would stand inside itself.")
        if id(parent) in never_stored:
            return _("The row of the place around it is wrong.")
        return "" if may_stand_in(place.type, parent.type) else _("A place of this type cannot stand there.")

    def _never_stored(self) -> set[int]:
        return {
            id(row.made)
            for code, row in self._rows.items()
            if row.outcome == Outcome.WRONG and code not in self._before
        }


_OWN = ("type", "code", "name", "name_en", "area_m2", "use", "criticality", "department", "calendar")
_DEEPEST = 50


def _stored_places() -> dict[str, Place]:
    """Return all places by code, each with its parent tied to it, from one query."""
    places = {place.pk: place for place in Place.objects.defer("search_text", "search_grams")}
    for place in places.values():
        place.parent = places[place.parent_id] if place.parent_id else None
    return {_key(place.code): place for place in places.values()}


def _around(place: Place | None) -> list[Place]:
    """Return the places around a place, the nearest first, at most fifty."""
    found: list[Place] = []
    while place is not None and place.parent is not None and len(found) < _DEEPEST:
        place = place.parent
        found.append(place)
    return found


def _is_endless(place: Place) -> bool:
    return len(_around(place)) >= _DEEPEST


def _key(text: str) -> str:
    return plain(text).lower()


def _facts(place: Place) -> tuple[object, ...]:
    own = [getattr(place, f"{field}_id" if field in {"department", "calendar"} else field) for field in _OWN]
    return (*own, place.parent.code if place.parent else None)
