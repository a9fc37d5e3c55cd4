"""Many people at one order at the same moment. Real threads, each with its own connection."""

from contextlib import suppress
from functools import partial

import pytest
from django.db import transaction

from houqin.accounts.models import User
from houqin.kernel.errors import Refused, StaleState
from houqin.staffing.models import Terms
from houqin.work.actions import orders, progress
from houqin.work.models import JobType, OrderEvent, TimeEntry, WorkOrder
from tests import cast
from tests.makers import grant, make_crew, make_job_type, make_order, make_person
from tests.threads import together
from tests.work import stories

pytestmark = pytest.mark.django_db(transaction=True)


def crowd(count: int) -> list[User]:
    people = [make_person(f"师傅{n:02d}") for n in range(count)]
    for person in people:
        grant(person, "technician")
    make_crew("综合班", *people)
    return people


def test_of_fifty_who_claim_one_wins_and_the_others_hear_who() -> None:
    people = crowd(50)
    order = make_order(crew=people[0].memberships.get().crew)

    answers = together([partial(progress.claim, order_id=order.pk, by=person) for person in people])

    winners = [answer for answer in answers if isinstance(answer, WorkOrder)]
    losers = [answer for answer in answers if isinstance(answer, StaleState)]
    assert (len(winners), len(losers)) == (1, 49)
    worker = WorkOrder.objects.get().worker
    assert worker is not None
    assert len({str(refusal) for refusal in losers}) == 1
    assert worker.full_name in str(losers[0])
    assert order.number in str(losers[0])
    assert OrderEvent.objects.filter(kind="claimed").count() == 1


def test_of_a_crew_that_accepts_at_once_one_gets_the_order() -> None:
    people = crowd(12)
    crew = people[0].memberships.get().crew
    order = orders.assign(order_id=make_order().pk, crew_id=crew.pk, by=None)

    answers = together([partial(progress.accept, order_id=order.pk, by=person) for person in people])

    assert sum(isinstance(answer, WorkOrder) for answer in answers) == 1
    assert sum(isinstance(answer, Refused) for answer in answers) == 11
    worker = WorkOrder.objects.get().worker
    assert worker is not None
    assert all(worker.full_name in str(answer) for answer in answers if isinstance(answer, Refused))
    assert OrderEvent.objects.filter(kind="accepted").count() == 1


def test_two_dispatchers_assign_one_order_once() -> None:
    chen, liu = cast.technician_chen(), cast.technician_liu()
    order = make_order()
    xu, other = cast.dispatcher_xu(), cast.dispatcher_xu(username="he", email="he@example.com")

    answers = together(
        [
            partial(orders.assign, order_id=order.pk, worker_id=chen.pk, by=xu),
            partial(orders.assign, order_id=order.pk, worker_id=liu.pk, by=other),
        ]
    )

    assert sorted(type(answer).__name__ for answer in answers) == ["StaleState", "WorkOrder"]
    order.refresh_from_db()
    refusal = next(answer for answer in answers if isinstance(answer, StaleState))
    assert order.worker is not None
    assert order.worker.full_name in str(refusal)
    assert OrderEvent.objects.filter(to_status="dispatched").count() == 1


def test_of_eight_dispatchers_who_give_one_person_the_fifth_order_one_succeeds() -> None:
    chen = cast.technician_chen()
    for _ in range(Terms.OPEN_LIMIT - 1):
        stories.dispatched(chen)
    waiting = [make_order() for _ in range(8)]
    desk = [cast.dispatcher_xu(username=f"xu{n}", email=f"xu{n}@example.com") for n in range(8)]

    answers = together(
        [
            partial(orders.assign, order_id=order.pk, worker_id=chen.pk, by=by)
            for order, by in zip(waiting, desk, strict=True)
        ]
    )

    assert sum(isinstance(answer, WorkOrder) for answer in answers) == 1
    refusals = [answer for answer in answers if isinstance(answer, Refused)]
    assert len(refusals) == 7
    assert all(refusal.facts["rules"] == ["cap"] for refusal in refusals)
    assert all("陈师傅" in str(refusal) and "5" in str(refusal) for refusal in refusals)
    assert WorkOrder.objects.filter(worker=chen).count() == Terms.OPEN_LIMIT


def test_claims_and_dispatchers_together_do_not_fill_a_person_beyond_the_limit() -> None:
    (chen,) = crowd(1)
    crew = chen.memberships.get().crew
    for _ in range(Terms.OPEN_LIMIT - 2):
        stories.dispatched(chen)

    answers = together(
        [partial(progress.claim, order_id=make_order(crew=crew).pk, by=chen) for _ in range(4)]
        + [partial(orders.assign, order_id=make_order().pk, worker_id=chen.pk, by=None) for _ in range(4)]
    )

    assert sum(isinstance(answer, WorkOrder) for answer in answers) == 2
    assert sum(isinstance(answer, Refused) for answer in answers) == 6
    assert WorkOrder.objects.filter(worker=chen).count() == Terms.OPEN_LIMIT


def test_one_person_starts_one_of_several_jobs_that_start_at_once() -> None:
    chen = cast.technician_chen()
    jobs = [stories.accepted(chen) for _ in range(4)]

    answers = together([partial(progress.start, order_id=job.pk, by=chen) for job in jobs])

    assert sum(isinstance(answer, WorkOrder) for answer in answers) == 1
    refusals = [answer for answer in answers if isinstance(answer, Refused)]
    assert len(refusals) == len(jobs) - 1
    refusal = refusals[0]
    entry = TimeEntry.objects.get()
    assert entry.order.number in str(refusal)
    assert sorted(WorkOrder.objects.values_list("status", flat=True)) == ["accepted"] * 3 + ["in_progress"]


class ChangedMindError(Exception):
    """Something went wrong after the number was taken."""


def raise_some(job_type: JobType, person: int) -> int:
    """Raise six orders, every third of which is rolled back after it got its number."""
    kept = 0
    for turn in range(6):
        with suppress(ChangedMindError), transaction.atomic():
            make_order(job_type=job_type)
            if (person + turn) % 3 == 0:
                raise ChangedMindError
            kept += 1
    return kept


def test_numbers_have_no_gap_and_no_double_even_when_every_third_is_rolled_back() -> None:
    job_type = make_job_type()

    answers = together([partial(raise_some, job_type, person) for person in range(16)])

    assert answers == [4] * 16
    numbers = sorted(WorkOrder.objects.values_list("number", flat=True))
    assert [int(number.split("-")[1]) for number in numbers] == list(range(1, 65))
