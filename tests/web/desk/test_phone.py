"""The phone desk: the caller's card, what is found while one types, and filing."""

import pytest
from django.test import Client

from houqin.accounts.models import Role, User
from houqin.desk.models import Message, RequestEvent, Service, ServiceRequest
from houqin.intake.models import Call, CallOutcome, CallStatus, MutedLine
from houqin.org.models import Place
from tests.cast import _cast
from tests.makers_calls import make_line, missed, reported, taken
from tests.makers_desk import make_request
from tests.web.signed_in import signed_in

WANG = "13800000002"


def text(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined,no-any-return]


@pytest.fixture
def facts(service: Service, place: Place, wang: User) -> dict[str, object]:
    """What the form of a call by 小王 sends."""
    return {
        "contact_phone": WANG,
        "who": f"u{wang.pk}",
        "place": place.pk,
        "about": f"s{service.pk}",
        "title": "水管爆了",
        "urgency": "high",
        "channel": "phone",
        "form_key": "call-1",
    }


def test_a_call_is_filed_for_a_known_caller_once(
    desk: Client, facts: dict[str, object], wang: User, place: Place, xu: User
) -> None:
    first, again = desk.post("/desk/phone/", facts), desk.post("/desk/phone/", facts)

    made = ServiceRequest.objects.get()
    assert first["Location"] == again["Location"] == f"/desk/phone/?filed={made.number}"
    assert (made.requester, made.place, made.title, made.channel) == (wang, place, "水管爆了", "phone")
    assert made.due_at is not None
    assert made.number in text(desk.get(first["Location"]))
    call = Call.objects.get()
    assert (call.request, call.operator, call.outcome) == (made, xu, CallOutcome.REQUEST)
    assert (call.status, call.number, call.caller) == (CallStatus.ENDED, WANG, wang)


def test_a_call_that_was_taken_is_filed_on_itself(desk: Client, facts: dict[str, object], xu: User) -> None:
    call = taken(xu, WANG)
    page = text(desk.get(f"/desk/phone/?call={call.pk}"))
    assert f'name="call" value="{call.pk}"' in page
    assert f'value="{WANG}"' in page

    desk.post("/desk/phone/", {**facts, "call": call.pk})

    call.refresh_from_db()
    assert call.request == ServiceRequest.objects.get()
    assert Call.objects.count() == 1
    page = text(desk.get(f"/desk/requests/{ServiceRequest.objects.get().number}/"))
    assert "138 0000 0002" in page


def test_what_came_by_chat_is_no_call(desk: Client, facts: dict[str, object]) -> None:
    desk.post("/desk/phone/", {**facts, "channel": "chat"})

    assert ServiceRequest.objects.get().channel == "chat"
    assert not Call.objects.exists()


def test_the_card_names_caller_usual_place_and_open_requests(
    desk: Client, service: Service, place: Place, wang: User
) -> None:
    old = make_request(service=service, place=place, requester=wang, description="灯坏了")

    card = text(desk.get("/desk/phone/caller/?contact_phone=%2B86 138-0000-0002"))

    assert f'name="who" value="u{wang.pk}" checked' in card
    assert old.number in card
    assert f'name="place" value="{place.pk}" checked' in card
    typed = text(desk.get(f"/desk/phone/caller/?contact_phone={WANG}&place={place.pk}"))
    assert f'name="place" value="{place.pk}" checked' not in typed


def test_of_several_callers_none_is_chosen(desk: Client, service: Service, place: Place) -> None:
    for name in ("李老师", "张老师"):
        make_request(service=service, place=place, contact_phone="0571-88881234", contact_name=name)

    card = text(desk.get("/desk/phone/caller/?contact_phone=88881234"))

    assert "Who is calling?" in card
    assert 'value="c李老师"' in card
    assert 'value="c张老师"' in card
    assert "checked" not in card


def test_a_contact_without_an_account_is_taken_over(desk: Client, facts: dict[str, object]) -> None:
    desk.post("/desk/phone/", {**facts, "who": "c李老师", "contact_phone": "6231"})

    made = ServiceRequest.objects.get()
    assert (made.requester, made.contact_name, made.contact_phone) == (None, "李老师", "6231")


def test_an_anonymous_caller_is_served_too(desk: Client, facts: dict[str, object], xu: User) -> None:
    call = taken(xu, "anonymous")

    desk.post("/desk/phone/", {**facts, "who": "", "contact_phone": "", "call": call.pk})

    made = ServiceRequest.objects.get()
    assert (made.requester, made.contact_name, made.contact_phone) == (None, "", "")


@pytest.mark.parametrize("typed", ["漏水", "ls", "lou", "LEAK"])
def test_what_it_is_about_is_found_by_a_few_letters(desk: Client, service: Service, typed: str) -> None:
    service.name_en = "Leak"
    service.save()

    found = text(desk.get(f"/desk/phone/about/?about_text={typed}"))

    assert f'name="about" value="s{service.pk}"' in found


def test_a_place_is_found_by_a_few_letters(desk: Client, place: Place) -> None:
    assert f'value="{place.pk}" checked' in text(desk.get("/desk/places/?place_text=302"))


def test_a_category_alone_takes_its_usual_service(
    desk: Client, facts: dict[str, object], service: Service
) -> None:
    desk.post("/desk/phone/", {**facts, "about": f"c{service.category_id}", "title": ""})

    made = ServiceRequest.objects.get()
    assert (made.service, made.title) == (service, service.category.name)


@pytest.mark.parametrize(
    ("left_out", "said"),
    [("place", "Please say where it is"), ("about", "Please choose what it is about")],
)
def test_what_is_missing_is_said_and_the_words_are_kept(
    desk: Client, facts: dict[str, object], left_out: str, said: str
) -> None:
    answer = desk.post("/desk/phone/", {**facts, left_out: ""})

    assert answer.status_code == 422
    assert said in text(answer)
    assert "水管爆了" in text(answer)
    assert not ServiceRequest.objects.exists()
    assert not Call.objects.exists()


def test_words_for_a_place_are_kept_as_a_remark(desk: Client, facts: dict[str, object]) -> None:
    desk.post("/desk/phone/", {**facts, "place": "", "place_text": "锅炉房后面"})

    assert ServiceRequest.objects.get().place_note == "锅炉房后面"


def test_what_a_service_asks_is_asked_of_the_caller(
    desk: Client, facts: dict[str, object], service: Service
) -> None:
    service.questions = [
        {"key": "q1", "label": "漏在哪里", "label_en": "Where does it leak", "kind": "text", "required": True}
    ]
    service.save()
    assert "Where does it leak" in text(desk.get("/desk/phone/about/?about_text=漏水"))

    refused = desk.post("/desk/phone/", facts)
    assert refused.status_code == 422
    assert "Where does it leak" in text(refused)
    desk.post("/desk/phone/", {**facts, "q1": "吊顶"})

    assert ServiceRequest.objects.get().answers[0]["value"] == "吊顶"


def test_a_known_fault_gets_the_call_instead_of_another_request(
    desk: Client, facts: dict[str, object], leak: ServiceRequest, xu: User, service: Service
) -> None:
    known = text(desk.get(f"/desk/phone/known/?place={leak.place_id}&about=s{service.pk}"))
    assert leak.number in known
    call = taken(xu, "13911112222")

    answer = desk.post(
        f"/desk/phone/known/{leak.number}/", {**facts, "who": "", "contact_name": "赵老师", "call": call.pk}
    )

    assert answer["Location"] == f"/desk/phone/?known={leak.number}"
    call.refresh_from_db()
    assert (call.request, call.outcome, call.caller_name) == (leak, CallOutcome.KNOWN, "赵老师")
    chased = RequestEvent.objects.get(request=leak, kind="chased")
    assert "赵老师" in chased.reason
    assert ServiceRequest.objects.count() == 1


def test_a_second_call_within_half_an_hour_stays_as_a_note(
    desk: Client, facts: dict[str, object], leak: ServiceRequest
) -> None:
    for key in ("1", "2", "2"):
        desk.post(f"/desk/phone/known/{leak.number}/", {**facts, "form_key": key})

    assert RequestEvent.objects.filter(request=leak, kind="chased").count() == 1
    assert Message.objects.get(request=leak).side == Message.Side.INTERNAL
    assert Call.objects.filter(request=leak).count() == 2


def test_a_ringing_call_shows_on_the_open_desk_and_is_gone_once_taken(
    desk: Client, wang: User, place: Place, service: Service
) -> None:
    make_request(service=service, place=place, requester=wang)
    call = reported(WANG)
    for path in ("/desk/", "/desk/phone/", "/desk/phone/ringing/"):
        shown = text(desk.get(path))
        assert f'data-call="{call.pk}"' in shown
        assert "小王" in shown
        assert "1 open request" in shown

    answer = desk.post(f"/desk/phone/{call.pk}/take/")

    assert answer["Location"] == f"/desk/phone/?call={call.pk}"
    assert "data-call" not in text(desk.get("/desk/phone/ringing/"))


def test_a_quicker_colleague_is_named(desk: Client, xu: User) -> None:
    call = taken(_cast("qin", "秦可", Role.DISPATCHER, {}))

    answer = desk.post(f"/desk/phone/{call.pk}/take/", follow=True)

    assert "秦可 was quicker" in text(answer)
    call.refresh_from_db()
    assert call.operator is not None
    assert call.operator.full_name == "秦可"


def test_a_call_may_come_to_nothing(desk: Client, xu: User) -> None:
    call = taken(xu)

    desk.post(f"/desk/phone/{call.pk}/nothing/", {"title": "打错了"})

    call.refresh_from_db()
    assert (call.outcome, call.note, call.request) == (CallOutcome.NOTHING, "打错了", None)


def test_only_my_lines_ring(desk: Client, xu: User) -> None:
    hot, other = make_line("热线"), make_line("夜班")
    desk.post("/desk/phone/lines/", {"line": [other.pk, "x", "²"]})
    assert [one.line for one in MutedLine.objects.filter(user=xu)] == [hot]
    reported(line=hot)
    assert "data-call" not in text(desk.get("/desk/phone/ringing/"))

    later = make_line("后来的")
    reported(line=later)

    assert "后来的" in text(desk.get("/desk/phone/ringing/"))


@pytest.mark.parametrize("who", ["chen", "wang", "auditor", "lin"])
def test_others_answer_no_calls(who: str, request: pytest.FixtureRequest) -> None:
    browser, call = signed_in(request.getfixturevalue(who)), missed()

    assert browser.get("/desk/phone/").status_code == 404
    assert browser.get("/desk/phone/ringing/").status_code == 404
    assert browser.get(f"/desk/phone/caller/?contact_phone={WANG}").status_code == 404
    assert browser.post(f"/desk/phone/{call.pk}/take/").status_code == 404
    if who in {"auditor", "lin"}:
        assert "ringing" not in text(browser.get("/desk/"))
