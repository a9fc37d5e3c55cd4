"""Reading: a crew's week, a person with licences and hours, licences that end before long."""

import datetime as dt
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from houqin.accounts.models import User
from houqin.accounts.policies import scope
from houqin.kernel import clock
from houqin.kernel.reading import day_in
from houqin.kernel.rosters import Span
from houqin.staffing.models import (
    Absence,
    Crew,
    CrewMember,
    Licence,
    PersonTrade,
    ShiftKind,
    Terms,
    WorkPlace,
)
from houqin.staffing.policies import may_manage, planned_people, visible_crews, visible_staff
from houqin.staffing.queries.crews import led_crew_ids_of, memberships_on
from houqin.staffing.queries.licences import REACHES, SOON, Held, ending, ending_counts
from houqin.staffing.queries.rosters import away_said
from houqin.staffing.queries.weeks import DAY, coming, monday_of, week_of
from houqin.web.access import person_of, requires
from houqin.web.once import new_form_key
from houqin.web.staffing.forms import LeaveForm, LicenceForm, TermsForm, WorkPlaceForm
from houqin.web.staffing.rows import Chip, by_day, shown
from houqin.work.queries.load import load_of

WEEK = 7 * DAY
PER_PAGE = 100


@require_GET
@requires("staffing.view")
def week(request: HttpRequest) -> HttpResponse:
    """The week of a crew: `?crew=` by its key (own crew first), `?week=` by any day in it (this week)."""
    user, monday = person_of(request), monday_of(asked_day(request))
    crews = list(visible_crews(user).filter(active=True))
    crew = chosen_crew(request, crews, user)
    context: dict[str, Any] = {
        "chapter": "staffing",
        "crews": crews,
        "crew": crew,
        "may_manage": may_manage(user),
    }
    if crew is None:
        return render(request, "staffing/week.html", context)
    found, this = week_of(crew, monday), monday_of(clock.today())
    ids = [row.person.pk for row in found.rows]
    planned, seen = keys(planned_people(user), ids), keys(visible_staff(user), ids)
    rows = shown(
        found,
        reader=user,
        planned=planned,
        seen=seen,
        loads=load_of(ids) if monday == this else None,
    )
    context |= {
        "week": found,
        "rows": rows,
        "days": by_day(found, rows),
        "sunday": monday + WEEK - DAY,
        "previous": monday - WEEK,
        "next": monday + WEEK,
        "this": this,
        "plans": bool(planned),
        "papers": bool(seen - {user.pk}),
        "loaded": monday == this,
        "kinds": ShiftKind.objects.filter(active=True),
        "form_key": new_form_key(),
    }
    return render(request, "staffing/week.html", context)


def chosen_crew(request: HttpRequest, crews: list[Crew], user: User) -> Crew | None:
    """The crew that is asked for, else one the person leads, else the first of those they see.

    Raises `Http404` for one they do not see.
    """
    asked = request.GET.get("crew", "") or request.POST.get("crew", "")
    if asked:
        found = next((crew for crew in crews if str(crew.pk) == asked), None)
        if found is None:
            raise Http404
        return found
    led = led_crew_ids_of(user)
    own = sorted(crews, key=lambda crew: crew.pk not in led)
    return own[0] if own else None


def asked_day(request: HttpRequest) -> dt.date:
    """A day of the week that is asked for; what is none means today."""
    try:
        return day_in(request.GET.get("week", "") or request.POST.get("week", ""))
    except (ValueError, OverflowError):
        return clock.today()


def keys(people: QuerySet[User], among: list[int]) -> set[int]:
    """The keys of those of the people that are in a set."""
    return set(people.filter(pk__in=among).values_list("pk", flat=True))


@require_GET
@requires("staffing.view")
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """What dispatch knows of a person: licences, terms, places, coming shifts, leave."""
    found = get_object_or_404(visible_staff(person_of(request)), pk=pk)
    return person_page(request, found)


def person_page(
    request: HttpRequest,
    found: User,
    *,
    terms_form: TermsForm | None = None,
    place_form: WorkPlaceForm | None = None,
    licence_form: LicenceForm | None = None,
    leave_form: LeaveForm | None = None,
) -> HttpResponse:
    """The page of a person; a form that came back with errors opens again."""
    user, today = person_of(request), clock.today()
    plans = planned_people(user).filter(pk=found.pk).exists()
    terms = Terms.objects.filter(user=found).first() or Terms(user=found)
    forms = (terms_form, place_form, licence_form, leave_form)
    context = {
        "chapter": "staffing",
        "person": found,
        "terms": terms,
        "manages": may_manage(user),
        "may_open_account": scope(user, "people.manage").everywhere,
        "plans": plans,
        "told": plans or user.pk == found.pk,
        "licences": licences_of(found),
        "shifts": [(shift, Chip.of(shift)) for shift in coming(found.pk)],
        "absences": absences_of(found),
        "places": WorkPlace.objects.filter(user=found).select_related("place"),
        "crews": CrewMember.objects.filter(
            memberships_on(today), user=found, crew__in=visible_crews(user)
        ).select_related("crew"),
        "trades": [one.trade for one in PersonTrade.objects.filter(user=found).select_related("trade")],
        "terms_form": terms_form or TermsForm(initial=TermsForm.initial_of(terms)),
        "place_form": place_form or WorkPlaceForm(),
        "licence_form": licence_form or LicenceForm(auto_id="licence_%s"),
        "leave_form": leave_form or LeaveForm(initial={"kind": Absence.Kind.LEAVE}, auto_id="leave_%s"),
        "opens": "licence" if licence_form else "leave" if leave_form else "",
        "form_key": request.POST.get("form_key") or new_form_key(),
    }
    status = 422 if any(form is not None and form.errors for form in forms) else 200
    return render(request, "staffing/person.html", context, status=status)


def licences_of(found: User) -> list[Held]:
    """All licences of a person, those that hold longest first."""
    today = clock.today()
    rows = Licence.objects.filter(user=found).select_related("kind").order_by("-valid_until", "pk")
    return [Held(one, (one.valid_until - today).days) for one in rows]


def absences_of(found: User) -> list[tuple[Absence, str]]:
    """The leave of a person that has not ended, each with its time in words."""
    rows = Absence.objects.filter(user=found, ends_at__gt=clock.now())
    return [(one, away_said(Span(one.starts_at, one.ends_at))) for one in rows.order_by("starts_at")]


@require_GET
@requires("staffing.view")
def licences(request: HttpRequest) -> HttpResponse:
    """Licences that end within `?within=` days (30), or with `?within=ended` those that have."""
    user, asked = person_of(request), request.GET.get("within", "")
    within = None if asked == "ended" else int(asked) if asked in map(str, REACHES) else SOON
    people = visible_staff(user)
    counts = ending_counts(people)
    member = CrewMember.objects.filter(memberships_on(clock.today())).select_related("crew")
    found = ending(people, within=within).prefetch_related(
        Prefetch("user__memberships", member, to_attr="crews_now")
    )
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    today = clock.today()
    context = {
        "chapter": "staffing",
        "tabs": [(reach, counts[reach], reach == within) for reach in (None, *REACHES)],
        "page": page,
        "rows": [Held(one, (one.valid_until - today).days) for one in page],
        "within": within,
        "manages": may_manage(user),
    }
    return render(request, "staffing/licences.html", context)
