"""Our mail says where answers go: to a signed address that finds its request and opens no other."""

from typing import Any

import pytest
from django.core import mail as django_mail

from houqin.intake.models import InboundMessage
from houqin.notify.actions.sending import send_due
from houqin.notify.models import OutMail
from houqin.notify.origin import anchor, number_of_plus, reply_address
from tests.intake.letters import SERVICE, arrives, letter

NUMBER = "FW20261123-0001"


@pytest.fixture
def service(settings: Any) -> None:
    settings.MAIL_ADDRESS = SERVICE


@pytest.mark.usefixtures("service")
class TestTheSignedAddress:
    def test_names_its_number_in_any_case(self) -> None:
        address = reply_address(NUMBER)

        assert len(address.partition("@")[0]) <= 64
        assert number_of_plus(address) == (NUMBER, True)
        assert number_of_plus(address.upper().lower()) == (NUMBER, True)

    def test_of_one_request_opens_no_other(self) -> None:
        other = reply_address(NUMBER).replace("0001", "0002")

        assert number_of_plus(other) == ("FW20261123-0002", False)

    @pytest.mark.parametrize(
        "address", ["", "@", SERVICE, "fix+@campus.example", "fix+x@campus.example", "fix+a.é@campus.example"]
    )
    def test_is_no_other_address(self, address: str) -> None:
        assert number_of_plus(address)[1] is False

    def test_of_another_house_is_not_ours(self) -> None:
        assert number_of_plus(reply_address(NUMBER).replace("campus", "evil")) == ("", False)

    def test_is_plain_where_the_server_takes_no_plus(self, settings: Any) -> None:
        settings.MAIL_PLUS = False

        assert reply_address(NUMBER) == SERVICE


@pytest.mark.django_db
@pytest.mark.parametrize("address", [SERVICE, ""])
def test_mail_about_a_request_carries_it(report: InboundMessage, settings: Any, address: str) -> None:
    settings.MAIL_URL, settings.MAIL_ADDRESS = "smtp://localhost", address
    send_due()
    (sent,) = django_mail.outbox
    message = sent.message()

    assert message["Reply-To"] == (reply_address(report.request_number) if address else None)
    assert message["References"] == f"{anchor(report.request_number)} <{report.message_id}>"
    assert message["In-Reply-To"] == f"<{report.message_id}>"
    assert message["Auto-Submitted"] == "auto-replied"
    assert OutMail.objects.get().message_id == message["Message-ID"]


@pytest.mark.django_db
@pytest.mark.usefixtures("desk")
@pytest.mark.parametrize("message_id", ["", "no-at", "<a b@c>", "<é@c>", f"<{'x' * 300}@c>"])
def test_an_id_that_no_header_can_carry_is_not_answered(settings: Any, message_id: str) -> None:
    settings.MAIL_URL = "smtp://localhost"
    number = arrives(letter(message_id=message_id)).request_number
    send_due()

    message = django_mail.outbox[0].message()
    assert message["In-Reply-To"] == anchor(number)
