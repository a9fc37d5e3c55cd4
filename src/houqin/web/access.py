"""Who may open a page: every view says it once, and the table of all of them is kept here."""

import re
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit

from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from houqin.accounts import policies
from houqin.accounts.models import User
from houqin.accounts.permissions import PERMISSIONS

PUBLIC = "public"
SIGNED_IN = "signed_in"
STAFF = "staff"

SECRET = re.compile("csrf|key|token|password|again|code", re.IGNORECASE)
"""Fields whose words are not shown again."""

WORDS = re.compile(r"[^\W\d_]{2}|[\u4e00-\u9fff]")
"""What makes a value worth giving back: a word, not a number or a switch."""

View = TypeVar("View", bound=Callable[..., HttpResponseBase])

DECLARED: dict[str, tuple[str, ...]] = {}
"""What each view asks for, by `module.name`; several rights mean any one of them."""

CHAPTER_PERMISSIONS: dict[str, tuple[str, ...]] = {
    "desk": ("desk.view",),
    "work": ("work.view",),
    "staffing": ("staffing.view",),
    "approvals": ("approvals.view",),
    "stores": ("stock.see",),
    "insight": ("insight.view",),
    "setup": (
        "org.manage",
        "catalogue.manage",
        "standards.manage",
        "staffing.manage",
        "stock.manage",
        "approvals.manage",
        "people.manage",
        "system.manage",
        "journal.view",
    ),
}
"""Which rights open a chapter of the navigation; any one of them does."""


def requires(*permissions: str) -> Callable[[View], View]:
    """Open a view only to people with one of the rights, and enter it in `DECLARED`.

    Besides the rights of `accounts.permissions` there are `public`, `signed_in` and `staff` (any
    role beyond requester). Who is not signed in is asked to, and comes back to the page. Who is,
    but lacks the right, gets the same 404 as for a page that does not exist. Pages that are not
    public may not be stored by browsers or proxies.

    Put it right above the function, below `require_http_methods` and the like.
    """
    unknown = set(permissions) - PERMISSIONS.keys() - {PUBLIC, SIGNED_IN, STAFF}
    if unknown or not permissions:
        raise KeyError(f"no such permission: {sorted(unknown)}")

    def decorate(view: View) -> View:
        DECLARED[f"{view.__module__}.{view.__qualname__}"] = permissions

        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            user = request.user
            request.chapter_keys = chapter_keys(user)  # type: ignore[attr-defined]
            if PUBLIC in permissions:
                return view(request, *args, **kwargs)
            if not isinstance(user, User):
                return to_sign_in(request)
            if not any(holds(user, permission) for permission in permissions):
                raise Http404
            response = view(request, *args, **kwargs)
            response.headers.setdefault("Cache-Control", "private, no-store")
            return response

        return cast("View", guarded)

    return decorate


def holds(user: User, permission: str) -> bool:
    """Tell whether a person holds a right of `requires` anywhere."""
    if permission == SIGNED_IN:
        return user.is_active
    return policies.is_staff(user) if permission == STAFF else policies.may(user, permission)


def _not_sent(request: HttpRequest) -> HttpResponse:
    """The page that gives back the words of a form that came after the session had ended."""
    written = [
        value
        for name, values in request.POST.lists()
        if not SECRET.search(name)
        for value in values
        if WORDS.search(value)
    ]
    came_from = urlsplit(request.headers.get("Referer", ""))
    back = came_from.path if came_from.netloc == request.get_host() else "/"
    to_login = redirect_to_login(back).headers["Location"]
    context = {"written": written, "to_login": to_login, "files": bool(request.FILES)}
    return render(request, "accounts/not_sent.html", context, status=HTTPStatus.UNAUTHORIZED)


def person_of(request: HttpRequest) -> User:
    """Return who is signed in, in a view that `requires` opens to nobody else."""
    if not isinstance(request.user, User):
        raise TypeError(request.user)
    return request.user


def chapter_keys(user: User | AnonymousUser) -> frozenset[str]:
    """Return the chapters of the navigation that a person may open."""
    rights = policies.permissions_of(user)
    return frozenset(key for key, any_of in CHAPTER_PERMISSIONS.items() if rights.intersection(any_of))


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """Send somebody to the sign-in page, and back to this page afterwards.

    A fragment asked for by the script cannot be shown a page instead: there the browser itself is
    told to go, and to come back to the page the fragment belongs to. Who sent a form is shown what
    was written in it, because an address of a form cannot be come back to.
    """
    htmx = getattr(request, "htmx", None)
    if not htmx and request.method == "POST":
        return _not_sent(request)
    if not htmx:
        return redirect_to_login(request.get_full_path())
    answer = redirect_to_login(getattr(htmx, "current_url_abs_path", None) or "/")
    return HttpResponse(status=204, headers={"HX-Redirect": answer.headers["Location"]})
