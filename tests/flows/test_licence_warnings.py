"""Licences that end before long: the person and the leader are told, once, and again on the last day."""

import datetime as dt

import pytest

from houqin.accounts.models import User
from houqin.flows.warn_ending_licences import warn_ending_licences
from houqin.notify.models import Notice, OutMail
from houqin.notify.queries.bell import newest
from houqin.staffing.actions import licences
from houqin.staffing.models import Crew
from tests.makers import make_licence, make_licence_kind

pytestmark = pytest.mark.django_db

LAST = dt.date(2026, 12, 20)
DAY = dt.timedelta(days=1)


def told() -> list[tuple[str, str, str]]:
    rows = Notice.objects.order_by("pk").values_list("recipient__username", "kind", "path")
    return list(rows)


def test_the_person_and_the_leader_are_told_thirty_days_before_and_on_the_last_day(
    chen: User, banzhang: User, crew: Crew
) -> None:
    make_licence(chen, make_licence_kind("高处作业证", name_en="Work at height"), LAST)

    warn_ending_licences(today=LAST - 31 * DAY)
    assert told() == []
    for _hour in range(3):
        warn_ending_licences(today=LAST - 30 * DAY)
    soon = [
        ("chen", "licence_ending", "/accounts/me/"),
        ("banzhang", "licence_ending", "/staffing/licences/"),
    ]
    assert told() == soon
    for late in (0, 1, 14):
        warn_ending_licences(today=LAST + late * DAY)

    assert told() == [*soon, *((who, "licence_ended", path) for who, _kind, path in soon)]
    assert newest(chen, limit=9)[1].text == "The licence “Work at height” of 陈师傅 ends on 2026-12-20."
    letter = OutMail.objects.filter(recipient=banzhang, kind="licence_ending").get()
    assert letter.subject == "证件将于 2026-12-20 到期：高处作业证（陈师傅）"
    assert "/staffing/licences/" in letter.text


def test_a_renewed_licence_is_told_of_no_more_and_a_corrected_date_anew(chen: User) -> None:
    held = make_licence(chen, make_licence_kind(), LAST)
    warn_ending_licences(today=LAST - DAY)
    licences.correct(licence_id=held.pk, valid_until=LAST + DAY, by=None)
    warn_ending_licences(today=LAST - DAY)
    assert Notice.objects.filter(recipient=chen).count() == 2

    licences.renew(licence_id=held.pk, valid_until=LAST + 900 * DAY, by=None)
    assert warn_ending_licences(today=LAST + DAY) == 0
    assert Notice.objects.count() == 2


def test_after_a_long_sleep_only_what_ended_lately_is_told(chen: User, liu: User) -> None:
    kind = make_licence_kind()
    make_licence(chen, kind, LAST)
    make_licence(liu, kind, LAST - 400 * DAY)

    warn_ending_licences(today=LAST + 10 * DAY)

    assert [who for who, _kind, _path in told()] == ["chen"]
