"""Leave: entered by who plans, changed, taken back."""

import datetime as dt
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from houqin.accounts.models import User
from houqin.kernel.errors import Refused
from houqin.staffing.actions import absences
from houqin.staffing.models import Absence
from houqin.staffing.policies import planned_people
from houqin.web.access import person_of, requires
from houqin.web.once import new_form_key, once
from houqin.web.responses import go_to, refused, refused_back
from houqin.web.staffing.forms import LeaveForm
from houqin.web.staffing.views import person_page
from houqin.work.models import WorkOrder
from houqin.work.models.orders import FINISHED


@require_http_methods(["GET", "POST"])
@requires("staffing.plan")
def new(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter leave. Appointments that fall into it are told of, for they stay."""
    person = get_object_or_404(planned_people(person_of(request)), pk=pk)
    if request.method == "GET":
        return go_to(request, reverse("staffing:person", args=[pk]) + "#leave")
    form = LeaveForm(request.POST, auto_id="leave_%s")
    if form.is_valid():

        def effect() -> HttpResponse:
            made = absences.enter(user_id=person.pk, by=person_of(request), **form.arguments())
            return go_to(request, "staffing:person", pk, said=_said(made, _("The leave is entered.")))

        try:
            return once(request, effect)
        except Refused as refusal:
            refused(form, refusal)
    return person_page(request, person, leave_form=form)


@require_http_methods(["GET", "POST"])
@requires("staffing.plan")
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Make leave shorter or longer, or correct it."""
    absence = _absence(request, pk)
    form = LeaveForm(request.POST or None, initial=LeaveForm.initial_of(absence))
    if form.is_valid():

        def effect() -> HttpResponse:
            made = absences.change(absence_id=pk, by=person_of(request), **form.arguments())
            return go_to(request, "staffing:person", made.user_id, said=_said(made, _("Saved.")))

        try:
            return once(request, effect)
        except Refused as refusal:
            refused(form, refusal)
    context = {
        "chapter": "staffing",
        "absence": absence,
        "form": form,
        "form_key": request.POST.get("form_key") or new_form_key(),
    }
    return render(request, "staffing/leave.html", context, status=422 if form.errors else 200)


@require_POST
@requires("staffing.plan")
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Take leave back."""
    absence = _absence(request, pk)
    back = reverse("staffing:person", args=[absence.user_id])
    return stepped(
        request,
        lambda: absences.cancel(absence_id=pk, by=person_of(request)),
        back,
        _("The leave is taken back."),
    )


def stepped(request: HttpRequest, step: Callable[[], object], back: str, done: str) -> HttpResponse:
    """A button without a form of its own: back to the page, with what was done or why not."""

    def effect() -> HttpResponse:
        step()
        return go_to(request, back, said=done)

    try:
        return once(request, effect)
    except Refused as refusal:
        return refused_back(request, refusal, back)


def _absence(request: HttpRequest, pk: int) -> Absence:
    among = Absence.objects.filter(user__in=planned_people(person_of(request)).values("pk"))
    return get_object_or_404(among.select_related("user"), pk=pk)


def _said(absence: Absence, done: str) -> str:
    """The sentence, and how many appointments of the person lie in the leave."""
    count = appointments_in(absence.user, absence.starts_at, absence.ends_at)
    if not count:
        return done
    told = ngettext(
        "%(n)d appointment lies in it; give it to somebody else.",
        "%(n)d appointments lie in it; give them to somebody else.",
        count,
    )
    return f"{done} {told % {'n': count}}"


def appointments_in(person: User, start: dt.datetime, end: dt.datetime) -> int:
    """How many unfinished orders of a person have an appointment that touches the time."""
    mine = WorkOrder.objects.filter(worker=person, scheduled_from__lt=end, scheduled_until__gt=start)
    return mine.exclude(status__in=FINISHED).count()
