"""A repeated call has one effect: its answer is kept under the caller's key.

The effect and the answer are stored in one transaction under an advisory lock on the key. A crash
rolls both back and drops the lock, so the key is free again at once.
"""

import datetime as dt
import hashlib
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from houqin.journal.models import StoredAnswer
from houqin.kernel import clock
from houqin.kernel.errors import Invalid, Refused

KEPT = dt.timedelta(hours=24)
LONGEST_KEY = 200
STEP = 0.02
"""Seconds between two looks at a key somebody waits for."""

# What a later try may answer differently: the key stays free for it.
NOT_KEPT = frozenset(
    {
        HTTPStatus.UNAUTHORIZED,
        HTTPStatus.CONFLICT,
        HTTPStatus.PRECONDITION_FAILED,
        HTTPStatus.TOO_MANY_REQUESTS,
    }
)


class Busy(Refused):
    """The first call with this key is still running: ask again in a moment (409)."""

    code = "busy"


class KeyReused(Invalid):
    """The key came before with something else to do (422)."""

    code = "key_reused"


@dataclass
class Answer:
    """The place for one call's answer; `known` is the earlier one when the call is a repetition."""

    owner: str
    key: str
    digest: str
    known: StoredAnswer | None
    kept: StoredAnswer | None = field(default=None, init=False)

    def keep(self, *, status: int, body: bytes, headers: Mapping[str, str] | None = None) -> None:
        """Store the answer for repetitions, unless a later try may succeed (5xx, 401, 409, 412, 429)."""
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in NOT_KEPT:
            return
        self.kept = StoredAnswer.objects.create(
            owner=self.owner,
            key=self.key,
            request_digest=self.digest,
            status=status,
            headers=dict(headers or {}),
            body=body,
            stored_at=clock.now(),
        )


@contextmanager
def once(*, owner: str, key: str, digest: str, patience: float = 0.0) -> Iterator[Answer]:
    """Run a block whose effect happens once for `owner` and `key`, and give the place for its answer.

    The block is one transaction: look at `known` and answer from it, or do the work and `keep` the
    answer. Raises `Busy` while another call holds the key and has held it for `patience` seconds,
    `KeyReused` when the key was used within the last 24 hours for another `digest`, and `Invalid`
    for a key that cannot be one; then the block does not run.
    """
    _check(key)
    with transaction.atomic():
        until = time.monotonic() + patience
        while not (mine := _lock(owner, key)) and time.monotonic() < until:
            time.sleep(STEP)
        if not mine:
            raise Busy(_("This is being done at the moment. Please wait a few seconds and try again."))
        yield Answer(owner, key, digest, remembered(owner=owner, key=key, digest=digest))


def remembered(*, owner: str, key: str, digest: str) -> StoredAnswer | None:
    """Return the answer given under the key in the last 24 hours; an older one is dropped.

    Raises `KeyReused` when it was the answer to something else.
    """
    found = StoredAnswer.objects.filter(owner=owner, key=key).first()
    if found is None:
        return None
    if found.stored_at <= clock.now() - KEPT:
        found.delete()
        return None
    if found.request_digest != digest:
        raise KeyReused(_("This key was already used for something else. Reload the page and try again."))
    return found


def digest_of(*parts: str | bytes) -> str:
    """Return a hash over the parts of a call (method, path, body) that tells them apart."""
    hashed = hashlib.sha256()
    for part in parts:
        content = part.encode() if isinstance(part, str) else part
        hashed.update(len(content).to_bytes(8) + content)
    return hashed.hexdigest()


def prune() -> int:
    """Delete the answers nobody can ask for any more and return how many they were."""
    return StoredAnswer.objects.filter(stored_at__lte=clock.now() - KEPT).delete()[0]


def _check(key: str) -> None:
    if not key or len(key) > LONGEST_KEY or not key.isprintable():
        raise Invalid(_("A key has 1 to %(most)s printable characters.") % {"most": LONGEST_KEY})


def _lock(owner: str, key: str) -> bool:
    """Take the key's lock until the transaction ends; False when another session holds it."""
    number = int.from_bytes(bytes.fromhex(digest_of("answer", owner, key))[:8], signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [number])
        return bool(cursor.fetchone()[0])
