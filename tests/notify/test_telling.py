"""Telling people: once for each change, by the ways they want, never with a rolled-back change."""

import datetime as dt

import pytest
from django.db import transaction

from houqin.accounts.models import User
from houqin.kernel import clock
from houqin.notify.actions import mail, notices
from houqin.notify.models import Notice, OutMail, Unwanted

pytestmark = pytest.mark.django_db
DAY = dt.datetime(2026, 11, 23, 6, 30, tzinfo=dt.UTC)  # 14:30 in Shanghai
NIGHT = dt.datetime(2026, 11, 23, 16, 30, tzinfo=dt.UTC)  # 00:30 of the 24th


def person(name: str, **fields: object) -> User:
    values: dict[str, object] = {"full_name": name, "email": f"{name}@example.org", **fields}
    return User.objects.create(username=name, **values)


def tell(*people: User, change: str = "GD20261123-0001:dispatched:1", **more: object) -> None:
    values: dict[str, object] = {
        "kind": "assigned_to_you",
        "subject": "GD20261123-0001",
        "path": "/jobs/GD20261123-0001/",
        "data": {"title": "灯不亮", "place": "教学楼 · 302", "due": DAY, "priority": "urgent"},
        **more,
    }
    notices.tell(recipients=people, change=change, **values)  # type: ignore[arg-type]


def test_a_change_told_twice_makes_one_notice_and_one_mail() -> None:
    chen = person("chen")

    tell(chen)
    tell(chen, chen)

    assert Notice.objects.filter(recipient=chen).count() == 1
    assert OutMail.objects.filter(recipient=chen).count() == 1


def test_the_mail_is_written_in_the_recipients_language_with_local_times() -> None:
    tell(person("chen"), person("smith", language="en"))

    chinese = OutMail.objects.get(to="chen@example.org")
    english = OutMail.objects.get(to="smith@example.org")
    assert chinese.subject == "新工单 GD20261123-0001：灯不亮"
    assert "时限：2026-11-23 14:30" in chinese.text
    assert "地点：教学楼 · 302" in chinese.text
    assert english.subject == "New work order GD20261123-0001: 灯不亮"
    assert "http://testserver/jobs/GD20261123-0001/" in english.text
