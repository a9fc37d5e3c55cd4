"""The service desk with a request, somebody to send, and a standard."""

import pytest
from django.test import Client

from houqin.accounts.models import User
from houqin.desk.models import Service, ServiceRequest
from houqin.org.models import Place
from houqin.staffing.models import Crew
from tests.makers import make_job_type, make_organisation, make_place, make_trade
from tests.makers_desk import make_example_standard, make_request, make_service
from tests.web.signed_in import signed_in


@pytest.fixture(autouse=True)
def organised(db: None) -> None:
    """An organisation that has been set up."""
    make_organisation()


@pytest.fixture
def place(db: None) -> Place:
    """302 in teaching building A."""
    site = make_place("东校区", type="site")
    return make_place("302", parent=make_place("教学楼A", type="building", parent=site))


@pytest.fixture
def service(crew: Crew) -> Service:
    """Leaks, which the water crew repairs."""
    make_example_standard()
    trade = make_trade("水电")
    crew.trades.add(trade)
    return make_service("漏水", job_type=make_job_type("漏水维修", trade=trade, crew=crew))


@pytest.fixture
def leak(service: Service, place: Place, wang: User) -> ServiceRequest:
    """A new request of 小王 about a leak in 302."""
    return make_request(service=service, place=place, requester=wang, description="空调滴水，地面湿滑")


@pytest.fixture
def desk(xu: User) -> Client:
    """许晓's browser."""
    return signed_in(xu)
