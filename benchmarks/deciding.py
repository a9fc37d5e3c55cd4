"""Dispatch, told by `benchmarks.dispatching` how often: `python -m benchmarks.deciding TIMES`.

HOUQIN_DATABASE_URL names a migrated, empty database. Prints decisions a second by mode as JSON.
"""

import json
import os
import sys
import time
from statistics import median
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "houqin.config.settings")
django.setup()

import datetime as dt  # noqa: E402

from tests.makers import (  # noqa: E402
    grant,
    make_crew,
    make_job_type,
    make_licence,
    make_licence_kind,
    make_order,
    make_person,
    make_place,
    make_shift,
    make_terms,
    make_trade,
)

from houqin.flows.dispatch_order import dispatch_order  # noqa: E402
from houqin.kernel import clock  # noqa: E402
from houqin.staffing.models import Crew, Hours  # noqa: E402
from houqin.work.models import JobType, WorkOrder  # noqa: E402

PEOPLE = 200
MODES = ("rotation", "load", "best")
HOUR = dt.timedelta(hours=1)


def seed() -> tuple[Crew, dict[str, JobType]]:
    """One crew of two hundred who know the trade, hold the licence and are on shift, and three job types."""
    trade, kind, now = make_trade("水暖"), make_licence_kind("焊接作业证"), clock.now()
    people = [make_person(f"师傅{number:03d}") for number in range(PEOPLE)]
    for person in people:
        grant(person, "technician")
        make_terms(person, hours=Hours.ROSTER, open_limit=1_000)
        make_shift(person, now - 2 * HOUR, now + 8 * HOUR)
        make_licence(person, kind, clock.today() + dt.timedelta(days=90))
    crew = make_crew("水暖班", *people, trades=(trade,))
    facts: dict[str, Any] = {"trade": trade, "crew": crew, "licences": (kind,), "estimated_minutes": 30}
    return crew, {mode: make_job_type(dispatch_mode=mode, **facts) for mode in MODES}


def measured(orders: list[WorkOrder]) -> float:
    """Decisions a second: the median of five parts, each order decided in a transaction of its own."""
    size = max(1, len(orders) // 5)
    rates = []
    for first in range(0, len(orders), size):
        part = orders[first : first + size]
        began = time.perf_counter()
        for order in part:
            if dispatch_order(order_id=order.pk).worker is None:
                raise AssertionError("nobody was found")
        rates.append(len(part) / (time.perf_counter() - began))
    return median(rates)


def main(times: int) -> None:
    """Seed, warm up, measure every mode, print."""
    crew, jobs = seed()
    floors = [make_place(f"{number}层", type="floor") for number in range(5)]
    rooms = [make_place(f"{number}", parent=floors[number % 5]) for number in range(20)]
    found = {}
    for mode, job in jobs.items():
        orders = [
            make_order(job_type=job, crew=crew, place=rooms[number % 20]) for number in range(times + 3)
        ]
        measured(orders[:3])
        found[mode] = measured(orders[3:])
    print(json.dumps({"people": PEOPLE, "times": times, "rates": found}))


if __name__ == "__main__":
    main(int(sys.argv[1]))
