"""The search box: what it finds, for whom, and how cheaply."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.db import connection
from django.test import Client

from houqin.accounts.models import Role, User
from houqin.desk import links
from houqin.desk.models import Service, ServiceRequest
from houqin.insight.search import MOST, exact, search
from houqin.kernel.text_search import matches
from houqin.org.models import Place
from houqin.work.models import WorkOrder
from tests.makers import grant, make_order, make_person, make_place
from tests.makers_desk import make_request, make_service
from tests.web.signed_in import signed_in

AtMost = Callable[[int], AbstractContextManager[object]]
pytestmark = pytest.mark.django_db


@pytest.fixture
def room() -> Place:
    building = make_place("教学楼A", type="building", parent=make_place("东校区", type="site"))
    return make_place("302", parent=building)


@pytest.fixture
def service() -> Service:
    return make_service("漏水")


@pytest.fixture
def leak(service: Service, room: Place, wang: User) -> ServiceRequest:
    return make_request(service=service, place=room, requester=wang, description="暖气漏水，地面湿滑")


@pytest.fixture
def order(room: Place) -> WorkOrder:
    return make_order(title="更换阀门", place=room)


def found(client: Client, text: str) -> str:
    return client.get("/find/", {"q": text}).content.decode()


@pytest.mark.parametrize("typed", ["漏水", "nqls", "nuanqi", "湿滑 暖气"])
def test_two_characters_pinyin_and_initials_find_a_request(
    typed: str, leak: ServiceRequest, xu: User
) -> None:
    assert search(typed, xu).requests == [leak]
    assert f"/desk/requests/{leak.number}/" in found(signed_in(xu), typed)


def test_each_kind_is_found_and_leads_where_the_person_may_go(
    leak: ServiceRequest, order: WorkOrder, service: Service, admin: User
) -> None:
    chen = make_person("陈明")
    client = signed_in(admin)

    assert f"/work/orders/{order.number}/" in found(client, "阀门")
    assert f"/desk/?place={order.place_id}" in found(client, "302")
    assert f"/setup/people/{chen.pk}/" in found(client, "chenm")
    assert f"/setup/registers/services/{service.pk}/" in found(client, "漏水")


def test_an_exact_number_opens_its_page(leak: ServiceRequest, order: WorkOrder, xu: User, lin: User) -> None:
    client = signed_in(xu)
    for typed in (leak.number, f" {leak.number.lower()} ", leak.number.replace("-", "")):
        answer = client.get("/find/", {"q": typed})
        assert (answer.status_code, answer["Location"]) == (303, f"/desk/requests/{leak.number}/")

    assert client.get("/find/", {"q": order.number})["Location"] == f"/work/orders/{order.number}/"


def test_nobody_finds_what_they_may_not_see(leak: ServiceRequest, order: WorkOrder, xu: User) -> None:
    elsewhere = make_person("别处")
    grant(elsewhere, Role.DISPATCHER, place=make_place("西校区", type="site"))
    for person in (elsewhere, make_person("路人")):
        assert exact(leak.number, person) is None
        assert exact(order.number, person) is None
        assert search("漏水", person).requests == []
        assert search("阀门", person).orders == []
        assert search(xu.full_name, person).people == []
        assert signed_in(person).get("/find/", {"q": leak.number}).status_code == 200


def test_a_requester_finds_own_requests_and_follows_the_tracking_page(
    leak: ServiceRequest, wang: User
) -> None:
    assert f"/t/{links.token_of(leak)}/" in found(signed_in(wang), "漏水")


def test_staff_only_services_are_not_offered_to_requesters(wang: User, xu: User) -> None:
    hidden = make_service("配电房检修", public=False)

    assert search("配电房", wang).services == []
    assert search("配电房", xu).services == [hidden]


@pytest.mark.parametrize("typed", ["我的主页", "wdzy", "zhuye", "my page"])
def test_pages_are_found_in_both_languages_and_by_pinyin(typed: str, wang: User) -> None:
    for english in (True, False):
        page = signed_in(wang, english=english).get("/find/", {"q": typed}).content.decode()
        assert 'class="li" href="/accounts/me/"' in page


def test_pages_somebody_may_not_open_are_not_proposed(wang: User) -> None:
    assert "/setup/" not in found(signed_in(wang), "holiday")


def test_each_kind_is_capped_and_the_page_is_cheap(
    service: Service, room: Place, admin: User, django_assert_max_num_queries: AtMost
) -> None:
    for number in range(MOST + 2):
        make_request(service=service, place=room, description=f"漏水 {number}")
    client = signed_in(admin)
    found(client, "漏水")

    with django_assert_max_num_queries(12):
        page = found(client, "漏水")
    assert page.count("/desk/requests/") == MOST


def test_odd_words_find_nothing_and_break_nothing(admin: User) -> None:
    client = signed_in(admin)
    for typed in ("", " ", "%", "'", "\\", "漏" * 500, "a" * 5_000, "\u202e", "FW99999999-0000"):
        assert client.get("/find/", {"q": typed}).status_code == 200


def test_two_characters_are_looked_up_by_index(leak: ServiceRequest) -> None:
    query = ServiceRequest.objects.filter(matches("漏水")).order_by().values("pk")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off")
    assert "request_search" in query.explain()


def test_who_is_not_signed_in_is_asked_to(client: Client) -> None:
    assert client.get("/find/", {"q": "漏水"})["Location"].startswith("/accounts/login/")
