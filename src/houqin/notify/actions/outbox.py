"""What an administrator does in the outbox, and how long sent mail is kept."""

import datetime as dt

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from houqin.kernel import clock
from houqin.kernel.errors import Missing, StaleState
from houqin.notify.actions import mail as mails
from houqin.notify.models import Notice, OutMail
from houqin.notify.queries.returns import is_suspended

KEPT = dt.timedelta(days=180)
SECRETS_KEPT = dt.timedelta(days=8)


@transaction.atomic
def retry(*, mail_id: int) -> OutMail:
    """Return the mail, waiting to be sent at once, its tries counted anew.

    Raises `Missing` when there is none, `StaleState` when it has been sent meanwhile, when its secret
    text is gone, and while its address is suspended.
    """
    mail = OutMail.objects.select_for_update(of=("self",)).filter(pk=mail_id).first()
    if mail is None:
        raise Missing(_("There is no such mail."))
    if mail.state == OutMail.State.SENT:
        raise StaleState(_("This mail has been sent already."))
    if not mail.text:
        raise StaleState(_("The text of this mail is gone; invite the person again."))
    if is_suspended(mail.to):
        raise StaleState(
            _("Mail to this address comes back. Take it into use again under returned mail first.")
        )
    mail.state, mail.tries, mail.error, mail.not_before = OutMail.State.WAITING, 0, "", clock.now()
    mail.sent_at = None
    mail.save(update_fields=["state", "tries", "error", "not_before", "sent_at"])
    mails.ask_to_send()
    return mail


def prune() -> int:
    """Delete mail and notices made more than 180 days ago, sent and read or not; return how many went.

    Nobody sends or reads them any more: an outbox without a mail server would grow for ever. Unsent
    mail with a secret link goes after 8 days, when the link is no longer good.
    """
    before = clock.now() - KEPT
    ended = Q(secret=True, created_at__lt=clock.now() - SECRETS_KEPT) & ~Q(state=OutMail.State.SENT)
    mail = OutMail.objects.filter(Q(created_at__lt=before) | ended).delete()[0]
    return mail + Notice.objects.filter(created_at__lt=before).delete()[0]
