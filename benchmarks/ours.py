"""houqin's side: `python -m benchmarks.ours`, with HOUQIN_DATABASE_URL naming a migrated database."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "houqin.config.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.auth import login  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.http import HttpRequest  # noqa: E402, TID251
from tests.makers import (  # noqa: E402
    grant,
    make_calendar,
    make_crew,
    make_job_type,
    make_organisation,
    make_person,
    make_place,
)
from tests.makers_desk import make_example_standard, make_service  # noqa: E402

from benchmarks.calling import Call, backend, call_of, statements  # noqa: E402
from benchmarks.mailing import SENDER, SERVICE, letter_of  # noqa: E402
from benchmarks.side import serve  # noqa: E402
from houqin.accounts.actions import tokens  # noqa: E402
from houqin.accounts.models import User  # noqa: E402
from houqin.config.wsgi import application  # noqa: E402
from houqin.desk.models import Service  # noqa: E402
from houqin.intake.actions.taking import take_in  # noqa: E402
from houqin.intake.models import Outcome, Via  # noqa: E402
from houqin.org.models import Place  # noqa: E402


def seed() -> None:
    """A campus of one room and one service with its clock, once."""
    if Service.objects.exists():
        return
    make_organisation(calendar=make_calendar())
    crew = make_crew("水电班", make_person("陈师傅"))
    job = make_job_type("水管漏水", crew=crew, standard=make_example_standard())
    make_service("漏水", job_type=job)
    make_place("302")
    grant(make_person("许调度", username="desk"), "dispatcher")
    make_person("王老师", username="requester", phone="13800000000")


def session_of(person: User) -> str:
    """The cookie of somebody who has signed in."""
    request = HttpRequest()
    request.session = SessionStore()
    login(request, person, backend=settings.AUTHENTICATION_BACKENDS[-1])
    request.session.save()
    return f"{settings.SESSION_COOKIE_NAME}={request.session.session_key}"


def main() -> None:
    """Measure what is asked for until the input ends."""
    seed()
    desk, requester = User.objects.get(username="desk"), User.objects.get(username="requester")
    place, service = Place.objects.get(name="302"), Service.objects.get()
    cookie = session_of(desk)
    reading, writing = (
        f"Bearer {tokens.make(person=person, name='bench', scopes=('write',))[1]}"
        for person in (desk, requester)
    )

    def create(serial: int, **headers: str) -> Call:
        body = {"service": service.pk, "place": place.pk, "description": f"卫生间水管漏水 {serial}"}
        return call_of(
            application,
            "POST",
            "/api/v1/requests",
            body=body,
            expected=201,
            Authorization=writing,
            **headers,
        )

    def mailed(serial: int) -> Call:
        raw = letter_of(serial)

        def call() -> bytes:
            row = take_in(raw=raw, via=Via.SMTP, envelope_from=SENDER % serial, envelope_to=[SERVICE])
            if row.outcome != Outcome.REQUEST:
                raise RuntimeError(f"{row.outcome}: {row.reason}")
            return b""

        return call

    serve(
        {
            "create": create,
            "create_keyed": lambda serial: create(serial, Idempotency_Key=f"key-{serial}"),
            "json": lambda _serial: call_of(
                application, "GET", "/api/v1/requests?limit=50", Authorization=reading
            ),
            "mail": mailed,
            "page": lambda _serial: call_of(application, "GET", "/desk/?tab=all&order=newest", Cookie=cookie),
        },
        backend=backend,
        statements=statements,
    )


if __name__ == "__main__":
    main()
