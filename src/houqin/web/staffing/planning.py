"""Planning: one day, a pattern, a week as the one before; clearing a week; the switch 在岗."""

import datetime as dt
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from houqin.accounts.models import User
from houqin.kernel import clock
from houqin.kernel.errors import Refused
from houqin.staffing.actions import rosters
from houqin.staffing.actions.rosters import Planned
from houqin.staffing.actions.terms import set_duty
from houqin.staffing.models import Crew, Shift
from houqin.staffing.policies import planned_people, visible_crews
from houqin.staffing.queries.rosters import shifts_on
from houqin.staffing.queries.weeks import DAY, monday_of, people_of, rows_of
from houqin.web.access import person_of, requires
from houqin.web.once import new_form_key, once
from houqin.web.responses import go_to, refused, refused_back
from houqin.web.staffing.forms import DayForm, PatternForm
from houqin.web.staffing.rows import Chip
from houqin.web.staffing.views import asked_day, chosen_crew

WEEK = 7 * DAY
USUAL = 4 * WEEK
"""How far a pattern reaches unless another last day is given."""


@require_http_methods(["GET", "POST"])
@requires("staffing.plan")
def day(request: HttpRequest, pk: int, day: str) -> HttpResponse:
    """The shifts of a person on one day: planned by kind or times, or taken away."""
    user, on = person_of(request), _day(day)
    person = _planned(request, pk)
    form = DayForm(request.POST or None)
    if form.is_valid():

        def effect() -> HttpResponse:
            rosters.plan_shift(user_id=person.pk, day=on, by=user, **form.arguments())
            return go_to(request, back_to_week(request, person, on), said=_("Planned."))

        try:
            return once(request, effect)
        except Refused as refusal:
            refused(form, refusal)
    (row,) = rows_of([person], [on])
    context = {
        "chapter": "staffing",
        "person": person,
        "day": on,
        "form": form,
        "cell": row.cells[0],
        "chips": [(shift, Chip.of(shift)) for shift in row.cells[0].shifts],
        "before": _last_week(person, on),
        "back": back_to_week(request, person, on),
        "back_query": request.GET.urlencode(),
        "form_key": request.POST.get("form_key") or new_form_key(),
    }
    return render(request, "staffing/day.html", context, status=422 if form.errors else 200)


@require_POST
@requires("staffing.plan")
def rest(request: HttpRequest, pk: int, day: str) -> HttpResponse:
    """Take away what is planned for a person on a day."""
    user, on, person = person_of(request), _day(day), _planned(request, pk)

    def effect() -> HttpResponse:
        rosters.clear_shifts(user_ids=[person.pk], first=on, last=on, by=user)
        return go_to(request, back_to_week(request, person, on), said=_("A day off."))

    return _stepped(request, effect, back_to_week(request, person, on))


@require_POST
@requires("staffing.plan")
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one shift away."""
    shifts = Shift.objects.filter(user__in=planned_people(person_of(request)).values("pk"))
    shift = get_object_or_404(shifts.select_related("user"), pk=pk)
    back = reverse("staffing:day", args=[shift.user_id, shift.day.isoformat()])

    def effect() -> HttpResponse:
        rosters.remove_shift(shift_id=pk, by=person_of(request))
        return go_to(request, back, said=_("The shift is taken away."))

    return _stepped(request, effect, back)


@require_http_methods(["GET", "POST"])
@requires("staffing.plan")
def pattern(request: HttpRequest) -> HttpResponse:
    """A usual week or a rotation for people of a crew."""
    user = person_of(request)
    crew = _crew(request)
    begin = max(monday_of(asked_day(request)), clock.today())
    people = _people(user, crew, begin, begin + USUAL)
    start = {
        "people": list(people),
        "first": begin,
        "last": begin + USUAL - DAY,
        "stagger": 1,
    }
    form = PatternForm(request.POST or None, people=people, initial=start)
    if form.is_valid():

        def effect() -> HttpResponse:
            came = rosters.plan_pattern(by=user, **form.arguments())
            return go_to(request, week_url(crew, form.cleaned_data["first"]), said=said(came))

        try:
            return once(request, effect)
        except Refused as refusal:
            refused(form, refusal)
    context = {
        "chapter": "staffing",
        "crew": crew,
        "form": form,
        "back": week_url(crew, begin),
        "form_key": request.POST.get("form_key") or new_form_key(),
    }
    return render(request, "staffing/pattern.html", context, status=422 if form.errors else 200)


@require_POST
@requires("staffing.plan")
def copy(request: HttpRequest) -> HttpResponse:
    """Plan the week that is shown as the one before it."""
    user, crew, monday = person_of(request), _crew(request), monday_of(asked_day(request))
    people = _people(user, crew, monday, monday + WEEK - DAY)

    def effect() -> HttpResponse:
        came = rosters.copy_week(
            user_ids=[person.pk for person in people],
            monday=monday - WEEK,
            to=monday,
            by=user,
            instead="instead" in request.POST,
        )
        return go_to(request, week_url(crew, monday), said=said(came))

    return _stepped(request, effect, week_url(crew, monday))


@require_POST
@requires("staffing.plan")
def clear(request: HttpRequest) -> HttpResponse:
    """Take away all shifts of a crew's week."""
    user, crew, monday = person_of(request), _crew(request), monday_of(asked_day(request))
    last = monday + WEEK - DAY
    ids = [person.pk for person in _people(user, crew, monday, last)]

    def effect() -> HttpResponse:
        gone = rosters.clear_shifts(user_ids=ids, first=monday, last=last, by=user)
        told = ngettext("%(n)d shift is taken away.", "%(n)d shifts are taken away.", gone) % {"n": gone}
        return go_to(request, week_url(crew, monday), said=told)

    return _stepped(request, effect, week_url(crew, monday))


@require_POST
@requires("staffing.plan")
def duty(request: HttpRequest, pk: int) -> HttpResponse:
    """Turn the switch 在岗 of somebody of the crew."""
    person = _planned(request, pk)
    on = request.POST.get("on") == "1"

    def effect() -> HttpResponse:
        set_duty(user_id=person.pk, on_duty=on, by=person_of(request))
        words = _("%(name)s is on duty.") if on else _("%(name)s is off duty.")
        return go_to(request, "staffing:person", pk, said=words % {"name": person})

    return _stepped(request, effect, reverse("staffing:person", args=[pk]))


def said(came: Planned) -> str:
    """What a plan came to, in a sentence."""
    parts = [ngettext("%(n)d shift is planned", "%(n)d shifts are planned", came.new) % {"n": came.new}]
    if came.gone:
        parts.append(ngettext("%(n)d is taken away", "%(n)d are taken away", came.gone) % {"n": came.gone})
    if came.same:
        parts.append(ngettext("%(n)d was so before", "%(n)d were so before", came.same) % {"n": came.same})
    if came.away:
        left = ngettext("%(n)d is left out for leave", "%(n)d are left out for leave", came.away)
        parts.append(left % {"n": came.away})
    return _(", ").join(parts) + _(".")


def week_url(crew: Crew, on: dt.date) -> str:
    """The page of a crew's week."""
    query = urlencode({"crew": crew.pk, "week": monday_of(on).isoformat()})
    return f"{reverse('staffing:week')}?{query}"


def back_to_week(request: HttpRequest, person: User, on: dt.date) -> str:
    """The week a day was opened from, at the place of the day."""
    query: dict[str, Any] = {"week": monday_of(on).isoformat()}
    if request.GET.get("crew", "").isdigit():
        query["crew"] = request.GET["crew"]
    return f"{reverse('staffing:week')}?{urlencode(query)}#d-{person.pk}-{on.isoformat()}"


def _stepped(request: HttpRequest, effect: Any, back: str) -> HttpResponse:
    try:
        return once(request, effect)
    except Refused as refusal:
        return refused_back(request, refusal, back)


def _planned(request: HttpRequest, pk: int) -> User:
    return get_object_or_404(planned_people(person_of(request)), pk=pk)


def _crew(request: HttpRequest) -> Crew:
    user = person_of(request)
    crews = list(visible_crews(user).filter(active=True))
    crew = chosen_crew(request, crews, user)
    if crew is None:
        raise Http404
    return crew


def _people(user: User, crew: Crew, first: dt.date, last: dt.date) -> QuerySet[User]:
    return people_of(crew, first, last).filter(pk__in=planned_people(user).values("pk"))


def _last_week(person: User, on: dt.date) -> list[Chip]:
    return [Chip.of(shift) for shift in shifts_on([person.pk], on - WEEK, on - WEEK)[person.pk]]


def _day(text: str) -> dt.date:
    try:
        found = parse_date(text)
    except ValueError:
        found = None
    if found is None or not 2000 <= found.year <= 2199:  # noqa: PLR2004 - as far as people plan
        raise Http404
    return found
