"""Reporting from a label, following the link, and everything a requester does there."""

import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from houqin.accounts.models import User
from houqin.desk import links
from houqin.desk.actions import progress, triage
from houqin.desk.models import Category, RequestAttachment, ServiceRequest
from houqin.org.models import QrCode, QrScan
from tests.makers import make_place
from tests.makers_desk import closed_request, make_request, make_service, resolved_request

pytestmark = pytest.mark.django_db


@pytest.fixture
def category() -> Category:
    return make_service("空调").category


@pytest.fixture
def code() -> QrCode:
    return QrCode.objects.create(place=make_place(code="A302", name="302 教室"))


def _photo() -> SimpleUploadedFile:
    content = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(content, "JPEG")
    return SimpleUploadedFile("漏水.jpg", content.getvalue(), "image/jpeg")


def test_a_label_fills_the_place_in_and_counts_the_scan(client: Client, code: QrCode) -> None:
    page = client.get(f"/q/{code.token}/").content.decode()

    assert "302 教室" in page
    assert QrScan.objects.filter(code=code).count() == 1


def test_a_category_is_enough_for_a_report(client: Client, code: QrCode, category: Category) -> None:
    answer = client.post(
        f"/q/{code.token}/",
        {"category": category.pk, "place": "A302", "urgency": "normal", "photos": _photo()},
    )

    reported = ServiceRequest.objects.get()
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"/t/{links.token_of(reported)}/"
    assert (reported.place.code, reported.channel, reported.title) == ("A302", "qr", str(category))
    assert RequestAttachment.objects.get(request=reported).attachment.is_image
    assert client.get(answer.headers["Location"]).status_code == 200


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"category": ""}, "category"),
        ({"phone": "call me"}, "phone"),
        ({"place": "", "place_note": ""}, "place_note"),
        ({"description": "x" * 2_001}, "description"),
        ({"urgency": "now!"}, "urgency"),
    ],
)
def test_a_wrong_report_stores_nothing_and_says_what_is_wrong(
    client: Client, category: Category, wrong: dict[str, str], field: str
) -> None:
    make_place(code="A302", name="302 教室")
    given = {"category": category.pk, "place": "A302", "urgency": "normal", "description": "漏水", **wrong}

    answer = client.post("/report/", given)

    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert not ServiceRequest.objects.exists()


def test_a_script_in_a_picture_is_refused_beside_the_photos(client: Client, category: Category) -> None:
    hostile = SimpleUploadedFile("x.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>")
    given = {"category": category.pk, "place_note": "楼道", "urgency": "normal", "photos": hostile}

    answer = client.post("/report/", given)

    assert answer.status_code == 422
    assert "photos" in answer.context["form"].errors
    assert not ServiceRequest.objects.exists()


def test_a_form_sent_twice_reports_once(client: Client, category: Category) -> None:
    page = client.get("/report/").content.decode()
    key = re.search(r'name="form_key" value="([^"]+)"', page)
    assert key is not None
    given = {"category": category.pk, "place_note": "楼道", "urgency": "normal", "form_key": key[1]}

    first, second = client.post("/report/", given), client.post("/report/", given)

    assert first.headers["Location"] == second.headers["Location"]
    assert ServiceRequest.objects.count() == 1


def test_an_unknown_label_leads_on_to_the_form(client: Client) -> None:
    answer = client.get("/q/none/")

    assert answer.status_code == 404
    assert "/report/" in answer.content.decode()


@pytest.mark.parametrize("token", ["x", "1-" + "0" * 40, "ffffffffffffffff-0", "1-"])
def test_a_made_up_link_opens_nothing(client: Client, token: str) -> None:
    assert client.get(f"/t/{token}/").status_code == 404


def test_a_renewed_link_ends_the_old_one(client: Client) -> None:
    found = make_request()
    old = links.token_of(found)
    ServiceRequest.objects.filter(pk=found.pk).update(link_nonce="another")

    assert client.get(f"/t/{old}/").status_code == 404


def test_the_holder_of_the_link_adds_chases_and_withdraws(client: Client) -> None:
    found = make_request()
    address = f"/t/{links.token_of(found)}/"

    client.post(f"{address}message/", {"text": "水漫到走廊了"})
    client.post(f"{address}chase/", {"reason": ""})
    client.post(f"{address}withdraw/", {"reason": "自己修好了"})

    found.refresh_from_db()
    page = client.get(address).content.decode()
    assert found.status == "withdrawn"
    assert "水漫到走廊了" in page


def test_accepting_rates_and_closes(client: Client) -> None:
    found = resolved_request()
    given = {"speed": "5", "attitude": "4", "quality": "5", "comment": "很快"}

    client.post(f"/t/{links.token_of(found)}/accept/", given)

    found.refresh_from_db()
    rating = found.ratings.get()
    assert (found.status, rating.attitude, rating.comment) == ("closed", 4, "很快")


def test_a_refusal_without_words_stores_nothing(client: Client) -> None:
    found = resolved_request()

    answer = client.post(f"/t/{links.token_of(found)}/refuse/", {"reason": " "})

    found.refresh_from_db()
    assert answer.status_code == 422
    assert found.status == "resolved"


def test_a_state_that_has_moved_meanwhile_is_said_and_nothing_is_written(client: Client) -> None:
    found = closed_request()
    address = f"/t/{links.token_of(found)}/"

    answer = client.post(f"{address}withdraw/", {"reason": ""}, follow=True)

    found.refresh_from_db()
    assert found.status == "closed"
    assert 'class="toast-x c-danger"' in answer.content.decode()


class TestMerged:
    """A request merged into another one: how that one stands is shown, nothing that others said."""

    @pytest.fixture
    def pair(self, xu: User) -> tuple[ServiceRequest, ServiceRequest]:
        first = make_request(description="私密的描述", contact_name="王小明", contact_phone="13812340000")
        second = make_request(service=first.service, contact_name="李四")
        triage.merge(request_id=second.pk, into_id=first.pk, by=xu)
        triage.accept(request_id=first.pk, by=xu)
        progress.resolve(request_id=first.pk, by=xu, result="换了王小明的阀门")
        second.refresh_from_db()
        return first, second

    def test_the_page_leads_nobody_to_the_other_link(
        self, client: Client, pair: tuple[ServiceRequest, ServiceRequest]
    ) -> None:
        first, second = pair
        page = client.get(f"/t/{links.token_of(second)}/").content.decode()

        assert first.number in page
        assert links.token_of(first) not in page
        for private in ("私密的描述", "王小明", "13812340000"):
            assert private not in page

    def test_its_requester_rates_by_the_own_link(
        self, client: Client, pair: tuple[ServiceRequest, ServiceRequest]
    ) -> None:
        first, second = pair
        address = f"/t/{links.token_of(second)}/"
        assert 'data-open="accept"' in client.get(address).content.decode()

        client.post(f"{address}accept/", {"speed": "5", "attitude": "3", "quality": "4", "comment": "好"})

        first.refresh_from_db()
        assert (first.status, first.ratings.get().attitude) == ("resolved", 3)
        assert "service 3" in client.get(address, headers={"accept-language": "en"}).content.decode()
        assert "service 3" not in client.get(f"/t/{links.token_of(first)}/").content.decode()
