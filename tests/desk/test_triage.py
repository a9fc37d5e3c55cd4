"""The desk decides: accept, correct, ask, reject, merge. A refusal writes nothing."""

from collections.abc import Callable

import pytest

from houqin.accounts.models import User
from houqin.desk.actions import progress, triage
from houqin.desk.actions.requests import correct
from houqin.desk.models import Message, RequestEvent, ServiceRequest
from houqin.kernel.errors import Invalid, Refused, StaleState
from tests.makers import make_job_type, make_order, make_place, make_standard
from tests.makers_desk import (
    accepted_request,
    closed_request,
    make_category,
    make_request,
    make_service,
    resolved_request,
)
from tests.times import at, when

pytestmark = pytest.mark.django_db


def fresh(request: ServiceRequest) -> ServiceRequest:
    return ServiceRequest.objects.get(pk=request.pk)


def refuses(request: ServiceRequest, step: Callable[[], object], kind: type[Refused] = Refused) -> Refused:
    """The step is refused, and neither the row nor its events or messages are any different."""
    before = ServiceRequest.objects.filter(pk=request.pk).values().get()
    written = RequestEvent.objects.count(), Message.objects.count()
    with pytest.raises(kind) as refusal:
        step()
    assert ServiceRequest.objects.filter(pk=request.pk).values().get() == before
    assert (RequestEvent.objects.count(), Message.objects.count()) == written
    assert str(refusal.value)
    return refusal.value


def test_accepting_keeps_who_and_the_first_time(xu: User) -> None:
    with when("09:00"):
        request = make_request()
    with when("09:05"):
        triage.accept(request_id=request.pk, by=xu)
        triage.ask_information(request_id=request.pk, question="几楼？", by=xu)
    with when("09:30"):
        triage.answer(request_id=request.pk, text="三楼", by=None)

    request = fresh(request)
    assert (request.status, request.accepted_at) == ("accepted", at("2026-11-23 09:05"))
    event = request.events.get(kind="accepted")
    assert (event.actor, event.from_status, event.to_status, event.public) == (xu, "new", "accepted", True)


def test_a_request_is_accepted_once(xu: User) -> None:
    request = accepted_request(by=xu)

    refuses(request, lambda: triage.accept(request_id=request.pk, by=xu), StaleState)


def test_whoever_read_an_older_version_is_told(xu: User) -> None:
    request = make_request()
    correct(request_id=request.pk, reason="标题", title="龙头漏水", by=xu, version=1)

    refuses(request, lambda: triage.accept(request_id=request.pk, by=xu, version=1), StaleState)
    triage.accept(request_id=request.pk, by=xu, version=2)


def test_a_question_waits_for_its_answer(xu: User, wang: User) -> None:
    request = make_request(requester=wang)
    question = triage.ask_information(request_id=request.pk, question="几楼？", by=xu)
    assert (fresh(request).status, question.side) == ("need_info", "staff")

    answer = triage.answer(request_id=request.pk, text="三楼", by=wang)

    assert (fresh(request).status, answer.side, answer.author) == ("accepted", "requester", wang)
    refuses(request, lambda: triage.answer(request_id=request.pk, text="四楼", by=wang), StaleState)


@pytest.mark.parametrize("step", ["ask", "reject"])
def test_a_reason_is_needed(step: str, xu: User) -> None:
    request = make_request()
    steps = {
        "ask": lambda: triage.ask_information(request_id=request.pk, question="  ", by=xu),
        "reject": lambda: triage.reject(request_id=request.pk, reason="  ", by=xu),
    }

    refuses(request, steps[step], Invalid)


def test_a_rejection_ends_the_request_with_a_reason(xu: User) -> None:
    with when("10:00"):
        request = triage.reject(request_id=make_request().pk, reason="不属于后勤", by=xu)

    assert (request.status, request.closed_at) == ("rejected", at("2026-11-23 10:00"))
    assert request.events.get(kind="rejected").reason == "不属于后勤"


@pytest.mark.parametrize("make", [resolved_request, closed_request])
def test_what_is_done_is_not_rejected(make: Callable[..., ServiceRequest], xu: User) -> None:
    request = make()

    refuses(request, lambda: triage.reject(request_id=request.pk, reason="不属于后勤", by=xu), StaleState)


def test_a_request_with_live_work_is_neither_rejected_nor_merged(xu: User) -> None:
    request, other = accepted_request(), make_request()
    progress.link_order(request_id=request.pk, order=make_order(source=request.number), by=xu)

    refuses(request, lambda: triage.reject(request_id=request.pk, reason="重复", by=xu))
    refuses(request, lambda: triage.merge(request_id=request.pk, into_id=other.pk, by=xu))


def test_merging_leaves_a_trace_on_both(xu: User) -> None:
    first, second = make_request(), make_request()

    merged = triage.merge(request_id=second.pk, into_id=first.pk, by=xu)

    assert (merged.status, merged.merged_into) == ("merged", first)
    assert merged.events.get(kind="merged").data == {"into": first.number}
    assert first.events.get(kind="absorbed").data == {"number": second.number, "affected": 2}


def test_there_is_no_ring_of_merged_requests(xu: User) -> None:
    first, second, third = make_request(), make_request(), make_request()
    triage.merge(request_id=second.pk, into_id=first.pk, by=xu)

    refuses(first, lambda: triage.merge(request_id=first.pk, into_id=first.pk, by=xu))
    refusal = refuses(first, lambda: triage.merge(request_id=first.pk, into_id=second.pk, by=xu))
    assert first.number in str(refusal)
    refuses(third, lambda: triage.merge(request_id=third.pk, into_id=second.pk, by=xu))
    triage.merge(request_id=first.pk, into_id=third.pk, by=xu)
    refuses(third, lambda: triage.merge(request_id=third.pk, into_id=first.pk, by=xu))


def test_nothing_is_merged_into_what_has_ended(xu: User) -> None:
    request, ended = make_request(), closed_request()

    refuses(request, lambda: triage.merge(request_id=request.pk, into_id=ended.pk, by=xu))


def test_a_correction_keeps_old_and_new_and_why(xu: User) -> None:
    request = make_request(urgency="low", impact="person")

    correct(request_id=request.pk, reason="整栋楼停水", urgency="high", impact="building", by=xu)

    request = fresh(request)
    assert (request.priority, request.priority_by_hand) == ("critical", False)
    event = request.events.get(kind="corrected")
    assert (event.reason, event.public) == ("整栋楼停水", False)
    assert event.data["changes"] == {
        "urgency": ["low", "high"],
        "impact": ["person", "building"],
        "priority": ["planned", "critical"],
    }


def test_a_priority_set_by_hand_stays_until_it_is_given_back(xu: User) -> None:
    request = make_request()
    correct(request_id=request.pk, reason="院长在等", priority="urgent", by=xu)
    correct(request_id=request.pk, reason="其实不急", urgency="low", by=xu)
    assert (fresh(request).priority, fresh(request).priority_by_hand) == ("urgent", True)

    correct(request_id=request.pk, reason="按规则", priority="", by=xu)

    assert (fresh(request).priority, fresh(request).priority_by_hand) == ("normal", False)


def test_danger_overrides_the_hand(xu: User) -> None:
    request = make_request()
    correct(request_id=request.pk, reason="不急", priority="planned", by=xu)

    correct(request_id=request.pk, reason="漏到配电箱", safety=True, by=xu)
    assert fresh(request).priority == "critical"

    correct(request_id=request.pk, reason="已断电", priority="urgent", by=xu)
    correct(request_id=request.pk, reason="标题", title="配电箱旁漏水", by=xu)
    assert (fresh(request).priority, fresh(request).safety) == ("urgent", True)


def test_another_service_brings_its_standard_and_category(xu: User) -> None:
    request = make_request()
    standard = make_standard()
    other = make_service("灯不亮", job_type=make_job_type(standard=standard))

    correct(request_id=request.pk, reason="是灯", service_id=other.pk, by=xu)

    request = fresh(request)
    assert (request.service, request.category, request.standard) == (other, other.category, standard)
    assert request.events.get(kind="corrected").data["changes"].keys() >= {"service", "category", "standard"}


def test_a_category_without_a_service_leaves_none(xu: User) -> None:
    request = make_request()

    correct(request_id=request.pk, reason="是别的", category_id=make_category("其他").pk, by=xu)

    assert fresh(request).service is None


def test_a_corrected_place_is_found(xu: User) -> None:
    from houqin.kernel.text_search import matches

    request = make_request()
    correct(request_id=request.pk, reason="地点", place_id=make_place("417").pk, by=xu)

    assert ServiceRequest.objects.filter(matches("417")).get() == request


def test_a_correction_needs_a_reason_a_change_and_an_open_request(xu: User) -> None:
    request, ended = make_request(), closed_request()

    refuses(request, lambda: correct(request_id=request.pk, reason=" ", urgency="high", by=xu), Invalid)
    refuses(request, lambda: correct(request_id=request.pk, reason="无", urgency="normal", by=xu), Invalid)
    refuses(request, lambda: correct(request_id=request.pk, reason="无", priority="asap", by=xu), Invalid)
    refuses(ended, lambda: correct(request_id=ended.pk, reason="晚了", urgency="high", by=xu), StaleState)


def test_nothing_is_recorded_before_the_last_step(xu: User) -> None:
    with when("09:00"):
        request = make_request()

    refuses(request, lambda: triage.accept(request_id=request.pk, by=xu, at=at("2026-11-23 08:59")))
