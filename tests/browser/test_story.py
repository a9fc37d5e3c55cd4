"""One report from the label on the wall to the rating, through four people's browsers."""

import io

import pytest
from PIL import Image
from playwright.sync_api import expect

from houqin.accounts.models import User
from houqin.desk.models import Rating, RequestStatus, ServiceRequest
from houqin.work.models import WorkOrder, WorkOrderStatus
from tests.browser import campus
from tests.browser.campus import Campus
from tests.browser.conftest import Visit
from tests.browser.visitor import DESK, Visitor

pytestmark = pytest.mark.browser


@pytest.fixture
def site(transactional_db: None) -> Campus:
    return campus.build()


def picture() -> bytes:
    file = io.BytesIO()
    Image.linear_gradient("L").resize((800, 600)).convert("RGB").save(file, "JPEG")
    return file.getvalue()


def report(phone: Visitor, site: Campus) -> ServiceRequest:
    """Scan the label, choose what it is about, take a photo, send."""
    phone.open(f"/q/{site.code.token}/")
    phone.tap(phone.find("label").filter(has=phone.find(f"input[name=category][value='{site.water.pk}']")))
    phone.choose_photo("input[type=file][name=photos]", "漏水.jpg", picture())
    expect(phone.find("form#report img").first).to_be_visible()
    phone.step("button[form=report]")
    expect(phone.page).to_have_url(f"{phone.address}/t/{phone.page.url.split('/t/')[1]}")
    return ServiceRequest.objects.get()


def dispatch(desk: Visitor, number: str, to: User) -> WorkOrder:
    """Find the new request in the queue, accept it, and send a technician who is proposed."""
    desk.open("/desk/")
    desk.find(f"tr[data-number='{number}']").click(position={"x": 300, "y": 10})
    desk.step(f"#side form[action*='/{number}/accept/'] button")
    expect(desk.find(f"[data-panel='{number}']")).to_be_visible()
    desk.step(f"#side form:has([name=worker][value='{to.pk}']) button")
    return WorkOrder.objects.get()


def mend(phone: Visitor, order: WorkOrder) -> None:
    """Accept from the day's list, arrive, start, complete: one tap each."""
    phone.open("/jobs/")
    for word in ("accept", "arrive", "start"):
        phone.step(f"form[action$='/{order.number}/{word}/'] button")
    phone.step(f".bare[action$='/{order.number}/complete/'] button")


def rate(phone: Visitor, path: str) -> None:
    """Open the link again, accept, and give each score by one tap."""
    phone.open(path)
    phone.tap("[data-open=accept]")
    for score in ("speed", "attitude", "quality"):
        phone.tap(f"#accept label:has(input[name={score}][value='5'])")
    phone.step("#accept .btn-primary")


def test_from_the_label_to_the_rating_in_chinese(visit: Visit, site: Campus) -> None:
    requester = visit()
    request = report(requester, site)
    assert requester.taps <= 5
    assert request.status == RequestStatus.NEW
    assert request.place == site.room
    assert request.attachments.count() == 1
    expect(requester.find("main")).to_contain_text(request.place.label)
    expect(requester.find("html")).to_have_attribute("lang", "zh-Hans")
    tracking = requester.page.url.removeprefix(requester.address)

    order = dispatch(visit(person=site.xu, size=DESK), request.number, site.chen)
    assert order.status == WorkOrderStatus.DISPATCHED
    assert order.worker == site.chen

    technician = visit(person=site.chen)
    mend(technician, order)
    assert technician.taps <= 4
    order.refresh_from_db()
    assert order.status == WorkOrderStatus.COMPLETED
    assert order.arrived_at is not None

    requester.taps = 0
    rate(requester, tracking)
    assert requester.taps <= 5
    request.refresh_from_db()
    assert request.status == RequestStatus.CLOSED
    assert list(Rating.objects.values_list("speed", "attitude", "quality", "solved")) == [(5, 5, 5, True)]
    order.refresh_from_db()
    assert order.status == WorkOrderStatus.CLOSED


def test_the_same_in_english_with_an_account(visit: Visit, site: Campus) -> None:
    requester = visit(person=site.wang, language="en")
    request = report(requester, site)
    assert request.requester == site.wang
    expect(requester.find("html")).to_have_attribute("lang", "en")
    expect(requester.find("main")).to_contain_text("Teaching building A")
    tracking = requester.page.url.removeprefix(requester.address)

    order = dispatch(visit(person=site.xu, language="en", size=DESK), request.number, site.chen)
    mend(visit(person=site.chen, language="en"), order)
    rate(requester, tracking)

    request.refresh_from_db()
    assert request.status == RequestStatus.CLOSED
    assert Rating.objects.count() == 1


def test_a_refused_result_goes_back_to_the_technician(visit: Visit, site: Campus) -> None:
    requester = visit()
    request = report(requester, site)
    tracking = requester.page.url.removeprefix(requester.address)
    order = dispatch(visit(person=site.xu, size=DESK), request.number, site.chen)
    mend(visit(person=site.chen), order)

    requester.open(tracking)
    requester.tap("[data-open=refuse]")
    requester.find("#refuse textarea").fill("还在滴水")
    requester.step("#refuse .btn-primary")

    request.refresh_from_db()
    assert request.status == RequestStatus.IN_PROGRESS
    expect(requester.find("main")).to_contain_text("还在滴水")


def test_a_desk_signs_in_at_the_door(visit: Visit, site: Campus) -> None:
    site.xu.set_password("correct horse battery")
    site.xu.save()
    desk = visit(size=DESK)
    desk.open("/desk/")
    desk.find("input[name=login]").fill("xu")
    desk.find("input[name=password]").fill("correct horse battery")
    desk.step("main form button.btn-primary")

    expect(desk.page).to_have_url(f"{desk.address}/desk/")
