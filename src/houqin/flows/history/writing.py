"""How past requests, their events and notes get into the tables: by COPY, a batch at a time."""

import datetime as dt
import json
import secrets
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from houqin.desk.models import Message, RequestEvent, RequestStatus, ServiceRequest
from houqin.flows.history.mapping import HistoryMapping
from houqin.flows.history.reference import Reference
from houqin.flows.history.rows import HistoricRow
from houqin.journal.actions import numbers
from houqin.kernel import clock, numbering
from houqin.kernel.bulk import (
    array_text,
    copy_rows,
    copy_tracked_rows,
    next_keys,
    update_rows,
    without_trigger,
)
from houqin.kernel.text_search import grams, search_text
from houqin.work.models import Alarm, TargetKind

FACTS = (
    "status",
    "channel",
    "channel_name",
    "category_id",
    "service_id",
    "title",
    "description",
    "place_id",
    "place_note",
    "contact_name",
    "contact_phone",
    "contact_email",
    "department_id",
    "language",
    "priority",
    "opened_at",
    "resolved_at",
    "closed_at",
    "target_at",
    "due_at",
    "next_due_at",
    "import_digest",
    "flags",
    "search_text",
    "search_grams",
)
"""Columns of a request that an import writes, also when a row has changed."""

CREATED = (*FACTS, "id", "number", "link_nonce", "external_id")


class Stored(NamedTuple):
    """What is known of a request that was imported before."""

    pk: int
    number: str
    status: str
    digest: str


class Writer:
    """Writes the rows of one source. Call it inside a transaction."""

    def __init__(self, mapping: HistoryMapping, reference: Reference) -> None:
        self.mapping = mapping
        self.reference = reference
        self.at = clock.now()

    def create(self, rows: Sequence[HistoricRow]) -> None:
        """New requests in the order they were opened; numbers take the opened day, local to the source."""
        if not rows:
            return
        rows = sorted(rows, key=lambda row: row.opened_at)
        keys = next_keys(ServiceRequest, len(rows))
        requests, events, notes = [], [], []
        for pk, number, row in zip(keys, self._numbers(rows), rows, strict=True):
            facts = self._facts(row, number)
            facts |= {
                "id": pk,
                "number": number,
                "link_nonce": secrets.token_hex(16),
                "external_id": row.external_id,
            }
            requests.append(tuple(facts[name] for name in CREATED))
            events += [self._opened(pk, row), self._moved(pk, row, RequestStatus.NEW)]
            if row.note:
                notes.append(self._note(pk, row))
        constant = {"external_source": self.mapping.source, "imported": True}
        copy_tracked_rows(ServiceRequest, CREATED, requests, constant, keys)
        copy_rows(RequestEvent, EVENT, events, {"imported": True})
        copy_rows(Message, NOTE, notes, {"imported": True})
        self._tell_nobody_about(rows, requests)

    def update(self, rows: Sequence[tuple[Stored, HistoricRow]]) -> None:
        """Replace the facts of requests whose row has changed; what changed the state is appended."""
        if not rows:
            return
        rows = sorted(rows, key=lambda pair: pair[0].pk)
        changes, events, notes = [], [], []
        for stored, row in rows:
            facts = self._facts(row, stored.number)
            changes.append((stored.pk, *(facts[name] for name in FACTS)))
            if facts["status"] == stored.status:
                events.append(
                    (stored.pk, self.at, "corrected", "", "", json.dumps({"changes": {}}), False, self.at)
                )
            else:
                events.append(self._moved(stored.pk, row, stored.status))
            if row.note:
                notes.append(self._note(stored.pk, row))
        keys = [stored.pk for stored, _row in rows]
        Message.objects.filter(request_id__in=keys, imported=True).delete()
        # The source may have gone any way from one state to another.
        with without_trigger("desk.ServiceRequest:request_moves"):
            update_rows(ServiceRequest, FACTS, changes)
        copy_rows(RequestEvent, EVENT, events, {"imported": True})
        copy_rows(Message, NOTE, notes, {"imported": True})

    def _numbers(self, rows: Sequence[HistoricRow]) -> Iterable[str]:
        """A number for each row; `rows` are in the order of opening, and so are the days."""
        counts: dict[dt.date, int] = defaultdict(int)
        for row in rows:
            counts[row.opened_at.astimezone(self.mapping.zone).date()] += 1
        for day in sorted(counts):
            yield from numbers.take_many(kind=numbering.REQUEST, day=day, count=counts[day])

    def _facts(self, row: HistoricRow, number: str) -> dict[str, Any]:
        status = _status(row)
        text = search_text(
            number,
            row.title,
            row.description,
            self.reference.label(row),
            row.place_note,
            row.external_id,
            row.contact_phone,
            person_names=[row.contact_name],
        )
        return {
            "status": status,
            "channel": row.channel,
            "channel_name": row.channel_name,
            "category_id": self.reference.category(row),
            "service_id": self.reference.service(row),
            "title": row.title,
            "description": row.description,
            "place_id": self.reference.place(row),
            "place_note": row.place_note,
            "contact_name": row.contact_name,
            "contact_phone": row.contact_phone,
            "contact_email": row.contact_email,
            "department_id": self.reference.department(row),
            "language": row.language,
            "priority": row.priority,
            "opened_at": row.opened_at,
            "resolved_at": row.closed_at,
            "closed_at": row.closed_at,
            "target_at": row.target_at,
            "due_at": row.target_at,
            "next_due_at": None if row.closed_at else row.target_at,
            "import_digest": row.digest(),
            "flags": array_text(row.flags),
            "search_text": text,
            "search_grams": array_text(grams(text)),
        }

    def _opened(self, pk: int, row: HistoricRow) -> tuple[Any, ...]:
        data = {"channel": row.channel, "channel_name": row.channel_name, "source": self.mapping.source}
        return (pk, row.opened_at, "opened", "", "", json.dumps(data), True, self.at)

    def _moved(self, pk: int, row: HistoricRow, before: str) -> tuple[Any, ...]:
        status = _status(row)
        at = row.closed_at or row.opened_at
        return (pk, at, status, before, status, json.dumps({"source": self.mapping.source}), True, self.at)

    def _note(self, pk: int, row: HistoricRow) -> tuple[Any, ...]:
        side = Message.Side.STAFF if self.mapping.notes_public else Message.Side.INTERNAL
        return (pk, side.value, row.note, row.closed_at or row.opened_at)

    def _tell_nobody_about(self, rows: Sequence[HistoricRow], requests: Sequence[tuple[Any, ...]]) -> None:
        """Note the alarms of what was overdue before it came here: nobody is told about them now."""
        at = CREATED.index("number")
        late = [
            Alarm(
                subject=request[at],
                target=TargetKind.RESOLUTION,
                kind=kind,
                due_at=row.target_at,
                told_at=self.at,
            )
            for row, request in zip(rows, requests, strict=True)
            if row.target_at and not row.closed_at and row.target_at <= self.at
            for kind in (Alarm.Kind.WARNING, Alarm.Kind.BREACH)
        ]
        Alarm.objects.bulk_create(late, ignore_conflicts=True)


EVENT = ("request_id", "at", "kind", "from_status", "to_status", "data", "public", "recorded_at")
NOTE = ("request_id", "side", "text", "at")


def already_imported(source: str, external_ids: Sequence[str]) -> dict[str, Stored]:
    """What is stored of the given ids of a source."""
    # The exclusion repeats the condition of the unique index, without which it is not used.
    found = (
        ServiceRequest.objects.filter(external_source=source, external_id__in=external_ids)
        .exclude(external_id="")
        .values_list("external_id", "pk", "number", "status", "import_digest")
    )
    return {
        external_id: Stored(pk, number, status, digest) for external_id, pk, number, status, digest in found
    }


def worked_on(keys: Sequence[int]) -> set[int]:
    """Those of the requests to which something happened here, after they were imported."""
    return set(
        RequestEvent.objects.filter(request_id__in=keys, imported=False).values_list("request_id", flat=True)
    )


def _status(row: HistoricRow) -> str:
    return RequestStatus.CLOSED.value if row.closed_at else RequestStatus.ACCEPTED.value
