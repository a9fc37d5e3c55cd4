"""Mail that a person should look at: on the state page, in the figures, and told once a day."""

import datetime as dt

import pytest
from django.test import Client
from django.utils import translation

from houqin.accounts.models import User
from houqin.intake.actions.attention import tell_of_mail
from houqin.intake.queries.inbound import put_aside
from houqin.kernel import clock
from houqin.notify.models import Notice, OutMail
from houqin.notify.queries.bell import newest
from tests.intake.letters import arrives, letter
from tests.web.signed_in import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("desk")]
NOON = dt.datetime(2026, 11, 23, 4, 0, tzinfo=dt.UTC)


def told(hours: float = 0) -> bool:
    with clock.stopped_at(NOON + dt.timedelta(hours=hours)):
        return tell_of_mail()


def put_one_aside(hours: float = -1, name: str = "1") -> None:
    with clock.stopped_at(NOON + dt.timedelta(hours=hours)):
        arrives(letter(f"请修 {name}", sender=""))


def test_what_machines_wrote_is_nobodys_business(admin: User) -> None:
    with clock.stopped_at(NOON):
        arrives(letter("x", subject="自动回复：休假"))
        arrives(letter("x", precedence="bulk"))

    assert put_aside().count == 0
    assert not told()


def test_administrators_are_told_once_a_day_of_what_is_new(admin: User, xu: User) -> None:
    put_one_aside()
    mail = OutMail.objects.create(
        to="a@b.cn", kind="closed", subject="x", text="x", change="x", message_id="x", state="failed",
        created_at=NOON - dt.timedelta(hours=2), not_before=NOON,
    )  # fmt: skip

    assert told()
    assert not told(1)
    with translation.override("en"):
        (line,) = newest(admin)
    assert line.text == "Mail needs a look: 1 put aside, 1 not sent."
    assert not Notice.objects.filter(recipient=xu).exists()

    assert not told(20)
    put_one_aside(21, "2")
    OutMail.objects.filter(pk=mail.pk).update(created_at=NOON + dt.timedelta(hours=21))
    assert told(22)
    assert Notice.objects.count() == 2


def test_the_state_of_the_system_says_how_much_and_since_when(admin: User) -> None:
    put_one_aside(-30, "1")
    put_one_aside(-1, "2")

    with clock.stopped_at(NOON):
        assert put_aside() == put_aside(since=NOON - dt.timedelta(days=9))
        assert put_aside(since=NOON - dt.timedelta(hours=2)).count == 1
        page = signed_in(admin).get("/setup/system/").content.decode()
        figures = Client().get("/metrics").content.decode()
    assert "2 mails that came in are put aside" in page
    assert "houqin_mail_put_aside 2.0" in figures
