"""Errors as RFC 9457 problem documents, whatever went wrong."""

import json
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from houqin.kernel.errors import Invalid, Missing, NotPermitted, Refused

PROBLEM = "application/problem+json"
ROOT = "/api/"
Handler = Callable[[HttpRequest], HttpResponse]

_BY_CODE = {
    "precondition_failed": HTTPStatus.PRECONDITION_FAILED,
    "file_too_large": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "storage_unavailable": HTTPStatus.SERVICE_UNAVAILABLE,
    "busy": HTTPStatus.CONFLICT,
}
_BY_KIND = (
    (Missing, HTTPStatus.NOT_FOUND),
    (NotPermitted, HTTPStatus.FORBIDDEN),
    (Invalid, HTTPStatus.UNPROCESSABLE_ENTITY),
)
_LATER = {HTTPStatus.SERVICE_UNAVAILABLE: "5", HTTPStatus.CONFLICT: "1"}


def problem(
    status: int, detail: str = "", *, code: str = "", headers: Mapping[str, str] | None = None, **facts: Any
) -> HttpResponse:
    """A problem document: `title` is the status in words, `detail` the sentence for a person.

    `code` is a stable word for programs; `facts` are further members such as `errors`.
    """
    document: dict[str, Any] = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status}
    if detail := detail or _in_words(status):
        document["detail"] = detail
    if code:
        document["code"] = code
    document.update(facts)
    body = json.dumps(document, ensure_ascii=False, default=str).encode(errors="backslashreplace")
    return HttpResponse(body, status=status, content_type=PROBLEM, headers=dict(headers or {}))


def of_refusal(refusal: Refused) -> HttpResponse:
    """What a rule said, as a problem document; 409 unless it says something more precise."""
    status = _BY_CODE.get(refusal.code) or next(
        (status for kind, status in _BY_KIND if isinstance(refusal, kind)), HTTPStatus.CONFLICT
    )
    facts: dict[str, Any] = {}
    if isinstance(refusal, Invalid) and refusal.field:
        facts["errors"] = [{"field": refusal.field, "detail": str(refusal)}]
    again = {"Retry-After": _LATER[status]} if refusal.code in {"busy", "storage_unavailable"} else {}
    return problem(status, str(refusal), code=refusal.code, headers=again, **facts)


def every_error_is_a_problem(get_response: Handler) -> Handler:
    """Turn what Django itself answers below /api/ (404, 405, 413, 500) into problem documents.

    A body longer than `MAX_REQUEST_BYTES` is refused before it is read. Nothing of the API may be
    stored on the way.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(ROOT):
            return get_response(request)
        if _length(request) > settings.MAX_REQUEST_BYTES:
            return problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, code="too_large")
        response = get_response(request)
        if response.status_code >= HTTPStatus.BAD_REQUEST:
            response = _as_problem(response)
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    return middleware


def _as_problem(response: HttpResponse) -> HttpResponse:
    if response.headers.get("Content-Type", "").startswith(PROBLEM):
        return response
    kept = {name: response.headers[name] for name in ("Allow", "Retry-After") if name in response.headers}
    code = {404: "missing", 405: "method_not_allowed"}.get(response.status_code, "")
    return problem(response.status_code, code=code, headers=kept)


def _length(request: HttpRequest) -> int:
    text = request.META.get("CONTENT_LENGTH") or "0"
    return int(text) if text.isascii() and text.isdigit() else 0


def _in_words(status: int) -> str:
    return {
        HTTPStatus.BAD_REQUEST: _("The body cannot be read; send JSON in UTF-8."),
        HTTPStatus.NOT_FOUND: _("There is nothing here, or it is not visible to you."),
        HTTPStatus.METHOD_NOT_ALLOWED: _(
            "This address does not answer to this method; see the header Allow."
        ),
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE: _("The body is too large."),
        HTTPStatus.INTERNAL_SERVER_ERROR: _(
            "Something went wrong here. It has been noted; please try again."
        ),
        HTTPStatus.SERVICE_UNAVAILABLE: _("The service cannot answer at the moment; try again shortly."),
    }.get(HTTPStatus(status), "")
