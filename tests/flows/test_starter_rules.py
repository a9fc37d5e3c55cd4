"""The usual triage rules, asked with what people write."""

import pytest

from houqin.accounts.models import User
from houqin.desk.actions.requests import Report
from houqin.desk.models import Category, Channel, Service, ServiceRequest, TriageRule
from houqin.flows.open_installation import open_installation
from houqin.flows.starter.reading import rules
from houqin.flows.submit_request import submit_request
from houqin.flows.take_starter_rules import take_starter_rules
from houqin.kernel.errors import NotPermitted, Refused
from tests import cast
from tests.makers_desk import make_category, make_service

pytestmark = pytest.mark.django_db


@pytest.fixture
def first() -> User:
    """Who opened the installation, with the starter catalogue."""
    return open_installation(
        organisation_name="后勤保障部",
        username="first",
        full_name="第一人",
        email="",
        password="a-rather-long-sentence-77",
        language="zh-hans",
        starter=True,
    )


def mailed(text: str) -> ServiceRequest:
    return submit_request(report=Report(channel=Channel.EMAIL, description=text), by=None)


@pytest.mark.parametrize(
    ("text", "service"),
    [
        ("三楼卫生间水龙头漏水", "leak"),
        ("The tap in the kitchen is leaking", "leak"),
        ("水管爆了，水漫到走廊", "leak"),
        ("宿舍停水了", "no-water"),
        ("There is no water on the third floor", "no-water"),
        ("马桶堵了冲不下去", "blocked-drain"),
        ("空调滴水到桌上", "ac-drip"),
        ("办公室空调不制冷", "ac-fault"),
        ("Air-conditioning does not cool", "ac-fault"),
        ("走廊的灯不亮", "light"),
        ("Two lamps are flickering", "light"),
        ("插座没电", "socket"),
        ("我们整层停电了", "blackout"),
        ("门锁坏了，钥匙打不开", "lock"),
        ("I am locked out of my office", "lock"),
        ("会议室上不了网", "no-network"),
        ("The WiFi is down", "no-network"),
        ("投影仪没有信号", "projector"),
        ("电梯停在二楼不动", "lift-fault"),
        ("椅子断了一条腿", "furniture-repair"),
        ("大厅有污渍，请打扫", "clean-up"),
        ("你好，请问怎么预约？", "other-repair"),
        ("A block of ice fell near the clock", "other-repair"),
    ],
)
def test_a_mail_goes_where_a_person_would_put_it(first: User, text: str, service: str) -> None:
    request = mailed(text)

    assert (request.service.code if request.service else "", request.safety) == (service, False)


@pytest.mark.parametrize(
    ("text", "service"),
    [
        ("电梯困人了，快来！", "lift-trapped"),
        ("Three people are stuck in the lift", "lift-trapped"),
        ("食堂后厨有煤气味", "other-repair"),
        ("There is a smell of gas in the kitchen", "other-repair"),
        ("配电箱冒烟", "electric-danger"),
        ("I got an electric shock from the fridge", "electric-danger"),
    ],
)
def test_danger_is_critical_at_once(first: User, text: str, service: str) -> None:
    request = mailed(text)

    assert (request.safety, request.priority) == (True, "critical")
    assert request.service is not None
    assert request.service.code == service


def test_asking_to_hurry_is_only_proposed(first: User) -> None:
    request = mailed("灯不亮，请尽快")

    assert request.urgency == "normal"
    assert request.proposals.get(field="urgency").applied is False


def test_every_rule_of_the_file_is_there_in_its_order(first: User) -> None:
    assert list(TriageRule.objects.values_list("code", flat=True)) == [facts["code"] for facts in rules()]
    for rule in TriageRule.objects.select_related("then_service", "then_category"):
        assert rule.name_en


class TestTakenLater:
    def test_by_a_house_with_a_catalogue_of_its_own(self) -> None:
        make_service("水管", code="leak", category=make_category("水"))

        count = take_starter_rules(by=cast.administrator())

        kinds = TriageRule.objects.exclude(then_service=None).values_list("code", "then_service__name")
        assert dict(kinds) == {"burst": "水管", "leak": "水管"}
        assert count == TriageRule.objects.count() > len(kinds)

    def test_only_where_there_are_none(self, first: User) -> None:
        before = TriageRule.objects.count()

        with pytest.raises(Refused, match="already"):
            take_starter_rules(by=first)

        assert TriageRule.objects.count() == before

    def test_only_by_who_sets_up_the_catalogue(self) -> None:
        with pytest.raises(NotPermitted):
            take_starter_rules(by=cast.dispatcher_xu())

        assert not TriageRule.objects.exists()
        assert not Category.objects.exists()
        assert not Service.objects.exists()
