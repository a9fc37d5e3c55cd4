"""The charts of the manager's page, as the chart's island reads them."""

from typing import Any

from django.utils.translation import pgettext

from houqin.web.insight.tables import Table

LEAST_SPAN = 20
"""Percent that the axis of shares shows at least."""


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
