"""How a form answers: on to the next page, or back with the sentence of a refusal."""

from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url

from houqin.kernel.errors import Invalid, Refused


def go_to(request: HttpRequest, to: str, *args: Any, said: object = "", **kwargs: Any) -> HttpResponse:
    """Answer a done step: go on to a named page (or an address), and say there what was done.

    A form sent by the script is answered with `HX-Redirect`, any other with 303, so that a reload
    does not send the form again.
    """
    if said:
        messages.success(request, str(said))
    address = resolve_url(to, *args, **kwargs)
    if getattr(request, "htmx", False):
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    answer = HttpResponseRedirect(address)
    answer.status_code = 303
    return answer


def refused(form: BaseForm, refusal: Refused) -> None:
    """Put the sentence of a refusal into a form, beside its field where it names one."""
    field = refusal.field if isinstance(refusal, Invalid) and refusal.field in form.fields else None
    form.add_error(field, str(refusal))


def refused_back(request: HttpRequest, refusal: Refused, to: str, *args: Any, **kwargs: Any) -> HttpResponse:
    """Answer a refused button that has no form of its own: back to a page, with the sentence."""
    messages.error(request, str(refusal))
    return go_to(request, to, *args, **kwargs)
