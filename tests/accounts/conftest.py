"""Somebody to sign in, and no tries counted yet: the counters live in the cache."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache

from houqin.accounts.models import User
from tests import cast
from tests.accounts.browsing import GOOD


@pytest.fixture(autouse=True)
def no_tries_counted() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def wang(db: None) -> User:
    """小王, who knows the password."""
    return cast.requester_wang(password=GOOD)
