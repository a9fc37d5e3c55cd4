"""Every address × every role × own, foreign and missing things."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.access import world as scene
from tests.access.table import EXEMPT, PAGES, PUBLIC, SIGNED_IN, Page

FILLERS: dict[str, Any] = {
    "pk": 999_999_999,
    "key": "departments",
    "step": "chase",
    "secret": "x" * 30,
    "token": "x" * 20,
    "kind": "requests",
    "grant": 1,
    "unit": 1,
    "barcode": 1,
    "year": 2026,
    "name": "none.tar",
    "inside": 999_999_999,
    "number": "FW20200101-9999",
    "place": 999_999_999,
    "day": "2026-11-23",
}


def _patterns(resolver: Any, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from _patterns(pattern, inner)
        elif pattern.name and not prefix.startswith("api"):
            yield f"{prefix}{pattern.name}", pattern


ADDRESSES = dict(_patterns(get_resolver()))
pytestmark = pytest.mark.django_db  # each test undoes what its requests changed
STEPS = {
    "desk:step": {"key": "accept"},
    "work:step": {"key": "assign"},
    "jobs:act": {"step": "accept"},
    "public:following_act": {"step": "leave"},
}
"""Addresses that end in a step: whether somebody may take it is the policy's own, and tested there."""
OWNED = {"call", "request", "order", "staff", "shift", "leave", "licence", "layer", "stock document", "count"}
OWNED |= {"store", "shelf", "level"}
"""What foreign people must not tell from what does not exist."""
NOTHING_TO_CONFIRM = {"account_reauthenticate", "mfa_reauthenticate"}
"""allauth answers 403 to people who have neither a password nor a second factor to confirm."""
TOKENS = re.compile(r'(name="csrfmiddlewaretoken" value|name="csrf-token" content)="\w+"')
MONITORS = {"healthz", "readyz", "metrics"}


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[scene.World]:
    """Built once for all of them."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield scene.build()
        transaction.set_rollback(True)


def test_every_address_has_its_line() -> None:
    assert set(ADDRESSES) - MONITORS - set(EXEMPT) == set(PAGES)
    assert len(EXEMPT) <= 10


def _url(name: str, given: dict[str, Any]) -> str:
    given = {**given, **STEPS.get(name, {})}
    wanted = ADDRESSES[name].pattern.converters
    return reverse(name, kwargs={key: given.get(key, FILLERS.get(key)) for key in wanted})


def _open(client: Client, url: str) -> HttpResponse:
    """The page; where it takes no GET, what an empty POST answers."""
    point = transaction.savepoint()
    response = client.get(url)
    if response.status_code == 405:
        response = client.post(url)
    transaction.savepoint_rollback(point)
    for close in response._resource_closers:  # its files only: closing the response ends the connection
        close()
    return response


def _told(response: HttpResponse, url: str) -> str:
    """What a page says, without its own address and its one-time tokens."""
    return TOKENS.sub("", response.content.decode().replace(url, ""))


def _may(actor: str, page: Page) -> bool:
    if page.who == PUBLIC:
        return True
    if actor == scene.ANONYMOUS:
        return False
    return page.who == SIGNED_IN or actor in page.who


@pytest.mark.parametrize("name", sorted(PAGES))
def test_an_address_opens_only_to_those_of_its_line(name: str, world: scene.World) -> None:
    page = PAGES[name]
    own = scene.of_site(world.own, page.about) if page.about else {}
    wrong = []
    for actor in scene.ACTORS:
        status = _open(world.client(actor), _url(name, own)).status_code
        if status >= 500 or (status == 403 and name not in NOTHING_TO_CONFIRM):
            wrong.append((actor, status))
        elif _may(actor, page):
            if page.about and status == 404 and name not in STEPS:
                wrong.append((actor, status))
        elif (actor == scene.ANONYMOUS and status not in {302, 401, 404}) or (
            actor != scene.ANONYMOUS and status != 404
        ):
            wrong.append((actor, status))

    assert not wrong


@pytest.mark.parametrize("name", sorted(name for name, page in PAGES.items() if page.about in OWNED))
def test_foreign_and_missing_look_the_same(name: str, world: scene.World) -> None:
    page = PAGES[name]
    foreign = _url(name, scene.of_site(world.foreign, page.about))
    missing = _url(name, scene.MISSING)
    wrong = []
    for actor in sorted(set(scene.ROLES) & set(page.who)):
        client = world.client(actor)
        seen, absent = _open(client, foreign), _open(client, missing)
        if (seen.status_code, absent.status_code) != (404, 404) or _told(seen, foreign) != _told(
            absent, missing
        ):
            wrong.append((actor, seen.status_code, absent.status_code))

    assert not wrong
