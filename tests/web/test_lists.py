"""Pages of a list that go on after a row: none is skipped or shown twice, in either direction."""

import datetime as dt

import pytest
from django.http import QueryDict

from houqin.desk.models import ServiceRequest
from houqin.web.lists import Sorting, page
from tests.makers_desk import make_request

pytestmark = pytest.mark.django_db
TEN = dt.datetime(2026, 11, 23, 10, tzinfo=dt.UTC)
DUES = [
    (None, False),
    (TEN, True),
    (TEN, False),
    (None, True),
    (TEN - dt.timedelta(hours=2), False),
    (TEN, False),
]
SORTINGS = [
    Sorting("next_due_at"),
    Sorting("next_due_at", last="paused"),
    Sorting("opened_at", newest=True),
]


@pytest.fixture
def everything() -> list[int]:
    """Requests with equal, missing and different due times, some of them paused."""
    made = []
    for due, paused in DUES:
        request = make_request()
        ServiceRequest.objects.filter(pk=request.pk).update(next_due_at=due, paused=paused)
        made.append(request.pk)
    return made


def walked(sorting: Sorting, size: int, way: str, start: QueryDict) -> list[list[int]]:
    """The keys on each page from `start` on, one `way` (`next` or `previous`)."""
    pages, query = [], start
    while True:
        shown = page(ServiceRequest.objects.all(), sorting, query, size=size)
        pages.append([row.pk for row in shown.rows])
        cursor = shown.next if way == "next" else shown.previous
        if not cursor:
            return pages
        query = QueryDict(f"{'after' if way == 'next' else 'before'}={cursor}")


@pytest.mark.parametrize("size", [1, 2, 3])
@pytest.mark.parametrize("sorting", SORTINGS)
def test_every_row_is_on_one_page_forwards_and_back(
    everything: list[int], sorting: Sorting, size: int
) -> None:
    whole = [row.pk for row in sorting.sorted(ServiceRequest.objects.all())]

    there = walked(sorting, size, "next", QueryDict())
    assert [pk for shown in there for pk in shown] == whole
    assert sorted(whole) == sorted(everything)

    last = page(ServiceRequest.objects.all(), sorting, QueryDict(), size=len(whole) - 1).next
    back = walked(sorting, size, "previous", QueryDict(f"after={last}"))
    assert [pk for shown in reversed(back) for pk in shown] == whole


def test_nothing_due_and_what_is_paused_come_last(everything: list[int]) -> None:
    rows = list(Sorting("next_due_at", last="paused").sorted(ServiceRequest.objects.all()))

    assert [row.paused for row in rows] == [False] * 4 + [True] * 2
    assert [row.next_due_at is None for row in rows] == [False, False, False, True, False, True]


@pytest.mark.parametrize("cursor", ["", "1", ".", "²", "x.1", "1.x", "9" * 30 + ".1"])
def test_a_cursor_nobody_gave_out_begins_at_the_beginning(everything: list[int], cursor: str) -> None:
    shown = page(ServiceRequest.objects.all(), SORTINGS[0], QueryDict(f"after={cursor}"), size=2)

    assert [row.pk for row in shown.rows] == [
        row.pk for row in SORTINGS[0].sorted(ServiceRequest.objects.all())[:2]
    ]
