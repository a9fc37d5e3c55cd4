"""`Idempotency-Key` on every POST: the same key has the same effect, once."""

import hashlib
from collections.abc import Callable
from http import HTTPStatus

from django.core.exceptions import RequestDataTooBig
from django.db import transaction
from django.http import HttpRequest, HttpResponse

from houqin.api.auth import token_is_good
from houqin.api.problems import ROOT, of_refusal, problem
from houqin.journal.actions import answers
from houqin.journal.models import StoredAnswer
from houqin.kernel.errors import Refused

Handler = Callable[[HttpRequest], HttpResponse]
KEPT_HEADERS = ("Content-Type", "ETag", "Location")
REPLAYED = "Idempotency-Replayed"


def same_key_same_effect(get_response: Handler) -> Handler:
    """Run a keyed POST and the storing of its answer in one transaction.

    A repeated key gets the stored answer, as long as the token is still good; while the first call
    runs, 409; with another body, 422. A crash rolls everything back and so frees the key. Keys
    belong to the token that sent them.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        key = request.headers.get("Idempotency-Key")
        if request.method != "POST" or key is None or not request.path.startswith(ROOT):
            return get_response(request)
        owner = answers.digest_of(request.headers.get("Authorization", ""))
        try:
            digest = answers.digest_of(request.method, request.get_full_path(), content_of(request))
            with answers.once(owner=owner, key=key, digest=digest) as answer:
                if answer.known and token_is_good(request):
                    return _again(answer.known)
                response = get_response(request)
                _keep(answer, response)
                return response
        except RequestDataTooBig:
            return problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, code="too_large")
        except Refused as refusal:
            return of_refusal(refusal)

    return middleware


def content_of(request: HttpRequest) -> bytes:
    """What tells one body from another: the body, or for an upload a hash of its fields and files.

    The boundary of an upload is another one each time, and a file is never in memory as a whole.
    """
    if request.content_type != "multipart/form-data":
        return request.body
    hashed = hashlib.sha256()
    for name, values in sorted(request.POST.lists()):
        hashed.update(repr((name, values)).encode(errors="backslashreplace"))
    for name, files in sorted(request.FILES.lists()):
        for file in files:
            hashed.update(repr((name, file.name, file.size)).encode(errors="backslashreplace"))
            for chunk in file.chunks():
                hashed.update(chunk)
            file.seek(0)
    return hashed.digest()


def _again(known: StoredAnswer) -> HttpResponse:
    headers = {**known.headers, REPLAYED: "true"}
    return HttpResponse(bytes(known.body), status=known.status, headers=headers)


def _keep(answer: answers.Answer, response: HttpResponse) -> None:
    """Store the answer for repetitions; where it is not kept nothing else may be either."""
    if answer.known is not None:
        return
    kept = {name: response.headers[name] for name in KEPT_HEADERS if name in response.headers}
    body = getattr(response, "kept", response.content)  # a secret is told once and not kept
    answer.keep(status=response.status_code, body=body, headers=kept)
    if answer.kept is None:
        transaction.set_rollback(True)
