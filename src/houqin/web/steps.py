"""A step of work as a page: one form, one call, one way back; as a dialog where there is a script.

Each area lists its steps as data. The address of a step answers GET with its form, on a page of its
own or, asked for by the script, as a dialog; a step that asks nothing is sent by its button alone.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.utils.functional import Promise
from django.utils.http import url_has_allowed_host_and_scheme

from houqin.accounts.models import User
from houqin.kernel.errors import Refused
from houqin.org.queries.organisation import organisation
from houqin.web.once import new_form_key, once
from houqin.web.responses import go_to, refused, refused_back


class StepForm(forms.Form):
    """What a step asks. `about` is the request or order, `by` the person; nothing is asked here."""

    def __init__(
        self, data: Any = None, *, about: Any, by: User, initial: dict[str, Any] | None = None
    ) -> None:
        super().__init__(data, initial=initial)
        self.about = about
        self.by = by
        self.prepare()

    def prepare(self) -> None:
        """Fill choices and first values from `about`."""

    def arguments(self) -> dict[str, Any]:
        """The keyword arguments of the call, beyond whom and what it is about."""
        return self.cleaned_data


class VersionedForm(StepForm):
    """A form that is refused when somebody else has changed the thing since the page was made."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def prepare(self) -> None:
        """Remember the version that was shown."""
        self.fields["version"].initial = self.about.version


@dataclass(frozen=True)
class Step:
    """A step somebody may take. `run` is called with `about`, `by` and the form's arguments."""

    key: str
    word: Promise
    icon: str
    said: Promise
    run: Callable[..., object]
    form: type[StepForm] = StepForm
    title: Promise | None = None
    text: Promise | None = None
    needs: str = ""
    danger: bool = False
    shortcut: str = ""

    @property
    def allowed_as(self) -> str:
        """Its name among the allowed steps of the domain."""
        return self.needs or self.key

    @property
    def asks(self) -> bool:
        """True when a person has to fill something in or to confirm it."""
        return bool(self.text) or any(not field.widget.is_hidden for field in self.form.base_fields.values())


@dataclass(frozen=True)
class Button:
    """A step on a page: where it leads and how it looks."""

    step: Step
    url: str
    kind: str = ""


def take(
    request: HttpRequest, step: Step, *, about: Any, by: User, home: str, template: str, chapter: str
) -> HttpResponse:
    """Show the form of a step, or take it and go back to where it was asked for (`next`, else `home`).

    The address may bring first values of the form along.

    A refusal stands in the form (422), which keeps what was written, or on the page it came from where
    nothing was asked; sent twice it has one effect.
    """
    given = request.POST if request.method == "POST" else None
    form = step.form(given, about=about, by=by, initial=_first_values(request, step))
    back = way_back(request, home)
    context = {
        "step": step,
        "form": form,
        "about": about,
        "back": back,
        "form_key": request.POST.get("form_key") or new_form_key(),
        "chapter": chapter,
        "organisation": organisation(),
    }

    def attempt() -> HttpResponse:
        # Inside `once`: what was valid the first time may not be any more when it is sent again.
        if not form.is_valid():
            return _rendered(request, template, context, wrong=True)
        step.run(about, by, **form.arguments())
        return go_to(request, back, said=step.said)

    if request.method == "POST":
        try:
            return once(request, attempt)
        except Refused as refusal:
            if not step.asks:
                # A button on a page: back to that page, which shows how things stand now.
                return refused_back(request, refusal, back)
            refused(form, refusal)
    return _rendered(request, template, context, wrong=bool(form.errors))


def way_back(request: HttpRequest, home: str) -> str:
    """Where the person came from, if that is a page of ours, else `home`."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    safe = asked.startswith("/") and url_has_allowed_host_and_scheme(asked, {request.get_host()})
    return asked if safe else resolve_url(home)


def _first_values(request: HttpRequest, step: Step) -> dict[str, Any]:
    return {name: request.GET[name] for name in step.form.base_fields if name in request.GET}


def _rendered(request: HttpRequest, template: str, context: dict[str, Any], *, wrong: bool) -> HttpResponse:
    """The whole page; for the script the dialog, or after a refusal the form inside it."""
    if not getattr(request, "htmx", False):
        return render(request, template, context, status=422 if wrong else 200)
    if request.method == "POST":
        return render(request, f"{template}#form", context, status=422)
    answer = render(request, f"{template}#dialog", context)
    answer["HX-Trigger-After-Settle"] = '{"open": "step-dialog"}'
    return answer
