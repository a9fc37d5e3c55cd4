"""Mail that came back: counted once, suspends an address by the rule, and loses nothing."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest

from houqin.accounts.models import User
from houqin.kernel import clock
from houqin.kernel.errors import Invalid, Missing, StaleState
from houqin.notify.actions import outbox, returns, sending
from houqin.notify.models import Notice, OutMail, ReturnedMail, ReturningAddress, ReturnRule
from houqin.notify.queries.returns import ReturnsFilter, hint_for, is_suspended, returning
from houqin.notify.returning import Report, report
from tests.notify.test_sending import NOON, Postbox, later, postbox, queue
from tests.threads import together

__all__ = ["postbox"]
S = OutMail.State
HARD, SOFT = report(status="5.0.0", reason="no"), report(status="4.2.2", reason="full")
GONE = report(status="5.1.1", reason="no such user")
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with clock.stopped_at(NOON):
        yield


def sent(number: int = 1, **facts: Any) -> OutMail:
    """A mail to wang that went out."""
    mail = queue(change=f"{number}", **facts)
    OutMail.objects.filter(pk=mail.pk).update(state=S.SENT, sent_at=clock.now(), tries=1)
    return mail


def came_back(mail: OutMail, said: Report = HARD) -> ReturningAddress | None:
    return returns.record(mail_id=mail.pk, said=said, source="mail:1")


@pytest.mark.parametrize(
    ("status", "reason", "hard", "unknown"),
    [
        ("5.1.1", "", True, True),
        ("5.1.10", "", True, True),
        ("5.0.0", "", True, False),
        ("5.4.4", "", True, False),
        ("", "550 5.1.1 <a@b.cn>: User unknown", True, True),
        ("", "550 so be it", True, False),
        ("", "452 later", False, False),
        ("", "服务器说不行", True, False),
        ("4.4.1", "", False, False),
        ("5.2.2", "mailbox full", False, False),
        ("5.3.4", "too large", False, False),
        ("5.7.1", "spam", False, False),
        ("2.0.0", "", False, False),
        ("nonsense", "on 10.5.1.1 at 5.1.1.9", True, False),
    ],
)
def test_a_code_tells_whether_the_address_is_no_good(
    status: str, reason: str, hard: bool, unknown: bool
) -> None:
    said = report(status=status, reason=reason)

    assert (said.hard, said.unknown) == (hard, unknown)
    assert not report(status=status, reason=reason, delayed=True).hard


def test_an_address_that_does_not_exist_is_suspended_at_once_and_administrators_are_told(admin: User) -> None:
    address = came_back(sent(), GONE)

    assert address is not None
    assert (address.suspended_at, address.because) == (NOON, "unknown")
    assert is_suspended("WANG@example.com")
    assert OutMail.objects.get().state == S.RETURNED
    notice = Notice.objects.get(recipient=admin)
    assert (notice.kind, notice.path) == ("address_suspended", f"/setup/returns/{address.pk}/")


def test_the_third_return_within_the_days_suspends(admin: User) -> None:
    came_back(sent(1))
    with later(days=31):
        came_back(sent(2))
        came_back(sent(3))
        assert not is_suspended("wang@example.com")
        came_back(sent(4), SOFT)
        assert not is_suspended("wang@example.com")
        came_back(sent(5))

    assert ReturningAddress.objects.get().because == "often"
    assert Notice.objects.filter(recipient=admin).count() == 1


def test_the_rule_can_be_set_and_only_within_reason(admin: User) -> None:
    returns.set_rule(most=1, within_days=10)
    came_back(sent())

    assert is_suspended("wang@example.com")
    for most, days in ((0, 1), (101, 1), (1, 0), (1, 181)):
        with pytest.raises(Invalid):
            returns.set_rule(most=most, within_days=days)
    assert ReturnRule.objects.values_list("most", "within_days").get() == (1, 10)


def test_the_same_return_reported_twice_is_kept_once() -> None:
    mail = sent()

    assert came_back(mail) is not None
    assert came_back(mail) is None
    assert ReturnedMail.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_reports_that_arrive_at_once_are_counted_once() -> None:
    mail = sent()

    found = together([lambda: came_back(mail, GONE)] * 4)

    assert sum(one is not None for one in found) == 1
    assert ReturnedMail.objects.count() == ReturningAddress.objects.count() == 1


def test_mail_to_a_suspended_address_is_withheld_and_the_bell_goes_on(postbox: Postbox, wang: User) -> None:
    came_back(sent(recipient=wang), GONE)
    queue(change="2", recipient=wang)
    queue("other@example.com", change="2")

    assert sending.send_due() == sending.Outcome(sent=1, withheld=1)
    assert postbox.recipients == ["other@example.com"]
    assert OutMail.objects.get(change="2", recipient=wang).state == S.WITHHELD
    with pytest.raises(StaleState):
        outbox.retry(mail_id=OutMail.objects.get(change="2", recipient=wang).pk)


def test_lifting_sends_what_is_still_news_and_counts_anew(postbox: Postbox, admin: User) -> None:
    address = came_back(sent(), GONE)
    assert address is not None
    queue(change="old")
    with later(days=2):
        queue(change="new")
        sending.send_due()
    with later(days=4):
        lifted = returns.lift(address_id=address.pk, by=admin)
        assert (lifted.suspended_at, lifted.because, lifted.lifted_by) == (None, "", admin)
        assert sending.send_due().sent == 1
        assert OutMail.objects.get(change="old").state == S.WITHHELD
        came_back(sent(7))
        assert not is_suspended("wang@example.com")
        with pytest.raises(StaleState):
            returns.lift(address_id=address.pk, by=admin)
        with pytest.raises(Missing):
            returns.lift(address_id=address.pk + 1, by=admin)


def test_what_comes_back_for_now_is_sent_again_four_times_at_most(postbox: Postbox) -> None:
    queue()
    now = NOON
    for _round in range(6):
        with clock.stopped_at(now):
            sending.send_due()
            came_back(OutMail.objects.get(), SOFT)
        now += returns.AGAIN_AFTER

    mail = OutMail.objects.get()
    assert len(postbox.mails) == mail.tries == returns.MOST_SENT
    assert mail.state == S.RETURNED
    assert not is_suspended(mail.to)


def test_a_delay_changes_nothing_and_old_or_emptied_mail_is_not_sent_again() -> None:
    mail, secret = sent(1), sent(2)
    OutMail.objects.filter(pk=secret.pk).update(text="", parts=[])
    came_back(mail, report(status="4.4.1", delayed=True))
    came_back(secret, SOFT)
    with later(days=4):
        came_back(mail, SOFT)

    assert [one.state for one in OutMail.objects.order_by("pk")] == [S.RETURNED, S.RETURNED]
    with pytest.raises(StaleState, match=r"invite|邀请"):
        outbox.retry(mail_id=secret.pk)
    assert outbox.retry(mail_id=mail.pk).state == S.WAITING


def test_an_address_that_the_server_refuses_is_a_return(postbox: Postbox) -> None:
    postbox.refuse["wang@example.com"] = 550
    queue()
    postbox.refuse["full@example.com"] = 452
    queue("full@example.com")
    sending.send_due()

    assert [(str(one.address), one.hard) for one in ReturnedMail.objects.all()] == [
        ("wang@example.com", True)
    ]


def test_the_desk_is_given_a_hint_while_mail_does_not_arrive(admin: User) -> None:
    assert hint_for(["", "wang@example.com"]) is None
    came_back(sent(1), SOFT)
    assert hint_for(["wang@example.com"]) is None
    address = came_back(sent(2), GONE)
    assert address is not None

    hint = hint_for(["WANG@example.com"])
    assert hint is not None
    assert (hint.suspended_at, hint.status) == (NOON, "5.1.1")
    with later(minutes=1):
        returns.lift(address_id=address.pk, by=admin)
        assert hint_for(["wang@example.com"]) is None


def test_addresses_are_listed_for_those_who_look_after_the_system(admin: User, lin: User) -> None:
    came_back(sent(1), GONE)
    came_back(sent(2, to="a@example.com"), SOFT)

    def found(user: User = admin, **chosen: str) -> list[tuple[str, int, int]]:
        rows = returning(ReturnsFilter(**chosen), user).order_by("address")
        return [(one.address, one.hards, one.softs) for one in rows]  # type: ignore[attr-defined]

    assert found() == [("a@example.com", 0, 1), ("wang@example.com", 1, 0)]
    assert found(state="suspended") == [("wang@example.com", 1, 0)]
    assert found(state="written") == found(words="a@ex") == [("a@example.com", 0, 1)]
    assert found(lin) == []


def test_old_returns_are_forgotten_but_not_a_suspension() -> None:
    came_back(sent(1), GONE)
    came_back(sent(2, to="a@example.com"))
    with clock.stopped_at(NOON + dt.timedelta(days=181)):
        returns.prune()

    assert not ReturnedMail.objects.exists()
    assert ReturningAddress.objects.get().address == "wang@example.com"
