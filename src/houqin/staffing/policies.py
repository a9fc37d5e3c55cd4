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


def may_plan(user: Person) -> bool:
    """True for those who plan shifts and leave of anybody."""
    return may(user, "staffing.plan")


def planned_people(user: Person) -> QuerySet[User]:
    """The people whose shifts and leave somebody plans, those whose account has ended left out.

    Everybody for whoever plans everywhere; the people of the crews that may come there for who
    plans at some places; for crew leaders the people of the crews they lead, themselves included.
    """
    held = scope(user, "staffing.plan")
    working = User.objects.filter(is_active=True)
    if held.everywhere:
        return working
    led = Q(pk__in=[])
    if held.place_ids:
        led |= Q(place__isnull=True) | Q(place__lineage__overlap=sorted(held.place_ids))
    if held.own_crews and isinstance(user, User):
        led |= Q(leader=user)
    return _belonging(working, Crew.objects.filter(led, active=True))


def visible_staff(user: Person) -> QuerySet[User]:
    """The people whose licences, terms and shifts somebody may read in full: own, and by right.

    Who sees work at some places reads those of the crews that may come there; who leads a crew its
    people. Members of a crew read of one another only who works when.
    """
    held = scope(user, "staffing.view")
    if held.everywhere or held.department_ids:
        return User.objects.all()
    found = Q(pk=user.pk) if isinstance(user, User) else Q(pk__in=[])
    if held.place_ids:
        there = Q(place__isnull=True) | Q(place__lineage__overlap=sorted(held.place_ids))
        found |= Q(pk__in=_belonging(User.objects.all(), Crew.objects.filter(there)).values("pk"))
    return User.objects.filter(found | Q(pk__in=planned_people(user).values("pk")))


def _belonging(people: QuerySet[User], crews: QuerySet[Crew]) -> QuerySet[User]:
    """Those of the people who lead one of the crews, or belong to it today or from a later day on."""
    member = CrewMember.objects.filter(
        Q(until__isnull=True) | Q(until__gte=clock.today()), crew__in=crews, user=OuterRef("pk")
    )
    return people.filter(Exists(member) | Exists(crews.filter(leader=OuterRef("pk"))))
