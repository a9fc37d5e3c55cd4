"""Errors as RFC 9457 problem documents, whatever went wrong."""

import json
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

PROBLEM = "application/problem+json"
Handler = Callable[[HttpRequest], HttpResponse]


def problem(
    status: int, detail: str = "", *, code: str = "", headers: Mapping[str, str] | None = None, **facts: Any
) -> HttpResponse:
    """A problem document: `title` is the status in words, `detail` the sentence for a person.

    `code` is a stable word for programs; `facts` are further members such as `errors`.
    """
    document: dict[str, Any] = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status}
    if detail:
        document["detail"] = detail
    if code:
        document["code"] = code
    document.update(facts)
    body = json.dumps(document, ensure_ascii=False, default=str)
    return HttpResponse(body, status=status, content_type=PROBLEM, headers=dict(headers or {}))


def every_error_is_a_problem(get_response: Handler) -> Handler:
    """Turn what Django itself answers below /api/ (404, 405, 413, 500) into problem documents."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if not request.path.startswith("/api/") or response.status_code < HTTPStatus.BAD_REQUEST:
            return response
        if response.headers.get("Content-Type", "").startswith(PROBLEM):
            return response
        kept = {name: response.headers[name] for name in ("Allow", "Retry-After") if name in response.headers}
        return problem(response.status_code, _in_words(response.status_code), headers=kept)

    return middleware


def _in_words(status: int) -> str:
    return {
        HTTPStatus.NOT_FOUND: _("There is nothing here, or it is not visible to you."),
        HTTPStatus.METHOD_NOT_ALLOWED: _(
            "This address does not answer to this method; see the header Allow."
        ),
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE: _("The body is too large."),
    }.get(HTTPStatus(status), "")
