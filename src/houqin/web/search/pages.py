"""Pages one can go to by typing what one wants to do."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from houqin.accounts.models import User
from houqin.kernel.text_search import normalise, search_text
from houqin.web.access import PUBLIC, SIGNED_IN, chapter_keys, holds
from houqin.web.setup import standards
from houqin.web.ui import nav

MOST = 8


@dataclass(frozen=True)
class Page:
    """A page: what it is called, its icon and its address, and what else it is found by."""

    label: str | Promise
    icon: str
    url: str
    about: str | Promise = ""


DOORS: tuple[tuple[str, str, str, str | Promise], ...] = (
    ("desk.register", "desk:phone", "phone-incoming", _("Phone desk: enter a request for somebody")),
    ("desk.view", "desk:calls", "phone", _("Calls and missed calls")),
    ("desk.follow_up", "desk:follow_ups", "phone-call", _("Follow-up calls")),
    ("work.raise", "work:new", "clipboard-list", _("Raise a work order")),
    ("work.perform", "jobs:today", "calendar-event", _("My jobs today")),
    ("work.perform", "jobs:offers", "hand-grab", _("Jobs to claim")),
    ("work.perform", "jobs:scan", "scan", _("Scan a label")),
    (PUBLIC, "public:report", "flag", _("Report something")),
    (SIGNED_IN, "public:mine", "list-check", _("My requests")),
    (SIGNED_IN, "notify:inbox", "bell", pgettext_lazy("page", "Notices")),
    (SIGNED_IN, "accounts:me", "user", _("My page")),
)
"""Pages that are no chapter: the right they ask for, their name, icon and what to type."""


def pages(text: str, user: User) -> list[Page]:
    """Return the pages the person may open whose name, in either language or pinyin, holds every word."""
    words = normalise(text).split()
    if not words:
        return []
    found = [page for page in _open_to(user) if all(word in _index(page.label, page.about) for word in words)]
    return found[:MOST]


def _open_to(user: User) -> Iterator[Page]:
    for permission, name, icon, label in DOORS:
        if (permission == PUBLIC or holds(user, permission)) and (url := nav.address(name)):
            yield Page(label, icon, url)
    keys = chapter_keys(user)
    for entry in nav.CHAPTERS:
        if entry.key in keys and entry.url:
            yield Page(entry.label, entry.icon, entry.url)
    for _topic, links in standards.groups(user):
        for link in links:
            yield Page(link.title, link.icon, link.url, link.about)


def _index(*texts: str | Promise) -> str:
    words = []
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            words += [str(text) for text in texts if text]
    return _searched(*words)


@lru_cache(maxsize=512)
def _searched(*words: str) -> str:
    return search_text(*words)
