"""What the desk sees of others with the same trouble: the number, who they are, what may be the same."""

from django.test import Client

from houqin.accounts.models import User
from houqin.desk import links
from houqin.desk.actions.following import Contact
from houqin.desk.models import Follower, Service, ServiceRequest
from houqin.flows.follow_request import follow_request
from houqin.flows.raise_work_order import raise_work_order
from houqin.org.models import Place
from houqin.web.desk.sheet import SHEET
from tests.makers_desk import make_request
from tests.web.signed_in import signed_in


def followed(request: ServiceRequest, **contact: str) -> Follower:
    return follow_request(request_id=request.pk, contact=Contact(**contact), by=None, text="三楼也是")


def page(client: Client, request: ServiceRequest) -> str:
    return client.get(f"/desk/requests/{request.number}/").content.decode()


def test_the_queue_says_how_many_have_the_trouble(desk: Client, leak: ServiceRequest) -> None:
    assert 'class="affected"' not in desk.get("/desk/").content.decode()

    followed(leak)

    assert 'title="2 people affected"' in desk.get("/desk/").content.decode()
    assert "(2 people)" in desk.get(f"/desk/requests/{leak.number}/panel/").content.decode()


def test_the_desk_reads_who_they_are_and_gives_the_link_on(desk: Client, leak: ServiceRequest) -> None:
    one = followed(leak, name="小李", phone="13911112222")

    shown = page(desk, leak)

    for told in ("小李 has the same trouble; people affected: 2.", "13911112222", "三楼也是"):
        assert told in shown
    assert links.path_of_follower(one) in shown


def test_who_only_reads_is_shown_no_link_and_no_number(leak: ServiceRequest, auditor: User) -> None:
    one = followed(leak, name="小李", phone="13911112222")

    shown = page(signed_in(auditor), leak)

    assert "小李" in shown
    assert "13911112222" not in shown
    assert links.path_of_follower(one) not in shown


def test_a_link_is_renewed_from_the_page(desk: Client, leak: ServiceRequest) -> None:
    one = followed(leak)
    stranger = followed(make_request(service=leak.service))
    address = f"/desk/requests/{leak.number}/renew_follower/"

    assert desk.post(address, {"follower": stranger.pk}).status_code == 422
    desk.post(address, {"follower": one.pk})

    old = [links.path_of_follower(one), links.path_of_follower(stranger)]
    now = [links.path_of_follower(Follower.objects.get(pk=pk)) for pk in (one.pk, stranger.pk)]
    assert [a == b for a, b in zip(old, now, strict=True)] == [False, True]


def test_what_may_be_the_same_is_merged_from_there(
    desk: Client, leak: ServiceRequest, service: Service, place: Place
) -> None:
    second = make_request(service=service, place=place, description="空调漏水了")
    make_request(service=service, place=place, description="门打不开")

    shown = page(desk, second)
    address = f"/desk/requests/{second.number}/merge/"
    form = desk.get(address, {"candidate": leak.number}).content.decode()
    desk.post(address, {"candidate": leak.number, "reason": ""})

    second.refresh_from_db()
    assert f"candidate={leak.number}" in shown
    assert f'value="{leak.number}"' in form
    assert "checked" in form
    assert second.merged_into == leak


def test_the_job_and_the_order_say_how_many(desk: Client, leak: ServiceRequest, xu: User) -> None:
    followed(leak)
    order = raise_work_order(request_id=leak.pk, by=xu)

    assert "2 people affected" in desk.get(f"/jobs/{order.number}/").content.decode()
    assert "People affected" in desk.get(f"/work/orders/{order.number}/").content.decode()


def test_the_spreadsheet_counts_them(leak: ServiceRequest) -> None:
    assert "People affected" in [str(column.title) for column in SHEET.columns(leak.requester)]
