"""From the raw mail to exactly one outcome."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import IntegrityError, connection, transaction

from houqin.accounts.models import User
from houqin.desk.actions import triage
from houqin.desk.models import Category, Message, ServiceRequest
from houqin.flows.triage_request import ask_requester
from houqin.intake.actions import taking
from houqin.intake.actions.taking import replay, settle_waiting, take_in
from houqin.intake.limits import MOST_BYTES
from houqin.intake.models import InboundMessage, Outcome
from houqin.kernel.errors import StaleState
from houqin.notify.actions import mail as mails
from houqin.notify.models import Notice, OutMail
from houqin.notify.origin import instance_id, number_of_plus, reply_address
from tests.intake.letters import SERVICE, WANG, answer_to, arrives, letter, multipart, part, without
from tests.makers_desk import make_request

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("desk")]


def said(number: str) -> list[tuple[str, str]]:
    found = Message.objects.filter(request__number=number).order_by("pk")
    return list(found.values_list("side", "text"))


@contextmanager
def broken_requests() -> Iterator[None]:
    """The database refuses every new request, as no rule of ours does."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION broken() RETURNS trigger AS $$ BEGIN RAISE 'broken'; END $$ LANGUAGE plpgsql;"
            "CREATE TRIGGER broken BEFORE INSERT ON desk_servicerequest EXECUTE FUNCTION broken()"
        )
        yield
        cursor.execute("DROP TRIGGER broken ON desk_servicerequest; DROP FUNCTION broken()")


class TestANewReport:
    def test_becomes_a_request_that_is_acknowledged(self, report: InboundMessage) -> None:
        made = ServiceRequest.objects.get()
        (mail,) = OutMail.objects.all()

        assert (report.outcome, report.request_number) == (Outcome.REQUEST, made.number)
        assert (made.channel, made.title, made.description) == ("email", "卫生间漏水", "三楼卫生间漏水了。")
        assert (made.contact_name, made.contact_email, made.category.code) == (
            "小王",
            "wang@example.com",
            "other",
        )
        assert (mail.to, mail.kind, mail.about) == ("wang@example.com", "request_received", made.number)

    def test_of_somebody_with_an_account_is_theirs(self, wang: User) -> None:
        arrives(letter())

        assert ServiceRequest.objects.get().requester == wang

    def test_in_english_is_answered_in_english(self) -> None:
        arrives(letter("The lamp in 302 is broken.", subject="Broken lamp", sender="Ann <ann@example.com>"))

        assert OutMail.objects.get().subject.startswith("We have received")

    def test_brings_its_files_along(self) -> None:
        row = arrives(
            multipart(
                part("灯不亮".encode(), "text/plain; charset=utf-8"),
                part(
                    b"%PDF-1.4 \xe5",
                    "application/pdf",
                    'Content-Disposition: attachment; filename="报告.pdf"'.encode(),
                ),
                part(
                    b"MZ\x90", "application/octet-stream", b"Content-Disposition: attachment; filename=a.exe"
                ),
                part(
                    b"x" * 20, "application/ms-tnef", b"Content-Disposition: attachment; filename=winmail.dat"
                ),
            )
        )
        made = ServiceRequest.objects.get()

        assert [tie.attachment.name for tie in made.attachments.all()] == ["报告.pdf"]
        assert row.facts["held_back"] == [["a.exe", "file_not_accepted"], ["winmail.dat", "tnef"]]
        ((side, note),) = said(made.number)
        assert side == "internal"
        assert "winmail.dat" in note

    def test_forwarded_without_a_word_keeps_what_is_forwarded(self) -> None:
        arrives(letter("------------------ 原始邮件 ------------------\n发件人: a@b.c\n\n空调坏了"))

        assert "空调坏了" in ServiceRequest.objects.get().description

    def test_without_a_category_in_use_is_put_aside(self) -> None:
        Category.objects.update(active=False)

        row = arrives(letter())

        assert (row.outcome, row.reason) == (Outcome.QUARANTINED, "refused")
        assert not ServiceRequest.objects.exists()
        Category.objects.update(active=True)
        assert replay(message_id=row.pk).outcome == Outcome.REQUEST


class TestTheSameMail:
    def test_twice_is_one_row_and_one_request(self) -> None:
        raw = letter()
        first, second = arrives(raw), arrives(raw)

        assert first.pk == second.pk
        assert second.deliveries == 2
        assert ServiceRequest.objects.count() == OutMail.objects.count() == 1

    def test_by_another_way_is_a_duplicate(self) -> None:
        raw = letter()
        first, second = arrives(raw), arrives(b"Received: from a by b\r\n" + raw)

        assert second.outcome == Outcome.DUPLICATE
        assert second.request_number == first.request_number
        assert ServiceRequest.objects.count() == 1

    def test_without_an_id_is_known_by_what_it_says(self) -> None:
        raw = without(letter(), "Message-Id")
        arrives(raw)

        assert arrives(b"Received: from a by b\r\n" + raw).outcome == Outcome.DUPLICATE

    def test_with_one_word_changed_is_another(self) -> None:
        first, second = letter("漏水", message_id=""), letter("漏电", message_id="")
        arrives(first)
        arrives(second)

        assert ServiceRequest.objects.count() == 2

    @pytest.mark.usefixtures("report")
    def test_once_per_id_and_content_says_the_database_too(self) -> None:
        facts = {**InboundMessage.objects.values().get(), "id": None, "raw_id": 0}
        with pytest.raises(IntegrityError, match="inbound_once_per_id_and_content"), transaction.atomic():
            InboundMessage.objects.create(**facts)


class TestAnAnswer:
    def test_is_a_message_on_its_request(self, acknowledgement: OutMail) -> None:
        row = arrives(answer_to(acknowledgement, "还在漏。\n\n在 2026-11-23 09:10:00，后勤 写道：\n> 已收到"))

        assert (row.outcome, row.reason) == (Outcome.MESSAGE, "answer")
        assert said(row.request_number) == [("requester", "还在漏。")]
        assert OutMail.objects.filter(to="wang@example.com").count() == 1

    @pytest.mark.parametrize("headers", [{"references": ""}, {"in_reply_to": ""}])
    def test_is_found_by_either_header(self, acknowledgement: OutMail, headers: dict[str, str]) -> None:
        row = arrives(answer_to(acknowledgement, subject="Re: x", **headers))

        assert row.request_number == acknowledgement.about

    def test_is_found_by_the_signed_address(self, acknowledgement: OutMail) -> None:
        row = arrives(letter("还在漏", subject="x"), to=reply_address(acknowledgement.about))

        assert (row.outcome, row.facts["how"]) == (Outcome.MESSAGE, "address")

    def test_is_found_by_the_subject(self, acknowledgement: OutMail) -> None:
        row = arrives(letter("还在漏", subject=f"答复: [{acknowledgement.about}] 漏水"))

        assert (row.outcome, row.facts["how"]) == (Outcome.MESSAGE, "subject")

    @pytest.mark.usefixtures("report")
    def test_to_a_question_answers_it(self, xu: User) -> None:
        request = ServiceRequest.objects.get()
        ask_requester(request_id=request.pk, question="几楼？", by=xu)
        arrives(answer_to(OutMail.objects.get(kind="information_asked"), "三楼"))
        request.refresh_from_db()

        assert request.status != "need_info"

    def test_of_a_stranger_is_a_request_of_its_own(self, acknowledgement: OutMail) -> None:
        row = arrives(answer_to(acknowledgement, "我也要看", sender="陌生人 <evil@example.net>", subject="x"))
        other = ServiceRequest.objects.exclude(number=acknowledgement.about).get()

        assert (row.outcome, row.reason, row.request_number) == (
            Outcome.REQUEST,
            "new_of_stranger",
            other.number,
        )
        assert said(acknowledgement.about) == []
        mail = OutMail.objects.get(to="evil@example.net")
        assert acknowledgement.about not in mail.text
        assert "三楼卫生间" not in mail.subject + mail.text
        assert acknowledgement.about in said(other.number)[0][1]

    def test_to_a_forged_address_is_a_request_of_its_own(self, acknowledgement: OutMail) -> None:
        local, _at, host = reply_address(acknowledgement.about).partition("@")
        forged = f"{local[:-1]}{'0' if local[-1] != '0' else '1'}@{host}"
        row = arrives(letter("给我看", subject="x", sender="evil@example.net"), to=forged)

        assert (row.outcome, row.reason) == (Outcome.REQUEST, "new_forged")
        assert number_of_plus(forged) == (acknowledgement.about, False)

    def test_to_the_mail_of_another_installation_is_not_threaded_by_number(
        self, acknowledgement: OutMail
    ) -> None:
        number = acknowledgement.about
        row = arrives(
            letter("x", subject=f"Re: {number}", in_reply_to=f"<{number}.{'0' * 12}@other.example>")
        )

        assert (row.outcome, row.reason) == (Outcome.REQUEST, "new_of_other")
        assert instance_id() != "0" * 12

    def test_on_a_merged_request_goes_to_where_it_goes_on_and_stays_with_staff(
        self, acknowledgement: OutMail, xu: User, lin: User
    ) -> None:
        target = make_request(requester=lin, title="漏水")
        triage.merge(
            request_id=ServiceRequest.objects.get(number=acknowledgement.about).pk, into_id=target.pk, by=xu
        )

        row = arrives(answer_to(acknowledgement, "我这里也漏"))

        assert (row.outcome, row.request_number) == (Outcome.MESSAGE, target.number)
        assert said(target.number) == [("internal", "我这里也漏")]
        assert Notice.objects.filter(recipient=xu, kind="message").exists()


class TestStaff:
    def test_answer_the_requester_by_answering_a_mail_to_them(
        self, acknowledgement: OutMail, xu: User
    ) -> None:
        mails.queue(
            to=xu.email, kind="message", language="zh-hans", change="m", about=acknowledgement.about,
            data={"title": "x", "author": "小王", "text": "?", "path": "/"},
        )  # fmt: skip
        row = arrives(answer_to(OutMail.objects.get(change="m"), "下午来修。"))

        assert (row.outcome, row.reason) == (Outcome.MESSAGE, "staff_answer")
        assert said(row.request_number) == [("staff", "下午来修。")]
        assert OutMail.objects.filter(to="wang@example.com", kind="message").exists()

    def test_as_a_mere_sender_reach_only_staff(self, acknowledgement: OutMail, xu: User) -> None:
        row = arrives(
            letter("请转账到这个账号", sender=f"许晓 <{xu.email}>", subject=f"Re: {acknowledgement.about}")
        )

        assert (row.outcome, row.reason) == (Outcome.NOTE, "staff_unproven")
        assert said(row.request_number) == [("internal", "请转账到这个账号")]
        assert not OutMail.objects.filter(to="wang@example.com", kind="message").exists()


class TestStorms:
    @pytest.mark.usefixtures("xu", "admin")
    def test_the_eleventh_mail_of_an_hour_is_put_aside_with_one_alert(self, acknowledgement: OutMail) -> None:
        rows = [arrives(answer_to(acknowledgement, f"第{n}次")) for n in range(14)]

        assert [row.outcome for row in rows] == [Outcome.MESSAGE] * 10 + [Outcome.QUARANTINED] * 4
        assert {row.reason for row in rows[10:]} == {"storm"}
        assert Notice.objects.filter(kind="mail_storm").count() == 2
        assert replay(message_id=rows[10].pk).outcome == Outcome.MESSAGE

    @pytest.mark.usefixtures("report")
    def test_the_same_text_again_is_a_message_on_the_first_request(self) -> None:
        row = arrives(letter())

        assert (row.outcome, row.reason) == (Outcome.MESSAGE, "same_text_again")
        assert OutMail.objects.count() == 1

    def test_one_that_differs_by_a_number_is_taken_without_an_answer(self) -> None:
        for room in (302, 303):
            arrives(letter(f"{room} 灯不亮", subject="灯"))

        assert ServiceRequest.objects.count() == 2
        assert OutMail.objects.count() == 1


class TestWhatIsKept:
    def test_survives_a_fault_of_ours_and_is_settled_later(self) -> None:
        with broken_requests():
            row = arrives(letter())
        assert (row.outcome, row.tries) == (Outcome.WAITING, 1)

        assert settle_waiting() == 1
        row.refresh_from_db()
        assert row.outcome == Outcome.REQUEST
        assert settle_waiting() == 0

    def test_is_put_aside_after_three_faults(self) -> None:
        with broken_requests():
            row = arrives(letter())
            settle_waiting()
            settle_waiting()
        row.refresh_from_db()

        assert (row.outcome, row.reason) == (Outcome.QUARANTINED, "failed")

    def test_of_too_large_a_mail_is_the_head(self) -> None:
        row = take_in(raw=letter(b"x" * (MOST_BYTES + 1)), via="imap")

        assert (row.outcome, row.reason) == (Outcome.REFUSED, "too_large")
        assert row.size > MOST_BYTES
        assert row.raw.size < 100_000
        assert not ServiceRequest.objects.exists()

    def test_that_has_become_a_request_is_not_looked_at_again(self, report: InboundMessage) -> None:
        with pytest.raises(StaleState):
            replay(message_id=report.pk)

        assert ServiceRequest.objects.count() == 1


@pytest.mark.parametrize(
    ("raw", "outcome", "reason"),
    [
        (b"", Outcome.QUARANTINED, "no_sender"),
        (b"\xff\xfe\x00garbage", Outcome.QUARANTINED, "no_sender"),
        (letter(sender=""), Outcome.QUARANTINED, "no_sender"),
        (letter(sender="not an address"), Outcome.QUARANTINED, "no_sender"),
        (letter("", subject=""), Outcome.QUARANTINED, "empty"),
        (letter(date="", message_id=""), Outcome.REQUEST, "new"),
        (letter(date="32 Foo 20x6"), Outcome.REQUEST, "new"),
        (letter(to=", ".join(f"a{n}@example.com" for n in range(1_000))), Outcome.REQUEST, "new"),
        (letter(b"\x80\x81\xfe\xff", charset="no-such-set"), Outcome.REQUEST, "new"),
        (letter(sender=SERVICE), Outcome.REFUSED, "own_mail"),
        (letter("a\x00b", subject="a\x00b"), Outcome.REQUEST, "new"),
        (letter(subject="x" * 5_000), Outcome.REQUEST, "new"),
        (letter("字" * 300_000), Outcome.REQUEST, "new"),
        (letter(sender=f"{'名' * 500} <wang@example.com>"), Outcome.REQUEST, "new"),
    ],
)
def test_every_mail_has_its_outcome_and_its_reason(raw: bytes, outcome: str, reason: str) -> None:
    row = arrives(raw)

    assert (row.outcome, row.reason) == (outcome, reason)
    with row.raw and taking.open_content(row.raw) as kept:
        assert kept.read().strip() == raw.strip()


def test_a_mail_without_a_word_but_with_a_file_is_taken() -> None:
    row = arrives(
        multipart(
            part(b"%PDF-1.4", "application/pdf", b"Content-Disposition: attachment"), subject="", sender=WANG
        )
    )

    assert row.outcome == Outcome.REQUEST
    assert ServiceRequest.objects.get().attachments.count() == 1
