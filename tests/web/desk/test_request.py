"""The page of a request and its steps."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from houqin.accounts.models import Role, User
from houqin.desk import links
from houqin.desk.models import (
    RequestAttachment,
    RequestEvent,
    RequestStatus,
    Service,
    ServiceRequest,
)
from houqin.flows.accept_result import accept_result
from houqin.flows.add_message import add_note
from houqin.flows.progress_work import accept_work, start_work
from houqin.flows.raise_work_order import raise_work_order
from houqin.flows.triage_request import accept_request, answer_question, ask_requester, settle_request
from houqin.org.models import Place
from houqin.work.models import Priority
from tests.files.hostile import picture
from tests.makers import grant, make_person, make_place
from tests.makers_desk import make_category, make_request, make_service
from tests.web.signed_in import signed_in

AtMost = Callable[[int], AbstractContextManager[object]]


def text(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined,no-any-return]


def at(request: ServiceRequest, step: str = "") -> str:
    return f"/desk/requests/{request.number}/" + (f"{step}/" if step else "")


def test_the_page_tells_the_story(desk: Client, leak: ServiceRequest, xu: User) -> None:
    add_note(request_id=leak.pk, text="今年第三次了", by=xu)

    page = text(desk.get(at(leak)))

    assert "空调滴水" in page
    assert "今年第三次了" in page
    assert "internal note" in page
    assert "within 30 min" in page
    assert links.token_of(leak) in page


@pytest.mark.parametrize("who", ["wang", "zhao", "stranger", "chen"])
def test_a_stranger_finds_nothing(who: str, request: pytest.FixtureRequest, leak: ServiceRequest) -> None:
    browser = signed_in(request.getfixturevalue(who))

    assert browser.get(at(leak)).status_code == 404
    assert browser.post(at(leak, "accept")).status_code == 404
    assert browser.post(at(leak, "write"), {"text": "x"}).status_code == 404
    leak.refresh_from_db()
    assert leak.status == RequestStatus.NEW


def test_a_technician_sees_the_request_of_an_own_order(leak: ServiceRequest, xu: User, chen: User) -> None:
    raise_work_order(request_id=leak.pk, by=xu, worker_id=chen.pk)

    page = text(signed_in(chen).get(at(leak)))

    assert "空调滴水" in page
    assert at(leak, "correct") not in page


@pytest.mark.parametrize(
    ("state", "there", "absent"),
    [
        (
            "new",
            {"accept", "raise_order", "ask", "reject", "merge", "correct"},
            {"reopen", "accept_result", "answer"},
        ),
        ("accepted", {"raise_order", "resolve", "promise"}, {"accept", "reopen"}),
        ("need_info", {"answer", "accept"}, {"resolve", "raise_order", "chase"}),
        ("resolved", {"accept_result", "refuse_result"}, {"accept", "merge", "correct"}),
        ("closed", {"reopen"}, {"accept_result", "ask", "correct"}),
    ],
)
def test_exactly_the_allowed_steps_are_there(
    desk: Client, leak: ServiceRequest, xu: User, state: str, there: set[str], absent: set[str]
) -> None:
    _bring_to(leak, state, xu)

    page = text(desk.get(at(leak)))

    assert {step for step in there | absent if at(leak, step) in page} == there


def test_a_reader_without_rights_finds_no_button(auditor: User, leak: ServiceRequest) -> None:
    page = text(signed_in(auditor).get(at(leak)))

    assert 'action="/desk/' not in page
    assert "hx-get" not in page


def test_accepting_by_button(desk: Client, leak: ServiceRequest) -> None:
    answer = desk.post(at(leak, "accept"), {"version": leak.version, "form_key": "a"})

    leak.refresh_from_db()
    assert leak.status == RequestStatus.ACCEPTED
    assert (answer.status_code, answer["Location"]) == (303, at(leak))


def test_accepting_what_somebody_else_changed_says_so(desk: Client, leak: ServiceRequest) -> None:
    answer = desk.post(at(leak, "accept"), {"version": leak.version - 1}, follow=True)

    assert answer.redirect_chain == [(at(leak), 303)]
    assert "Somebody else has changed this request" in text(answer)
    leak.refresh_from_db()
    assert leak.status == RequestStatus.NEW


def test_accepting_twice_from_two_tabs_is_no_mistake(desk: Client, leak: ServiceRequest) -> None:
    desk.post(at(leak, "accept"), {"version": leak.version, "form_key": "one tab"})
    again = desk.post(at(leak, "accept"), {"version": leak.version, "form_key": "another"}, follow=True)

    assert again.redirect_chain == [(at(leak), 303)]
    assert "It has been accepted already." in text(again)
    assert RequestEvent.objects.filter(request=leak, kind="accepted").count() == 1


def test_a_dialog_is_the_form_alone(desk: Client, leak: ServiceRequest) -> None:
    answer = desk.get(at(leak, "reject"), headers={"hx-request": "true"})

    assert answer["HX-Trigger-After-Settle"] == '{"open": "step-dialog"}'
    assert text(answer).lstrip().startswith("<dialog")
    assert "<html" not in text(answer)


def test_a_step_is_a_page_without_a_script(desk: Client, leak: ServiceRequest) -> None:
    page = desk.get(at(leak, "reject"))

    assert page.status_code == 200
    assert "<html" in text(page)


def test_a_step_that_is_not_possible_sends_back_with_the_sentence(desk: Client, leak: ServiceRequest) -> None:
    page = desk.get(at(leak, "reopen"), follow=True)

    assert page.redirect_chain[0][0] == at(leak)
    assert "This is not possible while the request is" in text(page)
    assert desk.get(at(leak, "fly")).status_code == 404


def test_a_refusal_stands_in_the_form_and_keeps_what_was_written(
    desk: Client, leak: ServiceRequest, service: Service
) -> None:
    answer = desk.post(
        at(leak, "merge"), {"into": "FW20200101-0001", "reason": "同一处"}, headers={"hx-request": "true"}
    )

    assert answer.status_code == 422
    assert "There is no request FW20200101-0001" in text(answer)
    assert "同一处" in text(answer)
    assert text(answer).lstrip().startswith("<form")


def test_rejecting(desk: Client, leak: ServiceRequest) -> None:
    assert desk.post(at(leak, "reject"), {"reason": ""}).status_code == 422

    answer = desk.post(at(leak, "reject"), {"reason": "网络由信息中心负责"}, headers={"hx-request": "true"})

    assert answer.status_code == 204
    assert answer["HX-Redirect"] == at(leak)
    leak.refresh_from_db()
    assert leak.status == RequestStatus.REJECTED


def test_merging_proposes_the_same_place(
    desk: Client, leak: ServiceRequest, service: Service, place: Place
) -> None:
    other = make_request(service=service, place=place, description="又滴水")
    page = text(desk.get(at(other, "merge")))
    assert f"<b>{leak.number}</b> 空调滴水" in page
    assert " checked" not in page

    nothing = desk.post(at(other, "merge"), {"into": ""})
    desk.post(at(other, "merge"), {"candidate": leak.number})

    assert nothing.status_code == 422
    assert "Choose a request, or write its number." in text(nothing)
    other.refresh_from_db()
    assert other.merged_into == leak


def test_merging_by_a_number(desk: Client, leak: ServiceRequest, service: Service) -> None:
    other = make_request(service=service, description="又滴水")

    assert desk.post(at(other, "merge"), {}).status_code == 422
    desk.post(at(other, "merge"), {"into": f" {leak.number.lower()} "})

    other.refresh_from_db()
    assert other.merged_into == leak


@pytest.mark.parametrize("step", ["reject", "priority", "ask", "merge", "promise", "correct"])
def test_the_page_of_a_step_says_of_which_request(desk: Client, leak: ServiceRequest, step: str) -> None:
    page = text(desk.get(at(leak, step)))

    assert f'<span class="id">{leak.number}</span> <b>{leak.title}</b>' in page
    assert "教学楼A · 302" in page


def test_a_question_and_an_order_are_told_once(
    desk: Client, leak: ServiceRequest, xu: User, chen: User
) -> None:
    ask_requester(request_id=leak.pk, question="哪个龙头？", by=xu)
    asked = text(desk.get(at(leak)))
    answer_question(request_id=leak.pk, text="左边那个", by=leak.requester)
    order = raise_work_order(request_id=leak.pk, by=xu, worker_id=chen.pk)
    accept_work(order_id=order.pk, by=chen)
    start_work(order_id=order.pk, by=chen)

    page = text(desk.get(at(leak)))

    assert asked.count("哪个龙头？") == 1
    assert '<span class="soft">asked</span>' in asked
    assert page.count("左边那个") == 1
    assert page.count("raised work order") == 1
    assert "raised the order" not in page
    assert page.count("started work") == 1
    assert "Work has started" not in page


def test_a_correction_is_told_by_name(desk: Client, leak: ServiceRequest) -> None:
    other = make_service("灯坏了", name_en="Broken light")
    facts = {"service": other.pk, "category": other.category_id, "reason": "报错", "title": leak.title}
    desk.post(at(leak, "correct"), {**facts, "urgency": leak.urgency, "impact": leak.impact})
    desk.post(at(leak, "priority"), {"priority": "critical", "reason": "楼下是档案室"})

    page = text(desk.get(at(leak)))

    assert "service 漏水 → Broken light" in page
    assert "priority normal → critical. Reason" in page
    assert other.code not in page


def test_who_left_no_name_is_written_to_all_the_same(desk: Client, service: Service) -> None:
    nameless = make_request(service=service, description="漏水", channel="phone")

    assert "Write to the requester;" in text(desk.get(at(nameless)))


def test_what_was_reported_stands_before_the_story(desk: Client, service: Service) -> None:
    long = make_request(service=service, description="水从天花板滴下来。\n第二行")
    page = text(desk.get(at(long)))

    assert page.index("第二行") < page.index("newest first")
    assert page.count("第二行") == 1


def test_a_reason_that_is_missing_is_asked_for_by_name(desk: Client, leak: ServiceRequest) -> None:
    assert "Please fill in “Reason”." in text(desk.post(at(leak, "reject"), {"reason": ""}))


def test_merging_into_what_one_may_not_see_is_refused(
    leak: ServiceRequest, service: Service, place: Place
) -> None:
    site = make_place("西校区", type="site")
    here = make_request(service=service, place=make_place("201", parent=site), description="漏")
    other = make_person("别处")
    grant(other, Role.DISPATCHER, place=site)

    answer = signed_in(other).post(at(here, "merge"), {"into": leak.number})

    assert answer.status_code == 422
    here.refresh_from_db()
    assert here.status == RequestStatus.NEW


def test_asking_and_recording_the_answer(desk: Client, leak: ServiceRequest) -> None:
    desk.post(at(leak, "ask"), {"question": "几号风机?", "version": leak.version})
    leak.refresh_from_db()
    assert leak.status == RequestStatus.NEED_INFO

    desk.post(at(leak, "answer"), {"text": "三号"})
    leak.refresh_from_db()
    assert leak.status == RequestStatus.ACCEPTED


def test_the_priority_by_hand(desk: Client, leak: ServiceRequest) -> None:
    assert desk.post(at(leak, "priority"), {"priority": "urgent"}).status_code == 422

    desk.post(at(leak, "priority"), {"priority": "urgent", "reason": "12:00 有课", "version": leak.version})

    leak.refresh_from_db()
    assert (leak.priority, leak.priority_by_hand) == (Priority.URGENT, True)


def test_correcting_changes_what_was_changed(desk: Client, leak: ServiceRequest, place: Place) -> None:
    form = desk.get(at(leak, "correct")).context["form"]
    facts = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    facts |= {"place": place.pk, "category": leak.category_id, "service": leak.service_id, "reason": "听错了"}

    nothing = desk.post(at(leak, "correct"), facts | {"safety": ""})
    assert nothing.status_code == 422
    assert "Nothing has been changed" in text(nothing)

    new = make_category("空调")
    desk.post(
        at(leak, "correct"), facts | {"category": new.pk, "service": "", "urgency": "high", "safety": ""}
    )

    leak.refresh_from_db()
    assert (leak.category, leak.service, leak.urgency) == (new, None, "high")
    assert leak.events.latest("pk").data["changes"].keys() == {"category", "service", "urgency", "priority"}


def test_files_of_others_are_not_there(
    desk: Client, leak: ServiceRequest, service: Service, wang: User
) -> None:
    other = make_request(service=service, description="别的")
    photo = SimpleUploadedFile("a.jpg", picture())
    desk.post(at(other, "write"), {"side": "note", "text": "见图", "photos": photo})
    key = RequestAttachment.objects.get(request=other).attachment.key

    assert desk.get(at(leak, f"files/{key}")).status_code == 404
    assert signed_in(wang).get(at(other, f"files/{key}")).status_code == 404


def test_the_neighbours_of_the_list_come_along(desk: Client, leak: ServiceRequest, service: Service) -> None:
    others = [make_request(service=service, description="漏") for _n in range(2)]

    page = text(desk.get(at(others[0]) + "?tab=all&order=newest"))

    assert f'href="{at(others[1])}?tab=all&amp;order=newest"' in page
    assert f'href="{at(leak)}?tab=all&amp;order=newest"' in page


def test_the_page_takes_few_statements(
    desk: Client, leak: ServiceRequest, xu: User, chen: User, django_assert_max_num_queries: AtMost
) -> None:
    order = raise_work_order(request_id=leak.pk, by=xu, worker_id=chen.pk)
    accept_work(order_id=order.pk, by=chen)
    start_work(order_id=order.pk, by=chen)
    for n in range(5):
        add_note(request_id=leak.pk, text=f"第 {n} 次", by=xu)

    with django_assert_max_num_queries(25):
        assert desk.get(at(leak) + "?tab=all").status_code == 200


def _bring_to(request: ServiceRequest, state: str, xu: User) -> None:
    if state == "new":
        return
    if state == "need_info":
        ask_requester(request_id=request.pk, question="哪里?", by=xu)
        return
    accept_request(request_id=request.pk, by=xu)
    if state in {"resolved", "closed"}:
        settle_request(request_id=request.pk, result="已处理", by=xu)
    if state == "closed":
        accept_result(request_id=request.pk, by=None)
