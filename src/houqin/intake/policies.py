"""Who sees mail that came in, and who may have it looked at again."""

from django.db.models import QuerySet

from houqin.accounts.policies import Person, scope
from houqin.desk.policies import visible_requests
from houqin.intake.models import InboundMessage


def reads_all(user: Person) -> bool:
    """Tell whether somebody looks after the whole system or the whole desk."""
    return scope(user, "system.manage").everywhere or scope(user, "desk.triage").everywhere


def visible_inbound(user: Person) -> QuerySet[InboundMessage]:
    """Return all mail for those who look after the whole; for a desk of some places that of its requests."""
    if reads_all(user):
        return InboundMessage.objects.all()
    if not scope(user, "desk.triage"):
        return InboundMessage.objects.none()
    return InboundMessage.objects.filter(request_number__in=visible_requests(user).values("number"))


def may_replay(user: Person) -> bool:
    """Tell whether somebody may have mail looked at again."""
    return reads_all(user)
