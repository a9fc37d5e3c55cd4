"""What can be imported from a spreadsheet, and what people are shown of a plan."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, BinaryIO

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, pgettext_lazy

from houqin.accounts.actions import import_people
from houqin.accounts.models import User
from houqin.accounts.policies import scope
from houqin.flows.receive_opening_stock import receive_opening_stock
from houqin.inventory.actions import import_items, import_stock
from houqin.kernel import clock, tables
from houqin.kernel.importing import Outcome, Plan
from houqin.kernel.tables import Column
from houqin.org.actions import import_places
from houqin.staffing.actions import (
    import_absences,
    import_crews,
    import_licences,
    import_shifts,
    import_terms,
)
from houqin.staffing.models import CrewMember
from houqin.staffing.policies import planned_people

SHOWN = 200
BY_CODE = gettext_lazy(
    "Entries are known by their code: what exists is changed, an empty cell leaves what is stored."
    " Your own table works too, if its headings are like those of the template."
)


@dataclass(frozen=True)
class Import:
    """What can be imported: who may, how it reads, and where its list is.

    `crews` lets in people whose right is bound to crews or places; the rows they may not say are
    refused one by one. `choices` fills the drop-downs of the template. `rows` tells how much there is of a
    table that may have another form than `columns`, `roster` makes a second template.
    """

    key: str
    title: str | Promise
    permission: str
    back: str
    list_title: str | Promise
    columns: tuple[Column, ...]
    preview: Callable[[BinaryIO, User], Plan[Any]]
    store: Callable[[BinaryIO, User], Plan[Any]]
    about: str | Promise = BY_CODE
    crews: bool = False
    chapter: str = "setup"
    rows: Callable[[BinaryIO], Iterator[Any]] | None = None
    roster: Callable[[User], bytes] | None = None
    choices: Callable[[], dict[str, tuple[str, ...]]] = dict

    def offered(self) -> tuple[Column, ...]:
        """The columns of the template, with what this house knows in the drop-downs."""
        known = self.choices()
        return tuple(
            replace(column, choices=known[column.key]) if known.get(column.key) else column
            for column in self.columns
        )

    def may(self, user: User) -> bool:
        """Tell whether somebody may bring such a table."""
        held = scope(user, self.permission)
        return held.everywhere or (self.crews and bool(held))

    @property
    def has_roster(self) -> bool:
        """Whether there is a second template; a template would call the function itself."""
        return self.roster is not None

    def rows_of(self, file: BinaryIO) -> Iterator[Any]:
        """Yield the rows of a table. Raises `Unreadable` for what is no such table."""
        return self.rows(file) if self.rows is not None else tables.records(file, self.columns)[1]


def _roster(user: User) -> bytes:
    """A roster of the next four weeks for the people somebody plans for."""
    people = planned_people(user).filter(pk__in=CrewMember.objects.values("user")).order_by("pinyin_key")
    monday = clock.today() + dt.timedelta(days=7 - clock.today().weekday())
    return import_shifts.roster(people, monday, 28)


IMPORTS = {
    one.key: one
    for one in (
        Import(
            "places",
            gettext_lazy("Import places"),
            "org.manage",
            "setup:places",
            gettext_lazy("Places"),
            import_places.COLUMNS,
            lambda file, _by: import_places.preview(file=file),
            lambda file, _by: import_places.store(file=file),
        ),
        Import(
            "people",
            gettext_lazy("Import people"),
            "people.manage",
            "setup:people",
            gettext_lazy("People and roles"),
            import_people.COLUMNS,
            lambda file, _by: import_people.preview(file=file),
            lambda file, by: import_people.store(file=file, by=by),
        ),
        Import(
            "crews",
            gettext_lazy("Import crews"),
            "staffing.manage",
            "staffing:week",
            gettext_lazy("Crews"),
            import_crews.COLUMNS,
            lambda file, by: import_crews.preview(file=file, by=by),
            lambda file, by: import_crews.store(file=file, by=by),
            gettext_lazy(
                "One row for each person of a crew. A crew is known by its code; what stands in any of its"
                " rows is changed, an empty cell leaves what is stored; people are added, never taken away."
            ),
            chapter="staffing",
        ),
        Import(
            "shifts",
            gettext_lazy("Import shifts"),
            "staffing.plan",
            "staffing:week",
            gettext_lazy("Roster"),
            import_shifts.COLUMNS,
            lambda file, by: import_shifts.preview(file=file, by=by),
            lambda file, by: import_shifts.store(file=file, by=by),
            gettext_lazy(
                "A roster with a person in each row and a day in each column (早, 中, 夜, 休), or one row for"
                " each shift. What the table says of a person and a day replaces what was planned;"
                " an empty cell of a roster leaves it."
            ),
            crews=True,
            chapter="staffing",
            rows=import_shifts.rows_of,
            roster=_roster,
        ),
        Import(
            "absences",
            gettext_lazy("Import leave"),
            "staffing.plan",
            "staffing:week",
            gettext_lazy("Leave"),
            import_absences.COLUMNS,
            lambda file, by: import_absences.preview(file=file, by=by),
            lambda file, by: import_absences.store(file=file, by=by),
            gettext_lazy(
                "Leave is known by the person and its first day: what exists is changed. A day without a"
                " time means all of it."
            ),
            crews=True,
            chapter="staffing",
        ),
        Import(
            "licences",
            gettext_lazy("Import licences"),
            "staffing.manage",
            "staffing:licences",
            gettext_lazy("Licences"),
            import_licences.COLUMNS,
            lambda file, by: import_licences.preview(file=file, by=by),
            lambda file, by: import_licences.store(file=file, by=by),
            gettext_lazy(
                "A licence is known by the person, its kind and its first day: what exists is changed."
                " A renewal is a new row."
            ),
            chapter="staffing",
        ),
        Import(
            "terms",
            gettext_lazy("Import ways of working"),
            "staffing.manage",
            "staffing:week",
            gettext_lazy("Ways of working"),
            import_terms.COLUMNS,
            lambda file, by: import_terms.preview(file=file, by=by),
            lambda file, by: import_terms.store(file=file, by=by),
            gettext_lazy("One row for each person; an empty cell leaves what is stored."),
            chapter="staffing",
        ),
        Import(
            "items",
            gettext_lazy("Import items"),
            "stock.manage",
            "storeroom:items",
            gettext_lazy("Items"),
            import_items.COLUMNS,
            lambda file, _by: import_items.preview(file=file),
            lambda file, _by: import_items.store(file=file),
            choices=import_items.choices,
        ),
        Import(
            "stock",
            gettext_lazy("Import opening stock"),
            "stock.manage",
            "storeroom:stores",
            gettext_lazy("Opening stock"),
            import_stock.COLUMNS,
            lambda file, _by: import_stock.preview(file=file),
            lambda file, by: receive_opening_stock(file=file, by=by),
            gettext_lazy(
                "One row for each item, lot and location. All of it is received at once; the same table twice"
                " is received twice."
            ),
            choices=import_stock.choices,
        ),
    )
}

OUTCOMES = {
    Outcome.NEW: pgettext_lazy("import", "new"),
    Outcome.CHANGED: pgettext_lazy("import", "changed"),
    Outcome.SAME: pgettext_lazy("import", "unchanged"),
    Outcome.WRONG: pgettext_lazy("import", "wrong"),
}


def shown(plan: Plan[Any]) -> dict[str, Any]:
    """What people are shown of a plan, as plain values: the wrong rows first, then what changes."""
    rows = [row for outcome in (Outcome.WRONG, Outcome.CHANGED, Outcome.NEW) for row in plan.having(outcome)]
    counts = plan.counts
    keys = [column.key for column in plan.columns if any(row.record.facts[column.key] for row in plan.rows)]
    return {
        "rows": [
            {
                "number": row.record.row.number,
                "outcome": str(OUTCOMES[row.outcome]),
                "cells": [row.record.facts[key] for key in keys],
                "wrong": row.sentence,
                "changes": [
                    {"heading": heading, "before": before or "—", "after": after or "—"}
                    for heading, before, after in row.changes
                ],
            }
            for row in rows[:SHOWN]
        ],
        "headings": [plan.heading(key) for key in keys],
        "hidden": max(0, len(rows) - SHOWN),
        "total": len(plan.rows),
        "counts": counts,
        "storable": counts[Outcome.NEW] + counts[Outcome.CHANGED],
    }
