"""What was found, as lines that lead somewhere the person may go."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from houqin.accounts.models import User
from houqin.accounts.policies import may, scope
from houqin.desk import links
from houqin.desk.models import Service, ServiceRequest
from houqin.insight.search import MOST, Found
from houqin.org.models import Place
from houqin.web.desk.request import READERS
from houqin.work.models import WorkOrder


@dataclass(frozen=True)
class Hit:
    """One line: where it leads, what it is called, what else tells it apart; `row` has a state to show."""

    url: str
    title: str
    more: str = ""
    row: Any = None


@dataclass(frozen=True)
class Section:
    """The hits of one kind."""

    title: str | Promise
    icon: str
    hits: list[Hit]
    all_url: str = ""
    """The whole list, where there is one the person may see and not all of it is here."""


def sections(found: Found, user: User, text: str) -> list[Section]:
    """Return the kinds that were found, documents first; empty ones are left out."""
    all_of_them = [
        Section(
            pgettext_lazy("found", "Requests"),
            "headset",
            [_document(row, request_url(row, user)) for row in found.requests],
            _list_of("desk:queue", text, len(found.requests)) if may(user, "desk.view") else "",
        ),
        Section(
            pgettext_lazy("found", "Work orders"),
            "clipboard-list",
            [_document(row, order_url(row, user)) for row in found.orders],
            _list_of("work:orders", text, len(found.orders)) if may(user, "work.dispatch") else "",
        ),
        Section(
            pgettext_lazy("found", "Places"),
            "map-pin",
            [Hit(_place_url(row, user), str(row), row.code) for row in found.places],
            _list_of("setup:places", text, len(found.places)) if may(user, "org.manage") else "",
        ),
        Section(
            pgettext_lazy("found", "People"),
            "user",
            [_person(row, user) for row in found.people],
            _list_of("setup:people", text, len(found.people)) if may(user, "people.manage") else "",
        ),
        Section(
            pgettext_lazy("found", "Services"),
            "layout-grid",
            [Hit(_service_url(row, user), str(row), str(row.category)) for row in found.services],
        ),
    ]
    return [section for section in all_of_them if section.hits]


def _list_of(name: str, text: str, shown: int) -> str:
    return f"{reverse(name)}?{urlencode({'q': text})}" if shown == MOST else ""


def document_url(row: ServiceRequest | WorkOrder, user: User) -> str:
    """Return the page of a request or an order for this person."""
    return request_url(row, user) if isinstance(row, ServiceRequest) else order_url(row, user)


def request_url(row: ServiceRequest, user: User) -> str:
    """Return the desk's page of a request for staff, the tracking page for its requester."""
    if any(may(user, right) for right in READERS):
        return reverse("desk:request", args=[row.number])
    return reverse("public:track", args=[links.token_of(row)])


def order_url(row: WorkOrder, user: User) -> str:
    """Return the page of an order: on the phone for who repairs, on the desk for who dispatches."""
    on_phone = may(user, "work.perform") and not may(user, "work.dispatch")
    return reverse("jobs:job" if on_phone else "work:order", args=[row.number])


def _document(row: ServiceRequest | WorkOrder, url: str) -> Hit:
    place = str(row.place) if row.place else row.place_note
    return Hit(url, row.title, " · ".join(filter(None, [row.number, place])), row)


def _place_url(row: Place, user: User) -> str:
    """What was asked for or is done there; for everybody else a report from there."""
    for right, name in (("desk.view", "desk:queue"), ("work.dispatch", "work:orders")):
        if may(user, right):
            return f"{reverse(name)}?{urlencode({'place': row.pk})}"
    return f"{reverse('public:report')}?{urlencode({'place': row.code})}"


def _person(row: User, user: User) -> Hit:
    sets_up = scope(user, "people.manage").everywhere
    url = reverse("setup:person", args=[row.pk]) if sets_up else reverse("accounts:me")
    return Hit(url, str(row), str(row.department or row.partner or ""))


def _service_url(row: Service, user: User) -> str:
    """Its settings, the requests for it, or a report."""
    if may(user, "catalogue.manage"):
        return reverse("setup:edit", args=["services", row.pk])
    if may(user, "desk.view"):
        return f"{reverse('desk:queue')}?{urlencode({'service': row.pk})}"
    return reverse("public:report")
