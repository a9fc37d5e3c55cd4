"""Links by which a person sets a password."""

from django.conf import settings

from houqin.accounts.models import Invitation
from houqin.kernel import clock
from houqin.kernel.secrets import keyed_digest


def digest_of(secret: str) -> str:
    """Return what is stored of a link's secret."""
    return keyed_digest(settings.SECRET_KEY, "invitation", secret)


def open_invitation(secret: str, *, lock: bool = False) -> Invitation | None:
    """Return the invitation of a link that is still good, with its person, or None.

    With `lock` it stays locked until the transaction ends, so that a link is used once.
    """
    found = Invitation.objects.select_related("user").filter(
        digest=digest_of(secret), used_at__isnull=True, expires_at__gt=clock.now(), user__is_active=True
    )
    return (found.select_for_update(of=("self",)) if lock else found).first()
