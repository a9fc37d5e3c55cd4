"""What a new installation does first, and the catalogue it may take to begin with."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from houqin.accounts.policies import Person, may
from houqin.flows.take_starter_catalogue import take_starter_catalogue
from houqin.insight.first_steps import first_steps
from houqin.kernel.errors import Refused
from houqin.web.access import person_of, requires
from houqin.web.once import once
from houqin.web.responses import go_to, refused_back
from houqin.web.setup.reach import require_everywhere


@dataclass(frozen=True)
class Step:
    """A line of the list: what to do, why, where, and whether it is done."""

    title: str
    about: str
    url: str
    done: bool


def steps_for(user: Person) -> list[Step]:
    """The first steps, for administrators and only until requests can be reported and worked on."""
    if not may(user, "system.manage"):
        return []
    found = first_steps()
    if found.ready:
        return []
    return [
        Step(
            _("Catalogue"),
            _("What people may ask for: categories, services and their standard."),
            reverse("setup:register", args=["services"]),
            found.catalogue,
        ),
        Step(
            _("Places"),
            _("Sites, buildings, floors and rooms; enter them or import them from Excel."),
            reverse("setup:places"),
            found.places,
        ),
        Step(
            _("A dispatcher"),
            _("Invite the people of the service desk and give them their role."),
            reverse("setup:people"),
            found.people,
        ),
        Step(
            _("Crews"),
            _("Who repairs what: make crews, put technicians in, name them in the job types."),
            reverse("setup:register", args=["crews"]),
            found.crews,
        ),
        Step(
            _("QR labels"),
            _("Print labels and put them up; scanning one reports a fault in that room."),
            reverse("setup:qr"),
            found.labels,
        ),
    ]


@require_POST
@requires("catalogue.manage")
def take_catalogue(request: HttpRequest) -> HttpResponse:
    """Take the starter catalogue into an installation that has none."""
    user = person_of(request)
    require_everywhere(user, "catalogue.manage")
    back = reverse("setup:start")

    def effect() -> HttpResponse:
        services = take_starter_catalogue(by=user)
        return go_to(request, back, said=_("%(count)s services can be asked for now.") % {"count": services})

    try:
        return once(request, effect)
    except Refused as refusal:
        return refused_back(request, refusal, back)
