"""Mail that came in, as the people see it who look after it."""

import io

import pytest
from django.test import Client
from PIL import Image

from houqin.accounts.models import Role, User
from houqin.desk.models import Category, ServiceRequest
from houqin.files.queries.content import path_of
from houqin.intake.actions.taking import settle_waiting
from houqin.intake.models import InboundMessage, Outcome
from tests.intake.letters import SERVICE, arrives, letter, multipart, part
from tests.makers import grant, make_person, make_place
from tests.makers_desk import make_category, make_service
from tests.web.signed_in import signed_in

pytestmark = pytest.mark.django_db
HOSTILE = (
    '<p onclick="alert(1)">漏水<script>alert(1)</script><img src="https://spy.example/x.gif">'
    '<img src="cid:a@b" onerror="alert(1)"><a href="javascript:alert(1)">x</a>'
    '<form action="/setup/"><input name=q></form><style>body{display:none}</style><svg onload=alert(1)>'
)


@pytest.fixture
def office(admin: User) -> Client:
    """管理员's browser, reading English."""
    return signed_in(admin)


@pytest.fixture(autouse=True)
def mail_desk(settings: object) -> Category:
    settings.MAIL_ADDRESS = SERVICE  # type: ignore[attr-defined]
    made: Category = make_category("其他", code="other")
    make_service("其他", category=made)
    return made


class TestTheList:
    def test_says_what_became_of_each_mail_and_why(self, office: Client) -> None:
        row = arrives(letter())
        arrives(letter("x", subject="自动回复：休假"))

        page = office.get("/setup/intake/").content.decode()

        assert row.request_number in page
        assert "自动回复：休假" in page
        assert "A machine wrote it (subject line), and it belongs to no request." in page

    def test_keeps_its_conditions_in_the_address(self, office: Client) -> None:
        arrives(letter())
        arrives(letter("x", subject="自动回复：休假", sender="oof@example.com"))

        for query in ("outcome=quarantined", "reason=automatic", "from=oof@example.com", "q=休假"):
            page = office.get(f"/setup/intake/?{query}").content.decode()
            assert "自动回复：休假" in page
            assert "卫生间漏水" not in page
        assert "No mail here" in office.get("/setup/intake/?outcome=refused").content.decode()

    def test_takes_any_address(self, office: Client) -> None:
        for query in ("outcome=x&reason=y", "after=zzz", "request=" + "x" * 500):
            assert office.get(f"/setup/intake/?{query}").status_code == 200

    def test_asks_the_database_as_often_for_many_as_for_few(
        self, office: Client, django_assert_max_num_queries: object
    ) -> None:
        for number in range(30):
            arrives(letter(f"第{number}处", subject=f"灯{number}", sender=f"a{number}@example.com"))
        with django_assert_max_num_queries(16):  # type: ignore[operator]
            office.get("/setup/intake/")


class TestAMail:
    def test_shows_text_quotation_and_source(self, office: Client) -> None:
        row = arrives(letter("还在漏。\n\n在 2026-11-23 09:10:00，后勤 <a@b.c> 写道：\n> 已收到"))

        page = office.get(f"/setup/intake/{row.pk}/").content.decode()

        assert "<summary" in page
        assert "还在漏。" in page
        assert "Message-Id:" in page

    def test_of_a_hostile_sender_runs_and_loads_nothing(self, office: Client) -> None:
        row = arrives(
            multipart(
                part(HOSTILE.encode(), "text/html; charset=utf-8"),
                part(_png(), "image/png; name=a.png", b"Content-ID: <a@b>"),
                kind="related",
            )
        )

        page = office.get(f"/setup/intake/{row.pk}/").content.decode()
        shown = page.split('class="foreign"')[1].split("</details>")[0]

        for bad in ("onclick", "onerror", "<script", "javascript:", "<form", "<style", "<svg", "spy.example"):
            assert bad not in shown
        (key,) = row.pictures.values()
        assert f"/desk/requests/{row.request_number}/files/{key}/" in shown
        assert ServiceRequest.objects.get().description.startswith("漏水")

    def test_is_handed_out_as_it_came_and_never_shown(self, office: Client) -> None:
        raw = letter("<script>alert(1)</script>")
        row = arrives(raw)

        answer = office.get(f"/setup/intake/{row.pk}/raw/")

        assert b"".join(answer.streaming_content) == raw  # type: ignore[attr-defined]
        assert answer["Content-Disposition"].startswith("attachment")
        assert answer["Content-Type"] == "application/octet-stream"

    def test_put_aside_is_looked_at_again(self, office: Client) -> None:
        Category.objects.update(active=False)
        row = arrives(letter())
        assert row.outcome == Outcome.QUARANTINED
        Category.objects.update(active=True)

        office.post(f"/setup/intake/{row.pk}/again/")

        row.refresh_from_db()
        assert (row.outcome, row.replays) == (Outcome.REQUEST, 1)
        office.post(f"/setup/intake/{row.pk}/again/")
        assert ServiceRequest.objects.count() == 1
        assert settle_waiting() == 0


def test_a_dispatcher_of_one_place_sees_only_the_mail_of_its_requests() -> None:
    here, there = make_place("甲"), make_place("乙")
    rows = [arrives(letter(f"{where}", subject=f"灯{where}")) for where in (here, there)]
    for row, place in zip(rows, (here, there), strict=True):
        ServiceRequest.objects.filter(number=row.request_number).update(place=place)
    local = make_person("本地")
    grant(local, Role.DISPATCHER, place=here)
    client = signed_in(local)

    page = client.get("/setup/intake/").content.decode()

    assert rows[0].request_number in page
    assert rows[1].request_number not in page
    assert client.get(f"/setup/intake/{rows[0].pk}/").status_code == 200
    assert client.get(f"/setup/intake/{rows[1].pk}/").status_code == 404
    assert client.post(f"/setup/intake/{rows[0].pk}/again/").status_code == 404


def _png() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (20, 20), "red").save(out, "PNG")
    return out.getvalue()


def test_a_mail_without_bytes_is_still_shown(office: Client) -> None:
    row = InboundMessage.objects.get(pk=arrives(letter()).pk)
    path_of(row.raw).unlink()

    assert office.get(f"/setup/intake/{row.pk}/").status_code == 200


def test_what_was_wrong_with_a_mail_is_told_in_words(office: Client) -> None:
    row = arrives(b"From: wang@example.com\r\nSubject: leak\r\n\r\nthe tap drips")

    page = office.get(f"/setup/intake/{row.pk}/").content.decode()

    assert "It has no date, or none that can be read." in page
    assert "It has no Message-ID." in page
