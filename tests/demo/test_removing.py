"""The demonstration is removed: all of it, and nothing of what people of the house have made."""

import pytest

from houqin.accounts.models import Role, User
from houqin.demo.loading import Loaded, is_loaded, load_demonstration
from houqin.demo.removal import remove_demonstration
from houqin.desk.actions.requests import Report
from houqin.desk.models import Category, ServiceRequest
from houqin.flows.raise_work_order import raise_work_order
from houqin.flows.submit_request import submit_request
from houqin.journal.models import NumberCounter
from houqin.kernel import clock
from houqin.kernel.errors import Refused
from houqin.notify.models import Notice, OutMail
from houqin.org.models import Department, Place
from houqin.work.models import WorkOrder
from tests.demo.conftest import NOW
from tests.makers import grant, make_department, make_person

pytestmark = pytest.mark.usefixtures("undone")


def test_removed_it_can_be_loaded_again(undone: Loaded) -> None:
    remove_demonstration()

    again = load_demonstration(occasions=0)

    assert again == undone


def test_what_demonstration_accounts_did_goes_along(undone: Loaded) -> None:
    request = _reported_by(User.objects.get(username="wang"))
    raise_work_order(
        request_id=request.pk,
        by=User.objects.get(username="xuxiao"),
        worker_id=User.objects.get(username="chen").pk,
        job_type_id=WorkOrder.objects.filter(job_type__code="QH-J-WATER")[0].job_type_id,
    )

    remove_demonstration()

    assert not ServiceRequest.objects.exists()
    assert not WorkOrder.objects.exists()
    assert not Notice.objects.exists()
    assert not OutMail.objects.exists()


def test_own_requests_that_refer_to_it_are_named_and_nothing_is_removed(undone: Loaded) -> None:
    zhang = make_person("张三", username="zhangsan")
    request = _reported_by(zhang)

    with pytest.raises(Refused, match=request.number):
        remove_demonstration()

    assert is_loaded()
    assert ServiceRequest.objects.filter(is_demo=True).count() == undone.requests


def test_own_requests_go_along_when_that_is_asked_for(undone: Loaded) -> None:
    zhang = make_person("张三", username="zhangsan")
    request = _reported_by(zhang)
    raise_work_order(
        request_id=request.pk,
        by=User.objects.get(username="xuxiao"),
        job_type_id=WorkOrder.objects.filter(job_type__code="QH-J-WATER")[0].job_type_id,
    )

    remove_demonstration(with_own_requests=True)

    assert not ServiceRequest.objects.exists()
    assert not WorkOrder.objects.exists()
    assert list(User.objects.all()) == [zhang]


def test_people_in_its_departments_stop_the_removal_in_any_case(undone: Loaded) -> None:
    make_person("李四", username="lisi", department=Department.objects.get(code="QH-D-JW"))

    for with_own_requests in (False, True):
        with pytest.raises(Refused, match="李四"):
            remove_demonstration(with_own_requests=with_own_requests)

    assert is_loaded()


def test_what_the_house_has_made_itself_stays(undone: Loaded) -> None:
    zhang = make_person("张三", username="zhangsan", department=make_department(name="总务处"))
    grant(zhang, Role.DISPATCHER)
    hall = Place.objects.create(type="building", code="H1", name="行政楼")
    category = Category.objects.create(code="own", name="综合")
    report = Report(channel="web", category_id=category.pk, description="墙皮脱落", place_id=hall.pk)
    with clock.stopped_at(NOW):
        request = submit_request(report=report, by=zhang)

    remove_demonstration()

    assert list(ServiceRequest.objects.all()) == [request]
    assert list(Place.objects.all()) == [hall]
    counter = NumberCounter.objects.get(kind="FW")
    assert request.number == f"FW{counter.day:%Y%m%d}-{counter.last:04d}"


def _reported_by(person: User) -> ServiceRequest:
    with clock.stopped_at(NOW):
        report = Report(
            channel="web",
            category_id=Category.objects.get(code="QH-K-WATER").pk,
            description="水管漏水",
            place_id=Place.objects.get(code="QH-A-304").pk,
        )
        return submit_request(report=report, by=person)
