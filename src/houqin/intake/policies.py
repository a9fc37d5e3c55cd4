"""Who sees mail and calls that came in, who may have mail looked at again, and for whom a line rings."""

from django.db.models import Q, QuerySet

from houqin.accounts.models import User
from houqin.accounts.policies import Person, scope
from houqin.desk.policies import visible_requests
from houqin.intake.models import Call, InboundMessage, PhoneLine


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


def visible_calls(user: Person) -> QuerySet[Call]:
    """The telephone calls a person at a desk may see.

    All with `desk.view` everywhere; else those on lines of the places it holds for, those on
    requests in its scope, and those one took oneself.
    """
    where = scope(user, "desk.view")
    if where.everywhere:
        return Call.objects.all()
    if not where or not isinstance(user, User):
        return Call.objects.none()
    found = Q(operator=user)
    for place, department in (("line__place", None), ("request__place", "request__department")):
        if (inside := where.condition(place=place, department=department)) is not None:
            found |= inside
    return Call.objects.filter(found)


def answerable_lines(user: Person) -> QuerySet[PhoneLine]:
    """The lines in use that ring for the desk of a person: all, or those of the places of the right."""
    inside = scope(user, "desk.register").condition(place="place", department=None)
    lines = PhoneLine.objects.filter(active=True)
    return lines.none() if inside is None else lines.filter(inside)


def answers_for_all(user: Person) -> bool:
    """Tell whether calls on no known line ring for somebody: where one answers for the whole."""
    return scope(user, "desk.register").everywhere
