"""Signing in and out, forgotten and new passwords, the first administrator."""

import time

from allauth.account.utils import perform_login
from allauth.account.views import login, logout, reauthenticate
from allauth.usersessions.models import UserSession
from axes.attempts import get_cool_off_threshold
from axes.helpers import get_client_username, get_cool_off
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from houqin.accounts.actions import passwords
from houqin.accounts.backends import is_this_machine
from houqin.accounts.models import Invitation, User
from houqin.accounts.queries.invitations import open_invitation
from houqin.accounts.queries.people import nobody_yet
from houqin.demo import accounts as demonstration
from houqin.flows.open_installation import open_installation
from houqin.flows.reset_password import reset_password
from houqin.kernel.errors import Refused
from houqin.org.queries.organisation import organisation
from houqin.web.access import PUBLIC, SIGNED_IN, requires
from houqin.web.accounts.forms import ChangePasswordForm, ForgottenForm, NewPasswordForm, WelcomeForm
from houqin.web.responses import go_to, refused

EVEN_SECONDS = 0.4
"""How long the answer to “forgotten” takes, whether or not a mail was written."""

_LINK_KEY = "password_link"


@require_http_methods(["GET", "POST"])
@requires(PUBLIC)
def sign_in(request: HttpRequest) -> HttpResponseBase:
    """Ask for user name and password; an empty installation asks for its first administrator instead."""
    if request.method == "GET" and nobody_yet() and not User.objects.exists():
        return redirect("accounts:welcome")
    if settings.DEMO_ANYWHERE or is_this_machine(request):
        request.demonstration = {  # type: ignore[attr-defined]
            "accounts": demonstration.offered(),
            "password": demonstration.DEMO_PASSWORD,
        }
    return in_their_language(request, login(request))


@require_http_methods(["GET", "POST"])
@requires(PUBLIC)
def sign_out(request: HttpRequest) -> HttpResponseBase:
    """End the session; a GET only asks."""
    response: HttpResponseBase = logout(request)
    return response


@require_http_methods(["GET", "POST"])
@requires(SIGNED_IN)
def confirm_oneself(request: HttpRequest) -> HttpResponseBase:
    """Ask for the password once more before something delicate."""
    response: HttpResponseBase = reauthenticate(request)
    return response


def in_their_language(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Speak the language a person chose, unless this browser was told another one."""
    user = request.user
    if isinstance(user, User) and settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            user.language,
            max_age=settings.LANGUAGE_COOKIE_AGE,
            httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
            secure=settings.SESSION_COOKIE_SECURE,
            samesite="Lax",
        )
    return response


def locked_out(
    request: HttpRequest,
    _response: HttpResponse | None = None,
    credentials: dict[str, str] | None = None,
) -> HttpResponse:
    """Say until when no more tries are taken: the same for names that exist and names that do not."""
    name = get_client_username(request, credentials)
    tries = AccessAttempt.objects.filter(username=name, attempt_time__gte=get_cool_off_threshold(request))
    latest = tries.order_by("-attempt_time").values_list("attempt_time", flat=True).first()
    until = (latest or timezone.now()) + get_cool_off(request)
    answer = render(request, "accounts/locked.html", {"until": until}, status=429)
    answer["Retry-After"] = str(max(1, int((until - timezone.now()).total_seconds())))
    return answer


@never_cache
@require_http_methods(["GET", "POST"])
@requires(PUBLIC)
def forgotten(request: HttpRequest) -> HttpResponse:
    """Send a link to who forgot the password; the answer is the same in words and time for everybody."""
    form = ForgottenForm(request.POST or None)
    if not form.is_valid():
        context = {"form": form, "can_mail": bool(settings.MAIL_URL)}
        return render(request, "accounts/forgotten.html", context, status=422 if form.errors else 200)
    start = time.monotonic()
    reset_password(login=form.cleaned_data["login"])
    time.sleep(max(0.0, EVEN_SECONDS - (time.monotonic() - start)))
    return render(request, "accounts/forgotten.html", {"sent": True})


@never_cache
@require_http_methods(["GET"])
@requires(PUBLIC)
def open_link(request: HttpRequest, secret: str) -> HttpResponse:
    """Take the secret of a link out of the address, so that it stands in no history and no log of a page."""
    request.session[_LINK_KEY] = secret
    return redirect("accounts:link")


@sensitive_post_parameters("password", "again")
@never_cache
@require_http_methods(["GET", "POST"])
@requires(PUBLIC)
def link(request: HttpRequest) -> HttpResponseBase:
    """Let the person of a link set a password; who was invited is signed in by it."""
    secret = request.session.get(_LINK_KEY, "")
    invitation = open_invitation(secret) if secret else None
    if invitation is None:
        return render(request, "accounts/link_gone.html", status=404)
    form = NewPasswordForm(request.POST or None)
    if form.is_valid():
        try:
            person = passwords.accept_link(secret=secret, password=form.cleaned_data["password"])
        except Refused as refusal:
            refused(form, refusal)
        else:
            del request.session[_LINK_KEY]
            if invitation.purpose == Invitation.Purpose.INVITE:
                person.backend = settings.AUTHENTICATION_BACKENDS[-1]
                return in_their_language(
                    request, perform_login(request, person, redirect_url=reverse("home"))
                )
            return go_to(request, "account_login", said=_("Your password is set. Sign in with it."))
    context = {"form": form, "person": invitation.user}
    return render(request, "accounts/link.html", context, status=422 if form.errors else 200)


@sensitive_post_parameters("old", "password", "again")
@never_cache
@require_http_methods(["GET", "POST"])
@requires(SIGNED_IN)
def change_password(request: HttpRequest) -> HttpResponse:
    """Change one's own password; the other devices are signed out."""
    form = ChangePasswordForm(request.POST or None)
    person = request.user
    assert isinstance(person, User)  # noqa: S101 - `requires` has seen to it
    due = person.must_change_password
    if form.is_valid():
        try:
            changed = passwords.change_password(
                person=person,
                old=form.cleaned_data["old"],
                password=form.cleaned_data["password"],
                keep_session=request.session.session_key,
            )
        except Refused as refusal:
            refused(form, refusal)
        else:
            update_session_auth_hash(request, changed)
            UserSession.objects.create_from_request(request)
            return go_to(request, "accounts:me", said=_("Your password is changed."))
    context = {"form": form, "due": due}
    return render(request, "accounts/password.html", context, status=422 if form.errors else 200)


@sensitive_post_parameters("password", "again")
@never_cache
@require_http_methods(["GET", "POST"])
@requires(PUBLIC)
def welcome(request: HttpRequest) -> HttpResponseBase:
    """Make the first administrator of an empty installation; afterwards there is no such page."""
    if not nobody_yet():
        return redirect("account_login")
    start = {"language": settings.LANGUAGE_CODE, "organisation_name": organisation().name}
    form = WelcomeForm(request.POST or None, initial=start)
    if form.is_valid():
        facts = {key: value for key, value in form.cleaned_data.items() if key != "again"}
        try:
            person = open_installation(**facts)
        except Refused as refusal:
            refused(form, refusal)
        else:
            person.backend = settings.AUTHENTICATION_BACKENDS[-1]
            return in_their_language(request, perform_login(request, person, redirect_url=reverse("home")))
    context = {"form": form, "empty": not User.objects.exists()}
    return render(request, "accounts/welcome.html", context, status=422 if form.errors else 200)
