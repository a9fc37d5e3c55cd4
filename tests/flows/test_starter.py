"""A new installation with the starter catalogue: something can be reported, and it has a clock."""

import pytest

from houqin.accounts.models import User
from houqin.desk.actions.requests import Report
from houqin.desk.models import Category, Channel, Service
from houqin.flows.open_installation import open_installation
from houqin.flows.raise_work_order import raise_work_order
from houqin.flows.starter.reading import catalogue
from houqin.flows.submit_request import submit_request
from houqin.flows.take_starter_catalogue import take_starter_catalogue
from houqin.kernel.errors import NotPermitted, Refused
from houqin.staffing.models import ShiftKind, Trade
from houqin.work.models import JobType, Priority, ServiceStandard
from tests import cast
from tests.makers_desk import make_category

pytestmark = pytest.mark.django_db


def opened(*, starter: bool) -> User:
    return open_installation(
        organisation_name="后勤保障部",
        username="first",
        full_name="第一人",
        email="",
        password="a-rather-long-sentence-77",
        language="zh-hans",
        starter=starter,
    )


def test_every_service_can_be_reported_and_raised() -> None:
    opened(starter=True)
    desk = cast.dispatcher_xu()

    for service in Service.objects.filter(active=True):
        report = Report(channel=Channel.PHONE, service_id=service.pk, description="坏了", place_note="一楼")
        request = submit_request(report=report, by=desk)
        assert request.due_at is not None, service.code
        assert raise_work_order(request_id=request.pk, by=desk).job_type == service.job_type


def test_each_category_has_one_service_that_stands_in() -> None:
    opened(starter=True)

    fallbacks = Service.objects.filter(is_fallback=True).values_list("category__code", flat=True)
    assert sorted(fallbacks) == sorted(Category.objects.values_list("code", flat=True))
    assert ServiceStandard.objects.get(is_default=True).targets.count() == len(
        catalogue()["standard"]["targets"]
    )


def test_danger_is_critical() -> None:
    first = opened(starter=True)
    service = Service.objects.get(code="electric-danger")

    request = submit_request(
        report=Report(channel=Channel.PHONE, service_id=service.pk, description="冒烟", place_note="门厅"),
        by=first,
    )

    assert request.priority == Priority.CRITICAL


def test_without_it_nothing_is_made() -> None:
    opened(starter=False)

    assert not Category.objects.exists()
    assert not Trade.objects.exists()


def test_a_catalogue_in_use_is_left_alone() -> None:
    make_category("电")

    with pytest.raises(Refused, match="already"):
        take_starter_catalogue(by=cast.administrator())

    assert (Category.objects.count(), Service.objects.count(), JobType.objects.count()) == (1, 0, 0)


def test_what_stands_under_a_code_stays() -> None:
    first = opened(starter=True)
    Category.objects.update(active=False)
    Service.objects.filter(code="leak").update(name="漏水了")

    take_starter_catalogue(by=first)

    assert Service.objects.get(code="leak").name == "漏水了"
    assert Category.objects.filter(active=False).count() == 0
    assert Service.objects.filter(code="leak").count() == 1


def test_only_who_sets_up_the_catalogue_may() -> None:
    with pytest.raises(NotPermitted):
        take_starter_catalogue(by=cast.requester_wang())

    assert not Category.objects.exists()


def test_the_usual_shifts_are_there_and_the_night_ends_on_the_next_day() -> None:
    opened(starter=True)

    assert set(ShiftKind.objects.values_list("name", flat=True)) == {"早班", "白班", "中班", "夜班"}
    night = ShiftKind.objects.get(name="夜班")
    assert night.ends < night.begins
