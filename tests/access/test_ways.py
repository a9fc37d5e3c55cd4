"""No page offers its reader a way that ends nowhere."""

import html
import re
from collections import Counter, deque
from urllib.parse import urljoin, urlsplit

import pytest
from django.test import Client
from django.urls import Resolver404, resolve, reverse

from houqin.accounts.models import Role, User
from tests.browser import world as worlds
from tests.browser.world import World
from tests.makers import grant, make_person

HREF = re.compile(r'<a\b[^>]*?\bhref="([^"#]+)')
ALIKE = 3
"""How many addresses of one view are followed."""
ROLES = [role for role in Role if role != Role.REQUESTER]


@pytest.fixture
def world(db: None) -> World:
    return worlds.build()


def person(world: World, role: str) -> User:
    """Somebody with one role: the technician and the leader of the crew, or somebody new."""
    if role == Role.TECHNICIAN:
        return world.site.chen
    someone = make_person(f"只是{role}")
    grant(someone, role)
    if role == Role.CREW_LEADER:
        world.site.crew.leader = someone
        world.site.crew.save()
    return someone


def kind(address: str) -> tuple[object, ...] | None:
    """What addresses that lead to much the same have in common; nothing for what is not ours."""
    parts = urlsplit(address)
    try:
        match = resolve(parts.path)
    except Resolver404:
        return (parts.path,)
    fixed = {name: value for name, value in match.kwargs.items() if name in {"key", "kind", "step"}}
    return match.view_name, *sorted(fixed.items())


@pytest.mark.parametrize("role", ROLES)
def test_every_link_of_every_page_opens(world: World, role: str) -> None:
    browser = Client()
    browser.force_login(person(world, role), backend="houqin.accounts.backends.NameOrEmailBackend")
    waiting, alike, dead = (
        deque([("", "/"), ("", f"{reverse('search:find')}?q=漏水")]),
        Counter[object](),
        [],
    )
    known = {"/"}
    while waiting:
        here, address = waiting.popleft()
        answer = browser.get(address, headers={"host": "testserver"})
        if answer.status_code >= 400:
            dead.append((here, address, answer.status_code))
            continue
        if answer.status_code in {301, 302, 303}:
            links = [answer.headers["Location"]]
        elif answer.headers.get("Content-Type", "").startswith("text/html"):
            links = HREF.findall(answer.content.decode())
        else:
            for close in answer._resource_closers:  # closing the response itself ends the connection
                close()
            continue
        for link in map(html.unescape, links):
            target = urljoin(address, link)
            if target in known or urlsplit(target).scheme or alike[kind(target)] >= ALIKE:
                continue
            known.add(target)
            alike[kind(target)] += 1
            waiting.append((address, target))

    assert len(alike) >= 5
    assert dead == []
