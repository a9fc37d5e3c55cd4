"""Numbers have no gaps and no doubles, whoever takes them and whatever goes wrong."""

import datetime as dt
import random
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from houqin.journal.actions import numbers

DAY = dt.date(2026, 11, 23)


@pytest.mark.django_db
def test_numbers_count_by_kind_and_day() -> None:
    taken = [numbers.take(kind="FW", day=DAY), numbers.take(kind="FW", day=DAY)]

    assert taken == ["FW20261123-0001", "FW20261123-0002"]
    assert numbers.take(kind="GD", day=DAY) == "GD20261123-0001"
    assert numbers.take(kind="FW", day=dt.date(2026, 11, 24)) == "FW20261124-0001"


@pytest.mark.django_db
def test_many_numbers_are_taken_at_once_in_order() -> None:
    numbers.take(kind="FW", day=DAY)

    assert numbers.take_many(kind="FW", day=DAY, count=3) == [
        "FW20261123-0002",
        "FW20261123-0003",
        "FW20261123-0004",
    ]
    assert numbers.take_many(kind="FW", day=DAY, count=0) == []
    assert numbers.take(kind="FW", day=DAY) == "FW20261123-0005"


@pytest.mark.django_db
def test_a_rollback_gives_the_number_back() -> None:
    with transaction.atomic():
        numbers.take(kind="FW", day=DAY)
        transaction.set_rollback(True)

    assert numbers.take(kind="FW", day=DAY) == "FW20261123-0001"


@pytest.mark.django_db(transaction=True)
def test_a_number_is_not_taken_outside_a_transaction() -> None:
    with pytest.raises(transaction.TransactionManagementError):
        numbers.take(kind="FW", day=DAY)


@pytest.mark.django_db(transaction=True)
def test_sixteen_writers_with_random_rollbacks_leave_no_gap_and_no_double() -> None:
    def write(seed: int) -> list[str]:
        chance = random.Random(seed)
        kept = []
        for _round in range(25):
            given_back = chance.random() < 0.4
            with transaction.atomic():
                taken = numbers.take_many(kind="GD", day=DAY, count=chance.choice([1, 1, 1, 3]))
                transaction.set_rollback(given_back)
            kept += [] if given_back else taken
        connection.close()
        return kept

    with ThreadPoolExecutor(16) as pool:
        kept = [number for taken in pool.map(write, range(16)) for number in taken]

    serials = sorted(int(number.rpartition("-")[2]) for number in kept)
    assert len(serials) > 200
    assert serials == list(range(1, len(serials) + 1))
