"""What a mail is, without a database: the order of the questions is the rule."""

from typing import Any

import pytest

from houqin.intake.classifying import Kind, classified
from houqin.intake.parsing import parsed
from houqin.notify.origin import instance_id, message_id
from tests.intake.letters import SERVICE, letter

DSN = {"content_type": 'multipart/report; report-type=delivery-status; boundary="b"'}


@pytest.fixture(autouse=True)
def service(settings: Any) -> None:
    settings.MAIL_ADDRESS = SERVICE


def kind_of(
    *, seen: bool = False, threaded: bool = False, envelope_from: str | None = None, **headers: str
) -> Kind:
    mail = parsed(letter(**headers))  # type: ignore[arg-type]
    return classified(mail, seen=seen, threaded=threaded, envelope_from=envelope_from).kind


@pytest.mark.parametrize(
    "headers",
    [
        {"auto_submitted": "auto-replied"},
        {"auto_submitted": "auto-generated; type=vacation"},
        {"auto_submitted": "Auto-Notified"},
        {"precedence": "bulk"},
        {"precedence": "junk"},
        {"precedence": "list"},
        {"precedence": "auto_reply"},
        {"x_auto_response_suppress": "All"},
        {"x_autoreply": "yes"},
        {"x_autorespond": "1"},
        {"sender": "MAILER-DAEMON@example.com"},
        {"sender": "postmaster@example.com"},
        {"return_path": "<>"},
        {"subject": "自动回复: 我在休假"},
        {"subject": "自动回复：您好"},
        {"subject": "Automatic reply: leak"},
        {"subject": "Out of Office: leak"},
        {"x_houqin": "0" * 12},
    ],
)
def test_a_machine_is_known_by_any_of_its_signs(headers: dict[str, str]) -> None:
    assert kind_of(**headers) == Kind.MACHINE
    assert kind_of(threaded=True, **headers) == Kind.MACHINE


@pytest.mark.parametrize(
    "headers",
    [
        {"auto_submitted": "no"},
        {"precedence": "normal"},
        {"x_auto_response_suppress": "None"},
        {"return_path": "<wang@example.com>"},
        {"subject": "自动门坏了"},
        {"subject": "Automatic door broken"},
        {"subject": "关于自动回复功能的问题"},
    ],
)
def test_people_are_not_taken_for_machines(headers: dict[str, str]) -> None:
    assert kind_of(**headers) == Kind.NEW
    assert kind_of(threaded=True, **headers) == Kind.REPLY


def test_an_empty_envelope_is_a_machine_whatever_the_mail_says() -> None:
    assert kind_of(envelope_from="") == Kind.MACHINE
    assert kind_of(envelope_from="wang@example.com", return_path="<>") == Kind.NEW


@pytest.mark.parametrize(
    "headers",
    [
        DSN,
        {**DSN, "auto_submitted": "auto-replied"},
        {"sender": "MAILER-DAEMON@qq.com", "subject": "系统退信"},
        {"sender": "postmaster@163.com", "subject": "系统退信/Systems bounce"},
        {"return_path": "<>", "subject": "Undelivered Mail Returned to Sender"},
    ],
)
def test_a_report_on_delivery_is_a_bounce(headers: dict[str, str]) -> None:
    assert kind_of(**headers) == Kind.BOUNCE


@pytest.mark.parametrize(
    "headers",
    [
        {"sender": SERVICE},
        {"sender": f"后勤 <{SERVICE.upper()}>"},
        {"sender": SERVICE.replace("@", "+fw20261123-0001.x@")},
        {"message_id": message_id(to="a@b.cn", change="x")},
    ],
)
def test_mail_of_our_own_is_a_loop(headers: dict[str, str]) -> None:
    assert kind_of(**headers) == Kind.LOOP
    assert kind_of(x_houqin=instance_id()) == Kind.LOOP


def test_the_questions_are_asked_in_their_order() -> None:
    everything = {**DSN, "sender": SERVICE, "auto_submitted": "auto-replied"}

    assert kind_of(seen=True, threaded=True, **everything) == Kind.DUPLICATE
    assert kind_of(threaded=True, **everything) == Kind.LOOP
    assert kind_of(threaded=True, **{**everything, "sender": "a@b.cn"}) == Kind.BOUNCE
    assert kind_of(threaded=True, auto_submitted="auto-replied") == Kind.MACHINE


def test_colleagues_of_the_same_domain_are_people() -> None:
    assert kind_of(sender="wang@campus.example") == Kind.NEW
