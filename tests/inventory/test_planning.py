"""Rules plan counts day by day, without anybody asking."""

import datetime as dt

import pytest

from houqin.inventory.actions.counting import cancel
from houqin.inventory.actions.planning import plan_due_counts
from houqin.inventory.models import CountLine, CountRule, CountSession
from houqin.kernel import clock
from tests.makers_stock import make_item, make_store, received, shelf

pytestmark = pytest.mark.django_db


def test_every_rule_plans_its_share_once_a_day() -> None:
    store, other = make_store(), make_store()
    for number in range(5):
        received(make_item(f"物料{number}"), 3, "2.00", to=shelf(store))
    received(make_item(), 3, "2.00", to=shelf(other))
    for one in (store, other):
        CountRule.objects.create(warehouse=one, every_days=30, most_lines=2)
    CountRule.objects.create(warehouse=other, every_days=30, active=False)

    assert len(plan_due_counts()) == 2
    assert plan_due_counts() == []
    assert CountLine.objects.filter(session__warehouse=store).count() == 2

    cancel(session_id=CountSession.objects.get(warehouse=other).pk, reason="改期")
    assert plan_due_counts() == []
    with clock.stopped_at(clock.now() + dt.timedelta(days=1)):
        again = plan_due_counts()
    assert sorted(session.lines.count() for session in again) == [1, 2]
    assert CountLine.objects.filter(session__warehouse=store).values("item").distinct().count() == 4
