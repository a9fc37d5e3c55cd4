"""Mail that came back: kept once, counted by address, and the address suspended where it is no good."""

import datetime as dt

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from houqin.accounts.models import Role, User
from houqin.accounts.queries.people import active_holders
from houqin.kernel import clock
from houqin.kernel.errors import Invalid, Missing, StaleState
from houqin.notify.actions import mail as mails
from houqin.notify.actions import notices
from houqin.notify.models import OutMail, ReturnedMail, ReturningAddress, ReturnRule
from houqin.notify.queries.returns import hard_returns, return_rule
from houqin.notify.returning import Report

KEPT = dt.timedelta(days=180)
NEWS = dt.timedelta(days=3)
"""For so long a mail is worth sending again."""

AGAIN_AFTER = dt.timedelta(hours=4)
MOST_SENT = 4
"""How often a mail is sent that comes back for now."""

B = ReturningAddress.Because


@transaction.atomic
def record(*, mail_id: int, said: Report, source: str = "") -> ReturningAddress | None:
    """Keep that a mail of ours came back and return its address; None when it is known already.

    A mail that came back for good becomes `returned`, one that came back for now is sent again
    after four hours, at most four times within three days. An address that does not exist is
    suspended at once, any other when the rule for returned mail says so; administrators are told.

    Locks the mail, then the address. `source` is where the report is found.
    """
    mail = OutMail.objects.select_for_update(of=("self",)).get(pk=mail_id)
    address = _locked(mail.to.lower())
    _row, is_new = ReturnedMail.objects.get_or_create(
        address=address,
        change=f"{mail.message_id}:{mail.tries}:{said.kind}",
        defaults={
            "mail": mail,
            "hard": said.hard,
            "status": said.status,
            "reason": said.reason,
            "at": clock.now(),
            "source": source,
        },
    )
    if not is_new:
        return None
    address.last_at = clock.now()
    if said.hard:
        _suspend_if_due(address, said)
    address.save(update_fields=["last_at", "suspended_at", "because"])
    _let_go(mail, said)
    return address


@transaction.atomic
def lift(*, address_id: int, by: User) -> ReturningAddress:
    """Write to an address again; what was withheld from it and is still news is sent.

    Raises `Missing` when there is no such address and `StaleState` when it is not suspended.
    """
    address = ReturningAddress.objects.select_for_update(of=("self",)).filter(pk=address_id).first()
    if address is None:
        raise Missing(_("There is no such address."))
    if address.suspended_at is None:
        raise StaleState(_("This address is written to already."))
    address.suspended_at, address.because = None, ""
    address.lifted_at, address.lifted_by = clock.now(), by
    address.save(update_fields=["suspended_at", "because", "lifted_at", "lifted_by"])
    withheld = OutMail.objects.filter(
        state=OutMail.State.WITHHELD, to__iexact=address.address, created_at__gt=clock.now() - NEWS
    )
    if withheld.update(state=OutMail.State.WAITING, error="", not_before=clock.now()):
        mails.ask_to_send()
    return address


@transaction.atomic
def set_rule(*, most: int, within_days: int) -> ReturnRule:
    """Say after how many returned mails, within how many days, an address is suspended.

    Holds for mail that comes back from now on. Raises `Invalid` outside 1–100 and 1–180 days.
    """
    for name, value, highest in (("most", most, 100), ("within_days", within_days, 180)):
        if not 1 <= value <= highest:
            raise Invalid(_("Give a number from 1 to %(highest)s.") % {"highest": highest}, field=name)
    rule, _made = ReturnRule.objects.update_or_create(
        pk=1, defaults={"most": most, "within_days": within_days}
    )
    return rule


def prune() -> int:
    """Forget returns older than 180 days, and addresses in use that have none; return how many rows went."""
    old = ReturnedMail.objects.filter(at__lt=clock.now() - KEPT)
    forgotten = ReturningAddress.objects.filter(
        Q(suspended_at__isnull=True), last_at__lt=clock.now() - KEPT, returns__isnull=True
    )
    return old.delete()[0] + forgotten.delete()[0]


def _locked(address: str) -> ReturningAddress:
    ReturningAddress.objects.get_or_create(address=address, defaults={"last_at": clock.now()})
    return ReturningAddress.objects.select_for_update(of=("self",)).get(address=address)


def _suspend_if_due(address: ReturningAddress, said: Report) -> None:
    if address.suspended_at is not None:
        return
    rule = return_rule()
    if said.unknown:
        address.because = B.UNKNOWN
    elif hard_returns(address, rule).count() >= rule.most:
        address.because = B.OFTEN
    else:
        return
    address.suspended_at = clock.now()
    notices.tell(
        recipients=active_holders(Role.ADMINISTRATOR).order_by("pk"),
        kind="address_suspended",
        change=f"address:{address.pk}:{address.suspended_at.isoformat()}",
        subject="",
        path=f"/setup/returns/{address.pk}/",
        data={"address": address.address, "reason": said.reason or said.status},
    )


def _let_go(mail: OutMail, said: Report) -> None:
    """Set how far the mail is now: it did not arrive, or it goes out once more."""
    if mail.state != OutMail.State.SENT or said.delayed:
        return
    code = "" if said.status in said.reason else said.status
    mail.error = f"{code} {said.reason}".strip()[:2_000]
    if said.hard:
        mail.state = OutMail.State.RETURNED
    elif mail.text and mail.tries < MOST_SENT and mail.created_at > clock.now() - NEWS:
        mail.state, mail.sent_at = OutMail.State.WAITING, None
        mail.not_before = clock.now() + AGAIN_AFTER
    else:
        mail.state = OutMail.State.RETURNED
    mail.save(update_fields=["state", "sent_at", "not_before", "error"])
