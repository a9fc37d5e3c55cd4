"""Pages of the kit itself: the gallery, a person's preferences, the page for a stale form."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from houqin.web.access import requires
from houqin.web.ui import samples
from houqin.web.ui.context import DENSITIES, DENSITY_COOKIE, THEME_COOKIE, THEMES

YEAR = 365 * 24 * 3600


@require_GET
@requires("system.manage")
def gallery(request: HttpRequest) -> HttpResponse:
    """Every component in every state, on one page."""
    return render(request, "ui/gallery.html", samples.context())


@require_POST
@requires("public")
def preferences(request: HttpRequest) -> HttpResponse:
    """Keep theme, density or single-key shortcuts, and come back to the page it was chosen on."""
    back = request.POST.get("next", "/")
    safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    response = HttpResponseRedirect(back if safe else "/")
    for name, cookie, allowed in (("theme", THEME_COOKIE, THEMES), ("density", DENSITY_COOKIE, DENSITIES)):
        if request.POST.get(name) in allowed:
            response.set_cookie(
                cookie,
                request.POST[name],
                max_age=YEAR,
                samesite="Lax",
                httponly=True,
                secure=request.is_secure(),
            )
    if request.POST.get("shortcuts") in {"on", "off"} and request.user.is_authenticated:
        request.user.shortcuts = request.POST["shortcuts"] == "on"
        request.user.save(update_fields=["shortcuts"])
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was too old, or the browser keeps no cookies: say how to go on."""
    return render(request, "403_csrf.html", status=403)
