"""The charts of the manager's page, as the chart's island reads them."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import pgettext

from houqin.web.insight.owner_tables import LineTable
from houqin.web.insight.replay_tables import Table as ReplayTable
from houqin.web.insight.tables import Table

LEAST_SPAN = 20
"""Percent that the axis of shares shows at least."""

HOUR = 3_600


def on_time(months: Table, goal: int) -> dict[str, Any]:
    """The share on time of each month, with the goal; the axis begins right below the lowest."""
    shares = [row.percent for row in months.rows]
    low = min([goal, *(share for share in shares if share is not None)])
    return {
        "categories": [row.name for row in months.rows],
        "unit": "%",
        "min": max(0, min(100 - LEAST_SPAN, int(low // 10) * 10)),
        "max": 100,
        "series": [
            {
                "name": pgettext("count", "on time"),
                "kind": "line",
                "values": shares,
                "links": _lists(months, "on_time"),
            },
            {
                "name": pgettext("chart", "goal"),
                "kind": "line",
                "look": "target",
                "values": [goal] * len(shares),
            },
        ],
    }


def load(months: Table) -> dict[str, Any]:
    """What came in and what was repaired of it, by month of the report."""
    return {
        "categories": [row.name for row in months.rows],
        "unit": "",
        "series": [
            {
                "name": pgettext("count", "reported"),
                "kind": "bar",
                "look": "hollow",
                "values": [row.figures.opened for row in months.rows],
                "links": _lists(months, "opened"),
            },
            {
                "name": pgettext("count", "repaired"),
                "kind": "bar",
                "values": [row.figures.closed for row in months.rows],
                "links": _lists(months, "closed"),
            },
        ],
    }


def _lists(months: Table, figure: str) -> list[str]:
    """The list behind a figure of each month, where it counts anything."""
    return [row.urls[figure] if getattr(row.figures, figure) else "" for row in months.rows]


def time_by_month(months: LineTable | None) -> dict[str, Any]:
    """The working hours of each month, one on the other by owner; of the months of the report."""
    rows = months.rows if months else []
    names = [cell.name for cell in rows[0].cells] if rows else []
    return {
        "categories": [row.name for row in rows],
        "unit": pgettext("unit", "h"),
        "series": [
            {
                "name": name,
                "kind": "bar",
                "stack": "owners",
                "look": rows[0].cells[at].tone,
                "values": [round(row.cells[at].seconds / HOUR, 1) for row in rows],
                "links": [row.cells[at].url for row in rows],
            }
            for at, name in enumerate(names)
        ],
    }


def met_by_month(months: ReplayTable | None, sides: Sequence[str]) -> dict[str, Any]:
    """The share met of each month: then, and under each standard that is tried."""
    rows = months.rows if months else []
    return {
        "categories": [row.name for row in rows],
        "unit": "%",
        "max": 100,
        "series": [
            {
                "name": pgettext("replay", "met then"),
                "kind": "line",
                "look": "target",
                "values": [row.sides[0].percent_then for row in rows],
                "links": [row.sides[0].urls.get("met_then", "") for row in rows],
            },
            *(
                {
                    "name": name,
                    "kind": "line",
                    "look": look,
                    "values": [row.sides[at].percent for row in rows],
                    "links": [row.sides[at].urls.get("met", "") for row in rows],
                }
                for at, (name, look) in enumerate(zip(sides, ("brand", "plum"), strict=False))
            ),
        ],
    }
