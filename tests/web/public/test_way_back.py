"""What a requester meets on the way: going back, long words, wrong photos, the link, the end of it."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from houqin.accounts.models import User
from houqin.desk import links
from houqin.desk.models import Category, ServiceRequest
from houqin.flows.add_message import write_as_requester
from houqin.flows.finish_work import complete_work
from houqin.flows.progress_work import accept_work, start_work
from houqin.flows.raise_work_order import raise_work_order
from houqin.flows.triage_request import ask_requester
from houqin.staffing.models import Crew
from houqin.work.models import WorkOrder
from tests.makers import make_code, make_crew, make_place
from tests.makers_desk import closed_request, make_request, make_service, resolved_request

pytestmark = pytest.mark.django_db


@pytest.fixture
def category() -> Category:
    return make_service("空调").category


def _report(client: Client, category: Category, **more: object) -> str:
    given = {"category": category.pk, "place_note": "楼道", "urgency": "normal", **more}
    return client.post("/report/", given).headers.get("Location", "")


def _photo(name: str = "漏水.jpg") -> SimpleUploadedFile:
    content = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(content, "JPEG")
    return SimpleUploadedFile(name, content.getvalue(), "image/jpeg")


def _page(client: Client, found: ServiceRequest) -> str:
    return client.get(f"/t/{links.token_of(found)}/").content.decode()


def test_going_back_and_sending_again_leads_to_the_same_request(client: Client, category: Category) -> None:
    first = _report(client, category, description="漏水", form_key="one")
    second = _report(client, category, description="漏水", form_key="another", photos=_photo())

    assert first == second
    assert ServiceRequest.objects.count() == 1


def test_something_else_is_another_request(client: Client, category: Category) -> None:
    first = _report(client, category, description="漏水")
    second = _report(client, category, description="门也坏了")

    assert first != second
    assert ServiceRequest.objects.count() == 2


def test_what_was_withdrawn_can_be_reported_again(client: Client, category: Category) -> None:
    first = _report(client, category, description="漏水")
    client.post(f"{first}withdraw/", {"reason": ""})

    assert _report(client, category, description="漏水") != first


def test_another_browser_is_told_that_it_is_known(category: Category) -> None:
    assert _report(Client(), category, description="漏水")
    assert not _report(Client(), category, description="漏水")

    assert ServiceRequest.objects.count() == 1


def test_a_wrong_photo_is_named_in_the_form(client: Client, category: Category) -> None:
    for wrong in (SimpleUploadedFile("假的.jpg", b"text"), SimpleUploadedFile("空的.jpg", b"")):
        answer = client.post(
            "/report/",
            {"category": category.pk, "place_note": "楼道", "urgency": "normal", "photos": [_photo(), wrong]},
        )

        assert answer.status_code == 422
        assert [wrong.name in error for error in answer.context["form"].errors["photos"]] == [True]
    assert not ServiceRequest.objects.exists()


def test_a_wrong_photo_of_a_remark_keeps_the_words(client: Client) -> None:
    found = make_request()
    photo = SimpleUploadedFile("假的.jpg", b"text")

    answer = client.post(f"/t/{links.token_of(found)}/message/", {"text": "水漫到走廊了", "photos": photo})

    assert answer.status_code == 422
    assert "水漫到走廊了" in answer.content.decode()
    assert not found.messages.exists()


def test_everything_that_was_written_can_be_read_again(client: Client, category: Category) -> None:
    long = "水管漏水，" * 100 + "就在窗边。"
    page = client.get(_report(client, category, description=long)).content.decode()

    found = ServiceRequest.objects.get()
    assert found.title.endswith("…")
    assert "就在窗边。" in page


def test_only_who_has_no_account_is_shown_the_link(client: Client, wang: User) -> None:
    anonymous, own = make_request(), make_request(requester=wang)

    assert f'value="http://testserver/t/{links.token_of(anonymous)}/"' in _page(client, anonymous)
    assert 'id="link"' not in _page(client, own)


def test_another_report_begins_at_the_same_place(client: Client) -> None:
    found = make_request(place=make_place("305 宿舍", code="QH-305"))

    assert 'href="/report/?place=QH-305"' in _page(client, found)


def test_a_question_is_asked_where_it_is_answered(client: Client, xu: User) -> None:
    found = make_request()
    ask_requester(request_id=found.pk, question="哪个水龙头？", by=xu)

    page = _page(client, found)

    note, sheet = page.index('class="note c-warn'), page.index('id="message-title"')
    assert "哪个水龙头？" in page[note : note + 300]
    assert "哪个水龙头？" in page[sheet : sheet + 80]


@pytest.mark.parametrize("step", ["message", "chase", "withdraw", "accept"])
def test_the_address_of_a_step_opened_as_a_page_leads_to_the_request(client: Client, step: str) -> None:
    address = f"/t/{links.token_of(make_request())}/"

    assert client.get(f"{address}{step}/").headers["Location"] == address
    assert client.get(f"{address}nothing/").status_code == 404


class TestDone:
    """What was done, by whom, and the word of the requester on it."""

    @pytest.fixture
    def order(self, xu: User, chen: User) -> WorkOrder:
        team: Crew = make_crew("水暖班", chen, phone="8120")
        found = make_request(service=make_service("水暖"))
        order = raise_work_order(request_id=found.pk, by=xu, crew_id=team.pk, worker_id=chen.pk)
        accept_work(order_id=order.pk, by=chen)
        start_work(order_id=order.pk, by=chen)
        return complete_work(
            order_id=order.pk,
            result="fixed",
            result_note="已试水",
            cause_id=make_code("cause", "密封件老化").pk,
            remedy_id=make_code("remedy", "更换密封件").pk,
            by=chen,
        )

    def test_the_page_says_what_was_done_and_by_whom(self, client: Client, order: WorkOrder) -> None:
        page = _page(client, order.request_link.request)

        for fact in ("密封件老化 → 更换密封件", "已试水", "陈师傅", "tel:8120"):
            assert fact in page

    def test_the_end_is_told_once(self, client: Client, order: WorkOrder) -> None:
        found = order.request_link.request
        address = f"/t/{links.token_of(found)}/"
        client.post(f"{address}accept/", {"speed": "5", "attitude": "5", "quality": "5"})

        page = client.get(address, headers={"accept-language": "en"}).content.decode()

        assert page.count("You have accepted the result.") == 1
        assert "Closed." not in page
        assert "The work is accepted." not in page

    def test_nothing_is_preselected_in_the_rating(self, client: Client) -> None:
        found = resolved_request()
        sheet = _page(client, found).partition('id="accept"')[2]

        assert "checked" not in sheet.partition("</dialog>")[0]
        assert 'name="unsolved"' not in sheet
        answer = client.post(f"/t/{links.token_of(found)}/accept/", {})
        found.refresh_from_db()
        assert (answer.status_code, found.status) == (422, "resolved")

    def test_a_closed_request_may_still_be_called_unsolved(self, client: Client) -> None:
        assert 'name="unsolved"' in _page(client, closed_request())


def test_a_remark_is_headed_as_ones_own(client: Client) -> None:
    found = make_request()
    write_as_requester(request_id=found.pk, text="靠窗", by=None)

    client.cookies["django_language"] = "zh-hans"

    assert "您补充" in _page(client, found)
