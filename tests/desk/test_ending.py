"""A request goes on, is resolved, closed, refused, reopened, withdrawn or chased."""

import datetime as dt

import pytest
from django.db import IntegrityError

from houqin.accounts.models import User
from houqin.desk.actions import messages, progress
from houqin.desk.models import ServiceRequest
from houqin.kernel.errors import Invalid, Missing, StaleState
from houqin.work.models import WorkOrder
from tests.desk.test_triage import fresh, refuses
from tests.makers import make_attachment, make_order, make_organisation, make_person
from tests.makers_desk import accepted_request, closed_request, make_request, resolved_request
from tests.times import at, when

pytestmark = pytest.mark.django_db


def with_order(request: ServiceRequest, status: str) -> WorkOrder:
    """An order of the request, put into a state past the actions of work."""
    order = make_order(source=request.number)
    progress.link_order(request_id=request.pk, order=order, by=None)
    path = {
        "to_dispatch": [],
        "accepted": ["accepted"],
        "in_progress": ["accepted", "in_progress"],
        "completed": ["accepted", "in_progress", "completed"],
        "cancelled": ["cancelled"],
    }[status]
    stamps = {
        "completed": {"completed_at": at("2026-11-23 12:00")},
        "cancelled": {"closed_at": at("2026-11-23 12:00")},
    }
    worker = make_person("陈师傅")
    for state in path:
        WorkOrder.objects.filter(pk=order.pk).update(status=state, worker=worker, **stamps.get(state, {}))
    order.refresh_from_db()
    return order


@pytest.mark.parametrize("status", ["to_dispatch", "accepted", "in_progress"])
def test_a_request_is_not_done_before_all_its_work_is(status: str) -> None:
    request = accepted_request()
    with_order(request, "completed")
    unfinished = with_order(request, status)

    refusal = refuses(request, lambda: progress.resolve(request_id=request.pk, by=None, result="好了"))

    assert unfinished.number in str(refusal)


def test_completed_work_speaks_for_itself() -> None:
    request = accepted_request()
    with_order(request, "cancelled")
    with_order(request, "completed")

    assert progress.resolve(request_id=request.pk, by=None).status == "resolved"


@pytest.mark.parametrize("orders", [[], ["cancelled"], ["cancelled", "cancelled"]])
def test_without_completed_work_somebody_writes_what_was_done(orders: list[str]) -> None:
    request = accepted_request()
    for status in orders:
        with_order(request, status)

    refuses(request, lambda: progress.resolve(request_id=request.pk, by=None, result=" "), Invalid)

    assert progress.resolve(request_id=request.pk, by=None, result="电话指导解决").result == "电话指导解决"


def test_a_new_request_has_no_order() -> None:
    request = make_request()

    refuses(
        request, lambda: progress.link_order(request_id=request.pk, order=make_order(), by=None), StaleState
    )


def test_the_schema_knows_no_silence_of_what_is_open() -> None:
    request = resolved_request()

    with pytest.raises(IntegrityError, match="request_silence_accepts_only_what_is_closed"):
        ServiceRequest.objects.filter(pk=request.pk).update(accepted_by_silence=True)


def test_silence_is_recorded_as_such() -> None:
    by_hand, silent = resolved_request(), resolved_request()

    progress.close(request_id=by_hand.pk, by=None, by_name="小王")
    progress.close(request_id=silent.pk, by=None, silence=True)

    assert (fresh(by_hand).accepted_by_silence, fresh(silent).accepted_by_silence) == (False, True)
    assert silent.events.get(kind="closed").data == {"silence": True}
    assert by_hand.events.get(kind="closed").actor_name == "小王"


def test_only_a_resolved_request_is_closed_or_refused() -> None:
    request = accepted_request()

    refuses(request, lambda: progress.close(request_id=request.pk, by=None), StaleState)
    refuses(
        request, lambda: progress.refuse_result(request_id=request.pk, reason="还漏", by=None), StaleState
    )


def test_a_refused_result_puts_it_back_and_counts() -> None:
    request = resolved_request()
    refuses(request, lambda: progress.refuse_result(request_id=request.pk, reason=" ", by=None), Invalid)

    progress.refuse_result(request_id=request.pk, reason="还漏", by=None)

    request = fresh(request)
    assert (request.status, request.resolved_at, request.reopen_count) == ("in_progress", None, 1)


def test_our_own_check_does_not_count_as_reopening(xu: User) -> None:
    request = resolved_request()

    progress.take_back(request_id=request.pk, reason="自检不合格", by=xu)

    assert (fresh(request).status, fresh(request).reopen_count) == ("in_progress", 0)
    assert not request.events.get(kind="taken_back").public


@pytest.mark.parametrize(("days", "hours", "allowed"), [(7, 0, True), (7, 1, False), (0, 0, True)])
def test_reopening_ends_after_the_days_of_the_organisation(days: int, hours: int, allowed: bool) -> None:
    make_organisation(reopen_days=7)
    with when("2026-11-23 09:00") as closed:
        request = closed_request()
    later = closed + dt.timedelta(days=days, hours=hours)

    if allowed:
        assert progress.reopen(request_id=request.pk, reason="又漏了", by=None, at=later).reopen_count == 1
        assert (fresh(request).closed_at, fresh(request).resolved_at) == (None, None)
    else:
        refuses(request, lambda: progress.reopen(request_id=request.pk, reason="又漏了", by=None, at=later))


def test_a_request_is_withdrawn_before_work_begins(wang: User) -> None:
    request = make_request(requester=wang)

    withdrawn = progress.withdraw(request_id=request.pk, by=wang, reason="自己修好了")

    assert withdrawn.status == "withdrawn"
    assert withdrawn.closed_at is not None
    refuses(request, lambda: progress.withdraw(request_id=request.pk, by=wang), StaleState)


@pytest.mark.parametrize("status", ["to_dispatch", "accepted", "in_progress", "completed"])
def test_live_work_stands_in_the_way_of_withdrawing(status: str) -> None:
    request = accepted_request()
    with_order(request, status)

    refuses(request, lambda: progress.withdraw(request_id=request.pk, by=None))


def test_chasing_is_possible_every_half_hour() -> None:
    with when("09:00"):
        request = accepted_request()
        first = messages.chase(request_id=request.pk, by=None, note="水漫出来了")
    with when("09:29"):
        refusal = refuses(request, lambda: messages.chase(request_id=request.pk, by=None))
    with when("09:30"):
        second = messages.chase(request_id=request.pk, by=None)

    assert "09:30" in str(refusal)
    assert (first.data, second.data, first.reason) == ({"times": 1}, {"times": 2}, "水漫出来了")


def test_nobody_is_hurried_when_nobody_works_on_it(xu: User) -> None:
    from houqin.desk.actions import triage

    done, asked = resolved_request(), accepted_request()
    triage.ask_information(request_id=asked.pk, question="几楼？", by=xu)

    refuses(done, lambda: messages.chase(request_id=done.pk, by=None), StaleState)
    refuses(asked, lambda: messages.chase(request_id=asked.pk, by=None))


def test_files_of_a_note_are_not_shown_to_the_requester(xu: User) -> None:
    request = make_request()
    photo = make_attachment(uploaded_by=xu)

    messages.add(request_id=request.pk, side="internal", text="见图", by=xu, attachment_ids=[photo.pk])

    assert not request.attachments.get().public


def test_an_id_alone_opens_nobodys_file(xu: User, wang: User) -> None:
    request, other = make_request(), make_request(attachment_ids=[make_attachment().pk])
    theirs, used = make_attachment(uploaded_by=xu), other.attachments.get().attachment

    for by, file in ((wang, theirs), (None, theirs), (None, used)):
        ids = [file.pk]
        refuses(
            request,
            lambda ids=ids, by=by: messages.add_files(request_id=request.pk, attachment_ids=ids, by=by),  # type: ignore[misc]
        )
    assert not request.attachments.exists()


def test_a_message_says_something(xu: User) -> None:
    request = make_request()

    refuses(request, lambda: messages.add(request_id=request.pk, side="staff", text=" ", by=xu), Invalid)


def test_a_request_that_is_not_there_is_missing() -> None:
    with pytest.raises(Missing):
        progress.close(request_id=0, by=None)
