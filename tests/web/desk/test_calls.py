"""The list of calls, the missed ones, and reports that could not be taken."""

import pytest
from django.test import Client

from houqin.accounts.models import Role, User
from houqin.desk.models import ServiceRequest
from houqin.intake.actions import ringing
from houqin.intake.models import Call, CallEvent
from tests.cast import _cast
from tests.makers import grant, make_person, make_place
from tests.makers_calls import make_line, missed, taken
from tests.web.signed_in import signed_in


def text(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined,no-any-return]


def test_calls_are_listed_and_narrowed(desk: Client, xu: User) -> None:
    day, night = make_line("白班"), make_line("夜班")
    missed("13811110001", line=day)
    taken(xu, "13811110002", line=night)

    def shown(query: str = "") -> str:
        return text(desk.get(f"/desk/calls/{query}"))

    assert "138 1111 0001" in shown()
    assert "138 1111 0002" in shown()
    assert "138 1111 0002" not in shown("?kind=to_call")
    assert "138 1111 0001" not in shown("?kind=answered")
    assert "138 1111 0001" not in shown(f"?line={night.pk}")
    assert "138 1111 0001" in shown("?number=138-1111-0001")
    assert "138 1111" not in shown("?kind=filed")
    assert "138 1111" not in shown("?day=2020-01-01")
    assert "138 1111" in shown("?day=nonsense&line=x&kind=y")
    assert shown("?day=9999-12-31")


def test_a_missed_call_is_called_back_once_with_what_came_of_it(desk: Client, xu: User) -> None:
    call = missed()
    address = f"/desk/calls/{call.pk}/call-back/"

    assert desk.post(address, {"note": " "}).status_code == 422
    desk.post(address, {"note": "已约下午上门", "form_key": "1"})
    desk.post(address, {"note": "已约下午上门", "form_key": "1"})

    call.refresh_from_db()
    assert (call.called_back_by, call.note) == (xu, "已约下午上门")
    assert CallEvent.objects.filter(kind="called_back").count() == 1
    again = desk.post(address, {"note": "再打一次", "form_key": "2"})
    assert "许晓 has called back already" in text(again)
    assert "已约下午上门" in text(desk.get("/desk/calls/?kind=called"))
    assert f"calls/{call.pk}/call-back" not in text(desk.get("/desk/calls/?kind=to_call"))


def test_a_call_that_was_answered_is_not_called_back(desk: Client, xu: User) -> None:
    call = taken(xu)

    assert "was not missed" in text(desk.post(f"/desk/calls/{call.pk}/call-back/", {"note": "x"}))


def test_numbers_are_masked_for_who_need_not_ring_them(auditor: User, leak: ServiceRequest) -> None:
    call = missed("13812345678")
    Call.objects.filter(pk=call.pk).update(outcome="known", request=leak)
    browser = signed_in(auditor)

    for path in ("/desk/calls/", f"/desk/requests/{leak.number}/"):
        page = text(browser.get(path))
        assert "138****5678" in page
        assert "1234 5678" not in page
        assert "13812345678" not in page.replace("number=13812345678", "")


def test_the_desk_of_a_place_sees_the_calls_of_its_lines_alone(leak: ServiceRequest) -> None:
    here, there = leak.place, make_place("南校区", type="site")
    assert here is not None
    site = here.parent and here.parent.parent
    person = make_person("分部坐席", username="branch")
    grant(person, Role.DISPATCHER, place=site)
    browser = signed_in(person)
    own = missed("13811110001", line=make_line("东", place=site))
    missed("13811110002", line=make_line("南", place=there))
    missed("13811110003", line=make_line("总机"))
    about = missed("13811110004", queue="unknown")
    Call.objects.filter(pk=about.pk).update(outcome="known", request=leak)

    page = text(browser.get("/desk/calls/"))

    assert "138 1111 0001" in page
    assert "138 1111 0004" in page
    assert "138 1111 0002" not in page
    assert "138 1111 0003" not in page
    lines = text(browser.get("/desk/phone/"))
    assert "东" in lines
    assert "总机" not in lines
    assert browser.get(f"/desk/calls/{own.pk}/call-back/").status_code == 200


def test_technicians_see_no_calls(chen: User, leak: ServiceRequest) -> None:
    missed()

    assert signed_in(chen).get("/desk/calls/").status_code == 404


@pytest.mark.parametrize("who", ["xu", "admin"])
def test_what_was_refused_is_shown_with_its_reason(who: str, request: pytest.FixtureRequest) -> None:
    fault = {"field": "number", "detail": "At most 60 characters."}
    ringing.keep_refused(source="xu", sent='{"number": "<b>111"}', faults=[fault])
    person = request.getfixturevalue(who)

    page = text(signed_in(person).get("/desk/calls/refused/"))

    assert "At most 60 characters." in page
    assert "&lt;b&gt;111" in page


def test_a_desk_sees_refused_reports_of_its_own_account_alone() -> None:
    ringing.keep_refused(source="pbx", sent="13812345678", faults=[])
    other = _cast("qin", "秦可", Role.DISPATCHER, {})

    assert "13812345678" not in text(signed_in(other).get("/desk/calls/refused/"))
