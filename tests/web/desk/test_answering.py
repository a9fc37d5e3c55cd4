"""What the desk writes under a request: answers, quick replies and notes."""

from collections.abc import Callable
from contextlib import AbstractContextManager

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from houqin.accounts.models import User
from houqin.desk.models import (
    Message,
    RequestAttachment,
    ServiceRequest,
)
from tests.files.hostile import picture

AtMost = Callable[[int], AbstractContextManager[object]]


def text(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined,no-any-return]


def at(request: ServiceRequest, step: str = "") -> str:
    return f"/desk/requests/{request.number}/" + (f"{step}/" if step else "")


def test_replying_with_a_photo_answers_once(desk: Client, leak: ServiceRequest, xu: User) -> None:
    for _n in range(2):
        photo = SimpleUploadedFile("现场.jpg", picture())
        facts = {"side": "reply", "text": "十分钟左右到", "photos": photo, "form_key": "w1"}
        assert desk.post(at(leak, "write"), facts).status_code == 303

    message = Message.objects.get(request=leak)
    assert (message.side, message.author, message.text) == ("staff", xu, "十分钟左右到")
    link = RequestAttachment.objects.get(message=message)
    shown = desk.get(at(leak, f"files/{link.attachment.key}"))
    assert shown.status_code == 200
    assert shown["Content-Type"] == "image/jpeg"
    assert b"".join(shown.streaming_content)  # type: ignore[attr-defined]


def test_a_quick_reply_speaks_the_requesters_language(desk: Client, leak: ServiceRequest) -> None:
    desk.post(at(leak, "write"), {"side": "reply", "text": "", "quick": "coming"})

    assert "师傅" in Message.objects.get(request=leak).text


def test_a_note_satisfies_nobody_and_an_empty_one_is_refused(desk: Client, leak: ServiceRequest) -> None:
    desk.post(at(leak, "write"), {"side": "note", "text": "先看看"})
    empty = desk.post(at(leak, "write"), {"side": "note", "text": " "})

    assert empty.status_code == 422
    assert "Please write something." in text(empty)
    leak.refresh_from_db()
    assert leak.responded_at is None
    assert Message.objects.get(request=leak).side == "internal"
