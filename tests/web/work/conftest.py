"""Work orders of a crew."""

import pytest
from django.test import Client

from houqin.accounts.models import User
from houqin.org.models import Place
from houqin.staffing.models import Crew
from houqin.work.models import WorkOrder
from tests.makers import make_job_type, make_order, make_organisation, make_place, make_trade
from tests.makers_desk import make_example_standard
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
def order(crew: Crew, place: Place) -> WorkOrder:
    """An order of the water crew that waits for dispatch."""
    make_example_standard()
    trade = make_trade("水电")
    crew.trades.add(trade)
    step = {"text": "断电挂牌", "text_en": "Power off", "kind": "check", "required": False}
    job = make_job_type("漏水维修", trade=trade, crew=crew, steps=[step])
    return make_order(job_type=job, place=place, contact_name="李老师", contact_phone="13812346231")


@pytest.fixture
def desk(xu: User) -> Client:
    """许晓's browser."""
    return signed_in(xu)
