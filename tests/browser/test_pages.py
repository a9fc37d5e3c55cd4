"""Every page in a real browser: both languages, both themes, desk and phone.

Each page is opened once in each language, at 1280 px and then at 360 px; axe looks at it in both
sizes, in Chinese light on the desk and dark on the phone, in English the other way round.
"""

from collections.abc import Iterator
from typing import Literal

import pytest
from django.core.management import call_command
from django.urls import URLPattern, URLResolver, get_resolver, resolve
from playwright.sync_api import Browser
from pytest_django.plugin import DjangoDbBlocker

from houqin.accounts.models import User
from tests.browser import world as worlds
from tests.browser.looking import barriers, english_left, sticking_out, template_left
from tests.browser.visitor import DESK, PHONE, Visitor
from tests.browser.world import World

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

GROUPS = ("public", "desk", "phone", "work", "setup", "setup2", "staffing", "stores", "storeroom")
ANSWERS = {"/nowhere/": 404, "/q/unknown/": 404, "/accounts/password/link/": 404}
ON_PAPER = ("slip", "print")
"""Sheets of a size in millimetres, wider than a phone."""

NO_PAGE = frozenset(
    [
        "home",
        "public:places",
        "desk:phone_caller",
        "desk:phone_about",
        "desk:phone_known",
        "desk:phone_ringing",
        "desk:places",
        "desk:panel",
        "setup:places_inside",
        "mfa_index",
        "public:file",
        "jobs:file",
        "desk:file",
        "work:file",
        "exports:file",
        "exports:start",
        "insight:export",
        "insight:waiting_export",
        "insight:replay_standard",
        "setup:import_template",
        "setup:import_wrong",
        "setup:holiday_file",
        "setup:backup",
        "setup:intake_raw",
        "setup:letter_page",
        "setup:mail_page",
        "jobs:duty",
        "stores:reverse",
        "stores:slip_pdf",
        "staffing:leave_new",
        "staffing:licence_new",
        "staffing:licence_renew",
        "staffing:licence_end",
        "staffing:terms",
        "staffing:add_place",
        "jobs:act",
        "jobs:checklist",
        "jobs:complete",
        "jobs:helper",
        "jobs:hold",
        "jobs:part_drop",
        "jobs:part_plan",
        "jobs:part_return",
        "jobs:part_take",
        "jobs:send_back",
        "jobs:time",
        "jobs:write",
        "public:act",
        "public:known",
        "public:following_act",
        "public:following_file",
        "healthz",
        "readyz",
        "metrics",
    ]
)
"""Addresses that answer GET with a way on or back, a part of a page, a file or plain words."""

ELSEWHERE = {
    "accounts:welcome": "test_first_day",
    "accounts:restore": "test_first_day",
    "accounts:restoring": "needs a restore under way",
    "mfa_authenticate": "needs half a sign-in",
    "exports:ready": "needs an export of more than ten thousand rows",
    "ui:gallery": "tests/web/ui/test_script.py",
    "setup:demonstration": "needs the demonstration",
}


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """One campus for all pages, seen by the server's threads too: the tests only look."""
    with django_db_blocker.unblock():
        yield worlds.build()
        call_command("flush", interactive=False, verbosity=0, inhibit_post_migrate=True)


@pytest.fixture(scope="module")
def visits(world: World) -> list[worlds.Visit]:
    return list(worlds.pages(world))


def look(visitor: Visitor, path: str, language: str, names: frozenset[str]) -> list[str]:
    """Everything that is wrong with a page."""
    first: Literal["light", "dark"] = "light" if language == "zh-hans" else "dark"
    then: Literal["light", "dark"] = "dark" if language == "zh-hans" else "light"
    page, wrong = visitor.page, []
    page.set_viewport_size(DESK)  # type: ignore[arg-type]
    page.emulate_media(color_scheme=first)
    status = visitor.open(path)
    if status != ANSWERS.get(path, 200):
        return [f"answers {status}"]
    if path.partition("?")[0] == "/insight/":
        page.locator(".chart svg").first.wait_for()
    wrong += template_left(page)
    if language == "zh-hans":
        wrong += [f"English: {text}" for text in english_left(page, names=names)]
    wrong += [f"1280 {first} {found}" for found in barriers(page)]
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    page.emulate_media(color_scheme=then)
    if visitor.widest() > PHONE["width"] and not any(word in path for word in ON_PAPER):
        wrong.append(f"is {visitor.widest()} px wide on a phone: {sticking_out(page)}")
    wrong += [f"360 {then} {found}" for found in barriers(page, again=True)]
    told = [said for said in visitor.complaints if not (status == 404 and "404" in said)]
    visitor.complaints.clear()
    return wrong + told


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("group", GROUPS)
def test_every_page_is_whole(
    browser: Browser, address: str, world: World, visits: list[worlds.Visit], group: str, language: str
) -> None:
    names = frozenset(User.objects.values_list("username", flat=True))
    visitors: dict[str, Visitor] = {}
    wrong: dict[str, list[str]] = {}
    try:
        for who, path, its_group in visits:
            if its_group != group:
                continue
            if who not in visitors:
                visitors[who] = Visitor(browser, address, language=language, size=DESK)
                if who in world.sessions:
                    visitors[who].use(world.sessions[who])
            if found := look(visitors[who], path, language, names):
                wrong[f"{who} {path}"] = found
    finally:
        for visitor in visitors.values():
            visitor.close()

    if wrong:
        pytest.fail(
            "\n".join(f"{where}\n  " + "\n  ".join(found) for where, found in wrong.items()), pytrace=False
        )


def test_no_page_was_forgotten(visits: list[worlds.Visit]) -> None:
    seen = {resolve(path.partition("?")[0]).view_name for _who, path, _group in visits if path != "/nowhere/"}

    assert set(_answering_get()) - seen - NO_PAGE - ELSEWHERE.keys() == set()


def _answering_get() -> Iterator[str]:
    """The names of all addresses outside the API that may be opened."""
    for name, pattern in _walk(get_resolver()):
        methods = next(
            (
                cell.cell_contents
                for cell in getattr(pattern.callback, "__closure__", None) or ()
                if isinstance(cell.cell_contents, list) and "POST" in cell.cell_contents
            ),
            ["GET"],
        )
        if "GET" in methods and name not in {"set_language", "ui:preferences"}:
            yield name


def _walk(resolver: URLResolver, space: str = "") -> Iterator[tuple[str, URLPattern]]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLPattern):
            yield f"{space}{entry.name}", entry
        elif not (entry.namespace or "").startswith("api"):
            yield from _walk(entry, f"{space}{entry.namespace}:" if entry.namespace else space)
