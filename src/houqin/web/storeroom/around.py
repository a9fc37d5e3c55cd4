"""What the pages of this set-up share: their tabs, and how a small form answers."""

from collections.abc import Callable
from typing import Any

from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from houqin.inventory.queries.registers import RIGHT
from houqin.kernel.errors import Invalid, Refused
from houqin.web.lists import Tab
from houqin.web.once import new_form_key, once
from houqin.web.responses import go_to, refused_back

__all__ = ["RIGHT", "frame", "small_form"]


def frame(request: HttpRequest, on: str) -> dict[str, Any]:
    """The chapter, the tabs, and the key of the forms."""
    tabs = [
        ("items", _("Items"), reverse("storeroom:items")),
        ("stores", pgettext("set-up", "Stores and locations"), reverse("storeroom:stores")),
        ("levels", _("Minimum and order"), reverse("storeroom:levels")),
        ("labels", pgettext("stores", "Labels"), reverse("storeroom:labels")),
    ]
    return {
        "chapter": "setup",
        "tabs": [(url, Tab(name, label, "", name == on)) for name, label, url in tabs],
        "form_key": request.POST.get("form_key") or new_form_key(),
    }


def small_form(
    request: HttpRequest, form: BaseForm, act: Callable[..., object], to: str, pk: int, *, said: str
) -> HttpResponse:
    """Answer a form of one line: back to its page, with what was done or the sentence of the refusal."""
    if not form.is_valid():
        field, sentences = next(iter(form.errors.items()))
        label = form.fields[field].label if field in form.fields else ""
        sentence = f"{label}: {sentences[0]}" if label else sentences[0]
        return refused_back(request, Invalid(sentence), to, pk)

    def effect() -> HttpResponse:
        act(**form.cleaned_data)
        return go_to(request, to, pk, said=said)

    try:
        return once(request, effect)
    except Refused as refusal:
        return refused_back(request, refusal, to, pk)
