"""Checklist, photos, helpers and notes of an order."""

import pytest

from houqin.accounts.models import User
from houqin.kernel.errors import Invalid, Missing, NotPermitted, Refused, StaleState
from houqin.work.actions import attachments, coworkers, finishing, orders, progress, steps, time
from houqin.work.models import OrderAttachment, OrderStep, OrderWorker, WorkOrder
from tests.makers import make_attachment, make_job_type, make_order
from tests.work import stories

pytestmark = pytest.mark.django_db
LINES = [
    {"text": "关阀", "kind": "check"},
    {"text": "压力", "kind": "number"},
    {"text": "材质", "kind": "choice", "choices": ["铜", "PPR"]},
    {"text": "备注", "kind": "text"},
]


@pytest.fixture
def order(chen: User) -> WorkOrder:
    return stories.accepted(chen, job_type=make_job_type(steps=LINES))


def answers(order: WorkOrder) -> list[str]:
    return list(OrderStep.objects.filter(order=order).values_list("answer", flat=True))


def test_answers_are_kept_with_who_and_when(order: WorkOrder, chen: User) -> None:
    steps.answer(order_id=order.pk, answers={1: "yes", 2: "-0.5", 3: "PPR", 4: "管子旧了"}, by=chen)

    assert answers(order) == ["yes", "-0.5", "PPR", "管子旧了"]
    first = OrderStep.objects.filter(order=order)[0]
    assert first.answered_by == chen
    assert first.answered_at is not None
    assert order.events.filter(kind="step_answered").count() == 4


def test_the_same_answer_again_writes_nothing_and_an_empty_one_takes_it_away(
    order: WorkOrder, chen: User
) -> None:
    steps.answer(order_id=order.pk, answers={2: "7"}, by=chen)
    before = stories.trace(order)
    assert steps.answer(order_id=order.pk, answers={2: "7", 4: ""}, by=chen) == []
    assert stories.trace(order) == before

    steps.answer(order_id=order.pk, answers={2: ""}, by=chen)
    assert answers(order) == ["", "", "", ""]


@pytest.mark.parametrize(
    ("position", "text"),
    [(1, "maybe"), (2, "viel"), (2, "NaN"), (2, "Infinity"), (2, "1" * 31), (3, "钢"), (4, "长" * 201)],
    ids=["tick", "word", "nan", "infinity", "long number", "no choice", "long text"],
)
def test_one_wrong_answer_stores_none(order: WorkOrder, chen: User, position: int, text: str) -> None:
    with pytest.raises(Invalid) as refusal:
        steps.answer(order_id=order.pk, answers={4: "好", position: text}, by=chen)

    assert refusal.value.field == f"step_{position}"
    assert answers(order) == ["", "", "", ""]


def test_only_who_works_on_it_answers_and_only_while_it_is_open(
    order: WorkOrder, chen: User, liu: User
) -> None:
    with pytest.raises(NotPermitted):
        steps.answer(order_id=order.pk, answers={1: "yes"}, by=liu)
    with pytest.raises(Missing):
        steps.answer(order_id=order.pk, answers={9: "yes"}, by=chen)
    progress.start(order_id=order.pk, by=chen)
    finishing.complete(order_id=order.pk, result="fixed", by=chen)
    with pytest.raises(StaleState):
        steps.answer(order_id=order.pk, answers={1: "yes"}, by=chen)


def test_photos_are_put_on_once_and_shown_when_told(order: WorkOrder, chen: User) -> None:
    photo = make_attachment(uploaded_by=chen)

    attachments.attach(order_id=order.pk, attachment_ids=[photo.pk], stage="before", by=chen)
    assert attachments.attach(order_id=order.pk, attachment_ids=[photo.pk], by=chen) == []
    tie = attachments.show(order_id=order.pk, attachment_id=photo.pk, public=True, by=chen)

    assert (tie.stage, tie.public) == ("before", True)
    assert order.events.get(kind="attached").data == {"names": ["现场.jpg"]}
    attachments.detach(order_id=order.pk, attachment_id=photo.pk, by=chen)
    assert not OrderAttachment.objects.exists()


def test_nobody_attaches_a_file_of_somebody_else(order: WorkOrder, chen: User, wang: User, liu: User) -> None:
    theirs = make_attachment(uploaded_by=wang)
    own = make_attachment(uploaded_by=chen)

    with pytest.raises(Missing):
        attachments.attach(order_id=order.pk, attachment_ids=[own.pk, theirs.pk], by=chen)
    with pytest.raises(Invalid):
        attachments.attach(order_id=order.pk, attachment_ids=[own.pk], stage="later", by=chen)
    with pytest.raises(NotPermitted):
        attachments.attach(order_id=order.pk, attachment_ids=[own.pk], by=liu)
    with pytest.raises(Missing):
        attachments.detach(order_id=order.pk, attachment_id=own.pk, by=chen)

    assert not OrderAttachment.objects.exists()


def test_a_closed_order_takes_no_photo(chen: User) -> None:
    order = stories.closed(chen)

    with pytest.raises(StaleState):
        attachments.attach(order_id=order.pk, attachment_ids=[make_attachment().pk], by=None)


def test_the_lead_takes_a_helper_along_and_sends_one_home(order: WorkOrder, chen: User, liu: User) -> None:
    coworkers.add_helper(order_id=order.pk, user_id=liu.pk, by=chen)
    coworkers.add_helper(order_id=order.pk, user_id=liu.pk, by=chen)
    assert OrderWorker.objects.get().user == liu
    assert order.events.filter(kind="helper_added").count() == 1

    progress.start(order_id=order.pk, by=chen)
    time.begin(order_id=order.pk, by=liu)
    with pytest.raises(Refused, match="刘师傅"):
        coworkers.remove_helper(order_id=order.pk, user_id=liu.pk, by=chen)
    time.end(order_id=order.pk, by=liu)
    coworkers.remove_helper(order_id=order.pk, user_id=liu.pk, by=liu)
    assert not OrderWorker.objects.exists()


@pytest.mark.usefixtures("crew")
def test_people_of_the_crew_join_by_themselves_and_others_do_not(
    banzhang: User, chen: User, liu: User, wang: User
) -> None:
    order = stories.accepted(chen)

    assert coworkers.add_helper(order_id=order.pk, user_id=banzhang.pk, by=banzhang).user == banzhang
    for user, by in ((liu, liu), (liu, wang)):
        with pytest.raises(NotPermitted):
            coworkers.add_helper(order_id=order.pk, user_id=user.pk, by=by)
    for nobody in (chen, wang):
        with pytest.raises(Refused):
            coworkers.add_helper(order_id=order.pk, user_id=nobody.pk, by=None)
    with pytest.raises(Refused):
        coworkers.add_helper(order_id=make_order().pk, user_id=liu.pk, by=None)


def test_a_helper_who_becomes_the_lead_is_no_helper_any_more(order: WorkOrder, chen: User, liu: User) -> None:
    coworkers.add_helper(order_id=order.pk, user_id=liu.pk, by=chen)

    orders.assign(order_id=order.pk, worker_id=liu.pk, by=None, reason="陈师傅请假")

    assert not OrderWorker.objects.exists()


def test_a_note_stays_inside_the_house(order: WorkOrder, chen: User, liu: User) -> None:
    event = coworkers.note(order_id=order.pk, text=" 带 32 的阀门 ", by=chen)

    assert (event.kind, event.reason, event.public) == ("note", "带 32 的阀门", False)
    with pytest.raises(Invalid):
        coworkers.note(order_id=order.pk, text=" ", by=chen)
    with pytest.raises(NotPermitted):
        coworkers.note(order_id=order.pk, text="x", by=liu)
