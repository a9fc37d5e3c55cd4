"""People: the list, a person's page, roles, invitations and sessions."""

from collections.abc import Callable

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from houqin.accounts.actions import grants
from houqin.accounts.actions import people as entering
from houqin.accounts.models import Grant, Role, User
from houqin.accounts.permissions import CREW_BOUND, PERMISSIONS, ROLE_PERMISSIONS
from houqin.accounts.policies import may, visible_people
from houqin.accounts.queries.people import people
from houqin.flows.invite_person import invite_person
from houqin.flows.reset_password import reset_password
from houqin.kernel.errors import Refused
from houqin.notify.queries.returns import hint_for
from houqin.staffing.actions import crews as staffing
from houqin.staffing.models import Crew, CrewMember, PersonTrade
from houqin.staffing.policies import visible_staff
from houqin.web.access import person_of, requires
from houqin.web.responses import go_to, refused, refused_back
from houqin.web.setup.people_forms import CrewsForm, GrantForm, PeopleForm, PersonForm
from houqin.web.setup.reach import require_everywhere

PER_PAGE = 100


@require_GET
@requires("people.manage")
def people_list(request: HttpRequest) -> HttpResponse:
    """The people who have an account, by name."""
    require_everywhere(person_of(request), "people.manage")
    form = PeopleForm(request.GET)
    shown = Prefetch("grants", Grant.objects.select_related("place", "department"))
    found = people(form.wanted(), person_of(request)).prefetch_related(shown)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "setup/people.html", {"chapter": "setup", "form": form, "page": page})


@require_GET
@requires("people.manage")
def roles(request: HttpRequest) -> HttpResponse:
    """What each role may do."""
    require_everywhere(person_of(request), "people.manage")
    rows = [(role, [PERMISSIONS[right] for right in _rights(role)], role in CREW_BOUND) for role in Role]
    return render(request, "setup/roles.html", {"chapter": "setup", "rows": rows})


def _rights(role: Role) -> list[str]:
    """The rights of a role in the order of the table."""
    return [right for right in PERMISSIONS if right in ROLE_PERMISSIONS[role]]


@require_http_methods(["GET", "POST"])
@requires("people.manage")
def person_new(request: HttpRequest) -> HttpResponse:
    """Enter somebody."""
    require_everywhere(person_of(request), "people.manage")
    form = PersonForm(request.POST or None, initial={"language": settings.LANGUAGE_CODE})
    if form.is_valid():
        try:
            made = entering.create(**form.cleaned_data)
        except Refused as refusal:
            refused(form, refusal)
        else:
            return go_to(request, "setup:person", made.pk, said=_("Entered. Give a role, then invite."))
    context = {"chapter": "setup", "form": form}
    return render(request, "setup/person_new.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@requires("people.manage")
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """A person: what is said about them, what they may do, whether they can sign in."""
    user = _person(request, pk)
    form = PersonForm(request.POST or None, initial={name: getattr(user, name) for name in _FACTS})
    if form.is_valid():
        try:
            entering.change(person=user, **form.cleaned_data)
        except Refused as refusal:
            refused(form, refusal)
        else:
            return go_to(request, "setup:person", pk, said=_("Saved."))
    return _page(request, user, form=form)


_FACTS = tuple(PersonForm.base_fields)


@require_POST
@requires("people.manage")
def give_role(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a person a role."""
    user = _person(request, pk)
    form = GrantForm(request.POST)
    if form.is_valid():
        try:
            grants.give(person=user, by=person_of(request), **form.cleaned_data)
        except Refused as refusal:
            refused(form, refusal)
        else:
            return go_to(request, "setup:person", pk, said=_("The role is given."))
    return _page(request, user, grant_form=form)


@require_POST
@requires("people.manage")
def withdraw_role(request: HttpRequest, pk: int, grant: int) -> HttpResponse:
    """Take a role away."""
    user = _person(request, pk)
    held = get_object_or_404(Grant, pk=grant, user=user)
    return _done(request, user, lambda: grants.withdraw(grant=held), _("The role is taken away."))


@require_POST
@requires("people.manage")
def invite(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a link that sets a password: by mail where that works, else shown once to hand over."""
    user = _person(request, pk)
    by_mail = bool(settings.MAIL_URL and user.email)
    try:
        if by_mail and user.has_usable_password() and user.is_active:
            reset_password(login=user.username)
            address = ""
        else:
            address = invite_person(person=user, by=person_of(request))
    except Refused as refusal:
        return refused_back(request, refusal, "setup:person", pk)
    if by_mail:
        said = _("A link to set a password goes to %(mail)s.") % {"mail": user.email}
        return go_to(request, "setup:person", pk, said=said)
    return render(request, "setup/invited.html", {"chapter": "setup", "person": user, "address": address})


@require_POST
@requires("people.manage")
def end_account(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep a person from signing in."""
    user = _person(request, pk)
    return _done(request, user, lambda: entering.deactivate(person=user), _("The account is ended."))


@require_POST
@requires("people.manage")
def reopen_account(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a person sign in again."""
    user = _person(request, pk)
    return _done(request, user, lambda: entering.reactivate(person=user), _("The account is in use again."))


@require_POST
@requires("people.manage")
def end_sessions(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign a person out everywhere; who does it to oneself stays in here."""
    user = _person(request, pk)
    keep = request.session.session_key if user == request.user else None
    return _done(
        request, user, lambda: entering.end_sessions(person=user, keep=keep), _("The sessions are ended.")
    )


@require_POST
@requires("staffing.manage")
def set_crews(request: HttpRequest, pk: int) -> HttpResponse:
    """Set which crews a person belongs to from today on, and which trades they know."""
    user = _person(request, pk)
    form = CrewsForm(request.POST)
    if not form.is_valid():
        return _page(request, user, crews_form=form)
    return _done(request, user, lambda: _staff(request, user, form), _("Saved."))


@transaction.atomic
def _staff(request: HttpRequest, user: User, form: CrewsForm) -> None:
    by = person_of(request)
    wanted: set[int] = set(form.cleaned_data["crews"].values_list("pk", flat=True))
    now = _crew_ids(user)
    for crew_id in sorted(now - wanted):
        staffing.leave(crew_id=crew_id, user_id=user.pk, by=by)
    for crew_id in sorted(wanted - now):
        staffing.join(crew_id=crew_id, user_id=user.pk, by=by)
    trades = form.cleaned_data["trades"].values_list("pk", flat=True)
    staffing.set_trades(user_id=user.pk, trade_ids=list(trades), by=by)


def _crew_ids(user: User) -> set[int]:
    held = CrewMember.objects.filter(user=user, until__isnull=True, crew__active=True)
    return set(held.values_list("crew_id", flat=True))


def _person(request: HttpRequest, pk: int) -> User:
    require_everywhere(person_of(request), "people.manage")
    found = visible_people(person_of(request)).select_related("department", "partner")
    return get_object_or_404(found.defer("search_text", "search_grams"), pk=pk)


def _done(request: HttpRequest, user: User, step: Callable[[], object], said: str) -> HttpResponse:
    try:
        step()
    except Refused as refusal:
        return refused_back(request, refusal, "setup:person", user.pk)
    return go_to(request, "setup:person", user.pk, said=said)


def _page(
    request: HttpRequest,
    user: User,
    *,
    form: PersonForm | None = None,
    grant_form: GrantForm | None = None,
    crews_form: CrewsForm | None = None,
) -> HttpResponse:
    wrong = any(one is not None and one.errors for one in (form, grant_form, crews_form))
    trades = list(PersonTrade.objects.filter(user=user).values_list("trade_id", flat=True))
    context = {
        "chapter": "setup",
        "person": user,
        "form": form or PersonForm(initial={name: getattr(user, name) for name in _FACTS}),
        "grant_form": grant_form or GrantForm(),
        "crews_form": crews_form or CrewsForm(initial={"crews": sorted(_crew_ids(user)), "trades": trades}),
        "grants": Grant.objects.filter(user=user).select_related("place", "department"),
        "leads": Crew.objects.filter(leader=user),
        "sessions": UserSession.objects.filter(user=user).count(),
        "may_staff": may(person_of(request), "staffing.manage"),
        "sees_roster": visible_staff(person_of(request)).filter(pk=user.pk).exists(),
        "can_mail": bool(settings.MAIL_URL),
        "returned": hint_for([user.email]),
        "sees_returns": may(person_of(request), "system.manage"),
    }
    return render(request, "setup/person.html", context, status=422 if wrong else 200)
