"""Who may see and set up crews."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from houqin.accounts.models import User
from houqin.accounts.policies import Person, may, scope
from houqin.kernel import clock
from houqin.staffing.models import Crew, CrewMember


def may_manage(user: Person) -> bool:
    """True for those who set up crews and trades."""
    return may(user, "staffing.manage")


def visible_crews(user: Person) -> QuerySet[Crew]:
    """The crews a person may see.

    All for those who set crews up or see work everywhere; for those who see it at some places the
    crews that may come there; for people of crews their own, past crews left out.
    """
    view = scope(user, "work.view")
    if may_manage(user) or view.everywhere or view.department_ids:
        return Crew.objects.all()
    found = Q(pk__in=[])
    if view.place_ids:
        found |= Q(place__isnull=True) | Q(place__lineage__overlap=sorted(view.place_ids))
    if view.own_crews and isinstance(user, User):
        today = clock.today()
        member = CrewMember.objects.filter(
            Q(until__isnull=True) | Q(until__gte=today), crew=OuterRef("pk"), user=user, since__lte=today
        )
        found |= Q(leader=user) | Q(Exists(member))
    return Crew.objects.filter(found)
