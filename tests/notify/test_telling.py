"""Telling people: once for each change, by the ways they want, never of what was rolled back."""

import datetime as dt
from typing import Any

import pytest
from django.db import transaction
from django.utils import translation
from procrastinate.contrib.django.models import ProcrastinateJob

from houqin.accounts.models import User
from houqin.kernel import clock
from houqin.notify.actions import bell, mail, notices
from houqin.notify.models import Notice, OutMail, Unwanted
from houqin.notify.queries.bell import mail_choices, newest, unread_count
from houqin.notify.wording import line
from tests.makers import forget, grant, make_person

pytestmark = pytest.mark.django_db
DAY = dt.datetime(2026, 11, 23, 6, 30, tzinfo=dt.UTC)  # 14:30 in Shanghai
NIGHT = dt.datetime(2026, 11, 23, 16, 30, tzinfo=dt.UTC)  # 00:30 on the 24th
MORNING = dt.datetime(2026, 11, 23, 23, 0, tzinfo=dt.UTC)  # 07:00 on the 24th


def person(name: str, **facts: Any) -> User:
    return make_person(name, **{"username": name, "email": f"{name}@example.com", **facts})


def tell(*people: User, change: str = "GD20261123-0001:dispatched:1", **more: Any) -> None:
    facts: dict[str, Any] = {
        "kind": "assigned_to_you",
        "subject": "GD20261123-0001",
        "path": "/jobs/GD20261123-0001/",
        "data": {"title": "灯不亮", "place": "教学楼 · 302", "due": DAY, "priority": "urgent"},
        **more,
    }
    notices.tell(recipients=people, change=change, **facts)


def test_a_change_told_twice_makes_one_notice_and_one_mail() -> None:
    chen = person("chen")

    tell(chen)
    tell(chen, chen)
    tell(chen, change="GD20261123-0001:dispatched:2")

    assert Notice.objects.filter(recipient=chen).count() == 2
    assert OutMail.objects.filter(recipient=chen).count() == 2


def test_a_rolled_back_change_tells_nobody(settings: Any) -> None:
    settings.MAIL_URL = "smtp://mail.example.com"
    chen, before = person("chen"), jobs()
    with transaction.atomic():
        tell(chen)
        assert jobs() == before + 1
        transaction.set_rollback(True)

    assert not Notice.objects.exists()
    assert not OutMail.objects.exists()
    assert jobs() == before


def test_without_a_mail_server_no_job_is_made() -> None:
    before = jobs()

    tell(person("chen"))

    assert jobs() == before


def jobs() -> int:
    """Jobs that send mail; those of committed tests stay, because the queue's tables are not Django's."""
    return ProcrastinateJob.objects.filter(task_name="notify.send_due").count()


def test_the_mail_is_written_in_the_recipients_language_with_local_times() -> None:
    tell(person("chen"), person("smith", language="en"))

    chinese = OutMail.objects.get(to="chen@example.com")
    english = OutMail.objects.get(to="smith@example.com")
    assert chinese.subject == "新工单 GD20261123-0001：灯不亮"
    assert "时限：2026-11-23 14:30" in chinese.text
    assert "地点：教学楼 · 302" in chinese.text
    assert english.subject == "New work order GD20261123-0001: 灯不亮"
    assert "http://testserver/jobs/GD20261123-0001/" in english.text


def test_people_without_an_address_or_wish_get_a_notice_only_and_the_inactive_nothing() -> None:
    silent, unwilling, gone = person("a", email=""), person("b"), person("c", is_active=False)
    grant(unwilling, "technician")
    bell.choose_mail(person=unwilling, kinds=["overdue"])

    tell(silent, unwilling, gone)
    tell(unwilling, change="x", kind="overdue")

    assert set(Notice.objects.values_list("recipient__username", flat=True)) == {"a", "b"}
    assert [(mail.to, mail.kind) for mail in OutMail.objects.all()] == [("b@example.com", "overdue")]


def test_some_kinds_come_by_one_way_only() -> None:
    chen = person("chen")

    tell(chen, kind="sent_back", change="1")
    tell(chen, kind="assigned_to_you", change="2", mail=False)

    assert Notice.objects.count() == 2
    assert not OutMail.objects.exists()


@pytest.mark.parametrize(
    ("quiet", "now", "urgent", "goes"),
    [
        (("22:00", "07:00"), NIGHT, False, MORNING),
        (("22:00", "07:00"), DAY, False, DAY),
        (("22:00", "07:00"), NIGHT, True, NIGHT),
        (("00:00", "07:00"), NIGHT, False, MORNING),
        (("12:00", "15:00"), DAY, False, DAY + dt.timedelta(minutes=30)),
        (("07:00", "07:00"), DAY, False, DAY),
        ((None, None), NIGHT, False, NIGHT),
    ],
)
def test_quiet_hours_hold_a_mail_back_unless_it_is_urgent(
    quiet: tuple[Any, Any], now: dt.datetime, urgent: bool, goes: dt.datetime
) -> None:
    chen = person("chen", quiet_from=quiet[0], quiet_until=quiet[1])
    chen.refresh_from_db()
    with clock.stopped_at(now):
        tell(chen, urgent=urgent)

    assert OutMail.objects.get().not_before == goes
    assert Notice.objects.get().created_at == now


def test_the_same_address_and_change_give_the_mail_that_is_there() -> None:
    facts: dict[str, Any] = {
        "kind": "request_received",
        "language": "zh-hans",
        "change": "FW1:received",
        "about": "FW1",
        "data": {"title": "灯", "path": "/t/abc/"},
    }
    first = mail.queue(to="a@example.com", **facts)

    assert mail.queue(to="a@example.com", **facts) == first
    assert mail.queue(to="b@example.com", **facts) != first
    assert "http://testserver/t/abc/" in first.text
    assert not first.secret


def test_the_bell_counts_tells_and_forgets() -> None:
    chen, other = person("chen"), person("other")
    for number in range(3):
        tell(chen, change=str(number))
    tell(other)

    assert unread_count(chen) == 3
    with translation.override("en"):
        newer, middle, older = newest(chen)
    assert newer.text == "For you: GD20261123-0001 灯不亮, 教学楼 · 302."
    assert newer.path == "/jobs/GD20261123-0001/"
    assert [entry.id for entry in newest(chen, before=newer.id)] == [middle.id, older.id]

    assert bell.mark_read(person=chen, notice_ids=[middle.id, newest(other)[0].id]) == 1
    assert [entry.id for entry in newest(chen, unread_only=True)] == [newer.id, older.id]
    assert bell.mark_read(person=chen) == 2
    assert (unread_count(chen), unread_count(other)) == (0, 1)
    assert bell.mark_read(person=other) == 1


def test_the_bell_stops_counting_at_a_hundred() -> None:
    chen = person("chen")
    Notice.objects.bulk_create(
        Notice(recipient=chen, kind="chased", change=str(number), created_at=DAY) for number in range(130)
    )

    assert unread_count(chen) == 100


def test_wishes_can_be_changed_back() -> None:
    chen = person("chen")
    bell.choose_mail(person=chen, kinds=[])
    assert not any(choice.wanted for choice in mail_choices(chen))

    bell.choose_mail(person=chen, kinds=[choice.kind for choice in mail_choices(chen)])
    assert all(choice.wanted for choice in mail_choices(chen))
    assert {"invitation", "password_reset", "sent_back"}.isdisjoint(c.kind for c in mail_choices(chen))


def test_a_requester_chooses_among_what_reaches_requesters_and_nothing_else_changes() -> None:
    chen = person("chen")
    grant(chen, "technician")
    bell.choose_mail(person=chen, kinds=[c.kind for c in mail_choices(chen) if c.kind != "assigned_to_you"])
    chen.grants.all().delete()
    forget(chen)

    assert {"assigned_to_you", "overdue", "backup_failed"}.isdisjoint(c.kind for c in mail_choices(chen))
    bell.choose_mail(person=chen, kinds=["resolved"])

    unwanted = set(Unwanted.objects.filter(person=chen).values_list("kind", flat=True))
    assert "assigned_to_you" in unwanted
    assert "resolved" not in unwanted
    assert "overdue" not in unwanted


def test_a_line_of_an_unknown_kind_or_with_missing_facts_is_still_a_line() -> None:
    with translation.override("en"):
        assert line("of_a_later_release", "FW1", {}) == "News about FW1"
        assert line("rejected", "FW1", {}) == "FW1 is not taken on: –"
        assert line("rejected", "FW1", {"reason": "100 % %(x)s"}) == "FW1 is not taken on: 100 % %(x)s"
