"""Mail that came in, for the page, the API and the state of the system."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Min, Q, QuerySet

from houqin.accounts.policies import Person
from houqin.files.queries.content import open_content
from houqin.intake.addressing import without_prefixes
from houqin.intake.models import InboundMessage, Outcome
from houqin.intake.parsing import Parsed, parsed
from houqin.intake.policies import visible_inbound
from houqin.kernel.errors import Missing

FOR_A_PERSON = frozenset(
    {"no_sender", "empty", "unreadable", "no_category", "refused", "failed", "storm", "too_large"}
)
"""Why mail is put aside that somebody should look at; the rest was written by machines."""

SHOWN_RAW = 200_000
"""Bytes of a raw mail that a page shows."""


@dataclass(frozen=True)
class InboundFilter:
    """Which mail: what became of it and why, the number it came to, its sender, words in it."""

    outcome: str = ""
    reason: str = ""
    request: str = ""
    sender: str = ""
    words: str = ""


def inbound(chosen: InboundFilter, user: Person) -> QuerySet[InboundMessage]:
    """Return the mail the person may see that fits; `words` are looked for in sender, subject and id."""
    found = visible_inbound(user)
    if chosen.outcome in Outcome.values:
        found = found.filter(outcome=chosen.outcome)
    for column, value in (
        ("reason", chosen.reason),
        ("request_number", chosen.request),
        ("from_address", chosen.sender.lower()),
    ):
        if value:
            found = found.filter(**{column: value})
    if words := chosen.words.strip():
        anywhere = Q(from_address__icontains=words) | Q(subject__icontains=words)
        found = found.filter(
            anywhere | Q(message_id=words.strip("<>")) | Q(request_number=words.upper()) | Q(from_name=words)
        )
    return found


@dataclass(frozen=True)
class Opened:
    """A mail as it is read: what it says, and its source as far as a page shows it."""

    mail: Parsed
    source: str
    whole: bool

    @property
    def title(self) -> str:
        """The subject without `Re:` before it."""
        return without_prefixes(self.mail.subject)


def opened(row: InboundMessage) -> Opened:
    """Return a mail with its source; an empty one when its bytes are gone."""
    try:
        with open_content(row.raw) as file:
            raw = file.read()
    except Missing:
        return Opened(Parsed(), "", whole=False)
    source = raw[:SHOWN_RAW].decode("utf-8", "replace").replace("\r\n", "\n").replace("\0", "�")
    return Opened(parsed(raw), source, whole=len(raw) <= SHOWN_RAW)


@dataclass(frozen=True)
class Aside:
    """How much mail is put aside for a person's eyes, and since when the oldest of it."""

    count: int
    since: dt.datetime | None


def put_aside(*, since: dt.datetime | None = None) -> Aside:
    """Return what is put aside and was not written by a machine, of all time or received after `since`."""
    found = InboundMessage.objects.filter(outcome=Outcome.QUARANTINED, reason__in=sorted(FOR_A_PERSON))
    if since is not None:
        found = found.filter(received_at__gt=since)
    counted = found.aggregate(count=Count("pk"), since=Min("received_at"))
    return Aside(counted["count"], counted["since"])
