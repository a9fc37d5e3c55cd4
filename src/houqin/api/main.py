"""The API: version 1, described at `/api/v1/openapi.json`."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.operation import Operation

import houqin
from houqin.api.auth import Bearer
from houqin.api.problems import problem
from houqin.kernel.errors import Invalid, Missing, NotPermitted, Refused


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


api = HouseAPI(
    title="houqin",
    version="1",
    description=f"houqin {houqin.__version__}: requests, work orders, places, people and standards.",
    auth=Bearer(),
    docs_url=None,
    openapi_url="/openapi.json",
    urls_namespace="api-v1",
)


@api.exception_handler(Refused)
def refused(request: HttpRequest, refusal: Refused) -> HttpResponse:
    """A rule said no."""
    status = {Missing: 404, NotPermitted: 403, Invalid: 422}.get(type(refusal), 409)
    facts: dict[str, Any] = {}
    if isinstance(refusal, Invalid) and refusal.field:
        facts["errors"] = [{"field": refusal.field, "detail": str(refusal)}]
    return problem(status, str(refusal), code=refusal.code, **facts)


@api.exception_handler(ValidationError)
def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """The input does not have the form the operation takes."""
    errors = [
        {
            "field": ".".join(
                str(part) for part in item["loc"] if part not in {"body", "query", "path", "payload"}
            ),
            "detail": item["msg"],
        }
        for item in error.errors
    ]
    return problem(422, _("The input is not as this operation takes it."), code="invalid", errors=errors)


@api.exception_handler(AuthenticationError)
def unknown_caller(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    """No token, an ended one, or one that may only read."""
    detail = _("Send a valid token: “Authorization: Bearer hq_…”. Writing needs the scope “write”.")
    return problem(401, detail, code="unauthenticated", headers={"WWW-Authenticate": "Bearer"})


@api.exception_handler(Http404)
def missing(request: HttpRequest, error: Http404) -> HttpResponse:
    """Foreign and missing look the same."""
    return problem(404, _("There is nothing here, or it is not visible to you."), code="missing")


@api.exception_handler(HttpError)
def http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    """Anything Ninja refuses by itself, such as a body that is not JSON."""
    return problem(error.status_code, str(error))
