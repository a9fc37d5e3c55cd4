"""`ETag` and `If-Match`: a write that counts only for what the caller has read."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _
from pydantic import BaseModel

from houqin.kernel.errors import Refused


class PreconditionFailed(Refused):
    """The thing is not any more what the caller has read (412)."""

    code = "precondition_failed"


def version_tag(version: int) -> str:
    """The weak ETag of a row that counts its versions."""
    return f'W/"{version}"'


def content_tag(shape: BaseModel) -> str:
    """The weak ETag of a thing without versions: a hash of how it is shown."""
    return f'W/"{hashlib.blake2b(shape.model_dump_json().encode(), digest_size=8).hexdigest()}"'


@contextmanager
def unchanged(request: HttpRequest, current: Callable[[], str]) -> Iterator[None]:
    """Run a block only while the ETag is one of the request's `If-Match`; without the header always.

    `current` locks the row, in the order in which everybody locks, and returns its ETag; the block
    runs in the same transaction. Raises `PreconditionFailed`, and then writes nothing.
    """
    wanted = request.headers.get("If-Match")
    if wanted is None:
        yield
        return
    with transaction.atomic():
        if wanted.strip() != "*" and _opaque(current()) not in map(_opaque, wanted.split(",")):
            raise PreconditionFailed(_("It has been changed since you read it. Read it again."))
        yield


def _opaque(tag: str) -> str:
    return tag.strip().removeprefix("W/")
