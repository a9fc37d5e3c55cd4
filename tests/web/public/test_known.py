"""While somebody reports: what is known already, and one tap instead of reporting it again."""

import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from houqin.accounts.models import User
from houqin.desk import links
from houqin.desk.models import Category, Follower, ServiceRequest
from houqin.org.models import QrCode
from tests.makers import make_organisation, make_place
from tests.makers_desk import make_request, make_service, resolved_request

pytestmark = pytest.mark.django_db


@pytest.fixture
def category() -> Category:
    return make_service("电梯").category


@pytest.fixture
def code() -> QrCode:
    return QrCode.objects.create(place=make_place(code="LIFT", name="东侧电梯"))


@pytest.fixture
def fault(category: Category, code: QrCode) -> ServiceRequest:
    return make_request(
        category=category,
        place=code.place,
        description="秘密词，电梯坏了",
        title="",
        contact_name="王小明",
        contact_phone="13812345678",
    )


def page_of(client: Client, code: QrCode) -> str:
    return client.get(f"/q/{code.token}/").content.decode()


def seen_in(page: str) -> list[str]:
    return re.findall(r'name="seen" value="([^"]+)"', page)


def report(client: Client, code: QrCode, category: Category, **more: object) -> object:
    given = {
        "category": category.pk,
        "place": "LIFT",
        "urgency": "normal",
        "description": "电梯不动了",
        **more,
    }
    return client.post(f"/q/{code.token}/", given)


def test_the_label_shows_what_is_known_there(client: Client, code: QrCode, fault: ServiceRequest) -> None:
    page = page_of(client, code)

    assert seen_in(page) == [links.known_token(fault)]
    for private in ("秘密词", "王小明", "13812345678", fault.number):
        assert private not in page


def test_where_nothing_is_known_nothing_is_shown_or_asked(
    client: Client, code: QrCode, category: Category
) -> None:
    assert not seen_in(page_of(client, code))
    report(client, code, category)
    assert ServiceRequest.objects.count() == 1


def test_one_tap_follows_and_leads_to_an_own_page(
    client: Client, code: QrCode, fault: ServiceRequest
) -> None:
    (token,) = seen_in(page_of(client, code))

    answer = client.post(f"/q/{code.token}/", {"place": "LIFT", "urgency": "normal", "known": token})

    follower = Follower.objects.get()
    assert answer.headers["Location"] == links.path_of_follower(follower)
    assert (follower.request, follower.place, follower.channel) == (fault, code.place, "qr")
    assert ServiceRequest.objects.count() == 1
    assert client.get(answer.headers["Location"]).status_code == 200


def test_what_was_filled_in_goes_along(client: Client, code: QrCode, fault: ServiceRequest) -> None:
    content = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(content, "JPEG")
    photo = SimpleUploadedFile("门.jpg", content.getvalue(), "image/jpeg")

    client.post(
        f"/q/{code.token}/",
        {
            "place": "LIFT",
            "known": links.known_token(fault),
            "description": "三楼也按不动",
            "name": "小李",
            "phone": "13911112222",
            "email": "li@example.com",
            "photos": photo,
        },
    )

    follower = Follower.objects.get()
    message = follower.messages.get()
    assert (follower.name, follower.phone, follower.email) == ("小李", "13911112222", "li@example.com")
    assert message.text == "三楼也按不动"
    assert not message.attachments.get().public


def test_a_press_asks_for_no_phone_even_where_a_report_does(
    client: Client, code: QrCode, fault: ServiceRequest
) -> None:
    make_organisation(contact_needed=True)

    client.post(f"/q/{code.token}/", {"place": "LIFT", "known": links.known_token(fault)})

    assert Follower.objects.count() == 1


def test_a_wrong_phone_is_said_and_nobody_follows(
    client: Client, code: QrCode, fault: ServiceRequest
) -> None:
    given = {"place": "LIFT", "known": links.known_token(fault), "phone": "call me"}

    answer = client.post(f"/q/{code.token}/", given)

    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"phone"}
    assert not Follower.objects.exists()


def test_two_clicks_are_one_follower(client: Client, code: QrCode, fault: ServiceRequest) -> None:
    given = {"place": "LIFT", "known": links.known_token(fault), "form_key": "once"}

    first, second = (client.post(f"/q/{code.token}/", given) for _click in range(2))

    assert first.headers["Location"] == second.headers["Location"]
    assert Follower.objects.count() == 1


def test_going_back_and_pressing_again_leads_to_the_same_page(
    client: Client, code: QrCode, fault: ServiceRequest
) -> None:
    given = {"place": "LIFT", "known": links.known_token(fault)}

    first, second = (
        client.post(f"/q/{code.token}/", {**given, "form_key": key}) for key in ("one", "another")
    )

    assert first.headers["Location"] == second.headers["Location"]
    assert Client().post(f"/q/{code.token}/", given).headers["Location"] != first.headers["Location"]
    assert Follower.objects.count() == 2


def test_signed_in_it_is_the_account_that_follows(
    client: Client, code: QrCode, fault: ServiceRequest, wang: User
) -> None:
    client.force_login(wang)
    client.post(f"/q/{code.token}/", {"place": "LIFT", "known": links.known_token(fault)})
    Client().post(f"/q/{code.token}/", {"place": "LIFT", "known": links.known_token(fault)})

    assert [one.user for one in Follower.objects.all()] == [wang, None]
    assert links.path_of_follower(Follower.objects.get(user=wang)) in client.get("/mine/").content.decode()


def test_who_reported_it_is_led_to_the_own_report(
    client: Client, code: QrCode, fault: ServiceRequest, wang: User
) -> None:
    ServiceRequest.objects.filter(pk=fault.pk).update(requester=wang)
    client.force_login(wang)

    answer = client.post(f"/q/{code.token}/", {"place": "LIFT", "known": links.known_token(fault)})

    assert answer.headers["Location"] == links.path_of(fault)
    assert not Follower.objects.exists()


def test_the_second_of_two_clicks_is_not_stopped_by_the_first(code: QrCode, category: Category) -> None:
    first, second = (report(Client(), code, category, form_key="once") for _click in range(2))

    assert first.headers["Location"] == second.headers["Location"]  # type: ignore[attr-defined]
    assert ServiceRequest.objects.count() == 1


@pytest.mark.usefixtures("fault")
class TestBeforeItIsStored:
    """Who has not seen what is known is shown it once; then the report is taken as it is."""

    def test_the_report_waits_for_a_look(self, client: Client, code: QrCode, category: Category) -> None:
        answer = report(client, code, category)

        page = answer.content.decode()  # type: ignore[attr-defined]
        assert answer.status_code == 200  # type: ignore[attr-defined]
        assert ServiceRequest.objects.count() == 1
        assert "电梯不动了" in page

        report(client, code, category, seen=seen_in(page))
        assert ServiceRequest.objects.count() == 2

    def test_who_has_seen_it_is_not_stopped(self, client: Client, code: QrCode, category: Category) -> None:
        report(client, code, category, seen=seen_in(page_of(client, code)))

        assert ServiceRequest.objects.count() == 2

    def test_another_fault_at_the_place_is_not_stopped(
        self, client: Client, code: QrCode, category: Category
    ) -> None:
        report(client, code, category, description="地砖裂了")

        assert ServiceRequest.objects.count() == 2


class TestWhileTyping:
    """The form asks with what is filled in so far; the answer is the list alone."""

    def test_what_fits_the_words_is_shown_but_not_twice(
        self, client: Client, category: Category, fault: ServiceRequest
    ) -> None:
        asked = {"place": "LIFT", "category": str(category.pk), "description": "电梯停了"}

        found = client.get("/report/known/", asked).content.decode()

        assert seen_in(found) == [links.known_token(fault)]
        assert not client.get("/report/known/", {**asked, "seen": seen_in(found)}).content.strip()
        assert not client.get("/report/known/", {**asked, "description": "门打不开"}).content.strip()

    @pytest.mark.parametrize("odd", [{}, {"place": "nowhere"}, {"place": "LIFT", "category": "²"}])
    def test_odd_questions_are_answered_with_nothing_known(self, client: Client, odd: dict[str, str]) -> None:
        answer = client.get("/report/known/", odd)

        assert (answer.status_code, answer.content.strip()) == (200, b"")


@pytest.mark.parametrize("token", ["x", "1-" + "0" * 40, ""])
def test_a_made_up_fault_is_followed_by_nobody(
    client: Client, code: QrCode, fault: ServiceRequest, token: str
) -> None:
    answer = client.post(f"/q/{code.token}/", {"place": "LIFT", "known": token})

    assert answer.status_code == 422
    assert not Follower.objects.exists()


def test_what_was_repaired_meanwhile_is_said(client: Client, code: QrCode, category: Category) -> None:
    ended = resolved_request(category=category, place=code.place)

    answer = client.post(
        f"/q/{code.token}/",
        {"place": "LIFT", "known": links.known_token(ended)},
        headers={"accept-language": "en"},
    )

    assert answer.status_code == 422
    assert "not open any more" in answer.content.decode()
    assert not Follower.objects.exists()


def test_a_flood_without_accounts_is_kept_away(
    client: Client, code: QrCode, fault: ServiceRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("houqin.web.public.known.MOST_ANONYMOUS", 2)
    given = {"place": "LIFT", "known": links.known_token(fault)}

    answers = [Client().post(f"/q/{code.token}/", given).status_code for _press in range(3)]

    assert answers == [303, 303, 422]
    assert Follower.objects.count() == 2
