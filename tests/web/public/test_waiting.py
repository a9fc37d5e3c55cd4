"""What the tracking page says while the work stands still."""

import datetime as dt
import re

from django.test import Client

from houqin.accounts.models import User
from houqin.desk import links
from houqin.desk.models import Service
from houqin.flows.progress_work import hold_work
from houqin.kernel import clock
from tests.flows.story import reported, under_way
from tests.times import when


def test_a_wait_says_why_and_since_when(client: Client, leak: Service, xu: User, chen: User) -> None:
    with when("09:00"):
        found = reported(leak)
        order = under_way(chen, found, xu)
    with when("10:00"):
        hold_work(order_id=order.pk, by=chen, reason="parts", note="三通阀")

    with when("2026-11-24 08:00"):
        page = client.get(f"/t/{links.token_of(found)}/").content.decode()

    assert "正在等配件。" in page
    assert re.search(r"昨天 10:00</time>开始等待", page)


def test_a_promise_that_is_over_is_not_repeated_as_a_plan(
    client: Client, leak: Service, xu: User, chen: User
) -> None:
    with when("09:00"):
        found = reported(leak)
        under_way(chen, found, xu)
    found.refresh_from_db()
    assert found.due_at is not None
    path = f"/t/{links.token_of(found)}/"

    with when("09:30"):
        assert "预计修好" in client.get(path).content.decode()
    with clock.stopped_at(found.due_at + dt.timedelta(hours=1)):
        page = client.get(path).content.decode()

    assert "预计修好" not in page
    assert "比原定时间晚了，抱歉让您久等，我们仍在处理。" in page
