"""`Idempotency-Key` on every POST: the same key has the same effect, once."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from houqin.api.problems import problem
from houqin.journal.actions import answers
from houqin.kernel.errors import Refused

Handler = Callable[[HttpRequest], HttpResponse]
KEPT_HEADERS = ("Content-Type", "ETag", "Location")


def same_key_same_effect(get_response: Handler) -> Handler:
    """Run a keyed POST and the storing of its answer in one transaction.

    A repeated key gets the stored answer; while the first call runs, 409; with another body, 422.
    A crash rolls everything back and so frees the key. Keys belong to the token that sent them.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        key = request.headers.get("Idempotency-Key")
        if request.method != "POST" or key is None or not request.path.startswith("/api/"):
            return get_response(request)
        owner = answers.digest_of(request.headers.get("Authorization", ""))
        digest = answers.digest_of(request.method, request.get_full_path(), request.body)
        try:
            with answers.once(owner=owner, key=key, digest=digest) as answer:
                if answer.known:
                    return HttpResponse(
                        bytes(answer.known.body), status=answer.known.status, headers=answer.known.headers
                    )
                response = get_response(request)
                kept = {name: response.headers[name] for name in KEPT_HEADERS if name in response.headers}
                answer.keep(status=response.status_code, body=response.content, headers=kept)
                return response
        except Refused as refusal:
            status = 409 if isinstance(refusal, answers.Busy) else 422
            return problem(status, str(refusal), code=refusal.code)

    return middleware
