"""Mail as strangers write it: raw bytes, headers open to every keyword."""

import base64
import re
from itertools import count

from houqin.intake.actions.taking import take_in
from houqin.intake.models import InboundMessage
from houqin.notify.models import OutMail
from houqin.notify.origin import anchor

_serial = count(1)
SERVICE = "fix@campus.example"
WANG = "小王 <wang@example.com>"


def letter(
    text: str | bytes = "三楼卫生间漏水了。",
    *,
    subject: str = "卫生间漏水",
    sender: str = WANG,
    to: str = SERVICE,
    charset: str = "utf-8",
    body: bytes | None = None,
    **headers: str,
) -> bytes:
    """A mail; keywords become headers (`in_reply_to` is In-Reply-To), an empty one leaves it out."""
    facts = {
        "from": sender,
        "to": to,
        "subject": subject,
        "date": "Mon, 23 Nov 2026 09:00:00 +0800",
        "message_id": f"<{next(_serial)}.letter@example.com>",
        "mime_version": "1.0",
        "content_type": f"text/plain; charset={charset}",
        "content_transfer_encoding": "8bit",
        **headers,
    }
    lines = [
        b"%s: %s" % ("-".join(part.title() for part in name.split("_")).encode(), value.encode("utf-8"))
        for name, value in facts.items()
        if value
    ]
    content = body if body is not None else text if isinstance(text, bytes) else text.encode(charset)
    return b"\r\n".join([*lines, b"", content])


def word(text: str, charset: str, encoding: str = "B") -> str:
    """An encoded word of a header."""
    raw = text.encode("gb18030" if charset in {"gb2312", "gbk"} else charset)
    if encoding == "B":
        return f"=?{charset}?B?{base64.b64encode(raw).decode()}?="
    return f"=?{charset}?Q?{''.join(f'={byte:02X}' for byte in raw)}?="


def multipart(*parts: bytes, kind: str = "mixed", **headers: str) -> bytes:
    """A mail of several parts, each with its own head."""
    body = b"".join(b"--xyz\r\n" + part + b"\r\n" for part in parts) + b"--xyz--\r\n"
    return letter(
        body=body, content_type=f'multipart/{kind}; boundary="xyz"', content_transfer_encoding="", **headers
    )


def part(content: bytes, kind: str, *heads: bytes) -> bytes:
    """A part in base64."""
    return b"\r\n".join(
        [
            f"Content-Type: {kind}".encode(),
            b"Content-Transfer-Encoding: base64",
            *heads,
            b"",
            base64.encodebytes(content),
        ]
    )


def arrives(raw: bytes, *, envelope_from: str | None = None, to: str = SERVICE) -> InboundMessage:
    """Take a mail in as the listener does."""
    return take_in(raw=raw, via="smtp", envelope_from=envelope_from, envelope_to=[to])


def answer_to(mail: OutMail, text: str = "还在漏。", **headers: str) -> bytes:
    """What a mail program makes of an answer to a mail of ours."""
    facts = {
        "subject": f"回复：{mail.subject}",
        "sender": mail.to,
        "in_reply_to": mail.message_id,
        "references": f"{anchor(mail.about)} {mail.message_id}",
        **headers,
    }
    return letter(text, **facts)


def without(raw: bytes, name: str) -> bytes:
    """The mail without a header."""
    return re.sub(rb"(?im)^%s:.*\r\n" % name.encode(), b"", raw, count=1)
