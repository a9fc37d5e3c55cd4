"""A dispatcher gives work away by keys; its technician claims, sends back and brings somebody in."""

import datetime as dt

import pytest
from playwright.sync_api import expect

from houqin.accounts.models import User
from houqin.kernel import clock
from houqin.work.models import OrderWorker, WorkOrder
from tests.browser import campus
from tests.browser.campus import Campus
from tests.browser.conftest import Visit
from tests.browser.visitor import DESK, Visitor
from tests.makers import (
    grant,
    knows,
    make_absence,
    make_crew,
    make_licence,
    make_licence_kind,
    make_order,
    make_person,
)

pytestmark = pytest.mark.browser

DAY = dt.timedelta(days=1)
NAMES = ("吴师傅", "郑师傅", "冯师傅")


@pytest.fixture
def site(transactional_db: None) -> Campus:
    return campus.build()


def team(site: Campus) -> list[User]:
    """Three more of the trade; the licence of the last one ended yesterday."""
    kind = make_licence_kind("低压电工作业证", name_en="Low voltage")
    job = site.leak.job_type
    assert job is not None
    assert job.trade is not None
    job.licences.add(kind)
    people = [make_person(name) for name in NAMES]
    for person in people:
        grant(person, "technician")
        knows(person, job.trade)
    make_crew("电工班", *people, trades=(job.trade,))
    for person in (site.chen, *people):
        left = -DAY if person == people[-1] else 90 * DAY
        make_licence(person, kind, clock.today() + left)
    return people


def waiting(site: Campus) -> WorkOrder:
    job = site.leak.job_type
    assert job is not None
    return make_order(job_type=job, crew=site.crew, place=site.room, title="水龙头漏水")


def asked(visit: Visit, site: Campus, order: WorkOrder) -> Visitor:
    """The page of an order with the list of people, opened by its key."""
    desk = visit(person=site.xu, size=DESK)
    desk.page.set_default_navigation_timeout(60_000)
    desk.open(f"/work/orders/{order.number}/")
    desk.page.keyboard.press("a")
    expect(desk.find("#who-find")).to_be_visible()  # the script has taken the list on
    expect(desk.find("button[data-who]").first).to_be_focused()
    return desk


def has_it(order: WorkOrder, person: User) -> bool:
    order.refresh_from_db()
    return order.worker == person


def test_a_dispatcher_reads_the_reasons_and_sends_by_arrows_and_enter(visit: Visit, site: Campus) -> None:
    *_able, ended = team(site)
    order = waiting(site)
    desk = asked(visit, site, order)

    best = desk.find(".who-list .cand:has(button[data-key])")
    expect(best).to_have_count(3)
    expect(best.first).to_contain_text("低压电工作业证")
    expect(best.first.locator(".why")).to_contain_text("在岗")
    gone = desk.find(".cand.off").filter(has_text=ended.full_name)
    expect(gone).to_contain_text("低压电工作业证")
    expect(gone.locator("button")).to_have_count(0)

    second = best.nth(1).locator("b").inner_text()
    desk.page.keyboard.press("ArrowDown")
    with desk.page.expect_navigation(wait_until="load"):
        desk.page.keyboard.press("Enter")
    order.refresh_from_db()
    assert order.worker is not None
    assert order.worker.full_name == second
    expect(desk.find("main")).to_contain_text("还剩")
    assert desk.complaints == []


def test_a_digit_sends_and_letters_find_by_pinyin(visit: Visit, site: Campus) -> None:
    people = team(site)
    order = waiting(site)
    desk = asked(visit, site, order)
    third = desk.find(".who-list .cand:has(button[data-key='3']) b").inner_text()
    with desk.page.expect_navigation(wait_until="load"):
        desk.page.keyboard.press("3")
    order.refresh_from_db()
    assert str(order.worker) == third

    other = waiting(site)
    desk = asked(visit, site, other)
    desk.page.keyboard.type("zsf")
    expect(desk.find(".who-list .cand:visible")).to_have_count(1)
    with desk.page.expect_navigation(wait_until="load"):
        desk.page.keyboard.press("Enter")
    assert has_it(other, people[1])


def test_t_lets_the_rule_decide(visit: Visit, site: Campus) -> None:
    team(site)
    make_absence(site.chen, clock.now() - DAY, clock.now() + DAY)
    order = waiting(site)
    WorkOrder.objects.filter(pk=order.pk).update(crew=None)
    desk = asked(visit, site, order)
    desk.page.keyboard.press("t")
    with desk.page.expect_navigation(wait_until="load"):
        desk.page.keyboard.press("Enter")

    order.refresh_from_db()
    assert str(order.worker) in NAMES[:2]
    assert order.decisions.get().by == site.xu


def test_a_technician_claims_brings_somebody_in_and_sends_back(visit: Visit, site: Campus) -> None:
    wu, *_others = team(site)
    order = waiting(site)
    phone = visit(person=site.chen)
    phone.open("/jobs/offers/")
    phone.step(f"form[action$='/{order.number}/claim/'] button")
    assert has_it(order, site.chen)

    phone.tap("[data-open=helper]")
    phone.find("#helper select").select_option(str(wu.pk))
    phone.step("#helper .btn-primary")
    expect(phone.find("main")).to_contain_text(wu.full_name)
    assert OrderWorker.objects.get().user == wu
    assert phone.widest() <= 360

    phone.tap("[data-open=send_back]")
    phone.find("#send_back [name=reason]").fill("要带管钳，今天没有")
    phone.step("#send_back .btn-danger, #send_back .solid")
    order.refresh_from_db()
    assert (order.status, order.worker) == ("to_dispatch", None)
    last = order.events.filter(kind="sent_back").get()
    assert last.reason == "要带管钳，今天没有"
    assert phone.complaints == []
