"""What is stored is compared with what it should be: files, due times, states.

Writes: nothing. Locks: none; work that goes on meanwhile may show up as a difference once.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _

from houqin.desk.models import Follower, RequestEvent, ServiceRequest
from houqin.desk.models.requests import OPEN
from houqin.desk.queries.affected import count_affected
from houqin.desk.queries.clocks import ALIVE, clocks_of
from houqin.desk.queries.replay import BrokenHistoryError as BrokenRequestError
from houqin.desk.queries.replay import replayed as replayed_request
from houqin.files import places
from houqin.files.models import Attachment
from houqin.files.queries.content import missing
from houqin.kernel import clock
from houqin.work.models import OrderEvent, WorkOrder
from houqin.work.queries.replay import BrokenHistoryError as BrokenOrderError
from houqin.work.queries.replay import replayed as replayed_order

JUST_NOW = dt.timedelta(hours=1)
"""Files younger than this may belong to a transaction that is still open."""

BATCH = 1_000


@dataclass(frozen=True)
class Difference:
    """One thing that is not as it should be; `subject` is a number or a file."""

    kind: str
    subject: str
    sentence: str


@dataclass
class Consistency:
    """How many things were compared, by kind, and which differ."""

    checked: dict[str, int] = field(default_factory=dict)
    differences: list[Difference] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """The same as plain values."""
        return asdict(self)


def check_consistency() -> Consistency:
    """Compare attachments with files both ways, and due times, people, states with what they follow from."""
    found = Consistency()
    parts: dict[str, Callable[[Consistency], Iterable[Difference]]] = {
        "attachments": _lost_files,
        "files": _unowned_files,
        "due_times": _due_times,
        "affected": _affected,
        "requests": _request_states,
        "work_orders": _order_states,
    }
    for name, part in parts.items():
        found.checked[name] = 0
        found.differences += part(found)
    return found


def _lost_files(found: Consistency) -> Iterator[Difference]:
    found.checked["attachments"] = Attachment.objects.count()
    for attachment in missing():
        sentence = _("The bytes of this attachment are gone or have another length.")
        yield Difference("attachment_without_file", f"{attachment.key} {attachment.name}", sentence)


def _unowned_files(found: Consistency) -> Iterator[Difference]:
    before = (clock.now() - JUST_NOW).timestamp()
    for batch in _batches(Path(settings.FILES_DIR).glob("*/*")):
        known = set(
            Attachment.objects.filter(key__in={file.stem for file in batch}).values_list("key", flat=True)
        )
        for file in batch:
            found.checked["files"] += 1
            lost = file.stem not in known and file.parent.name != places.INCOMING
            if lost and file.is_file() and file.stat().st_mtime < before:
                yield Difference("file_without_attachment", file.name, _("No attachment owns this file."))


def _due_times(found: Consistency) -> Iterator[Difference]:
    now = clock.now()
    wanted = ServiceRequest.objects.filter(status__in=sorted(OPEN)).select_related(
        "place", "standard__calendar"
    )
    for request in wanted.defer("search_text", "search_grams").iterator(chunk_size=BATCH):
        found.checked["due_times"] += 1
        clocks = clocks_of(request, now)
        computed = {
            "response_due_at": clocks.response.due_at,
            "update_due_at": clocks.update.due_at if clocks.update.state in ALIVE else None,
            "arrival_due_at": clocks.arrival.due_at,
            "due_at": clocks.resolution.due_at,
            "paused": clocks.paused,
        }
        if clocks.paused and request.paused:
            del computed["update_due_at"]
            del computed["due_at"]  # it moves on with every second of the pause, the copy at the next step
        wrong = [name for name, value in computed.items() if getattr(request, name) != value]
        if wrong:
            sentence = _("The copies of %(names)s differ from what the clocks say.") % {
                "names": ", ".join(wrong)
            }
            yield Difference("due_time", request.number, sentence)


def _affected(found: Consistency) -> Iterator[Difference]:
    """Where a request is known to affect more than its requester."""
    several = Q(affected__gt=1) | Q(pk__in=Follower.objects.values("request"))
    for request in ServiceRequest.objects.filter(several, merged_into__isnull=True).iterator(
        chunk_size=BATCH
    ):
        found.checked["affected"] += 1
        people = count_affected(request)
        if request.affected != people:
            sentence = _("Stored are %(stored)s people affected, %(counted)s are known.")
            facts = {"stored": request.affected, "counted": people}
            yield Difference("affected", request.number, sentence % facts)


def _request_states(found: Consistency) -> Iterator[Difference]:
    statuses = dict(ServiceRequest.objects.values_list("pk", "status"))
    found.checked["requests"] = len(statuses)
    events = RequestEvent.objects.order_by("request_id", "pk").only(
        "request_id", "from_status", "to_status", "imported"
    )
    for pk, history in groupby(events.iterator(chunk_size=BATCH), key=lambda event: event.request_id):
        status = statuses.pop(pk, None)
        try:
            state = replayed_request(history)
        except BrokenRequestError as error:
            yield Difference("request_history", _number(ServiceRequest, pk), str(error))
            continue
        if status is not None and state != status:
            yield _other_state("request_state", _number(ServiceRequest, pk), status, state)
    for pk in statuses:
        yield Difference("request_history", _number(ServiceRequest, pk), _("There is no event at all."))


def _order_states(found: Consistency) -> Iterator[Difference]:
    statuses = dict(WorkOrder.objects.values_list("pk", "status"))
    found.checked["work_orders"] = len(statuses)
    events = OrderEvent.objects.order_by("order_id", "pk")
    for pk, history in groupby(events.iterator(chunk_size=BATCH), key=lambda event: event.order_id):
        status = statuses.pop(pk, None)
        try:
            state = replayed_order(history).status
        except BrokenOrderError as error:
            yield Difference("work_order_history", _number(WorkOrder, pk), str(error))
            continue
        if status is not None and state != status:
            yield _other_state("work_order_state", _number(WorkOrder, pk), status, state)
    for pk in statuses:
        yield Difference("work_order_history", _number(WorkOrder, pk), _("There is no event at all."))


def _other_state(kind: str, number: str, stored: str, replayed: str) -> Difference:
    sentence = _("Stored is %(stored)s, the events lead to %(replayed)s.")
    return Difference(kind, number, sentence % {"stored": stored, "replayed": replayed})


def _number(model: type[ServiceRequest | WorkOrder], pk: int) -> str:
    return model.objects.values_list("number", flat=True).get(pk=pk)


def _batches(files: Iterable[Path]) -> Iterator[list[Path]]:
    batch: list[Path] = []
    for file in files:
        batch.append(file)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
