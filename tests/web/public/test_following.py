"""A follower's page: the own link, what may be seen by it, and what may be done."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from houqin.accounts.models import User
from houqin.desk import links
from houqin.desk.actions.following import Contact
from houqin.desk.models import Follower, ServiceRequest
from houqin.flows.assign_work import assign_work
from houqin.flows.finish_work import complete_work
from houqin.flows.follow_request import follow_request
from houqin.flows.progress_work import accept_work, hold_work, resume_work, start_work
from houqin.flows.raise_work_order import raise_work_order
from houqin.flows.triage_request import merge_request
from houqin.work.models import WorkOrder
from tests.makers import make_place
from tests.makers_desk import make_request, make_service

pytestmark = pytest.mark.django_db

SECRET = "暗号七三一"
GOOD = {"speed": "5", "attitude": "4", "quality": "5"}


@pytest.fixture
def fault(wang: User) -> ServiceRequest:
    return make_request(
        service=make_service("电梯"),
        requester=wang,
        title=f"{SECRET}标题",
        description=SECRET,
        place_note=SECRET,
        contact_name=SECRET,
        contact_phone="13812345678",
    )


@pytest.fixture
def follower(fault: ServiceRequest) -> Follower:
    contact = Contact(name="小李", place_id=make_place("305").pk)
    return follow_request(request_id=fault.pk, contact=contact, by=None, text="三楼也是")


def address(follower: Follower) -> str:
    return links.path_of_follower(follower)


def page(client: Client, follower: Follower) -> str:
    return client.get(address(follower), headers={"accept-language": "en"}).content.decode()


def worked_on(fault: ServiceRequest, xu: User, chen: User) -> WorkOrder:
    """The order, on hold with a note that is nobody's business, and with words of the desk."""
    order = raise_work_order(request_id=fault.pk, by=xu)
    order = assign_work(order_id=order.pk, by=xu, worker_id=chen.pk)
    accept_work(order_id=order.pk, by=chen)
    start_work(order_id=order.pk, by=chen)
    return hold_work(order_id=order.pk, reason="parts", note=SECRET, by=chen)


def test_it_shows_how_it_goes_on(client: Client, follower: Follower, xu: User, chen: User) -> None:
    worked_on(follower.request, xu, chen)

    shown = page(client, follower)

    for told in ("陈师傅", "We are waiting for a part.", "三楼也是", "305", str(follower.request.category)):
        assert told in shown


def test_nothing_of_the_requester_is_in_it(client: Client, follower: Follower, xu: User, chen: User) -> None:
    order = worked_on(follower.request, xu, chen)
    resume_work(order_id=order.pk, by=chen)
    complete_work(order_id=order.pk, by=chen, result="fixed", result_note=SECRET)

    shown = page(client, follower)

    assert SECRET not in shown
    assert "13812345678" not in shown
    assert links.token_of(follower.request) not in shown


def test_nobody_else_reads_what_a_follower_wrote(client: Client, follower: Follower, wang: User) -> None:
    other = follow_request(request_id=follower.request_id, contact=Contact(), by=None)
    client.post(f"{address(follower)}message/", {"text": "只给维修的人看"})

    assert "只给维修的人看" in page(client, follower)
    for reader in (address(other), links.path_of(follower.request)):
        shown = client.get(reader).content.decode()
        assert "只给维修的人看" not in shown
        assert "三楼也是" not in shown
        assert "小李" not in shown


def test_a_photo_opens_by_the_own_link_alone(client: Client, follower: Follower) -> None:
    other = follow_request(request_id=follower.request_id, contact=Contact(), by=None)
    content = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(content, "JPEG")
    photo = SimpleUploadedFile("门.jpg", content.getvalue(), "image/jpeg")

    client.post(f"{address(follower)}message/", {"text": "", "photos": photo})

    key = follower.messages.latest("pk").attachments.get().attachment.key
    assert f"{address(follower)}files/{key}/" in page(client, follower)
    shown = client.get(f"{address(follower)}files/{key}/")
    assert b"".join(shown.streaming_content).startswith(b"\xff\xd8")  # type: ignore[attr-defined]
    for elsewhere in (address(other), links.path_of(follower.request)):
        assert client.get(f"{elsewhere}files/{key}/").status_code == 404


def test_a_follower_rates_once_by_the_own_link(
    client: Client, follower: Follower, xu: User, chen: User
) -> None:
    assert client.post(f"{address(follower)}rate/", GOOD).status_code == 303
    assert not follower.request.ratings.exists()
    order = worked_on(follower.request, xu, chen)
    resume_work(order_id=order.pk, by=chen)
    complete_work(order_id=order.pk, by=chen, result="fixed")

    client.post(f"{address(follower)}rate/", GOOD)
    client.post(f"{address(follower)}rate/", {**GOOD, "speed": "3"})

    rating = follower.request.ratings.get()
    assert (rating.speed, rating.follower) == (3, follower)
    assert "Speed 3" in page(client, follower)
    follower.request.refresh_from_db()
    assert follower.request.status == "resolved"


def test_leaving_ends_it(client: Client, follower: Follower) -> None:
    client.post(f"{address(follower)}leave/", {})

    follower.refresh_from_db()
    shown = page(client, follower)
    assert follower.left_at is not None
    assert "You do not follow this any more." in shown
    assert 'data-open="message"' not in shown


def test_a_merged_fault_goes_on_under_the_other_number(client: Client, follower: Follower, xu: User) -> None:
    other = make_request(service=follower.request.service, description=SECRET)
    merge_request(request_id=follower.request_id, into_id=other.pk, by=xu)

    shown = page(client, follower)

    assert other.number in shown
    assert SECRET not in shown


@pytest.mark.parametrize("step", ["withdraw", "accept", "chase", "reopen", "nothing"])
def test_a_follower_does_nothing_of_the_requesters(client: Client, follower: Follower, step: str) -> None:
    assert client.post(f"{address(follower)}{step}/", {"reason": "x", **GOOD}).status_code == 404


@pytest.mark.parametrize("step", ["message", "rate", "leave"])
def test_the_address_of_a_step_opened_as_a_page_leads_back(
    client: Client, follower: Follower, step: str
) -> None:
    assert client.get(f"{address(follower)}{step}/").headers["Location"] == address(follower)


def test_a_requesters_link_opens_no_followers_page(client: Client, follower: Follower) -> None:
    assert client.get(f"/f/{links.token_of(follower.request)}/").status_code == 404
    assert client.get(f"/t/{links.token_of_follower(follower)}/").status_code == 404


def test_the_requester_reads_how_many_others_there_are(client: Client, follower: Follower) -> None:
    follow_request(request_id=follower.request_id, contact=Contact(), by=None)

    shown = client.get(links.path_of(follower.request), headers={"accept-language": "en"}).content.decode()

    assert "2 other people have told us of this too." in shown
    assert 'data-open="withdraw"' not in shown
