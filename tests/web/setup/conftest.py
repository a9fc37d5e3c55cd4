"""The administrator's browser."""

import pytest
from django.test import Client

from houqin.accounts.models import User


@pytest.fixture
def office(admin: User, client: Client) -> Client:
    """A browser in which 管理员 is signed in."""
    client.force_login(admin)
    return client
