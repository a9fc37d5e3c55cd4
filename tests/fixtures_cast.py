"""The cast and their crew as fixtures; `conftest.py` imports them all."""

import pytest

from houqin.accounts.models import User
from houqin.staffing.models import Crew
from tests import cast
from tests.makers import make_crew

__all__ = [
    "admin",
    "auditor",
    "banzhang",
    "chen",
    "crew",
    "lin",
    "liu",
    "stranger",
    "sun",
    "wang",
    "xu",
    "zhao",
]


@pytest.fixture
def lin(db: None) -> User:
    """林主任, manager."""
    return cast.director_lin()


@pytest.fixture
def wang(db: None) -> User:
    """小王, requester."""
    return cast.requester_wang()


@pytest.fixture
def chen(db: None) -> User:
    """陈师傅, technician."""
    return cast.technician_chen()


@pytest.fixture
def liu(db: None) -> User:
    """刘师傅, another technician."""
    return cast.technician_liu()


@pytest.fixture
def zhao(db: None) -> User:
    """赵会计, accountant."""
    return cast.accountant_zhao()


@pytest.fixture
def sun(db: None) -> User:
    """孙仓管, storekeeper."""
    return cast.storekeeper_sun()


@pytest.fixture
def xu(db: None) -> User:
    """许晓, dispatcher."""
    return cast.dispatcher_xu()


@pytest.fixture
def banzhang(db: None) -> User:
    """班长, crew leader."""
    return cast.crew_leader()


@pytest.fixture
def admin(db: None) -> User:
    """管理员, administrator."""
    return cast.administrator()


@pytest.fixture
def auditor(db: None) -> User:
    """审计, auditor."""
    return cast.auditor()


@pytest.fixture
def stranger(db: None) -> User:
    """陌生人, without any role."""
    return cast.stranger()


@pytest.fixture
def crew(banzhang: User, chen: User) -> Crew:
    """水电班: 班长 leads, 陈师傅 belongs to it."""
    return make_crew("水电班", chen, leader=banzhang)
