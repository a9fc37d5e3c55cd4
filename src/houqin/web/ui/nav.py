"""Chapters of the desk and tabs of the phone: what they are called and where they lead.

An entry is shown when its address exists in the URL table and, for chapters, when the person may
see it: `request.chapter_keys`, set by the access layer, holds the keys; without it all are shown.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from houqin.accounts.models import User
from houqin.accounts.policies import permissions_of


@dataclass(frozen=True, slots=True)
class Entry:
    """One place to go: an icon over a short word."""

    key: str
    label: str | Promise
    icon: str
    url_name: str

    @property
    def url(self) -> str:
        """Its address, or nothing while the product has no such page."""
        return address(self.url_name)


CHAPTERS = (
    Entry("desk", pgettext_lazy("chapter", "Desk"), "headset", "desk:queue"),
    Entry("work", pgettext_lazy("chapter", "Work"), "clipboard-list", "work:orders"),
    Entry("staffing", pgettext_lazy("chapter", "Crews"), "users-group", "staffing:week"),
    Entry("assets", pgettext_lazy("chapter", "Facilities"), "building", "assets:list"),
    Entry("cleaning", pgettext_lazy("chapter", "Cleaning"), "spray", "cleaning:today"),
    Entry("safety", pgettext_lazy("chapter", "Safety"), "shield-check", "safety:hazards"),
    Entry("stores", pgettext_lazy("chapter", "Stores"), "packages", "stores:home"),
    Entry("procurement", pgettext_lazy("chapter", "Buying"), "shopping-cart", "procurement:orders"),
    Entry("people", pgettext_lazy("chapter", "People"), "users", "people:list"),
    Entry("quality", pgettext_lazy("chapter", "Quality"), "rosette-discount-check", "quality:audits"),
    Entry("budget", pgettext_lazy("chapter", "Costs"), "coin", "budget:overview"),
    Entry("approvals", pgettext_lazy("chapter", "Approvals"), "rubber-stamp", "approvals:inbox"),
    Entry("insight", pgettext_lazy("chapter", "Insight"), "chart-bar", "insight:overview"),
    Entry("setup", pgettext_lazy("chapter", "Setup"), "settings", "setup:start"),
)

PHONE_TABS = {
    "worker": (
        Entry("today", pgettext_lazy("phone tab", "Today"), "calendar-event", "jobs:today"),
        Entry("offers", pgettext_lazy("phone tab", "Offers"), "hand-grab", "jobs:offers"),
        Entry("scan", pgettext_lazy("phone tab", "Scan"), "scan", "jobs:scan"),
        Entry("me", pgettext_lazy("phone tab", "Me"), "user", "accounts:me"),
    ),
    "storekeeper": (
        Entry("receive", pgettext_lazy("stores", "Receive"), "package-import", "stores:receive"),
        Entry("issue", pgettext_lazy("stores", "Issue"), "package-export", "stores:issue"),
        Entry("stock", pgettext_lazy("phone tab", "Stock"), "packages", "stores:stock"),
        Entry("counts", pgettext_lazy("phone tab", "Count"), "clipboard-check", "stores:counts"),
    ),
    "requester": (
        Entry("report", pgettext_lazy("phone tab", "Report"), "flag", "public:report"),
        Entry("mine", _("My requests"), "list-check", "public:mine"),
        Entry("me", pgettext_lazy("phone tab", "Me"), "user", "accounts:me"),
    ),
    "manager": (
        Entry("todo", pgettext_lazy("phone tab", "To do"), "checklist", "approvals:inbox"),
        Entry("overview", pgettext_lazy("phone tab", "Overview"), "chart-bar", "insight:overview"),
        Entry("find", pgettext_lazy("phone tab", "Find"), "search", "search:find"),
        Entry("me", pgettext_lazy("phone tab", "Me"), "user", "accounts:me"),
    ),
}


@lru_cache(maxsize=128)
def address(url_name: str) -> str:
    """The address of `url_name`, or the empty text when the product has no such page."""
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return ""


def begins_with_jobs(person: object) -> bool:
    """True for who carries out work, and neither sorts nor dispatches it: their day is on the phone."""
    if not isinstance(person, User):
        return False
    held = permissions_of(person)
    return "work.perform" in held and held.isdisjoint({"desk.triage", "work.dispatch"})


def begins_with_stock(person: object) -> bool:
    """True for who moves goods and does nothing at the desk: their day is in the store, phone in hand."""
    if not isinstance(person, User):
        return False
    held = permissions_of(person)
    return "stock.move" in held and held.isdisjoint({"desk.triage", "work.dispatch", "work.perform"})


def day_of(person: object) -> str:
    """Which tabs a person's phone has on pages of the desk; empty for those who work at one."""
    if begins_with_jobs(person):
        return "worker"
    return "storekeeper" if begins_with_stock(person) else ""


def chapters(request: HttpRequest) -> Iterator[Entry]:
    """The chapters that exist and that this person may open; before them the tabs of who begins with jobs."""
    if begins_with_jobs(getattr(request, "user", None)):
        yield from tabs("worker")
    allowed: Iterable[str] | None = getattr(request, "chapter_keys", None)
    for entry in CHAPTERS:
        if entry.url and (allowed is None or entry.key in allowed):
            yield entry


def tabs(name: str) -> list[Entry]:
    """The tabs of one kind of person that exist."""
    return [entry for entry in PHONE_TABS[name] if entry.url]
