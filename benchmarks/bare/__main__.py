"""Bare Django's side: `python -m benchmarks.bare`, with BARE_DSN naming a migrated database."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.bare.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.auth.models import User  # noqa: E402
from django.test import Client  # noqa: E402

from benchmarks.bare.models import Category, Place  # noqa: E402
from benchmarks.bare.wsgi import application  # noqa: E402
from benchmarks.calling import Call, backend, call_of, statements  # noqa: E402
from benchmarks.side import serve  # noqa: E402


def main() -> None:
    """Measure what is asked for until the input ends."""
    person, _made = User.objects.get_or_create(pk=1, defaults={"username": "requester"})
    Place.objects.get_or_create(pk=1, defaults={"name": "302"})
    Category.objects.get_or_create(pk=1, defaults={"name": "水"})
    client = Client()
    client.force_login(person)
    cookie = f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"

    def create(serial: int) -> Call:
        body = {"number": f"B{serial}", "description": f"卫生间水管漏水 {serial}", "place": 1, "category": 1}
        return call_of(application, "POST", "/create", body=body, expected=201, Cookie=cookie)

    serve(
        {
            "create": create,
            "json": lambda _serial: call_of(application, "GET", "/api/requests", Cookie=cookie),
            "page": lambda _serial: call_of(application, "GET", "/page", Cookie=cookie),
        },
        backend=backend,
        statements=statements,
    )


if __name__ == "__main__":
    main()
