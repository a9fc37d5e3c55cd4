"""Mail that came in, as programs read it."""

from typing import Any

import pytest

from houqin.accounts.models import User
from houqin.api.access import NEEDS
from tests.api.calling import Calls
from tests.intake.letters import SERVICE, arrives, letter
from tests.makers_desk import make_category, make_service

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def mail_desk(settings: Any) -> None:
    settings.MAIL_ADDRESS = SERVICE
    make_service("其他", category=make_category("其他", code="other"))


def test_mail_is_listed_with_outcome_and_reason(admin: User, calls: Calls) -> None:
    row = arrives(letter())
    arrives(letter("x", subject="自动回复：休假"))
    call = calls(admin)

    items = call.get("/intake/messages").json()["items"]
    (one,) = call.get(f"/intake/messages?request={row.request_number}").json()["items"]

    assert [item["outcome"] for item in items] == ["quarantined", "request"]
    assert items[0]["reason"]["code"] == "automatic"
    assert one["from"] == "wang@example.com"
    assert one["message_id"] == row.message_id
    assert call.get("/intake/messages?limit=1").json()["next"]
    assert call.get("/intake/messages?outcome=nonsense").status_code == 422


def test_mail_is_for_those_who_look_after_it(wang: User, chen: User, calls: Calls) -> None:
    assert NEEDS["list_inbound_messages"] == ("system.manage", "desk.triage")
    for person in (wang, chen):
        assert calls(person).get("/intake/messages").status_code == 403
