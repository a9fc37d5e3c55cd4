"""My page: who I am, how I am told, where I am signed in, which programs act for me."""

import datetime as dt

from allauth.mfa.utils import is_mfa_enabled
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from houqin.accounts.actions import people, tokens
from houqin.accounts.models import ApiToken, User
from houqin.accounts.policies import is_staff, may, roles_of
from houqin.accounts.queries.tokens import live_tokens
from houqin.kernel import clock
from houqin.kernel.errors import Refused
from houqin.notify.actions.bell import choose_mail
from houqin.notify.queries.returns import hint_for
from houqin.web.access import SIGNED_IN, STAFF, chapter_keys, requires
from houqin.web.accounts.forms import MailForm, PreferencesForm, TokenForm
from houqin.web.jobs.duty import own_work
from houqin.web.once import new_form_key
from houqin.web.responses import go_to, refused
from houqin.web.ui.nav import begins_with_jobs

_BROWSERS: tuple[tuple[str, str | Promise], ...] = (
    ("wxwork", pgettext_lazy("app", "WeCom")),
    ("micromessenger", pgettext_lazy("app", "WeChat")),
    ("dingtalk", pgettext_lazy("app", "DingTalk")),
    ("lark", pgettext_lazy("app", "Feishu")),
    ("edg", "Edge"),
    ("firefox", "Firefox"),
    ("chrome", "Chrome"),
    ("safari", "Safari"),
)
_SYSTEMS: tuple[tuple[str, str | Promise], ...] = (
    ("harmonyos", "HarmonyOS"),
    ("android", "Android"),
    ("iphone", "iPhone"),
    ("ipad", "iPad"),
    ("windows", "Windows"),
    ("mac os", "macOS"),
    ("linux", "Linux"),
)


def myself(request: HttpRequest) -> User:
    """Return who is signed in, on pages that nobody else opens."""
    user = request.user
    assert isinstance(user, User)  # noqa: S101 - `requires` has seen to it
    return user


@require_http_methods(["GET", "POST"])
@requires(SIGNED_IN)
def me(request: HttpRequest) -> HttpResponse:
    """Show and keep what a person decides about themselves."""
    person = myself(request)
    start = {name: getattr(person, name) for name in ("phone", "language", "quiet_from", "quiet_until")}
    form = PreferencesForm(request.POST or None, initial=start)
    if form.is_valid():
        try:
            people.change(person=person, **form.cleaned_data)
        except Refused as refusal:
            refused(form, refusal)
        else:
            answer = go_to(request, "accounts:me", said=_("Saved."))
            answer.set_cookie(
                settings.LANGUAGE_COOKIE_NAME,
                form.cleaned_data["language"],
                max_age=settings.LANGUAGE_COOKIE_AGE,
                httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
                secure=settings.SESSION_COOKIE_SECURE,
                samesite="Lax",
            )
            return answer
    return _page(request, form, TokenForm(initial={"scope": TokenForm.READ}, person=myself(request)))


@require_POST
@requires(SIGNED_IN)
def mail(request: HttpRequest) -> HttpResponse:
    """Keep which kinds of messages come by mail."""
    person = myself(request)
    form = MailForm(request.POST, person=person)
    if not form.is_valid():
        raise Http404
    choose_mail(person=person, kinds=form.cleaned_data["kinds"])
    return go_to(request, "accounts:me", said=_("Saved."))


@require_POST
@requires(SIGNED_IN)
def end_session(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign one of my devices out."""
    session = get_object_or_404(UserSession, user=myself(request), pk=pk)
    session.end()
    return go_to(request, "accounts:me", said=_("The device is signed out."))


@require_POST
@requires(SIGNED_IN)
def end_other_sessions(request: HttpRequest) -> HttpResponse:
    """Sign out all my devices but this one."""
    people.end_sessions(person=myself(request), keep=request.session.session_key)
    return go_to(request, "accounts:me", said=_("All other devices are signed out."))


@require_POST
@requires(STAFF)
def make_token(request: HttpRequest) -> HttpResponse:
    """Make a token and show its secret, this once."""
    person = myself(request)
    form = TokenForm(request.POST, person=person)
    if form.is_valid():
        try:
            token, secret = tokens.make(
                person=person,
                name=form.cleaned_data["name"],
                scopes=[form.cleaned_data["scope"]],
                expires_at=clock.now() + dt.timedelta(days=form.cleaned_data["days"]),
            )
        except Refused as refusal:
            refused(form, refusal)
        else:
            return render(request, "accounts/token.html", {"token": token, "secret": secret, **frame(person)})
    return _page(request, PreferencesForm(initial=vars(person)), form)


@require_POST
@requires(STAFF)
def revoke_token(request: HttpRequest, pk: int) -> HttpResponse:
    """End one of my tokens."""
    token = get_object_or_404(ApiToken, user=myself(request), pk=pk)
    tokens.revoke(token=token)
    return go_to(request, "accounts:me", said=_("The token is ended."))


@require_GET
@requires(SIGNED_IN)
def second_factor(request: HttpRequest) -> HttpResponse:
    """Lead from the library's own overview to my page."""
    return go_to(request, "accounts:me")


def frame(person: User) -> dict[str, object]:
    """Return what the layout around a personal page needs: the desk's or the phone's."""
    if chapter_keys(person) and not begins_with_jobs(person):
        return {"layout": "layouts/desk.html", "on_desk": True}
    tab_set = "worker" if may(person, "work.perform") else "requester"
    return {"layout": "layouts/phone.html", "tab_set": tab_set, "tab": "me"}


def device(user_agent: str) -> str:
    """Return the browser and system of a device as far as they can be told."""
    text = user_agent.lower()
    known = [next((name for mark, name in table if mark in text), "") for table in (_BROWSERS, _SYSTEMS)]
    return " · ".join(str(name) for name in known if name) or _("Unknown device")


def _page(request: HttpRequest, form: PreferencesForm, token_form: TokenForm) -> HttpResponse:
    person = myself(request)
    sessions = [
        (session, device(session.user_agent), session.session_key == request.session.session_key)
        for session in UserSession.objects.purge_and_list(person)
    ]
    context = {
        "form": form,
        "token_form": token_form,
        "mail_form": MailForm(person=person),
        "returned": hint_for([person.email]),
        "person": person,
        "roles": list(person.grants.select_related("place", "department")),
        "sessions": sorted(sessions, key=lambda row: (not row[2], -row[0].pk)),
        "tokens": live_tokens(person) if is_staff(person) else [],
        "may_make_tokens": bool(roles_of(person)) and is_staff(person),
        "own": own_work(person) if may(person, "work.perform") else None,
        "form_key": new_form_key(),
        "second_factor": is_mfa_enabled(person),
        **frame(person),
    }
    status = 422 if form.errors or token_form.errors else 200
    return render(request, "accounts/me.html", context, status=status)
