"""What the rules propose, on the dispatcher's pages: the reason, one key, and something else."""

import pytest
from django.test import Client

from houqin.accounts.models import User
from houqin.desk.models import RequestEvent, Service, ServiceRequest
from houqin.flows.triage_request import accept_request, correct_request
from tests.makers_desk import make_category, make_request, make_service
from tests.makers_triage import mailed, make_rule, proposal_of, proposals_of
from tests.web.signed_in import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def proposed(service: Service) -> ServiceRequest:
    """Reported under 其他; the rules say what it is and that it is urgent."""
    make_category("其他", position=99)
    make_rule("漏水", name="漏水", then_service=service, then_urgency="high")
    return make_request(service=make_service("其他服务"), description="漏水")


def text(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined,no-any-return]


def page(request: ServiceRequest) -> str:
    return f"/desk/requests/{request.number}/"


def facts(request: ServiceRequest, *fields: str, **more: str) -> dict[str, object]:
    return {"proposal": [proposal_of(request, field).pk for field in fields], **more}


def test_the_page_tells_why_and_offers_to_take_it(desk: Client, proposed: ServiceRequest) -> None:
    shown = text(desk.get(page(proposed)))

    assert "The rules propose" in shown
    assert "the text says “漏水”" in shown
    assert "instead of 其他服务" in shown
    assert 'data-key="t"' in shown


def test_the_panel_beside_the_queue_does_too(desk: Client, proposed: ServiceRequest) -> None:
    panel = text(desk.get(f"{page(proposed)}panel/"))

    assert "The rules propose" in panel
    assert "Take over all" in panel


def test_one_press_takes_all_and_two_presses_do_not_more(
    desk: Client, proposed: ServiceRequest, service: Service
) -> None:
    key = desk.get(page(proposed)).context["form_key"]
    sent = facts(proposed, "service", "urgency", answer="take", form_key=f"{key}-all")

    answers = [desk.post(f"{page(proposed)}proposals/", sent) for _press in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    proposed.refresh_from_db()
    assert (proposed.service, proposed.urgency) == (service, "high")
    assert RequestEvent.objects.filter(kind="corrected").count() == 1
    assert "confirmed" in text(desk.get(page(proposed)))


def test_what_is_left_is_not_offered_again(desk: Client, proposed: ServiceRequest) -> None:
    desk.post(f"{page(proposed)}proposals/", facts(proposed, "urgency", answer="leave"))

    assert proposals_of(proposed)["urgency"][2] == "passed"
    assert "not taken" in text(desk.get(page(proposed)))


def test_a_refusal_goes_back_to_the_page_with_its_sentence(
    desk: Client, proposed: ServiceRequest, xu: User
) -> None:
    sent = facts(proposed, "urgency", answer="take", version=str(proposed.version))
    correct_request(request_id=proposed.pk, title="别的", reason="改", by=xu)

    answer = desk.post(f"{page(proposed)}proposals/", sent, follow=True)

    assert "changed this request meanwhile" in text(answer)
    assert proposals_of(proposed)["urgency"][2] == "open"


def test_a_correction_shows_what_was_put_instead(desk: Client, service: Service, xu: User) -> None:
    make_category("其他", position=99)
    make_rule("漏水", then_service=service)
    request = mailed("漏水")
    other = make_service("水龙头")

    correct_request(request_id=request.pk, service_id=other.pk, reason="看照片", by=xu)

    assert "corrected to 水龙头" in text(desk.get(page(request)))


def test_accepting_the_request_confirms_what_the_rules_set(desk: Client, service: Service, xu: User) -> None:
    make_category("其他", position=99)
    make_rule("漏水", then_service=service)
    request = mailed("漏水")
    assert "set by rule" in text(desk.get(page(request)))

    accept_request(request_id=request.pk, by=xu)

    assert "confirmed" in text(desk.get(page(request)))


@pytest.mark.parametrize("who", ["wang", "chen", "stranger", "lin", "auditor"])
def test_who_does_not_triage_decides_nothing(
    who: str, request: pytest.FixtureRequest, proposed: ServiceRequest
) -> None:
    browser = signed_in(request.getfixturevalue(who))

    answer = browser.post(f"{page(proposed)}proposals/", facts(proposed, "urgency", answer="take"))

    assert answer.status_code == 404
    assert proposals_of(proposed)["urgency"][2] == "open"


def test_who_only_reads_sees_them_without_buttons(proposed: ServiceRequest, auditor: User) -> None:
    shown = text(signed_in(auditor).get(page(proposed)))

    assert "the text says “漏水”" in shown
    assert "Take over" not in shown


def test_a_foreign_request_answers_like_a_missing_one(desk: Client) -> None:
    assert desk.post("/desk/requests/FW20200101-0001/proposals/", {"proposal": "1"}).status_code == 404
