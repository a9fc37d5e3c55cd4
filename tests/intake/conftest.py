"""A service desk that takes mail."""

from typing import Any

import pytest

from houqin.desk.models import Category
from houqin.intake.models import InboundMessage
from houqin.notify.models import OutMail
from tests.fixtures_desk import *  # noqa: F403
from tests.intake.letters import SERVICE, arrives, letter
from tests.makers_desk import make_category, make_service


@pytest.fixture
def desk(monday: Any, settings: Any) -> Category:
    """Mail to fix@campus.example is taken; what nobody has classified is 其他."""
    settings.MAIL_ADDRESS = SERVICE
    settings.DEFAULT_FROM_EMAIL = f"后勤 <{SERVICE}>"
    made: Category = make_category("其他", code="other")
    make_service("其他", category=made)
    return made


@pytest.fixture
def report(desk: Category) -> InboundMessage:
    """A mail of a stranger to us that became a request and was acknowledged."""
    return arrives(letter())


@pytest.fixture
def acknowledgement(report: InboundMessage) -> OutMail:
    """Our answer to it."""
    return OutMail.objects.get(about=report.request_number, kind="request_received")
