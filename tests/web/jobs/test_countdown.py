"""How long an offer stands is told on the card and in the dispatcher's row, in words of the server."""

import datetime as dt

import pytest
from django.urls import reverse

from houqin.accounts.models import User
from houqin.desk.models import Service
from houqin.flows.assign_work import assign_work
from houqin.flows.dispatch_order import dispatch_order, pass_on_offer
from houqin.flows.raise_work_order import raise_work_order
from houqin.kernel import clock
from houqin.work.models import JobType, Offer, WorkOrder
from tests.flows.story import reported
from tests.makers import make_crew, make_job_type, make_order
from tests.makers_desk import make_service
from tests.web.signed_in import signed_in

pytestmark = pytest.mark.django_db

LEFT = dt.timedelta(minutes=3, seconds=20)


@pytest.fixture
def service(chen: User) -> Service:
    return make_service(job_type=make_job_type(crew=make_crew("水电班", chen), asks_arrival=False))


def given(service: Service, chen: User, xu: User) -> WorkOrder:
    order = raise_work_order(request_id=reported(service).pk, by=xu)
    return assign_work(order_id=order.pk, worker_id=chen.pk, by=xu)


@pytest.mark.parametrize("path", ["/jobs/", "/jobs/offers/", "/jobs/{}/"])
def test_the_technician_reads_how_long_is_left_and_what_comes_then(
    path: str, service: Service, chen: User, xu: User
) -> None:
    order = given(service, chen, xu)
    with clock.stopped_at(order.offers.get().until - LEFT):
        page = signed_in(chen).get(path.format(order.number)).text
        chinese = signed_in(chen, english=False).get(path.format(order.number)).text

    assert "3 min 20 s left" in page
    assert "Then the dispatchers are told; it stays where it is until they decide." in page
    assert "还剩 3 分 20 秒" in chinese


def test_the_dispatcher_reads_it_in_the_row_and_on_the_page(service: Service, chen: User, xu: User) -> None:
    order = given(service, chen, xu)
    desk = signed_in(xu)
    with clock.stopped_at(order.offers.get().until - LEFT):
        for path in (
            "/desk/?tab=all",
            f"/desk/?show={order.source}",
            reverse("work:orders") + "?tab=all",
            reverse("work:order", args=[order.number]),
        ):
            assert "3 min 20 s left" in desk.get(path).text, path
    with clock.stopped_at(order.offers.get().until):
        assert "time is up" in desk.get("/desk/?tab=all").text
        pass_on_offer(offer_id=Offer.objects.get().pk)
        assert "data-counts" not in desk.get("/desk/?tab=all").text


def test_what_a_rule_offers_moves_on_and_says_so(chen: User, liu: User) -> None:
    job: JobType = make_job_type(dispatch_mode="rotation", crew=make_crew("水电班", chen, liu))
    order = dispatch_order(order_id=make_order(job_type=job, crew=job.crew).pk)
    assert order.worker == chen
    assert "Then the next one is asked" in signed_in(chen).get("/jobs/").text

    with clock.stopped_at(order.offers.get().until):
        pass_on_offer(offer_id=order.offers.get().pk)
        assert order.number not in signed_in(chen).get("/jobs/").text
        assert "10 min 0 s left" in signed_in(liu).get("/jobs/").text
