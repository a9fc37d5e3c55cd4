"""Who may see outgoing mail, and what of it."""

from django.conf import settings
from django.db.models import QuerySet

from houqin.accounts.policies import Person, may
from houqin.notify.models import OutMail, ReturningAddress


def visible_mail(user: Person) -> QuerySet[OutMail]:
    """Return all mail for those who look after the system, none for others."""
    return OutMail.objects.all() if may(user, "system.manage") else OutMail.objects.none()


def visible_returning(user: Person) -> QuerySet[ReturningAddress]:
    """Return all addresses that return mail for those who look after the system, none for others."""
    return ReturningAddress.objects.all() if may(user, "system.manage") else ReturningAddress.objects.none()


def may_read_text(user: Person, mail: OutMail) -> bool:
    """Tell whether the person may read the text of a mail.

    A secret one holds a link that signs somebody in: it is shown only where no mail server is set,
    to those who invite people, since they have to hand the link over themselves.
    """
    if not mail.secret:
        return may(user, "system.manage")
    return not settings.MAIL_URL and may(user, "system.manage") and may(user, "people.manage")
