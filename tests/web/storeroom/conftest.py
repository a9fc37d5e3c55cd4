"""A storekeeper, an organisation, a store with a shelf."""

import pytest
from django.test import Client

from houqin.inventory.models import Warehouse
from tests import cast
from tests.makers import make_organisation
from tests.makers_stock import make_store
from tests.web.signed_in import signed_in


@pytest.fixture(autouse=True)
def organised(db: None) -> None:
    """An organisation that has been set up."""
    make_organisation()


@pytest.fixture
def store() -> Warehouse:
    """The central store with the shelf A1."""
    return make_store("总库", code="W1")


@pytest.fixture
def sun(store: Warehouse) -> Client:
    """孙仓管's browser."""
    return signed_in(cast.storekeeper_sun())
