"""Calls at the desk: taken by one of many, filed once, kept as long as mail."""

import datetime as dt
from collections.abc import Callable

import pytest

from houqin.accounts.models import Role, User
from houqin.desk.actions.requests import Report
from houqin.desk.models import Service, ServiceRequest
from houqin.intake.actions import answering, keeping, ringing
from houqin.intake.models import Call, CallEvent, CallStatus, RefusedCallReport
from houqin.intake.queries.calls import ringing_for
from houqin.kernel import clock
from houqin.kernel.errors import Invalid, Missing, StaleState
from tests.cast import _cast
from tests.fixtures_desk import *  # noqa: F403
from tests.makers import make_place
from tests.makers_calls import make_line, missed, reported, taken
from tests.makers_desk import make_request
from tests.threads import together
from tests.times import MONDAY_9

pytestmark = pytest.mark.django_db


def operators(count: int) -> list[User]:
    return [_cast(f"op{at}", f"坐席{at}", Role.DISPATCHER, {}) for at in range(count)]


def told(service: Service) -> Report:
    return Report(
        channel="phone", service_id=service.pk, title="漏水", place_note="门口", contact_phone="6231"
    )


@pytest.mark.django_db(transaction=True)
def test_of_ten_operators_one_takes_the_call() -> None:
    people, call = operators(10), reported()

    def by(person: User) -> Callable[[], object]:
        return lambda: answering.take(call_id=call.pk, by=person)

    answers = together([by(person) for person in people])

    winners = [one for one in answers if isinstance(one, Call)]
    losers = [one for one in answers if isinstance(one, StaleState)]
    assert (len(winners), len(losers)) == (1, 9), answers
    call.refresh_from_db()
    assert all(str(call.operator) in str(one) for one in losers)
    assert CallEvent.objects.filter(kind="taken").count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_call_is_filed_once_by_two_windows(xu: User, leak: Service) -> None:
    call = taken(xu)

    def file() -> object:
        return answering.file_request(report=told(leak), by=xu, call_id=call.pk)

    answers = together([file, file])

    assert sum(isinstance(one, StaleState) for one in answers) == 1, answers
    assert ServiceRequest.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_taking_and_reports_of_the_telephone_system_do_not_lock_each_other_out(xu: User) -> None:
    line = make_line()
    calls = [reported(id_=str(at), line=line) for at in range(6)]

    def taking(call: Call) -> Callable[[], object]:
        return lambda: answering.take(call_id=call.pk, by=xu)

    def ending(call: Call) -> Callable[[], object]:
        return lambda: reported(event="ended", id_=call.external_id, line=line)

    answers = together([step(call) for call in calls for step in (taking, ending)])

    assert not [one for one in answers if not isinstance(one, Call | StaleState)], answers
    for call in calls:
        call.refresh_from_db()
        assert call.status == (CallStatus.ENDED if call.operator else CallStatus.MISSED)


def test_a_call_that_hung_up_cannot_be_taken(xu: User) -> None:
    with pytest.raises(StaleState, match="hung up"):
        answering.take(call_id=missed().pk, by=xu)

    assert Call.objects.get().operator is None


def test_a_call_of_another_place_is_missing(leak: Service) -> None:
    call = reported(line=make_line(place=make_place("南校区", type="site")))
    branch = make_place("东校区", type="site")
    person = _cast("branch", "分部", None, {})
    person.grants.create(role=Role.DISPATCHER, place=branch)

    with pytest.raises(Missing):
        answering.take(call_id=call.pk, by=person)
    with pytest.raises(Missing):
        answering.file_request(report=told(leak), by=person, call_id=call.pk)
    assert not ServiceRequest.objects.exists()


def test_a_refused_request_leaves_the_call_as_it_was(xu: User, leak: Service) -> None:
    call = taken(xu)
    steps = CallEvent.objects.count()

    nowhere = Report(channel="phone", service_id=leak.pk, title="x", place_id=999_999)

    with pytest.raises(Invalid, match="no such place"):
        answering.file_request(report=nowhere, by=xu, call_id=call.pk)

    call.refresh_from_db()
    assert (call.request, call.outcome) == (None, "")
    assert CallEvent.objects.count() == steps


def test_a_request_that_is_merged_away_still_has_its_call(xu: User, leak: Service) -> None:
    request, call = answering.file_request(report=told(leak), by=xu)

    assert call is not None
    assert call.request == request
    assert (call.number, call.caller_name) == ("6231", "")
    assert call.status == CallStatus.ENDED


def test_calls_ring_for_those_who_answer_their_line(xu: User) -> None:
    line = make_line()
    first, second = reported(line=line), reported(line=line)
    outgoing = reported(line=line, direction="out")
    nowhere = reported(queue="nowhere")

    assert ringing_for(xu) == [first, second, nowhere]
    answering.take(call_id=first.pk, by=xu)
    reported(event="answered", id_=second.external_id, line=line)
    assert ringing_for(xu) == [second, nowhere]

    answering.choose_lines(by=xu, line_ids=[])
    assert ringing_for(xu) == []
    answering.choose_lines(by=xu, line_ids=[line.pk])
    assert ringing_for(xu) == [second, nowhere]
    assert outgoing.status == CallStatus.RINGING


def test_ringing_calls_are_found_in_a_few_statements(
    xu: User, django_assert_max_num_queries: Callable[[int], object]
) -> None:
    line = make_line()
    for _ in range(8):
        reported(line=line)

    with django_assert_max_num_queries(4):  # type: ignore[attr-defined]
        assert len(ringing_for(xu)) == 5


def test_calls_without_a_request_go_after_half_a_year(xu: User, leak: Service) -> None:
    answering.file_request(report=told(leak), by=xu)
    missed()
    ringing.keep_refused(source="pbx", sent="x", faults=[])

    with clock.stopped_at(MONDAY_9 + dt.timedelta(days=179)):
        assert keeping.prune_calls() == 0
    with clock.stopped_at(MONDAY_9 + dt.timedelta(days=181)):
        assert keeping.prune_calls() == 1

    assert Call.objects.get().request is not None
    assert not RefusedCallReport.objects.exists()


def test_a_late_chase_is_taken_for_one_again(xu: User, leak: Service) -> None:
    about = make_request(service=leak)
    report = Report(channel="phone", contact_name="赵老师")

    chased = []
    for minutes in (0, 10, 45):
        with clock.stopped_at(MONDAY_9 + dt.timedelta(minutes=minutes)):
            chased.append(answering.file_known(request_id=about.pk, by=xu, report=report)[2])

    assert chased == [True, False, True]
    assert about.events.filter(kind="chased").count() == 2
