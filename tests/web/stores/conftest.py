"""A storekeeper, a store with two shelves, and a department that uses things."""

import pytest
from django.test import Client

from houqin.inventory.models import Warehouse
from houqin.org.models import Department
from tests import cast
from tests.makers import make_department, make_organisation
from tests.makers_stock import make_store, shelf
from tests.web.signed_in import signed_in


@pytest.fixture(autouse=True)
def organised(db: None) -> None:
    """An organisation that has been set up."""
    make_organisation()


@pytest.fixture
def store(db: None) -> Warehouse:
    """The central store with the shelves A1 and B2."""
    store = make_store("总库", code="W1")
    shelf(store, "B2")
    return store


@pytest.fixture
def offices(db: None) -> Department:
    """A department that takes things."""
    return make_department(code="D1", name="教务处")


@pytest.fixture
def sun(store: Warehouse) -> Client:
    """孙仓管's browser."""
    return signed_in(cast.storekeeper_sun())
