"""The same key has one effect, whether it comes twice in a row, at once, or after a crash."""

import datetime as dt
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import DatabaseError, connection

from houqin.journal.actions import answers, numbers
from houqin.journal.models import NumberCounter, StoredAnswer
from houqin.kernel import clock
from houqin.kernel.errors import Invalid, Refused

DAY = dt.date(2026, 11, 23)
NOON = dt.datetime(2026, 11, 23, 4, 0, tzinfo=dt.UTC)
BODY = answers.digest_of("POST", "/api/v1/requests", b'{"title": "a"}')
OTHER = answers.digest_of("POST", "/api/v1/requests", b'{"title": "b"}')


class CrashError(Exception):
    pass


def call(*, key: str = "k1", owner: str = "token:1", digest: str = BODY, status: int = 201) -> bytes:
    """A caller that takes a number once and answers with it."""
    with answers.once(owner=owner, key=key, digest=digest) as answer:
        if answer.known:
            return bytes(answer.known.body)
        body = numbers.take(kind="FW", day=DAY).encode()
        answer.keep(status=status, body=body, headers={"Location": "/x"})
        return body


def effects() -> int:
    return sum(NumberCounter.objects.values_list("last", flat=True))


@pytest.mark.django_db
def test_a_repetition_gets_the_first_answer_and_has_no_effect() -> None:
    first = call()

    assert call() == first == b"FW20261123-0001"
    assert effects() == 1
    assert StoredAnswer.objects.get().headers == {"Location": "/x"}


@pytest.mark.django_db
def test_keys_belong_to_their_owner() -> None:
    call(owner="token:1")
    call(owner="token:2")

    assert effects() == 2


@pytest.mark.django_db
def test_another_body_under_the_same_key_is_refused_and_writes_nothing() -> None:
    call()

    with pytest.raises(answers.KeyReused) as refusal:
        call(digest=OTHER)

    assert isinstance(refusal.value, Invalid)
    assert effects() == 1


@pytest.mark.django_db
def test_a_crash_between_effect_and_answer_leaves_nothing_and_frees_the_key() -> None:
    def crash() -> None:
        with answers.once(owner="token:1", key="k1", digest=BODY):
            numbers.take(kind="FW", day=DAY)
            raise CrashError

    with pytest.raises(CrashError):
        crash()

    assert effects() == 0
    assert call() == b"FW20261123-0001"


@pytest.mark.django_db
@pytest.mark.parametrize("status", [401, 409, 412, 429, 500, 503])
def test_an_answer_that_a_later_try_may_better_is_not_kept(status: int) -> None:
    with answers.once(owner="token:1", key="k1", digest=BODY) as answer:
        answer.keep(status=status, body=b"not now")

    assert not StoredAnswer.objects.exists()


@pytest.mark.django_db
def test_a_refusal_is_kept_like_any_answer() -> None:
    with answers.once(owner="token:1", key="k1", digest=BODY) as answer:
        answer.keep(status=422, body=b"no such place")

    with answers.once(owner="token:1", key="k1", digest=BODY) as answer:
        assert answer.known is not None
        assert (answer.known.status, bytes(answer.known.body)) == (422, b"no such place")


@pytest.mark.django_db
def test_after_a_day_the_key_may_be_used_again() -> None:
    with clock.stopped_at(NOON):
        call()
    with clock.stopped_at(NOON + dt.timedelta(hours=23, minutes=59)):
        assert call() == b"FW20261123-0001"
    with clock.stopped_at(NOON + dt.timedelta(hours=24)):
        assert call(digest=OTHER) == b"FW20261123-0002"

    assert StoredAnswer.objects.count() == 1


@pytest.mark.django_db
def test_pruning_keeps_what_may_still_be_asked_for() -> None:
    with clock.stopped_at(NOON):
        call(key="old")
    with clock.stopped_at(NOON + dt.timedelta(hours=20)):
        call(key="young")
    with clock.stopped_at(NOON + dt.timedelta(hours=25)):
        assert answers.prune() == 1

    assert [answer.key for answer in StoredAnswer.objects.all()] == ["young"]


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", "k" * 201, "a\x00b", "a\nb"])
def test_what_cannot_be_a_key_is_refused(key: str) -> None:
    with pytest.raises(Invalid):
        call(key=key)

    assert effects() == 0


def test_a_digest_tells_where_one_part_ends() -> None:
    assert answers.digest_of("a", "bc") != answers.digest_of("ab", "c")
    assert answers.digest_of("a", b"bc") == answers.digest_of("a", "bc")


@pytest.mark.django_db(transaction=True)
def test_while_the_first_call_runs_a_second_is_told_to_wait() -> None:
    inside, go_on = threading.Event(), threading.Event()

    def slow_call() -> bytes:
        try:
            with answers.once(owner="token:1", key="k1", digest=BODY) as answer:
                inside.set()
                assert go_on.wait(10)
                body = numbers.take(kind="FW", day=DAY).encode()
                answer.keep(status=201, body=body)
                return body
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(slow_call)
        assert inside.wait(10)
        with pytest.raises(answers.Busy) as refusal:
            call()
        call(key="another")
        go_on.set()
        assert first.result(10) == call()

    assert isinstance(refusal.value, Refused)
    assert effects() == 2


@pytest.mark.django_db(transaction=True)
def test_sixteen_callers_with_one_key_have_one_effect() -> None:
    def keep_trying(_number: int) -> bytes:
        try:
            while True:
                try:
                    return call()
                except answers.Busy:
                    continue
        finally:
            connection.close()

    with ThreadPoolExecutor(16) as pool:
        given = set(pool.map(keep_trying, range(16)))

    assert given == {b"FW20261123-0001"}
    assert effects() == 1


@pytest.mark.django_db(transaction=True)
def test_who_is_patient_gets_the_answer_of_the_first() -> None:
    def patient(_number: int) -> bytes:
        try:
            with answers.once(owner="form", key="k1", digest=BODY, patience=10) as answer:
                if answer.known:
                    return bytes(answer.known.body)
                body = numbers.take(kind="FW", day=DAY).encode()
                answer.keep(status=303, body=body)
                return body
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        given = set(pool.map(patient, range(8)))

    assert given == {b"FW20261123-0001"}


@pytest.mark.django_db(transaction=True)
def test_a_key_held_by_a_dead_session_is_free_at_once() -> None:
    inside, dead = threading.Event(), threading.Event()
    session: list[int] = []

    def die() -> None:
        try:
            with answers.once(owner="token:1", key="k1", digest=BODY):
                numbers.take(kind="FW", day=DAY)
                session.append(_one("SELECT pg_backend_pid()"))
                inside.set()
                assert dead.wait(10)
                numbers.take(kind="FW", day=DAY)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        died = pool.submit(die)
        assert inside.wait(10)
        _one(f"SELECT pg_terminate_backend({session[0]}, 5000)")
        dead.set()
        assert isinstance(died.exception(10), DatabaseError)

    assert call() == b"FW20261123-0001"
    assert effects() == 1


def _one(query: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return int(cursor.fetchone()[0])
