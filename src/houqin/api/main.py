"""The API: version 1, described at `/api/v1/openapi.json`."""

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.operation import Operation
from ninja.parser import Parser
from pydantic_core import from_json

import houqin
from houqin.api import (
    attachments,
    calendars,
    calls,
    catalogue,
    counts,
    crews,
    dispatch,
    following,
    inbound,
    items,
    job_types,
    openapi,
    people,
    places,
    report,
    request_steps,
    requests,
    rosters,
    standards,
    stock_documents,
    tokens,
    triage,
    work_order_records,
    work_order_steps,
    work_orders,
)
from houqin.api.problems import of_refusal, problem
from houqin.api.wording import sentence
from houqin.kernel.errors import Refused


class StrictParser(Parser):
    """Reads JSON as RFC 8259 has it: no NaN, no half characters, no endless nesting."""

    def parse_body(self, request: HttpRequest) -> Any:
        """The body as plain values; raises `ValueError` where it is not JSON."""
        return from_json(request.body, allow_inf_nan=False)


class HouseAPI(NinjaAPI):
    """An API in which no operation can do without a token.

    Ninja accepts a session's POST without CSRF token on an operation without `auth`; here such an
    operation stops the start instead.
    """

    def refuse_open_operations(self) -> None:
        """Raise `RuntimeError` when an operation would answer without a token."""
        for path, operation in self.operations():
            if not operation.auth_callbacks:
                raise RuntimeError(f"{path} {operation.methods}: an operation needs a token")

    def operations(self) -> list[tuple[str, Operation]]:
        """Every operation with its path below the API's root."""
        found = []
        for prefix, router in self._routers:
            for path, view in router.path_operations.items():
                found += [(f"{prefix}{path}", operation) for operation in view.operations]
        return found

    def get_openapi_schema(self, **where: Any) -> Any:
        """The description with what holds for every operation."""
        return openapi.completed(super().get_openapi_schema(**where))


api = HouseAPI(
    title="houqin",
    version="1",
    description=f"houqin {houqin.__version__}: requests, work orders, places, people and standards.",
    parser=StrictParser(),
    docs_url=None,
    openapi_url="/openapi.json",
    urls_namespace="api-v1",
)
for prefix, area, tag in (
    ("/requests", following.area, "known faults"),
    ("/requests", requests.area, "requests"),
    ("/requests", request_steps.area, "requests"),
    ("/work-orders", work_orders.area, "work orders"),
    ("/work-orders", work_order_steps.area, "work orders"),
    ("/work-orders", dispatch.area, "work orders"),
    ("/work-orders", work_order_records.area, "work orders"),
    ("/places", places.area, "places"),
    ("/people", people.area, "people"),
    ("", crews.area, "crews"),
    ("", rosters.area, "crews"),
    ("", catalogue.area, "services"),
    ("", job_types.area, "services"),
    ("", calendars.area, "calendars"),
    ("/standards", standards.area, "standards"),
    ("/triage-rules", triage.area, "triage rules"),
    ("/attachments", attachments.area, "attachments"),
    ("/tokens", tokens.area, "tokens"),
    ("/intake", inbound.area, "mail"),
    ("/calls", calls.area, "calls"),
    ("", items.area, "stock"),
    ("/stock-documents", stock_documents.area, "stock"),
    ("", counts.area, "stock"),
    ("/reports", report.area, "reports"),
):
    api.add_router(prefix, area, tags=[tag])
api.refuse_open_operations()


@api.exception_handler(Refused)
def refused(request: HttpRequest, refusal: Refused) -> HttpResponse:
    """A rule said no."""
    return of_refusal(refusal)


@api.exception_handler(ValidationError)
def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """The input does not have the form the operation takes."""
    errors = [{"field": _field(item["loc"]), "detail": sentence(item)} for item in error.errors]
    calls.remember_refused(request, errors)
    return problem(422, _("The input is not as this operation takes it."), code="invalid", errors=errors)


@api.exception_handler(AuthenticationError)
def unknown_caller(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    """No token, or an ended one."""
    detail = _("Send a valid token: “Authorization: Bearer hq_…”.")
    return problem(401, detail, code="unauthenticated", headers={"WWW-Authenticate": "Bearer"})


@api.exception_handler(Http404)
def missing(request: HttpRequest, error: Http404) -> HttpResponse:
    """Foreign and missing look the same."""
    return problem(404, code="missing")


@api.exception_handler(HttpError)
def http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    """Anything Ninja refuses by itself: a body that is not JSON."""
    return problem(error.status_code, code="not_json" if error.status_code == 400 else "")  # noqa: PLR2004


@api.exception_handler(RequestDataTooBig)
def too_big(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:
    """A JSON body beyond what is taken into memory."""
    return problem(413, code="too_large")


def _field(where: tuple[object, ...]) -> str:
    """The member's path as the caller wrote it, without Ninja's names of source and parameter."""
    parts = [str(part) for part in where[1:]]
    return ".".join(parts[1:] if parts and parts[0] in {"payload", "wanted"} else parts)
