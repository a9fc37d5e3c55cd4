"""The demonstration is removed from a page, once the administrator has read what goes."""

from django import forms
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from houqin.accounts.models import User
from houqin.accounts.queries.people import nobody_yet
from houqin.demo.loading import is_loaded
from houqin.demo.removal import Removed, remove_demonstration, what_goes
from houqin.kernel.errors import Refused
from houqin.web.access import person_of, requires
from houqin.web.once import FIELD, new_form_key, once
from houqin.web.responses import go_to, refused
from houqin.web.setup.reach import require_everywhere


class RemovalForm(forms.Form):
    """How far the removal reaches."""

    with_own_requests = forms.BooleanField(
        label=gettext_lazy("Also remove your own requests that were reported at the demonstration's places"),
        required=False,
    )


@require_http_methods(["GET", "POST"])
@requires("system.manage")
def remove(request: HttpRequest) -> HttpResponse:
    """Say what goes and what stays, and take the demonstration out; done already, lead back."""
    person = person_of(request)
    require_everywhere(person, "system.manage")
    form = RemovalForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            return once(request, lambda: _remove(request, **form.cleaned_data))
        except Refused as refusal:
            refused(form, refusal)
    if not is_loaded():
        return go_to(request, "setup:system", said=_("The demonstration is not loaded; nothing was removed."))
    context = {
        "chapter": "setup",
        "form": form,
        "form_key": request.POST.get(FIELD) or new_form_key(),
        "goes": what_goes(),
        "own_account_goes": person.is_demo,
        "nobody_stays": nobody_yet(),
    }
    return render(request, "setup/demonstration.html", context, status=422 if form.errors else 200)


def _remove(request: HttpRequest, *, with_own_requests: bool) -> HttpResponse:
    """Remove it; whoever did that as a demonstration account is signed out, for the account is gone."""
    removed = remove_demonstration(with_own_requests=with_own_requests)
    if User.objects.filter(pk=person_of(request).pk).exists():
        return go_to(request, "setup:system", said=_said(removed))
    logout(request)
    return go_to(request, "account_login", said=_said(removed))


def _said(removed: Removed) -> str:
    sentence = _(
        "The demonstration is removed: %(requests)s requests, %(orders)s work orders, %(people)s people."
    )
    return sentence % {"requests": removed.requests, "orders": removed.orders, "people": removed.people}
