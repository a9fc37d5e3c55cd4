"""What a telephone system tells of a call, in order, out of order, twice and wrongly."""

import datetime as dt

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from houqin.accounts.models import User
from houqin.intake.actions import answering
from houqin.intake.models import Call, CallEvent, CallStatus, RefusedCallReport
from houqin.kernel import clock
from houqin.kernel.errors import Invalid
from tests.fixtures_desk import *  # noqa: F403
from tests.makers import make_person
from tests.makers_calls import make_line, reported
from tests.threads import together
from tests.times import MONDAY_9

pytestmark = pytest.mark.django_db
MINUTE = dt.timedelta(minutes=1)


def kinds(call: Call) -> list[str]:
    return list(call.events.values_list("kind", flat=True))


def test_a_call_rings_is_answered_and_ends(wang: User) -> None:
    line = make_line()
    call = reported("+86 138-0000-0002", line=line, id_="1")

    assert (call.number, call.sent_number, call.line, call.caller) == (
        "13800000002", "+86 138-0000-0002", line, wang,
    )  # fmt: skip
    assert (call.status, call.remarks) == (CallStatus.RINGING, [])

    with clock.stopped_at(MONDAY_9 + MINUTE):
        reported(event="answered", line=line, id_="1")
    with clock.stopped_at(MONDAY_9 + 3 * MINUTE):
        call = reported(event="ended", line=line, id_="1")

    assert call.status == CallStatus.ENDED
    assert (call.rang_at, call.answered_at, call.ended_at) == (
        MONDAY_9, MONDAY_9 + MINUTE, MONDAY_9 + 3 * MINUTE,
    )  # fmt: skip
    assert kinds(call) == ["ringing", "answered", "ended"]


def test_a_call_nobody_answered_is_missed() -> None:
    reported(id_="1")

    assert reported(event="ended", id_="1").status == CallStatus.MISSED


def test_the_same_report_twice_is_the_same_call() -> None:
    first = reported(id_="1")
    with clock.stopped_at(MONDAY_9 + MINUTE):
        again = reported(id_="1")

    assert again.pk == first.pk
    assert Call.objects.count() == 1
    assert CallEvent.objects.count() == 1


def test_reports_out_of_order_tell_the_same_story() -> None:
    ended = reported(event="ended", id_="1", at=MONDAY_9)
    assert (ended.status, ended.remarks) == (CallStatus.MISSED, ["no_ringing"])

    reported(event="answered", id_="1", at=MONDAY_9 - MINUTE * 2)
    call = reported(event="ringing", id_="1", at=MONDAY_9 - MINUTE * 3)

    assert call.status == CallStatus.ENDED
    assert call.rang_at == MONDAY_9 - MINUTE * 3
    assert call.ended_at == MONDAY_9


def test_a_call_over_before_it_began_has_no_length_and_says_so() -> None:
    reported(id_="1", at=MONDAY_9)
    call = reported(event="ended", id_="1", at=MONDAY_9 - MINUTE)

    assert call.ended_at == call.rang_at
    assert call.remarks == ["reversed"]


def test_a_clock_that_is_ahead_is_not_believed() -> None:
    call = reported(at=MONDAY_9 + dt.timedelta(hours=3))

    assert call.rang_at == MONDAY_9
    assert call.remarks == ["clock_off"]


@pytest.mark.parametrize(
    ("number", "kept", "remark"),
    [("", "", "withheld"), ("anonymous", "", "withheld"), ("小王的手机", "小王的手机", "unreadable")],
)
def test_a_call_without_a_number_still_rings(number: str, kept: str, remark: str) -> None:
    call = reported(number)

    assert (call.number, call.sent_number, call.remarks) == ("", kept, [remark])
    assert call.status == CallStatus.RINGING


def test_a_call_on_an_unknown_line_still_rings() -> None:
    assert reported(queue="nowhere").remarks == ["unknown_queue"]
    assert reported(queue="").remarks == ["no_queue"]


def test_two_people_with_one_number_are_not_taken_for_one_another(wang: User) -> None:
    make_person("小李", phone="13800000002")

    assert reported().caller is None


def test_an_id_used_for_another_caller_is_refused_and_kept() -> None:
    reported("13800000002", id_="1")

    with pytest.raises(Invalid, match="another number"):
        reported("13900000009", id_="1")

    assert Call.objects.get().number == "13800000002"
    kept = RefusedCallReport.objects.get()
    assert "13900000009" in kept.sent
    assert kept.faults[0]["field"] == "external_id"


def test_what_was_told_of_a_call_stays() -> None:
    call = reported()
    for change in ({"sent_number": "1"}, {"external_id": "x"}, {"source": "x"}, {"direction": "out"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Call.objects.filter(pk=call.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        CallEvent.objects.update(kind="ended")


def test_the_schema_holds_what_a_call_is() -> None:
    call = reported()
    for change in (
        {"status": "ended"},
        {"status": "answered"},
        {"answered_at": MONDAY_9},
        {"outcome": "request"},
        {"called_back_at": MONDAY_9},
        {"taken_at": MONDAY_9},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Call.objects.filter(pk=call.pk).update(**change)


def test_a_call_of_which_nothing_more_is_told_ends_by_itself() -> None:
    ringing, talking = reported(), reported()
    reported(event="answered", id_=talking.external_id)

    with clock.stopped_at(MONDAY_9 + dt.timedelta(minutes=9)):
        assert answering.end_silent() == 0
    with clock.stopped_at(MONDAY_9 + dt.timedelta(minutes=11)):
        assert answering.end_silent() == 1
        assert answering.end_silent() == 0
    with clock.stopped_at(MONDAY_9 + dt.timedelta(hours=5)):
        assert answering.end_silent() == 1

    ringing.refresh_from_db()
    talking.refresh_from_db()
    assert (ringing.status, ringing.remarks) == (CallStatus.MISSED, ["no_end"])
    assert (talking.status, talking.remarks) == (CallStatus.ENDED, ["no_end"])


def test_a_late_word_of_answering_makes_a_missed_call_one_that_was_not(wang: User) -> None:
    call = reported()
    with clock.stopped_at(MONDAY_9 + dt.timedelta(minutes=11)):
        answering.end_silent()
        late = reported(event="answered", id_=call.external_id)

    assert (late.status, late.ended_at) == (CallStatus.ANSWERED, None)


@pytest.mark.django_db(transaction=True)
def test_two_first_reports_at_once_make_one_call() -> None:
    line = make_line()
    told = together([lambda: reported(id_="1", line=line).pk, lambda: reported(id_="1", line=line).pk] * 3)

    assert len(set(told)) == 1, told
    assert CallEvent.objects.count() == 1
