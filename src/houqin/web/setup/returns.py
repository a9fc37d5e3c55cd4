"""Mail that came back: the addresses, why, and writing to one again; after how many one is suspended."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from houqin.accounts.models import User
from houqin.accounts.policies import visible_people
from houqin.intake.policies import visible_inbound
from houqin.kernel.errors import Refused
from houqin.notify.actions import returns
from houqin.notify.models import ReturnedMail, ReturningAddress
from houqin.notify.policies import visible_returning
from houqin.notify.queries.returns import ReturnsFilter, return_rule, returning, suspended_count
from houqin.web.access import person_of, requires
from houqin.web.lists import Sorting, Tab, is_key, page
from houqin.web.responses import go_to, refused, refused_back
from houqin.web.setup.reach import require_everywhere

NEWEST = Sorting("last_at", newest=True)
MOST_SHOWN = 50


class RuleForm(forms.Form):
    """After how many returned mails an address is suspended."""

    most = forms.IntegerField(label=gettext_lazy("returned mails"), min_value=1, max_value=100)
    within_days = forms.IntegerField(label=gettext_lazy("within days"), min_value=1, max_value=180)


@require_GET
@requires("system.manage")
def address_list(request: HttpRequest) -> HttpResponse:
    """The addresses, the latest return first; every condition stands in the address."""
    return _list(request, _form())


@require_POST
@requires("system.manage")
def rule(request: HttpRequest) -> HttpResponse:
    """Say after how many returned mails an address is suspended."""
    require_everywhere(person_of(request), "system.manage")
    form = RuleForm(request.POST)
    if form.is_valid():
        try:
            returns.set_rule(**form.cleaned_data)
        except Refused as refusal:
            refused(form, refusal)
        else:
            return go_to(request, "setup:returns", said=_("Saved."))
    return _list(request, form)


@require_GET
@requires("system.manage")
def address(request: HttpRequest, pk: int) -> HttpResponse:
    """An address: every mail that came back from it, with the report, and who it belongs to."""
    user = person_of(request)
    found = _found(user, pk)
    back = found.returns.select_related("mail")[:MOST_SHOWN]
    context = {
        "chapter": "setup",
        "found": found,
        "rows": [(one, _report_of(user, one)) for one in back],
        "people": visible_people(user).filter(email__iexact=found.address)[:5],
        "rule": return_rule(),
    }
    return render(request, "setup/returning.html", context)


@require_POST
@requires("system.manage")
def lift(request: HttpRequest, pk: int) -> HttpResponse:
    """Write to an address again."""
    user = person_of(request)
    found = _found(user, pk)
    try:
        returns.lift(address_id=found.pk, by=user)
    except Refused as refusal:
        return refused_back(request, refusal, "setup:returning", pk)
    return go_to(request, "setup:returning", pk, said=_("The address is written to again."))


def _found(user: User, pk: int) -> ReturningAddress:
    require_everywhere(user, "system.manage")
    return get_object_or_404(visible_returning(user), pk=pk)


def _list(request: HttpRequest, form: RuleForm) -> HttpResponse:
    user, given = person_of(request), request.GET
    require_everywhere(user, "system.manage")
    chosen = ReturnsFilter(state=given.get("state", ""), words=given.get("q", "").replace("\0", "")[:100])
    context = {
        "chapter": "setup",
        "page": page(returning(chosen, user), NEWEST, given),
        "tabs": _tabs(chosen.state),
        "find": chosen.words,
        "form": form,
    }
    return render(request, "setup/returns.html", context, status=422 if form.errors else 200)


def _form() -> RuleForm:
    rule = return_rule()
    return RuleForm(initial={"most": rule.most, "within_days": rule.within_days})


def _tabs(chosen: str) -> list[Tab]:
    suspended = suspended_count()
    return [
        Tab("", _("All"), "", chosen not in {"suspended", "written"}),
        Tab("suspended", _("not written to"), str(suspended or ""), chosen == "suspended"),
        Tab("written", _("still written to"), "", chosen == "written"),
    ]


def _report_of(user: User, row: ReturnedMail) -> int | None:
    """The key of the mail that reported it, while it is kept."""
    _mail, _colon, key = row.source.partition(":")
    if not is_key(key) or not visible_inbound(user).filter(pk=int(key)).exists():
        return None
    return int(key)
