"""A form sent twice has one effect: double clicks, reloads and replays answer like the first time.

A page renders `{{ form_key }}` as a hidden field; the view runs its effect inside `once`.
"""

import secrets
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from houqin.journal.actions import answers
from houqin.kernel.errors import Invalid

FIELD = "form_key"
PATIENCE = 5.0
"""Seconds the second of two clicks waits for the first, so that it shows what came of it."""

Effect = Callable[[], HttpResponse]


def new_form_key() -> str:
    """A key nobody else can guess, for one rendering of a form."""
    return secrets.token_urlsafe(18)


def once(request: HttpRequest, effect: Effect) -> HttpResponse:
    """Run `effect` for the form's key, or give the answer of the first time again.

    Only an answer that leads on (a redirect) is kept, so a form with errors can be sent again with
    the same key. A form without a key, such as one of a program, runs as it is. A second
    click waits for the first; raises `Busy` when that takes longer than `PATIENCE`.
    """
    key = request.POST.get(FIELD, "")
    if not key:
        return effect()
    digest = answers.digest_of(request.path)
    try:
        with answers.once(owner="form", key=key, digest=digest, patience=PATIENCE) as answer:
            if answer.known:
                return HttpResponse(status=answer.known.status, headers=answer.known.headers)
            response = effect()
            led_to = response.headers.get("HX-Redirect") or response.headers.get("Location")
            if led_to and response.status_code < 400:  # noqa: PLR2004
                name = "HX-Redirect" if "HX-Redirect" in response.headers else "Location"
                answer.keep(status=response.status_code, body=b"", headers={name: led_to})
            return response
    except answers.KeyReused:
        sentence = _("This form was sent before for something else. Reload the page and fill it in again.")
        raise Invalid(sentence) from None
