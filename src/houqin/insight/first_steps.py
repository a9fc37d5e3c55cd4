"""What a new installation still lacks before somebody can report something and somebody can repair it."""

from dataclasses import dataclass

from houqin.accounts.models import Grant, Role
from houqin.desk.models import Service
from houqin.org.models import Place, QrCode
from houqin.staffing.models import CrewMember


@dataclass(frozen=True)
class FirstSteps:
    """Which of the steps are done, in the order in which they are best taken."""

    catalogue: bool
    places: bool
    people: bool
    crews: bool
    labels: bool

    @property
    def ready(self) -> bool:
        """Whether requests can be reported, dispatched and worked on."""
        return self.catalogue and self.places and self.people and self.crews


def first_steps() -> FirstSteps:
    """How far the installation is. Five short statements."""
    return FirstSteps(
        catalogue=Service.objects.filter(active=True).exists(),
        places=Place.objects.filter(active=True).exists(),
        people=Grant.objects.filter(role=Role.DISPATCHER).exists(),
        crews=CrewMember.objects.exists(),
        labels=QrCode.objects.filter(place__isnull=False).exists(),
    )
