"""A raw mail as what the rest of the house needs of it. Nothing here raises, whatever the bytes are.

Structure comes from the standard library's tolerant parser; headers, character sets and file names
are read by `charsets`, because mail programs break the rules in ways that the library's strict
parsers answer with exceptions.
"""

import binascii
import datetime as dt
import email.policy
import re
from dataclasses import dataclass, field
from email.message import Message
from email.parser import BytesHeaderParser, BytesParser
from email.utils import getaddresses, parsedate_to_datetime

from houqin.intake.charsets import header_text, parameters, text_of
from houqin.intake.markup import plain_text
from houqin.intake.reports import Failure, failures, ids_in, ids_named

DEEPEST = 30
"""Levels of parts an honest mail has; one with more is read all the same, and remarked."""

MOST_PARTS = 200
"""Parts that are looked into, those that only hold others included; the rest stays in the raw mail."""

MOST_TEXT = 200_000
"""Signs of a mail's text that are read."""

MOST_ADDRESSES = 1_000
_UU_BEGIN = re.compile(r"^begin [0-7]{3,4} (.+)$")
_WHOLE = frozenset(
    {"message/rfc822", "message/global", "message/delivery-status", "message/global-delivery-status"}
)
"""Parts with parts of their own that are read as one."""

_OF_REPORTS = _WHOLE | {"text/rfc822-headers"}
_TNEF = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})
_ADDRESS = re.compile(r"^[^\s<>@,;]+@[^\s<>@,;]+$")
_POLICY = email.policy.compat32


@dataclass(frozen=True)
class Attached:
    """A file of a mail; `cid` is the content id by which HTML shows it in its text."""

    name: str
    content_type: str
    content: bytes
    cid: str = ""

    @property
    def is_tnef(self) -> bool:
        """True for Outlook's own wrapping, which nothing but Outlook opens safely."""
        return self.content_type in _TNEF or self.name.lower() == "winmail.dat"


@dataclass
class Parsed:
    """What a mail says. Addresses are small letters, ids without their angle brackets.

    `faults` are codes of what was wrong with it. `about_ids` are the ids that a report on an
    undelivered mail names; `failed` is what it says of each
    recipient.
    """

    headers: dict[str, list[str]] = field(default_factory=dict)
    message_id: str = ""
    subject: str = ""
    from_address: str = ""
    from_name: str = ""
    recipients: list[str] = field(default_factory=list)
    sent_at: dt.datetime | None = None
    in_reply_to: list[str] = field(default_factory=list)
    references: list[str] = field(default_factory=list)
    text: str = ""
    html: str = ""
    attached: list[Attached] = field(default_factory=list)
    is_report: bool = False
    about_ids: list[str] = field(default_factory=list)
    failed: list[Failure] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def header(self, name: str) -> str:
        """The first header of a name, decoded; empty when there is none."""
        return next(iter(self.headers.get(name.lower(), ())), "")


def parsed(raw: bytes) -> Parsed:
    """Return what a raw mail says; what cannot be read is missing from it and named in `faults`."""
    found = Parsed()
    try:
        message = BytesParser(policy=_POLICY).parsebytes(raw)
        _read_head(message, found)
        _read_body(message, found)
    except Exception as error:  # noqa: BLE001 - a mail nobody foresaw is still kept and shown raw
        found.faults.append(f"unreadable:{type(error).__name__}")
        _read_only_head(raw, found)
    return found


def _read_only_head(raw: bytes, found: Parsed) -> None:
    """What the head alone tells of a mail whose parts cannot be told apart."""
    try:
        _read_head(BytesHeaderParser(policy=_POLICY).parsebytes(raw), found)
    except Exception as error:  # noqa: BLE001 - not even that
        found.faults.append(f"no_head:{type(error).__name__}")


def _read_head(message: Message, found: Parsed) -> None:
    found.headers = _headers(message)
    found.subject = found.header("subject")[:500]
    found.message_id = _first_id(found.header("message-id"))
    found.in_reply_to = ids_in(found.header("in-reply-to"))
    found.references = ids_in(" ".join(found.headers.get("references", ())))[-50:]
    found.from_name, found.from_address = _sender(found)
    found.recipients = [
        address
        for name in ("to", "cc", "delivered-to", "x-original-to")
        for _name, address in _addresses(found.headers.get(name, []))
    ][:MOST_ADDRESSES]
    found.sent_at = _date(found.header("date"))
    for name, missing in (("from", found.from_address), ("date", found.sent_at), ("id", found.message_id)):
        if not missing:
            found.faults.append(f"no_{name}")


def _headers(message: Message) -> dict[str, list[str]]:
    headers: dict[str, list[str]] = {}
    for name, value in message.raw_items():
        headers.setdefault(name.lower(), []).append(header_text(str(value))[:10_000])
    return headers


def _sender(found: Parsed) -> tuple[str, str]:
    for name in ("from", "sender", "reply-to"):
        for person, address in _addresses(found.headers.get(name, [])):
            return person[:80], address
    return "", ""


def _addresses(values: list[str]) -> list[tuple[str, str]]:
    try:
        pairs = getaddresses(values)
    except Exception:  # noqa: BLE001 - the library's parser has its own faults
        pairs = []
    good = [
        (name.strip(), address.strip().lower()) for name, address in pairs if _ADDRESS.match(address.strip())
    ]
    return good or [("", one.lower()) for one in re.findall(r"[^\s<>,;\"']+@[^\s<>,;\"']+", " ".join(values))]


def _date(value: str) -> dt.datetime | None:
    try:
        at = parsedate_to_datetime(value)
        return at if at.tzinfo else at.replace(tzinfo=dt.UTC)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None


def _first_id(value: str) -> str:
    return next(iter(ids_in(value)), value.strip().strip("<>")[:400])


def _read_body(message: Message, found: Parsed) -> None:
    texts: list[str] = []
    pages: list[str] = []
    waiting: list[tuple[Message, int]] = [(message, 0)]
    seen = 0
    found.is_report = _is_report(message)
    while waiting:
        part, depth = waiting.pop()
        seen += 1
        if seen > MOST_PARTS:
            found.faults.append("too_many_parts")
            break
        if depth > DEEPEST and "too_deep" not in found.faults:
            found.faults.append("too_deep")
        if part.is_multipart() and part.get_content_type() not in _WHOLE:
            waiting += [(child, depth + 1) for child in reversed(_children(part))]
        else:
            _read_part(part, found, texts, pages)
    found.html = "\n".join(pages)[:MOST_TEXT]
    text = "\n".join(one for one in texts if one.strip()) or plain_text(found.html)
    found.text = _without_uuencoded(text[:MOST_TEXT], found).strip("\n")


def _children(part: Message) -> list[Message]:
    payload = part.get_payload()
    return [child for child in payload if isinstance(child, Message)] if isinstance(payload, list) else []


def _is_report(message: Message) -> bool:
    kind = parameters(_raw(message, "content-type")).get("report-type", "")
    return message.get_content_type() == "multipart/report" and kind.lower() in {"delivery-status", ""}


def _raw(part: Message, name: str) -> str:
    return next((str(value) for key, value in part.raw_items() if key.lower() == name), "")


def _read_part(part: Message, found: Parsed, texts: list[str], pages: list[str]) -> None:
    kind = part.get_content_type()
    if found.is_report and kind in _OF_REPORTS:
        _read_report(part, found)
        return
    disposition = _raw(part, "content-disposition")
    typed, named = parameters(_raw(part, "content-type")), parameters(disposition)
    name = named.get("filename") or typed.get("name", "")
    is_file = disposition.strip().lower().startswith("attachment") or bool(name)
    if kind == "text/plain" and not is_file:
        texts.append(text_of(_content(part), typed.get("charset", "")))
    elif kind == "text/html" and not is_file:
        pages.append(text_of(_content(part), typed.get("charset", "")))
    elif (content := _content(part)) or name:
        cid = _first_id(header_text(_raw(part, "content-id")))
        found.attached.append(Attached(name[:200], kind, content, cid))


def _content(part: Message) -> bytes:
    """The bytes of a part; of a mail inside a mail its source."""
    try:
        if part.is_multipart():
            return b"\n".join(child.as_bytes() for child in _children(part))
        content = part.get_payload(decode=True)
    except (ValueError, LookupError, UnicodeError, binascii.Error, RecursionError, KeyError, TypeError):
        return str(part.get_payload()).encode("utf-8", "surrogateescape")
    return content if isinstance(content, bytes) else b""


def _read_report(part: Message, found: Parsed) -> None:
    """Take from a report which mail it is about, and whom it did not reach."""
    source = _content(part) if not part.is_multipart() else b""
    for child in _children(part):
        heads = [f"{name}: {value}\n" for name, value in child.raw_items()]
        source += "".join([*heads, "\n"]).encode("utf-8", "surrogateescape")
    text = text_of(source[:100_000])
    found.about_ids += [one for one in ids_named(text) if one not in found.about_ids]
    found.failed += failures(text)


def _without_uuencoded(text: str, found: Parsed) -> str:
    """Take files out of a text that are written into it by `uuencode`."""
    if "\nend" not in text:
        return text
    kept: list[str] = []
    lines = iter(text.split("\n"))
    for line in lines:
        begun = _UU_BEGIN.match(line.rstrip())
        if not begun:
            kept.append(line)
            continue
        block, content, whole = [line], b"", False
        for inner in lines:
            block.append(inner)
            if inner.strip() == "end":
                whole = True
                break
            try:
                content += binascii.a2b_uu(inner.encode("ascii"))
            except (binascii.Error, UnicodeEncodeError):
                break
        if whole and content:
            found.attached.append(Attached(begun[1].strip()[:200], "application/octet-stream", content))
        else:
            kept += block
    return "\n".join(kept)
