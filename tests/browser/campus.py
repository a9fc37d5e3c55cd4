"""A small campus to click through: one building, two crews' worth of people, one thing to report."""

from dataclasses import dataclass

from houqin.accounts.models import User
from houqin.desk.models import Category, Service
from houqin.org.models import Place, QrCode
from houqin.staffing.models import Crew
from tests import cast
from tests.makers import knows, make_crew, make_job_type, make_organisation, make_place, make_trade
from tests.makers_desk import make_category, make_example_standard, make_service


@dataclass
class Campus:
    """What there is, and who."""

    room: Place
    code: QrCode
    water: Category
    leak: Service
    crew: Crew
    xu: User
    chen: User
    wang: User
    lin: User


def build() -> Campus:
    """Rows as an administrator would have entered them."""
    make_organisation(emergency_phone="05738800", name_en="Campus Services")
    building = make_place(
        "教学楼A", type="building", name_en="Teaching building A", parent=make_place("东校区", type="site")
    )
    room = make_place("302", name_en="302", parent=building)
    xu, chen, wang, lin = (
        make() for make in (cast.dispatcher_xu, cast.technician_chen, cast.requester_wang, cast.director_lin)
    )
    trade = make_trade("水电", name_en="Plumbing and electricity")
    crew = make_crew(
        "水电班", chen, leader=cast.crew_leader(), trades=(trade,), name_en="Plumbers", phone="057388001"
    )
    knows(chen, trade)
    standard = make_example_standard(name_en="Repair standard")
    job = make_job_type(
        "漏水维修", name_en="Leak repair", trade=trade, crew=crew, standard=standard, asks_arrival=True
    )
    water = make_category("水", name_en="Water", icon="droplet")
    leak = make_service("漏水", name_en="Leak", category=water, job_type=job)
    make_service(
        "停电", name_en="No power", category=make_category("电", name_en="Power", icon="bolt"), job_type=job
    )
    return Campus(room, QrCode.objects.create(place=room), water, leak, crew, xu, chen, wang, lin)
