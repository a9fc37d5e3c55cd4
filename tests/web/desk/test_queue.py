"""The queue: what it shows, whom, and how cheaply."""

import datetime as dt
import re
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.test import Client

from houqin.accounts.models import Role, User
from houqin.desk.models import RequestStatus, Service, ServiceRequest
from houqin.flows.add_message import add_note
from houqin.flows.refresh_clocks import refresh_clocks
from houqin.flows.triage_request import accept_request, ask_requester
from houqin.kernel import clock
from houqin.org.models import Place
from houqin.work.models import WorkOrder
from tests.makers import grant, make_person, make_place
from tests.makers_desk import make_request
from tests.web.signed_in import signed_in

AtMost = Callable[[int], AbstractContextManager[object]]


def text(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined,no-any-return]


def test_a_dispatcher_sees_what_waits(desk: Client, leak: ServiceRequest) -> None:
    page = desk.get("/desk/")

    assert page.status_code == 200
    assert leak.number in text(page)
    assert "空调滴水" in text(page)
    assert text(page).count("<tr data-row") == 1


@pytest.mark.parametrize("who", ["wang", "chen", "stranger", "zhao"])
def test_others_find_no_queue(who: str, request: pytest.FixtureRequest, leak: ServiceRequest) -> None:
    assert signed_in(request.getfixturevalue(who)).get("/desk/").status_code == 404


def test_who_is_not_signed_in_is_asked_to(client: Client, leak: ServiceRequest) -> None:
    answer = client.get("/desk/")

    assert answer.status_code == 302
    assert answer["Location"] == "/accounts/login/?next=/desk/"


def test_a_dispatcher_of_another_site_sees_nothing_of_it(leak: ServiceRequest) -> None:
    other = make_person("别处")
    grant(other, Role.DISPATCHER, place=make_place("西校区", type="site"))
    browser = signed_in(other)

    assert leak.number not in text(browser.get("/desk/"))
    assert browser.get(f"/desk/requests/{leak.number}/panel/").status_code == 404
    assert browser.post(f"/desk/requests/{leak.number}/dispatch/").status_code == 404


def test_tabs_divide_and_count(desk: Client, leak: ServiceRequest, service: Service, xu: User) -> None:
    taken = make_request(service=service, description="灯不亮")
    accept_request(request_id=taken.pk, by=xu)

    pending, to_assign, everything = (
        text(desk.get(f"/desk/?tab={tab}")) for tab in ("pending", "to_assign", "all")
    )

    assert f'data-number="{leak.number}"' in pending
    assert f'data-number="{taken.number}"' not in pending
    assert f'data-number="{taken.number}"' in to_assign
    assert everything.count("<tr data-row") == 2
    assert pending.count('<span class="c">1</span>') == 2
    assert '<span class="c">2</span>' in pending  # unfinished


def test_conditions_stand_in_the_address(
    desk: Client, leak: ServiceRequest, service: Service, place: Place
) -> None:
    elsewhere = make_request(service=service, description="灯不亮")
    site = place.lineage[0]

    page = text(desk.get(f"/desk/?place={site}"))
    assert leak.number in page
    assert elsewhere.number not in page
    assert elsewhere.number in text(desk.get("/desk/?q=灯不亮"))
    assert leak.number not in text(desk.get("/desk/?q=灯不亮"))


def test_a_condition_of_a_report_is_shown_and_can_be_taken_away(desk: Client, leak: ServiceRequest) -> None:
    page = text(desk.get("/desk/?on_time=no&opened_from=2020-01-01"))

    assert "repaired in time <b>no</b>" in page
    assert 'href="?opened_from=2020-01-01"' in page


def test_an_address_nobody_gave_out_is_no_error(desk: Client, leak: ServiceRequest) -> None:
    wild = "/desk/?category=99999999999999999999&place=x&crew=²&after=zz.1&status=no&opened_from=2026-13-41"

    assert desk.get(wild).status_code == 200
    assert desk.get("/desk/?after=999999999999999999.1").status_code == 200
    assert desk.get("/desk/?show=FW1&before=.5").status_code == 200


def test_pages_go_on_after_a_row_and_back(desk: Client, service: Service) -> None:
    numbers = [make_request(service=service, description="漏水").number for _n in range(53)]

    first = text(desk.get("/desk/?tab=all&order=due"))
    after = first.split("after=")[1].split('"')[0]
    second = text(desk.get(f"/desk/?tab=all&order=due&after={after}"))
    before = second.split("before=")[1].split('"')[0]

    assert first.count("<tr data-row") == 50
    assert second.count("<tr data-row") == 3
    assert {number for number in numbers if f'data-number="{number}"' in first + second} == set(numbers)
    assert text(desk.get(f"/desk/?tab=all&order=due&before={before}")).count("<tr data-row") == 50


def in_order(page: str) -> list[str]:
    """The numbers of the rows from top to bottom."""
    return re.findall(r'<tr data-row data-number="([^"]+)"', page)


def test_what_waits_for_somebody_else_comes_last_however_late(
    desk: Client, service: Service, xu: User
) -> None:
    at = clock.now() - dt.timedelta(days=30)
    with clock.stopped_at(at):
        asked = [make_request(service=service, description="漏水") for _n in range(2)]
        for one in asked:
            ask_requester(request_id=one.pk, question="哪一间？", by=xu)
    runs = [make_request(service=service, description="漏水") for _n in range(49)]
    for one in [*asked, *runs]:
        refresh_clocks(request_id=one.pk)

    first = text(desk.get("/desk/?tab=open"))
    after = first.split("after=")[1].split('"')[0]
    second = text(desk.get(f"/desk/?tab=open&after={after}"))
    before = second.split("before=")[1].split('"')[0]

    assert in_order(first) == [one.number for one in [*runs, asked[0]]]
    assert in_order(second) == [asked[1].number]
    assert in_order(text(desk.get(f"/desk/?tab=open&before={before}"))) == in_order(first)
    assert "over · answer awaited" in second


def test_a_row_says_the_day_and_keeps_the_room(desk: Client, leak: ServiceRequest) -> None:
    page = text(desk.get("/desk/"))
    day, serial = leak.number[6:].split("-")

    assert f'<span class="meta">{day}-</span>{serial}</a>' in page
    assert '<span class="pl"><span>教学楼A</span><i> · </i><span>302</span></span>' in page


def test_a_row_of_another_year_says_the_year(desk: Client, service: Service) -> None:
    with clock.stopped_at(clock.now() - dt.timedelta(days=400)):
        old = make_request(service=service, description="漏水")

    assert f'<span class="meta">{old.number[4:10]}-</span>{old.number[11:]}' in text(desk.get("/desk/"))


def test_the_pulse_is_silent_until_something_happens(
    desk: Client, client: Client, leak: ServiceRequest, xu: User, django_assert_max_num_queries: AtMost
) -> None:
    address = re.search(r'hx-get="(/pulse/\w+/\?[^"]+)"', text(desk.get("/desk/")))[1]  # type: ignore[index]
    with django_assert_max_num_queries(1):
        assert client.get(address).status_code == 204

    accept_request(request_id=leak.pk, by=xu)
    answer = client.get(address)

    assert (answer.status_code, answer["HX-Trigger"], text(answer)) == (200, "stale", "")
    assert client.get(f"/pulse/{'0' * 20}/").status_code == 404


def test_the_list_asks_for_itself_anew(desk: Client, leak: ServiceRequest, xu: User) -> None:
    poll = re.search(r"poll=(\w+)", text(desk.get("/desk/?tab=all")))[1]  # type: ignore[index]

    accept_request(request_id=leak.pk, by=xu)
    answer = desk.get(f"/desk/?tab=all&poll={poll}", headers={"hx-request": "true"})

    assert answer["HX-Trigger"] == "list-changed"
    assert text(answer).lstrip().startswith('<span id="queue-tabs" hx-swap-oob="true"')
    assert 'id="list"' in text(answer)
    assert "<html" not in text(answer)


def test_what_happened_elsewhere_leaves_the_list_as_it_is(
    desk: Client, leak: ServiceRequest, xu: User
) -> None:
    poll = re.search(r"poll=(\w+)", text(desk.get("/desk/?tab=all")))[1]  # type: ignore[index]

    add_note(request_id=leak.pk, text="只是备注", by=xu)
    answer = desk.get(f"/desk/?tab=all&poll={poll}", headers={"hx-request": "true"})

    assert answer["HX-Reswap"] == "none"
    assert text(answer).startswith('<span id="pulse"')
    assert text(answer).count("<") == 2


def test_a_list_that_time_changes_looks_by_itself(desk: Client, leak: ServiceRequest) -> None:
    refresh_clocks(request_id=leak.pk)
    page = text(desk.get("/desk/?clock=overdue"))
    assert 'hx-trigger="stale, every 60s"' in page
    assert leak.number not in page

    with clock.stopped_at(clock.now() + dt.timedelta(days=9)):
        assert leak.number in text(desk.get("/desk/?clock=overdue&poll=0"))


def test_the_queue_takes_few_statements(
    desk: Client, service: Service, django_assert_max_num_queries: AtMost
) -> None:
    for _n in range(12):
        make_request(service=service, description="漏水")

    with django_assert_max_num_queries(18):  # two of them look for calls that ring
        assert text(desk.get("/desk/?tab=open")).count("<tr data-row") == 12


def test_the_panel_says_why_and_who(
    desk: Client, leak: ServiceRequest, django_assert_max_num_queries: AtMost
) -> None:
    with django_assert_max_num_queries(31):
        answer = desk.get(f"/desk/requests/{leak.number}/panel/?tab=pending")
    panel = text(answer)

    assert answer["HX-Replace-Url"] == f"/desk/?tab=pending&show={leak.number}"
    assert 'class="on" aria-current="true">normal' in panel
    assert "knows the trade" in panel
    assert "陈师傅" in panel
    assert "13800000002" in panel


def test_phones_are_masked_for_who_need_not_ring(auditor: User, leak: ServiceRequest) -> None:
    panel = text(signed_in(auditor).get(f"/desk/requests/{leak.number}/panel/"))

    assert "138****0002" in panel
    assert "13800000002" not in panel
    assert "/dispatch/" not in panel


def test_one_click_sends_somebody(desk: Client, leak: ServiceRequest, chen: User) -> None:
    facts = {"worker": chen.pk, "version": leak.version, "form_key": "k1", "next": "/desk/?tab=open"}

    first = desk.post(f"/desk/requests/{leak.number}/dispatch/", facts)
    again = desk.post(f"/desk/requests/{leak.number}/dispatch/", facts)

    order = WorkOrder.objects.get()
    assert (order.worker, order.status, order.source) == (chen, "dispatched", leak.number)
    assert first.status_code == again.status_code == 303
    assert first["Location"] == again["Location"] == "/desk/?tab=open"
    leak.refresh_from_db()
    assert leak.status == RequestStatus.ACCEPTED


def test_one_click_on_a_changed_request_is_refused_in_words(
    desk: Client, leak: ServiceRequest, chen: User
) -> None:
    facts = {"worker": chen.pk, "version": leak.version + 1, "next": "/desk/"}

    page = desk.post(f"/desk/requests/{leak.number}/dispatch/", facts, follow=True)

    assert "Reload the page" in text(page)
    assert not WorkOrder.objects.exists()


def test_nobody_is_led_off_the_site(desk: Client, leak: ServiceRequest, chen: User) -> None:
    facts = {"worker": chen.pk, "version": leak.version, "next": "//evil.example/"}

    assert desk.post(f"/desk/requests/{leak.number}/dispatch/", facts)["Location"] == "/desk/"
