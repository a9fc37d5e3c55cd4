"""What can be imported from a spreadsheet, and what people are shown of a plan."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, BinaryIO

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, pgettext_lazy

from houqin.accounts.actions import import_people
from houqin.accounts.models import User
from houqin.kernel.importing import Outcome, Plan
from houqin.kernel.tables import Column
from houqin.org.actions import import_places

SHOWN = 200


@dataclass(frozen=True)
class Import:
    """What can be imported: who may, how it reads, and where its list is."""

    key: str
    title: str | Promise
    permission: str
    back: str
    list_title: str | Promise
    columns: tuple[Column, ...]
    preview: Callable[..., Plan[Any]]
    store: Callable[[BinaryIO, User], Plan[Any]]


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
            import_places.preview,
            lambda file, _by: import_places.store(file=file),
        ),
        Import(
            "people",
            gettext_lazy("Import people"),
            "people.manage",
            "setup:people",
            gettext_lazy("People and roles"),
            import_people.COLUMNS,
            import_people.preview,
            lambda file, by: import_people.store(file=file, by=by),
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
