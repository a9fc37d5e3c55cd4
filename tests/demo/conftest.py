"""A small demonstration for the tests of this folder: the whole campus, a year of few requests."""

import datetime as dt
from collections.abc import Iterator

import pytest
from django.db import transaction

from houqin.demo.loading import Loaded, load_demonstration
from houqin.kernel import clock

NOW = dt.datetime(2026, 11, 23, 2, 20, tzinfo=dt.UTC)
"""A Monday, twenty past ten on the campus."""


@pytest.fixture(scope="module")
def demonstration(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: object
) -> Iterator[Loaded]:
    """Loaded once for the tests of a module, at `NOW`, where the clock stands still.

    The year has the module's `OCCASIONS`, none where it names no number.
    """
    occasions = getattr(request.module, "OCCASIONS", 0)
    with django_db_blocker.unblock(), clock.stopped_at(NOW), transaction.atomic():  # type: ignore[attr-defined]
        yield load_demonstration(occasions=occasions)
        transaction.set_rollback(True)


@pytest.fixture
def undone(demonstration: Loaded) -> Iterator[Loaded]:
    """The demonstration for a test that changes it; what it does is undone."""
    with transaction.atomic():
        yield demonstration
        transaction.set_rollback(True)
