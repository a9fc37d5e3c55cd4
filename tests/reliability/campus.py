"""A small campus for the kill test, made inside an installation of its own by `houqin shell`."""

import json
import sys

from django.db import transaction

from houqin.accounts.actions import tokens
from houqin.accounts.models import User
from tests.makers import grant, make_crew, make_job_type, make_organisation, make_person, make_place
from tests.makers_desk import make_example_standard, make_service

PASSWORD = "Sehr-lang-und-sicher-77"


def token_of(person: User) -> str:
    return tokens.make(person=person, name="kill test", scopes=("write",))[1]


@transaction.atomic
def make(lanes: int) -> dict[str, object]:
    """A service, a place, a dispatcher, and for each lane a requester and a technician."""
    make_organisation()
    dispatcher = make_person("许调度")
    grant(dispatcher, "dispatcher")
    technicians = [make_person(f"陈师傅{lane}") for lane in range(lanes)]
    for technician in technicians:
        grant(technician, "technician")
    crew = make_crew("水电班", *technicians)
    standard = make_example_standard()
    service = make_service("漏水", job_type=make_job_type("水管漏水", crew=crew, standard=standard))
    return {
        "service": service.pk,
        "place": make_place().pk,
        "dispatcher": token_of(dispatcher),
        "requesters": [token_of(make_person(f"王老师{lane}")) for lane in range(lanes)],
        "technicians": [[technician.pk, token_of(technician)] for technician in technicians],
    }


def show(lanes: int) -> None:
    """Write the campus as one line of JSON on standard output."""
    sys.stdout.write(json.dumps(make(lanes)) + "\n")
