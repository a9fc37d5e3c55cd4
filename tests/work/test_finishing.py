"""How an order ends."""

import pytest
from django.db import DatabaseError, transaction

from houqin.accounts.models import User
from houqin.kernel import clock
from houqin.kernel.errors import Invalid, NotPermitted, Refused, StaleState
from houqin.work.actions import finishing, orders, progress, steps, time
from houqin.work.models import TimeEntry, WorkOrder
from tests.makers import make_code, make_job_type, make_order, make_photo
from tests.work import stories

pytestmark = pytest.mark.django_db


def test_completing_stops_the_clock_and_keeps_the_result(chen: User) -> None:
    order = stories.in_progress(chen)

    order = finishing.complete(order_id=order.pk, result="fixed", result_note="换了阀门", by=chen)

    assert (order.status, order.result, order.result_note) == ("completed", "fixed", "换了阀门")
    assert order.completed_at == clock.now()
    assert TimeEntry.objects.get().ended_at == clock.now()


def test_the_checklist_comes_first(chen: User) -> None:
    lines = [
        {"text": "关阀", "kind": "check", "required": True},
        {"text": "备注", "kind": "text"},
        {"text": "压力", "kind": "number", "required": True},
    ]
    order = stories.in_progress(chen, job_type=make_job_type(steps=lines))
    steps.answer(order_id=order.pk, answers={1: "yes"}, by=chen)
    before = stories.trace(order)

    with pytest.raises(Refused, match="压力"):
        finishing.complete(order_id=order.pk, result="fixed", by=chen)
    assert stories.trace(order) == before
    assert TimeEntry.objects.get().ended_at is None

    steps.answer(order_id=order.pk, answers={3: "0.35"}, by=chen)
    assert finishing.complete(order_id=order.pk, result="fixed", by=chen).status == "completed"


def test_a_needed_photo_is_one_of_the_finished_work(chen: User) -> None:
    order = stories.in_progress(chen, job_type=make_job_type(needs_photo=True))
    make_photo(order, stage="before")

    with pytest.raises(Refused, match="photo"):
        finishing.complete(order_id=order.pk, result="fixed", by=chen)

    make_photo(order, stage="after")
    assert finishing.complete(order_id=order.pk, result="fixed", by=chen).status == "completed"


def test_repaired_work_names_cause_and_remedy_where_the_job_type_asks(chen: User) -> None:
    order = stories.in_progress(chen, job_type=make_job_type(needs_codes=True))
    cause, remedy = make_code("cause"), make_code("remedy", "更换")
    before = stories.trace(order)

    for cause_id, remedy_id, field in (
        (None, None, "cause"),
        (cause.pk, None, "remedy"),
        (remedy.pk, remedy.pk, "cause"),
        (cause.pk, 0, "remedy"),
    ):
        with pytest.raises(Invalid) as refusal:
            finishing.complete(
                order_id=order.pk, result="fixed", cause_id=cause_id, remedy_id=remedy_id, by=chen
            )
        assert refusal.value.field == field
    assert stories.trace(order) == before

    order = finishing.complete(
        order_id=order.pk, result="fixed", cause_id=cause.pk, remedy_id=remedy.pk, by=chen
    )
    assert (order.problem, order.cause, order.remedy) == (None, cause, remedy)


@pytest.mark.parametrize(("facts", "result"), [({"kind": "inspection"}, "fixed"), ({}, "no_fault_found")])
def test_no_codes_are_asked_where_nothing_was_repaired(
    chen: User, facts: dict[str, str], result: str
) -> None:
    order = stories.in_progress(chen, job_type=make_job_type(needs_codes=True, **facts))

    order = finishing.complete(order_id=order.pk, result=result, result_note="试了三次都正常", by=chen)

    assert order.status == "completed"


def test_a_result_other_than_fixed_needs_words(chen: User) -> None:
    order = stories.in_progress(chen)

    for result in ("temporary", "no_fault_found", "not_our_job", "duplicate"):
        with pytest.raises(Invalid):
            finishing.complete(order_id=order.pk, result=result, by=chen)
    with pytest.raises(Invalid):
        finishing.complete(order_id=order.pk, result="great", by=chen)


def test_only_work_under_way_is_completed(chen: User) -> None:
    for order in (stories.accepted(chen), stories.on_hold(chen), stories.completed(chen)):
        with pytest.raises(StaleState):
            finishing.complete(order_id=order.pk, result="fixed", by=chen)


@pytest.mark.usefixtures("crew")
def test_verifying_closes_at_once_and_for_good(banzhang: User, chen: User) -> None:
    order = stories.completed(chen)

    order = finishing.verify(order_id=order.pk, by=banzhang)

    assert (order.status, order.closed_at) == ("closed", clock.now())
    assert [e.kind for e in order.events.all()][-2:] == ["verified", "closed"]
    with pytest.raises(DatabaseError), transaction.atomic():
        WorkOrder.objects.filter(pk=order.pk).update(title="别的")
    with pytest.raises(StaleState):
        finishing.verify(order_id=order.pk, by=banzhang)
    with pytest.raises(StaleState):
        finishing.cancel(order_id=order.pk, reason="x", by=None)
    with pytest.raises(StaleState):
        finishing.reject_completion(order_id=order.pk, reason="x", by=None)


@pytest.mark.usefixtures("crew")
def test_nobody_verifies_their_own_work(banzhang: User, chen: User) -> None:
    own = stories.completed(banzhang)
    helped = stories.in_progress(chen)
    helped.helpers.create(user=banzhang, since=clock.now())
    finishing.complete(order_id=helped.pk, result="fixed", by=chen)

    for order in (own, helped):
        with pytest.raises(NotPermitted):
            finishing.verify(order_id=order.pk, by=banzhang)
    with pytest.raises(NotPermitted):
        finishing.verify(order_id=own.pk, by=chen)


@pytest.mark.usefixtures("crew")
def test_where_a_requester_is_asked_only_the_house_passes_the_answer_on(
    banzhang: User, xu: User, chen: User, wang: User
) -> None:
    order = stories.completed(chen, source="FW20261123-0001")
    for by in (banzhang, xu, wang):
        with pytest.raises(NotPermitted):
            finishing.verify(order_id=order.pk, by=by)

    order = finishing.verify(order_id=order.pk, by=wang, granted=True)

    assert order.status == "closed"
    assert order.events.get(kind="verified").actor == wang


@pytest.mark.usefixtures("crew")
def test_the_crew_leader_verifies_where_the_job_type_says_so(banzhang: User, chen: User) -> None:
    order = stories.completed(chen, source="FW20261123-0001", job_type=make_job_type(leader_verifies=True))

    assert finishing.verify(order_id=order.pk, by=banzhang).status == "closed"


def test_silence_is_written_down_as_silence(chen: User) -> None:
    order = finishing.verify(order_id=stories.completed(chen).pk, by=None, silence=True)

    assert order.events.get(kind="verified").data == {"silence": True}


@pytest.mark.usefixtures("crew")
def test_work_that_is_not_accepted_goes_on(banzhang: User, chen: User) -> None:
    order = stories.completed(chen)
    with pytest.raises(Invalid):
        finishing.reject_completion(order_id=order.pk, reason=" ", by=banzhang)

    order = finishing.reject_completion(order_id=order.pk, reason="还在滴水", by=banzhang)

    assert (order.status, order.completed_at, order.result) == ("in_progress", None, "")
    assert not TimeEntry.objects.filter(ended_at__isnull=True).exists()
    time.begin(order_id=order.pk, by=chen)
    order = finishing.complete(order_id=order.pk, result="fixed", by=chen)
    assert order.status == "completed"
    assert TimeEntry.objects.filter(order=order, ended_at__isnull=False).count() == 2


@pytest.mark.parametrize("story", ["raised", "dispatched", "accepted", "held"])
def test_an_order_without_work_can_be_voided(xu: User, chen: User, story: str) -> None:
    order = make_order()
    if story != "raised":
        orders.assign(order_id=order.pk, worker_id=chen.pk, by=xu)
    if story in {"accepted", "held"}:
        progress.accept(order_id=order.pk, by=chen)
    if story == "held":
        progress.hold(order_id=order.pk, reason="access", by=chen)

    order = finishing.cancel(order_id=order.pk, reason="报错了", by=xu)

    assert (order.status, order.closed_at) == ("cancelled", clock.now())
    event = order.events.last()
    assert event is not None
    assert (event.kind, event.reason) == ("cancelled", "报错了")


def test_begun_work_is_not_voided_and_the_way_out_is_named(xu: User, chen: User) -> None:
    begun = stories.in_progress(chen)
    progress.hold(order_id=begun.pk, reason="other", note="不用修", by=chen)
    sent_back = progress.send_back(order_id=begun.pk, reason="不用修", by=chen)
    second = stories.in_progress(chen)
    noted = stories.accepted(chen)
    hour = clock.now()
    TimeEntry.objects.create(order=noted, user=xu, started_at=hour, ended_at=hour, entered_by_hand=True)

    for order in (sent_back, second, noted):
        before = stories.trace(order)
        with pytest.raises(Refused, match="not our job"):
            finishing.cancel(order_id=order.pk, reason="不用修", by=xu)
        assert stories.trace(order) == before


def test_voiding_needs_a_reason_and_the_right(xu: User, chen: User, wang: User) -> None:
    order = make_order()
    with pytest.raises(Invalid):
        finishing.cancel(order_id=order.pk, reason="", by=xu)
    for by in (chen, wang):
        with pytest.raises(NotPermitted):
            finishing.cancel(order_id=order.pk, reason="x", by=by)

    assert finishing.cancel(order_id=order.pk, reason="撤销", by=wang, granted=True).status == "cancelled"


def test_rework_is_a_new_order_that_knows_the_old_one(chen: User) -> None:
    old = stories.closed(chen)

    new = make_order(rework_of=old)

    assert (new.rework_of, new.status) == (old, "to_dispatch")
    assert new.events.get().data["rework_of"] == old.number
    assert WorkOrder.objects.get(pk=old.pk).status == "closed"


def test_a_stranger_ends_nothing(stranger: User, chen: User, liu: User) -> None:
    order = stories.in_progress(chen)

    for by in (stranger, liu):
        with pytest.raises(NotPermitted):
            finishing.complete(order_id=order.pk, result="fixed", by=by)
