"""Who stands in while I am away."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from houqin.approvals.actions.delegations import delegate, end_delegation
from houqin.approvals.models import Delegation
from houqin.approvals.queries.inbox import delegations_of
from houqin.kernel.errors import Refused
from houqin.org.queries.organisation import organisation
from houqin.web.access import SIGNED_IN, person_of, requires
from houqin.web.accounts.mine import frame
from houqin.web.approvals.forms import AwayForm
from houqin.web.once import new_form_key, once
from houqin.web.responses import go_to, refused


@require_http_methods(["GET", "POST"])
@requires(SIGNED_IN)
def away(request: HttpRequest) -> HttpResponse:
    """Name somebody who is asked in my place for some days; and who is named already."""
    user = person_of(request)
    form = AwayForm(request.POST or None, person=user)

    def keep() -> HttpResponse:
        delegate(person=user, by=user, **form.cleaned_data)
        return go_to(request, "approvals:away", said=_("Kept. What waits for you already stays with you."))

    if form.is_valid():
        try:
            return once(request, keep)
        except Refused as refusal:
            refused(form, refusal)
    context = {
        "form": form,
        "rows": delegations_of(user),
        "form_key": request.POST.get("form_key") or new_form_key(),
        **frame(user),
        "chapter": "approvals",
        "organisation": organisation(),
    }
    return render(request, "approvals/away.html", context, status=422 if form.errors else 200)


@require_POST
@requires(SIGNED_IN)
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """Nobody stands in for me any more in those days."""
    user = person_of(request)
    found = get_object_or_404(Delegation, pk=pk, person=user)
    end_delegation(delegation=found)
    return go_to(request, "approvals:away", said=_("Nobody stands in any more."))
