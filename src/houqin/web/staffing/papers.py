"""What is kept of a person: licences, hours and limits, the places they are bound to."""

from collections.abc import Callable
from typing import Any

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from houqin.accounts.models import User
from houqin.kernel.errors import Refused
from houqin.staffing.actions import licences
from houqin.staffing.actions import terms as working
from houqin.staffing.models import Licence, WorkPlace
from houqin.staffing.policies import visible_staff
from houqin.staffing.queries.weeks import DAY
from houqin.web.access import person_of, requires
from houqin.web.once import new_form_key, once
from houqin.web.responses import go_to, refused
from houqin.web.staffing.forms import (
    CorrectForm,
    EndForm,
    LicenceForm,
    RenewForm,
    TermsForm,
    WorkPlaceForm,
)
from houqin.web.staffing.leave import stepped
from houqin.web.staffing.views import person_page


@require_http_methods(["GET", "POST"])
@requires("staffing.manage")
def licence_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter a licence."""
    person = _person(request, pk)
    if request.method == "GET":
        return go_to(request, reverse("staffing:person", args=[pk]) + "#licences")
    form = LicenceForm(request.POST, auto_id="licence_%s")
    answer = _kept(
        request, form, pk, lambda: licences.grant(user_id=pk, by=person_of(request), **form.arguments())
    )
    return answer or person_page(request, person, licence_form=form)


@require_http_methods(["GET", "POST"])
@requires("staffing.manage")
def licence(request: HttpRequest, pk: int) -> HttpResponse:
    """A licence: corrected here, and renewed, ended or struck out from here."""
    found = _licence(request, pk)
    form = CorrectForm(request.POST or None, initial=CorrectForm.initial_of(found))
    answer = _kept(
        request,
        form,
        found.user_id,
        lambda: licences.correct(licence_id=pk, by=person_of(request), **form.cleaned_data),
    )
    return answer or _licence_page(request, found, form=form)


@require_http_methods(["GET", "POST"])
@requires("staffing.manage")
def renew(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter the licence that follows."""
    found = _licence(request, pk)
    form = RenewForm(request.POST or None, auto_id="renew_%s")
    answer = _kept(
        request,
        form,
        found.user_id,
        lambda: licences.renew(licence_id=pk, by=person_of(request), **form.cleaned_data),
    )
    return answer or _licence_page(request, found, renew_form=form if request.POST else None)


@require_http_methods(["GET", "POST"])
@requires("staffing.manage")
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a licence end early."""
    found = _licence(request, pk)
    form = EndForm(request.POST or None, auto_id="end_%s")
    answer = _kept(
        request,
        form,
        found.user_id,
        lambda: licences.end(licence_id=pk, by=person_of(request), **form.cleaned_data),
    )
    return answer or _licence_page(request, found, end_form=form if request.POST else None)


@require_POST
@requires("staffing.manage")
def strike(request: HttpRequest, pk: int) -> HttpResponse:
    """Strike out a licence that was entered by mistake."""
    found = _licence(request, pk)
    back = reverse("staffing:person", args=[found.user_id])
    by = person_of(request)
    return stepped(
        request, lambda: licences.strike(licence_id=pk, by=by), back, _("The licence is struck out.")
    )


@require_http_methods(["GET", "POST"])
@requires("staffing.manage")
def terms(request: HttpRequest, pk: int) -> HttpResponse:
    """Set hours and limits."""
    person = _person(request, pk)
    if request.method == "GET":
        return go_to(request, "staffing:person", pk)
    form = TermsForm(request.POST)
    answer = _kept(
        request, form, pk, lambda: working.set_terms(user_id=pk, by=person_of(request), **form.cleaned_data)
    )
    return answer or person_page(request, person, terms_form=form)


@require_http_methods(["GET", "POST"])
@requires("staffing.manage")
def add_place(request: HttpRequest, pk: int) -> HttpResponse:
    """Bind a person to one more place."""
    person = _person(request, pk)
    if request.method == "GET":
        return go_to(request, "staffing:person", pk)
    form = WorkPlaceForm(request.POST)

    def add() -> object:
        wanted = {*_place_ids(person), form.cleaned_data["place"].pk}
        return working.set_places(user_id=pk, place_ids=wanted, by=person_of(request))

    return _kept(request, form, pk, add) or person_page(request, person, place_form=form)


@require_POST
@requires("staffing.manage")
def remove_place(request: HttpRequest, pk: int, place: int) -> HttpResponse:
    """Take away one of the places a person is bound to."""
    person, by = _person(request, pk), person_of(request)
    get_object_or_404(WorkPlace, user=person, place_id=place)
    left = _place_ids(person) - {place}
    back = reverse("staffing:person", args=[pk])
    return stepped(request, lambda: working.set_places(user_id=pk, place_ids=left, by=by), back, _("Saved."))


def _kept(
    request: HttpRequest, form: Form, person_id: int, step: Callable[[], object]
) -> HttpResponse | None:
    """Run a step whose form is right and go to the person; None where the form is shown (again)."""
    if not form.is_valid():
        return None

    def effect() -> HttpResponse:
        step()
        return go_to(request, "staffing:person", person_id, said=_("Saved."))

    try:
        return once(request, effect)
    except Refused as refusal:
        refused(form, refusal)
        return None


def _licence_page(
    request: HttpRequest,
    found: Licence,
    *,
    form: CorrectForm | None = None,
    renew_form: RenewForm | None = None,
    end_form: EndForm | None = None,
) -> HttpResponse:
    following: dict[str, Any] = {"number": found.number, "valid_from": found.valid_until + DAY}
    context = {
        "chapter": "staffing",
        "licence": found,
        "form": form or CorrectForm(initial=CorrectForm.initial_of(found)),
        "renew_form": renew_form or RenewForm(initial=following, auto_id="renew_%s"),
        "end_form": end_form or EndForm(auto_id="end_%s"),
        "form_key": request.POST.get("form_key") or new_form_key(),
    }
    wrong = any(one is not None and one.errors for one in (form, renew_form, end_form))
    return render(request, "staffing/licence.html", context, status=422 if wrong else 200)


def _person(request: HttpRequest, pk: int) -> User:
    return get_object_or_404(visible_staff(person_of(request)), pk=pk)


def _licence(request: HttpRequest, pk: int) -> Licence:
    among = Licence.objects.filter(user__in=visible_staff(person_of(request)).values("pk"))
    return get_object_or_404(among.select_related("user", "kind"), pk=pk)


def _place_ids(person: User) -> set[int]:
    return set(WorkPlace.objects.filter(user=person).values_list("place_id", flat=True))
