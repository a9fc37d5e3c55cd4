"""Two sites with the same things on each: what is one's own, and what is not.

Everybody's roles hold at site A only; site B is foreign to all of them.
"""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from houqin.accounts.models import Grant, Role, User
from houqin.desk import links
from houqin.desk.actions.following import Contact, follow, write
from houqin.desk.actions.requests import attach
from houqin.desk.models import Channel, Follower, RequestAttachment, RequestOrder, ServiceRequest
from houqin.files.actions.store import store
from houqin.files.models import Attachment
from houqin.intake.models import Call
from houqin.inventory.actions.counting import plan
from houqin.inventory.models import CostLayer, CountSession, StockDocument, StockPolicy
from houqin.org.models import Place, QrCode
from houqin.staffing.models import Absence, Shift, WorkPlace
from houqin.work.models import OrderAttachment, WorkOrder
from tests.makers import make_crew, make_licence, make_licence_kind, make_order, make_person, make_place
from tests.makers_calls import make_line, missed
from tests.makers_desk import make_request
from tests.makers_stock import make_item, make_lot, make_store, received, shelf
from tests.times import at

ANONYMOUS = "anonymous"
NOBODY = "nobody"
ROLES = [role.value for role in Role]
ACTORS = [ANONYMOUS, NOBODY, *ROLES]
MISSING: dict[str, Any] = {
    "number": "FW20200101-9999",
    "key": "0" * 32,
    "token": "f-" + "0" * 40,
    "pk": 999_999_999,
    "place": 999_999_999,
    "day": "2026-11-23",
    "month": "2099-01",
}


@dataclass
class Site:
    """What there is at one site."""

    place: Place
    request: ServiceRequest
    follower: Follower
    order: WorkOrder
    attachment: Attachment
    code: QrCode
    person: User
    call: Call
    receipt: StockDocument
    count: CountSession
    kept: dict[str, int] = field(default_factory=dict)


@dataclass
class World:
    """Both sites and everybody."""

    own: Site
    foreign: Site
    people: dict[str, User] = field(default_factory=dict)

    def client(self, actor: str) -> Client:
        """A browser in which the actor is signed in."""
        client = Client(raise_request_exception=False)
        if actor != ANONYMOUS:
            client.force_login(self.people[actor])
        return client


def build() -> World:
    """Both sites, one person for each role, and one without any."""
    people = {NOBODY: make_person(username="nobody", full_name="无名")}
    own, foreign = _site("A"), _site("B")
    crew = make_crew(code="crew-A", name="A班", place=own.place)
    for role in ROLES:
        person = make_person(username=f"m-{role}", full_name=role)
        bound = role not in {Role.TECHNICIAN, Role.CREW_LEADER}
        Grant.objects.create(user=person, role=role, place=own.place if bound else None)
        people[role] = person
    crew.leader = people[Role.CREW_LEADER]
    crew.save()
    for role in (Role.TECHNICIAN, Role.CREW_LEADER):
        crew.members.create(user=people[role], since="2020-01-01")
    own.kept = _kept(people[Role.TECHNICIAN], own.place)
    foreign.kept = _kept(foreign.person, foreign.place)
    make_crew("B班", foreign.person, code="crew-B", place=foreign.place)
    WorkOrder.objects.filter(pk=own.order.pk).update(crew=crew)
    ServiceRequest.objects.filter(pk=own.request.pk).update(requester=people[Role.REQUESTER])
    return World(own, foreign, people)


def _site(name: str) -> Site:
    place = make_place(code=f"site-{name}", name=f"{name}区", type="site")
    request = make_request(place=place, title=f"{name}区的灯不亮", channel=Channel.STAFF)
    order = make_order(place=place, title=f"{name}区的工单")
    attachment = _photo()
    OrderAttachment.objects.create(order=order, attachment=attachment, public=True)
    request.attachments.create(attachment=attachment)
    RequestOrder.objects.create(request=request, order=order)
    follower = follow(request_id=request.pk, contact=Contact(), by=None)
    said = write(follower_id=follower.pk, text="我也遇到", by=None)
    attach(request=request, attachment_ids=[_photo().pk], by=None, message=said, public=False)
    code = QrCode.objects.create(place=place)
    person = make_person(username=f"of-{name}", full_name=f"{name}区的人")
    call = missed(line=make_line(place=place))
    warehouse = make_store(f"{name}库", place=place)
    receipt = received(make_item(), 3, "2.00", to=shelf(warehouse))
    StockPolicy.objects.create(item=receipt.lines.get().item, warehouse=warehouse, minimum=1)
    counted = plan(warehouse=warehouse, by=None)
    return Site(place, request, follower, order, attachment, code, person, call, receipt, counted)


def _photo() -> Attachment:
    return store(upload=SimpleUploadedFile("a.txt", "灯不亮".encode()))


def _kept(person: User, place: Place) -> dict[str, int]:
    """What is kept of a person of a crew: the keys of a shift, a leave, a licence; and of the person."""
    day = dt.date(2026, 11, 23)
    shift = Shift.objects.create(
        user=person, day=day, starts_at=at("2026-11-23 08:00"), ends_at=at("2026-11-23 16:00")
    )
    leave = Absence.objects.create(
        user=person, starts_at=at("2026-12-01 00:00"), ends_at=at("2026-12-02 00:00")
    )
    licence = make_licence(person, make_licence_kind(), day)
    WorkPlace.objects.create(user=person, place=place)
    return {
        "staff": person.pk,
        "shift": shift.pk,
        "leave": leave.pk,
        "licence": licence.pk,
        "place": place.pk,
    }


def of_site(site: Site, about: str) -> dict[str, Any]:
    """The arguments of an address that is about something at a site."""
    return {
        "request": {"number": site.request.number, "key": site.attachment.key},
        "order": {"number": site.order.number, "key": site.attachment.key},
        "link": {"token": links.token_of(site.request), "key": site.attachment.key},
        "follower": {
            "token": links.token_of_follower(site.follower),
            "key": RequestAttachment.objects.get(message__follower=site.follower).attachment.key,
        },
        "code": {"token": site.code.token},
        "person": {"pk": site.person.pk},
        "place": {"pk": site.place.pk, "code": site.place.code},
        "staff": {"pk": site.kept["staff"], "place": site.kept["place"], "day": "2026-11-23"},
        "shift": {"pk": site.kept["shift"]},
        "leave": {"pk": site.kept["leave"]},
        "licence": {"pk": site.kept["licence"]},
        "import": {"key": "shifts"},
        "call": {"pk": site.call.pk},
        "item": {"pk": site.receipt.lines.get().item_id},
        "store": {"pk": site.receipt.lines.get().target.warehouse_id},
        "shelf": {"pk": site.receipt.lines.get().target_id},
        "level": {"pk": StockPolicy.objects.get(item=site.receipt.lines.get().item_id).pk},
        "layer": {"pk": CostLayer.objects.get(root__document=site.receipt).pk},
        "stock document": {"number": site.receipt.number},
        "lot": {"pk": make_lot(site.receipt.lines.get().item).pk},
        "month": {"month": "2026-01"},
        "count": {"number": site.count.number, "pk": site.count.lines.get().pk},
    }[about]
