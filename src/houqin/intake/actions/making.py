"""What mail makes: requests, messages and notes, with the files it brought."""

import io
from dataclasses import dataclass, field
from pathlib import PurePath

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from houqin.accounts.models import User
from houqin.desk.actions.requests import Report
from houqin.desk.models import Channel, Follower, ServiceRequest
from houqin.files.actions.store import NoRoom, store
from houqin.flows.add_message import write_as_requester, write_to_requester
from houqin.flows.follow_request import write_as_follower
from houqin.flows.note_mail import note_mail
from houqin.flows.submit_request import submit_request
from houqin.intake.addressing import without_prefixes
from houqin.intake.models import InboundMessage, Outcome
from houqin.intake.parsing import Attached, Parsed
from houqin.intake.queries.threads import Thread, account_of, asks_for_it, follows_it, target_of
from houqin.intake.quoting import folded
from houqin.intake.reasons import held_back, worded
from houqin.kernel.errors import Invalid, Refused
from houqin.kernel.reading import plain
from houqin.notify.actions.mail import let_answer

MOST_FILES = 20
LONGEST_TEXT = 9_500
LONGEST_NAME = 80


@dataclass
class Files:
    """The stored files of a mail, and which were held back, with the code of the reason."""

    ids: list[int] = field(default_factory=list)
    held: list[tuple[str, str]] = field(default_factory=list)


def open_from(row: InboundMessage, mail: Parsed, thread: Thread, *, acknowledge: bool) -> str:
    """Open a request for a mail and return its number; the triage rules say what it is about.

    Raises `Refused` where no category is in use.
    """
    person = account_of(mail.from_address)
    files = _stored(row, mail, by=person)
    title = without_prefixes(mail.subject)
    text = _cut(_whole(mail))
    report = Report(
        channel=Channel.EMAIL,
        title=title or ("" if text else _("Mail without words")),
        description=text,
        requester_id=person.pk if person else None,
        contact_name="" if person else (mail.from_name or mail.from_address.partition("@")[0])[:LONGEST_NAME],
        contact_email="" if person else mail.from_address,
        language="" if person else _language(mail),
        attachment_ids=files.ids,
    )
    request = submit_request(report=report, by=person, acknowledge=acknowledge)
    let_answer(
        to=[mail.from_address, person.email if person else ""],
        change=f"{request.number}:received",
        message_id=mail.message_id,
    )
    hints = []
    if thread.about and thread.request is not None:
        hints.append(("new_of_stranger", {"about": thread.about}))
    elif thread.forged:
        hints.append(("new_forged", {}))
    _hint(request, files, [worded_in_house(code, facts) for code, facts in hints])
    return request.number


def answer_in_part(row: InboundMessage, mail: Parsed, thread: Thread, person: User | None) -> tuple[str, str]:
    """Put what a sender says on the request and return reason and outcome.

    The requester's words are a message to the desk, a follower's one that the desk reads beside them.
    Those of staff go to the requester only when
    they answer a mail we sent to that very address: a sender is easily forged. Answers on a merged
    request go to where it goes on, for staff only: its other requesters have not asked for them.
    """
    request = thread.request
    if request is None:
        raise Invalid("no request")
    target = target_of(request)
    row.request_number = target.number
    text = _cut(folded(mail.text).said or mail.text or without_prefixes(mail.subject)) or _("(files only)")
    if asks_for_it(mail.from_address, person, request):
        if target.pk != request.pk or not _is_own(target, mail, person):
            keep_note(row, mail, request, told=True, text=text)
            return "answer_to_merged", Outcome.MESSAGE
        return _as_requester(row, mail, target, person, text), Outcome.MESSAGE
    if (follower := follows_it(mail.from_address, person, request)) is not None:
        return _as_follower(row, mail, target, follower, text), Outcome.MESSAGE
    if person is None or thread.about.startswith("GD") or not thread.proven:
        keep_note(row, mail, request, told=True, text=text)
        return ("staff_on_order" if thread.proven else "staff_unproven"), Outcome.NOTE
    files = _stored(row, mail, by=person)
    write_to_requester(request_id=target.pk, text=text, by=person, attachment_ids=tuple(files.ids))
    _hint(target, files, [])
    return "staff_answer", Outcome.MESSAGE


def keep_note(
    row: InboundMessage, mail: Parsed, request: ServiceRequest, *, told: bool, text: str = ""
) -> str:
    """Keep a mail as a note among staff on where the request goes on, and return the number of that."""
    target = target_of(request)
    files = _stored(row, mail, by=None) if told else Files()
    words = text or _cut("\n".join(part for part in (mail.subject, folded(mail.text).said) if part))
    note_mail(
        request_id=target.pk,
        text=words or _("(files only)"),
        sender=(mail.from_name or mail.from_address)[:LONGEST_NAME],
        attachment_ids=tuple(files.ids),
        told=told,
    )
    return target.number


def worded_in_house(code: str, facts: dict[str, str]) -> str:
    """The sentence of a reason in the language of the house: a note is read by all of the staff."""
    with translation.override(settings.LANGUAGE_CODE):
        return worded(code, facts)


def _as_requester(
    row: InboundMessage, mail: Parsed, target: ServiceRequest, person: User | None, text: str
) -> str:
    by = person if person is not None and target.requester_id == person.pk else None
    files = _stored(row, mail, by=by)
    name = "" if by else (mail.from_name or target.contact_name)[:LONGEST_NAME]
    write_as_requester(request_id=target.pk, text=text, by=by, by_name=name, attachment_ids=tuple(files.ids))
    _hint(target, files, [])
    return "answer"


def _as_follower(
    row: InboundMessage, mail: Parsed, target: ServiceRequest, follower: Follower, text: str
) -> str:
    files = _stored(row, mail, by=follower.user)
    write_as_follower(follower_id=follower.pk, text=text, by=follower.user, attachment_ids=tuple(files.ids))
    _hint(target, files, [])
    return "answer_of_follower"


def _is_own(target: ServiceRequest, mail: Parsed, person: User | None) -> bool:
    own_account = person is not None and target.requester_id == person.pk
    return own_account or target.contact_email.lower() == mail.from_address


def _stored(row: InboundMessage, mail: Parsed, *, by: User | None) -> Files:
    """Store the files that may be stored; the others stay in the raw mail."""
    files = Files()
    for attached in mail.attached:
        name = _named(attached)
        if (code := _unfit(attached, files)) is not None:
            files.held.append((name, code))
            continue
        try:
            stored = store(upload=_Upload(attached.content, name), by=by)
        except NoRoom:
            raise
        except Refused as refusal:
            files.held.append((name, refusal.code))
            continue
        files.ids.append(stored.pk)
        if attached.cid:
            row.pictures = {**row.pictures, attached.cid: stored.key}
    if files.held:
        row.facts = {**row.facts, "held_back": [list(one) for one in files.held]}
    return files


def _unfit(attached: Attached, files: Files) -> str | None:
    if attached.is_tnef:
        return "tnef"
    if not attached.content:
        return "empty"
    return "too_many" if len(files.ids) >= MOST_FILES else None


def _named(attached: Attached) -> str:
    name = PurePath(attached.name.replace("\\", "/")).name or "file"
    if attached.content_type == "text/plain" and "." not in name:
        name = f"{name}.txt"
    return name


class _Upload(io.BytesIO):
    def __init__(self, content: bytes, name: str) -> None:
        super().__init__(content)
        self.name = name
        self.size = len(content)


def _hint(request: ServiceRequest, files: Files, hints: list[str]) -> None:
    """Tell staff in a note what they would not see otherwise."""
    with translation.override(settings.LANGUAGE_CODE):
        lines = list(hints)
        lines += [
            _("Held back, to be seen in the raw mail: %(name)s (%(why)s)")
            % {"name": name, "why": held_back(code)}
            for name, code in files.held
        ]
        sender = _("Mail intake")
    if lines:
        note_mail(request_id=request.pk, text="\n".join(lines), sender=sender, attachment_ids=(), told=False)


def _whole(mail: Parsed) -> str:
    """What somebody says, and behind it what they forward: a report may be nothing but that."""
    found = folded(mail.text)
    return "\n\n".join(part for part in (found.said, found.quoted) if part)


def _cut(text: str) -> str:
    """The text without signs a database refuses, no longer than a message may be."""
    cleaned = "\n".join(plain(line) if "\0" in line else line.rstrip() for line in text.split("\n")).strip()
    return cleaned if len(cleaned) <= LONGEST_TEXT else f"{cleaned[:LONGEST_TEXT].rstrip()} …"


def _language(mail: Parsed) -> str:
    """The language to answer in: Chinese where the mail has a Chinese character or no words at all."""
    text = f"{mail.subject}{mail.text[:2_000]}"
    chinese = any("\u3400" <= sign <= "\u9fff" for sign in text)
    return "zh-hans" if chinese or not any(sign.isalpha() for sign in text) else "en"
