"""A word in things somebody may not see: no page, file, search or call gives it to that person."""

import io
import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client
from django.urls import reverse

from houqin.accounts.actions import tokens
from houqin.accounts.models import Grant, Role
from houqin.desk.actions import messages
from houqin.desk.actions.following import write
from houqin.desk.models import Message
from houqin.files.actions.store import store
from houqin.files.models import Attachment
from houqin.intake.actions.taking import take_in
from houqin.intake.models import Call, InboundMessage
from houqin.notify.models import Notice, OutMail
from houqin.staffing.models import Absence, Licence
from houqin.work.models import WorkOrder
from tests.access import world as scene
from tests.access.table import PAGES
from tests.access.test_pages import ADDRESSES, _url
from tests.intake.letters import letter
from tests.makers import make_crew, make_order, make_partner, make_person
from tests.makers_approvals import asked, make_approval_rule
from tests.makers_desk import make_request
from tests.makers_stock import make_item, make_store, received, shelf

pytestmark = pytest.mark.django_db
WORD, ASKED = "zqxphoenix", "漏夜暗渠"
"""The word, and what it is looked for by: a page may repeat what was asked."""

HIDDEN = f"{ASKED} {WORD}"
SEES, CONTRACTOR = "sees", "contractor"
READERS = [
    scene.NOBODY, Role.REQUESTER, Role.TECHNICIAN, Role.DISPATCHER, Role.MANAGER, Role.ADMINISTRATOR,
    Role.AUDITOR, Role.ACCOUNTANT, CONTRACTOR,
]  # fmt: skip
CALLS = json.loads((Path(__file__).parents[2] / "docs" / "reference" / "openapi.json").read_text())["paths"]
Found = list[str]


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[scene.World]:
    """Site B full of the word, and a note among staff at site A; one dispatcher who may see all of it."""
    with django_db_blocker.unblock(), transaction.atomic():
        built = scene.build()
        _hide(built)
        yield built
        transaction.set_rollback(True)


def _hide(world: scene.World) -> None:
    site = world.foreign
    site.request = make_request(place=site.place, title=HIDDEN, description=HIDDEN, contact_name=WORD)
    site.order = make_order(place=site.place, title=HIDDEN)
    WorkOrder.objects.filter(pk=site.order.pk).update(source=site.request.number)
    for side in Message.Side.values:
        if side != Message.Side.FOLLOWER:
            messages.add(request_id=site.request.pk, side=side, text=HIDDEN, by=None, by_name=WORD)
    site.attachment = store(upload=SimpleUploadedFile(f"{WORD}.txt", HIDDEN.encode()))
    site.request.attachments.create(attachment=site.attachment)
    row = take_in(raw=letter(HIDDEN, subject=HIDDEN, sender=f"{WORD} <{WORD}@example.com>"), via="smtp")
    InboundMessage.objects.filter(pk=row.pk).update(outcome="note", request_number=site.request.number)
    mail: dict[str, Any] = {
        "kind": "closed",
        "subject": HIDDEN,
        "text": HIDDEN,
        "about": site.request.number,
        "change": WORD,
    }
    at = site.request.opened_at
    OutMail.objects.create(to=f"{WORD}@example.com", message_id=WORD, created_at=at, not_before=at, **mail)
    Notice.objects.create(
        recipient=site.person, kind="closed", subject=WORD, data={"title": HIDDEN}, created_at=at
    )
    note: dict[str, Any] = {"side": Message.Side.INTERNAL, "text": HIDDEN, "by": None, "by_name": WORD}
    messages.add(request_id=world.own.request.pk, **note)
    _hide_elsewhere(site)
    _bring_contractor(world)
    world.people[SEES] = make_person(username="sees", full_name="看得见的人")
    for role in (Role.DISPATCHER, Role.ADMINISTRATOR):
        Grant.objects.create(user=world.people[SEES], role=role)


def _hide_elsewhere(site: scene.Site) -> None:
    """The word in a store and on its slips, in what a caller, a follower and an asker said, on a licence."""
    store = make_store(f"{WORD}库", place=site.place, name_en=WORD)
    received(make_item(), 3, "2.00", to=shelf(store, WORD))
    Call.objects.filter(pk=site.call.pk).update(caller_name=WORD, note=HIDDEN)
    write(follower_id=site.follower.pk, text=HIDDEN, by=None)
    Licence.objects.filter(pk=site.kept["licence"]).update(number=WORD)
    Absence.objects.filter(pk=site.kept["leave"]).update(note=HIDDEN)
    make_approval_rule(make_person(username="agrees", full_name="审批的人"))
    asked(site.person, title=HIDDEN, reason=HIDDEN, path=f"/{WORD}/")


def _bring_contractor(world: scene.World) -> None:
    """A technician of another firm, in a crew at site A with an order there."""
    firm = make_partner()
    person = make_person(username="contractor", full_name="卢建业", partner=firm)
    Grant.objects.create(user=person, role=Role.TECHNICIAN)
    crew = make_crew("电梯维保", person, code="crew-lift", place=world.own.place)
    make_order(place=world.own.place, title="A区的电梯", crew=crew)
    world.people[CONTRACTOR] = person


def _words(answer: HttpResponseBase) -> str:
    """All that an answer says: its head, its body, and what is packed into it."""
    body = b"".join(answer) if answer.streaming else answer.content  # type: ignore[attr-defined]
    for close in answer._resource_closers:  # its files only: closing the answer ends the connection
        close()
    if body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            body = b"\n".join(packed.read(name) for name in packed.namelist())
    return body.decode("utf-8", "replace") + str(answer.headers)


def _leaks(client: Client, address: str, **headers: str) -> bool:
    point = transaction.savepoint()
    answer = client.get(address, headers=headers or None)
    if answer.status_code == 405 and not headers:
        answer = client.post(address)
    said = _words(answer)
    transaction.savepoint_rollback(point)
    return WORD in said


def _pages(world: scene.World, site: scene.Site, *, links: bool) -> Iterator[str]:
    """Every page: about a thing of the site, or about nothing, and then also asked for the word."""
    for name in sorted(PAGES):
        about = PAGES[name].about
        if about in {"link", "follower", "code"} and not links:
            continue  # who holds a link may read what it opens
        address = _url(name, scene.of_site(site, about) if about else {})
        yield address
        if not about and "<" not in str(ADDRESSES[name].pattern):
            yield f"{address}?q={ASKED}"


def _calls(site: scene.Site) -> Iterator[str]:
    given = {"number": site.request.number, "key": site.attachment.key, "year": "2026"}
    for path, operations in CALLS.items():
        if "get" not in operations:
            continue
        orders = {**given, "number": site.order.number} if "work-orders" in path else given
        address = re.sub(r"\{(\w+)\}", lambda found, facts=orders: facts[found[1]], path)  # type: ignore[misc]
        asked = {one["name"] for one in operations["get"].get("parameters", [])}
        yield f"{address}?q={ASKED}" if "q" in asked and "{" not in path else address


def _found(world: scene.World, actor: str, site: scene.Site, *, links: bool = False) -> Found:
    client = world.client(actor)
    found = [address for address in _pages(world, site, links=links) if _leaks(client, address)]
    if actor == scene.ANONYMOUS:
        return found + [address for address in _calls(site) if _leaks(client, address)]
    _token, secret = tokens.make(person=world.people[actor], name="crawl", scopes=["read"])
    caller = {"authorization": f"Bearer {secret}"}
    return found + [address for address in _calls(site) if _leaks(Client(), address, **caller)]


@pytest.mark.parametrize("actor", [scene.ANONYMOUS, *READERS])
def test_nobody_finds_what_is_at_another_site(world: scene.World, actor: str) -> None:
    if actor in {Role.DISPATCHER, Role.MANAGER, Role.ADMINISTRATOR, Role.AUDITOR}:
        Message.objects.filter(request=world.own.request, side="internal").update(text="-", author_name="-")

    assert _found(world, actor, world.foreign) == []


@pytest.mark.parametrize("actor", [scene.ANONYMOUS, Role.REQUESTER])
def test_the_requester_finds_nothing_of_what_is_said_among_staff(world: scene.World, actor: str) -> None:
    assert _found(world, actor, world.own, links=True) == []


def test_the_crawler_finds_it_where_it_may_be_seen(world: scene.World) -> None:
    """A search that never finds anything would prove nothing."""
    found = _found(world, SEES, world.foreign)

    number, order = world.foreign.request.number, world.foreign.order.number
    for address in (
        f"/desk/requests/{number}/", f"/work/orders/{order}/", "/setup/outbox/", "/setup/intake/",
        f"/api/v1/requests/{number}", f"/api/v1/requests/{number}/timeline", f"/api/v1/work-orders/{order}",
        f"{reverse('search:find')}?q={ASKED}",
    ):  # fmt: skip
        assert address in found
    assert len(found) >= 15


def test_a_door_that_is_left_open_is_found(world: scene.World) -> None:
    """Given the other site by mistake, a technician's crawl is not clean any more."""
    Grant.objects.create(user=world.people[Role.TECHNICIAN], role=Role.DISPATCHER, place=world.foreign.place)
    assert Attachment.objects.filter(pk=world.foreign.attachment.pk).exists()

    assert _found(world, Role.TECHNICIAN, world.foreign)
