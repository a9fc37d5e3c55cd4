"""The pages of figures, as tabs above each of them."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

PAGES: tuple[tuple[str, Promise], ...] = (
    ("insight:overview", pgettext_lazy("page of figures", "Service levels")),
    ("insight:waiting", pgettext_lazy("page of figures", "Where the time went")),
    ("insight:replay", pgettext_lazy("page of figures", "What if")),
)


def tabs(request: HttpRequest) -> list[tuple[Promise, str, bool]]:
    """Name, address and whether it is the one that is open, for each page; the period goes along."""
    kept = [(name, request.GET[name]) for name in ("start", "last") if name in request.GET]
    query = "&".join(f"{name}={value}" for name, value in kept if value.replace("-", "").isdigit())
    return [
        (label, f"{reverse(name)}?{query}" if query else reverse(name), request.path == reverse(name))
        for name, label in PAGES
    ]
