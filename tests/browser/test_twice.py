"""A button pressed twice does what it says once: with the script that swallows, and without any."""

import pytest
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import expect

from houqin.accounts.models import User
from houqin.desk import links
from houqin.desk.models import Message, Rating, RequestEvent, ServiceRequest
from houqin.flows.accept_result import accept_result
from houqin.flows.finish_work import complete_work
from houqin.flows.progress_work import accept_work, arrive_at_work, start_work
from houqin.flows.raise_work_order import raise_work_order
from houqin.flows.triage_request import accept_request
from houqin.work.models import OrderEvent, WorkOrder
from tests.browser import campus
from tests.browser.campus import Campus
from tests.browser.conftest import Visit
from tests.browser.visitor import DESK, Visitor
from tests.makers_desk import make_request

pytestmark = pytest.mark.browser
with_and_without_script = pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])


@pytest.fixture
def site(transactional_db: None) -> Campus:
    return campus.build()


@pytest.fixture
def leak(site: Campus) -> ServiceRequest:
    return make_request(service=site.leak, place=site.room, requester=site.wang, description="漏水")


def twice(visitor: Visitor, selector: str) -> None:
    """Press a button twice as fast as a hand can, and wait until the page it leads to is there."""
    left = _since(visitor)
    visitor.find(selector).first.dblclick(delay=10, no_wait_after=True)
    for _ in range(200):
        visitor.page.wait_for_timeout(50)
        if _since(visitor) not in {left, 0.0}:
            break
    visitor.page.wait_for_load_state("networkidle")


def _since(visitor: Visitor) -> float:
    """When the page at hand was begun; nothing while the next one comes."""
    try:
        began: float = visitor.page.evaluate("performance.timeOrigin")
    except PlaywrightError:
        return 0.0
    return began


def events(model: type[RequestEvent] | type[OrderEvent], kind: str) -> int:
    return model.objects.filter(kind=kind).count()


@with_and_without_script
def test_a_report_is_one_request(visit: Visit, site: Campus, script: bool) -> None:
    phone = visit(script=script)
    phone.open(f"/q/{site.code.token}/")
    phone.find(f"input[name=category][value='{site.water.pk}']").check(force=True)
    twice(phone, "button[form=report]")

    assert ServiceRequest.objects.count() == 1
    assert "/t/" in phone.page.url


@with_and_without_script
def test_each_step_of_a_job_is_taken_once(
    visit: Visit, site: Campus, leak: ServiceRequest, script: bool
) -> None:
    order = raise_work_order(request_id=leak.pk, by=site.xu, worker_id=site.chen.pk)
    phone = visit(person=site.chen, script=script)
    phone.open("/jobs/")
    for step, kind in (("accept", "accepted"), ("arrive", "arrived"), ("start", "started")):
        twice(phone, f"form[action$='/{order.number}/{step}/'] button")
        assert events(OrderEvent, kind) == 1
    twice(phone, f".bare[action$='/{order.number}/complete/'] button")

    assert events(OrderEvent, "completed") == 1
    assert events(RequestEvent, "resolved") == 1
    assert order.time_entries.count() == 1


def test_a_request_is_accepted_and_dispatched_once(visit: Visit, site: Campus, leak: ServiceRequest) -> None:
    desk = visit(person=site.xu, size=DESK)
    desk.open(f"/desk/?show={leak.number}")
    twice(desk, f"#side form[action*='/{leak.number}/accept/'] button")
    assert events(RequestEvent, "accepted") == 1

    twice(desk, f"#side form:has([name=worker][value='{site.chen.pk}']) button")
    assert WorkOrder.objects.count() == 1
    assert events(OrderEvent, "dispatched") == 1


def test_a_dialog_raises_one_order(visit: Visit, site: Campus, leak: ServiceRequest) -> None:
    accept_request(request_id=leak.pk, by=site.xu)
    desk = visit(person=site.xu, size=DESK)
    desk.open(f"/desk/requests/{leak.number}/")
    desk.tap(f"a[href*='/{leak.number}/raise_order/']")
    expect(desk.find("#step-dialog")).to_be_visible()
    twice(desk, "#step-form .btn-primary")

    assert WorkOrder.objects.count() == 1


def test_a_message_is_sent_once(visit: Visit, site: Campus, leak: ServiceRequest) -> None:
    desk = visit(person=site.xu, size=DESK)
    desk.open(f"/desk/requests/{leak.number}/")
    desk.find("form.compose textarea").fill("我们马上到。")
    twice(desk, "form.compose .btn.push")

    assert Message.objects.filter(text="我们马上到。").count() == 1


def test_a_call_is_registered_once(visit: Visit, site: Campus) -> None:
    desk = visit(person=site.xu, size=DESK)
    desk.open("/desk/phone/")
    desk.find("[name=contact_phone]").fill("6231")
    desk.find("[name=place_text]").fill("门口")
    desk.find("[name=about_text]").fill(site.water.name)
    expect(desk.find(f"input[name=about][value='c{site.water.pk}']")).to_be_attached()
    twice(desk, "#phone-form [data-file]")

    assert ServiceRequest.objects.count() == 1


def test_a_result_is_accepted_and_rated_once(visit: Visit, site: Campus, leak: ServiceRequest) -> None:
    _mended(leak, site.xu, site.chen)
    phone = visit()
    phone.open(f"/t/{links.token_of(ServiceRequest.objects.get())}/")
    phone.tap("[data-open=accept]")
    for score in ("speed", "attitude", "quality"):
        phone.tap(f"#accept label:has(input[name={score}][value='5'])")
    twice(phone, "#accept .btn-primary")

    assert events(RequestEvent, "closed") == 1
    assert Rating.objects.count() == 1


def test_a_request_is_chased_and_reopened_once(visit: Visit, site: Campus, leak: ServiceRequest) -> None:
    phone = visit()
    phone.open(f"/t/{links.token_of(leak)}/")
    phone.tap("[data-open=chase]")
    twice(phone, "#chase .btn-primary")
    assert events(RequestEvent, "chased") == 1

    _mended(leak, site.xu, site.chen)
    accept_result(request_id=leak.pk, by=site.wang)
    phone.open(f"/t/{links.token_of(leak)}/")
    phone.tap("[data-open=reopen]")
    phone.find("#reopen textarea").fill("又漏了")
    twice(phone, "#reopen .btn-primary")
    assert events(RequestEvent, "reopened") == 1


def _mended(request: ServiceRequest, by: User, worker: User) -> None:
    order = raise_work_order(request_id=request.pk, by=by, worker_id=worker.pk)
    for step in (accept_work, arrive_at_work, start_work):
        step(order_id=order.pk, by=worker)
    complete_work(order_id=order.pk, by=worker, result="fixed")
