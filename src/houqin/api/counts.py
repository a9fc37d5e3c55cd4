"""Counts of the stores, and what they find; entries of the cost ledger."""

import datetime as dt
from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Query as FromQuery
from pydantic import BaseModel, Field

from houqin.accounts.models import User
from houqin.accounts.policies import may
from houqin.api.answers import Page, PersonRef, Ref, amount, answer, figure, ref_of, user_ref
from houqin.api.auth import person_of
from houqin.api.inputs import Code, Day, Input, Key, Line, Moment, Number, Query
from houqin.api.items import store_of
from houqin.api.paging import Sort, page
from houqin.api.routes import Area
from houqin.api.seen import found
from houqin.budget.models import CostEntry, Element
from houqin.inventory.actions.counting import write_down
from houqin.inventory.models import CountKind, CountLine, CountSession, CountStatus, Lot
from houqin.inventory.policies import sees_value, visible_counts, visible_items, visible_locations
from houqin.inventory.queries.counting import Progress, difference, progress, rounds_of, shown_book
from houqin.inventory.queries.holdings import end_of
from houqin.kernel.errors import Invalid
from houqin.work.policies import visible_costs

area = Area()
LATEST_FIRST = Sort(newest=True)


class CountRow(BaseModel):
    """A count, and how far it is."""

    number: str
    warehouse: Ref | None
    kind: CountKind
    state: CountStatus
    blind: bool
    planned_for: dt.date
    finished_at: dt.datetime | None
    reason: str
    document: str | None = Field(description="The document that puts the books right.")
    written: int
    whole: int


class CountedLine(BaseModel):
    """The last round of a thing. Who may still count is not shown what others have written, nor the books."""

    location: str
    item: Ref
    lot: str | None
    round: int
    book: str | None
    counted: str | None
    difference: str | None
    value: str | None
    counted_at: dt.datetime | None
    counter: PersonRef | None
    decision: str


class CountDetail(CountRow):
    """A count with its lines."""

    lines: list[CountedLine]


class FigureIn(Input):
    """What somebody counted at a location, in the base unit; nothing there is `"0"`."""

    location: Key
    item: Key
    lot: Annotated[Line, Field(max_length=60)] = ""
    quantity: Number
    counted_at: Moment | None = None
    note: Annotated[Line, Field(max_length=200)] = ""


class CountQuery(Query):
    """Which counts."""

    warehouse: Code | None = None
    state: CountStatus | None = None


class CostRow(BaseModel):
    """An entry of the cost ledger, in yuan; below zero where something came back."""

    id: int
    cost_object: str = Field(description="Number of a work order or code of a department.")
    element: Element
    amount: str | None
    at: dt.datetime
    source: str = Field(description="Number of the document or order it comes from.")
    note: str


class CostQuery(Query):
    """Which entries; the days are those on which they count."""

    cost_object: Line = ""
    element: Element | None = None
    source: Line = ""
    since: Day | None = None
    until: Day | None = None


@area.get("/counts", response=Page[CountRow])
def list_counts(request: HttpRequest, wanted: FromQuery[CountQuery]) -> HttpResponse:
    """The counts of the stores the caller sees, the latest first."""
    user = person_of(request)
    rows = visible_counts(user).select_related("warehouse", "document")
    if wanted.warehouse:
        rows = rows.filter(warehouse=store_of(user, wanted.warehouse))
    if wanted.state:
        rows = rows.filter(status=wanted.state)
    part = page(rows, LATEST_FIRST, limit=wanted.limit, cursor=wanted.cursor)
    far = progress(part.rows)
    told = [CountRow(**_head(row, far[row.pk])) for row in part.rows]
    return answer(Page[CountRow](items=told, next=part.next))


@area.get("/counts/{number}", response=CountDetail)
def get_count(request: HttpRequest, number: str) -> HttpResponse:
    """One count with the last round of each of its things."""
    user = person_of(request)
    rows = visible_counts(user).select_related("warehouse", "document")
    return answer(_detail(found(rows, number=number), user))


@area.post("/counts/{number}/figures", response=CountDetail)
def write_count_figure(request: HttpRequest, number: str, payload: FigureIn) -> HttpResponse:
    """Write down what was counted; who wrote a figure may correct it."""
    user = person_of(request)
    session = found(
        visible_counts(user, "stock.count").select_related("warehouse", "document"), number=number
    )
    location = visible_locations(user, "stock.count").filter(pk=payload.location).first()
    item = visible_items(user).select_related("unit").filter(pk=payload.item).first()
    if location is None:
        raise Invalid(_("This is no location of a store of yours."), field="location")
    if item is None:
        raise Invalid(_("There is no such item."), field="item")
    lot = Lot.objects.filter(item=item, number=payload.lot).first() if payload.lot else None
    if payload.lot and lot is None:
        raise Invalid(_("%(item)s has no lot %(lot)s.") % {"item": item, "lot": payload.lot}, field="lot")
    write_down(
        session_id=session.pk,
        location=location,
        item=item,
        lot=lot,
        qty=Decimal(payload.quantity),
        by=user,
        counted_at=payload.counted_at,
        note=payload.note,
    )
    session.refresh_from_db()
    return answer(_detail(session, user))


@area.get("/cost-entries", response=Page[CostRow])
def list_cost_entries(request: HttpRequest, wanted: FromQuery[CostQuery]) -> HttpResponse:
    """What work orders and departments have cost, the latest entry first."""
    rows = visible_costs(person_of(request))
    for name in ("cost_object", "element", "source"):
        if value := getattr(wanted, name):
            rows = rows.filter(**{name: value})
    if wanted.since is not None:
        rows = rows.filter(at__gte=end_of(wanted.since - dt.timedelta(days=1)))
    if wanted.until is not None:
        rows = rows.filter(at__lt=end_of(wanted.until))
    part = page(rows, LATEST_FIRST, limit=wanted.limit, cursor=wanted.cursor)
    return answer(Page[CostRow](items=[_cost(row) for row in part.rows], next=part.next))


def _head(row: CountSession, far: Progress) -> dict[str, Any]:
    return {
        "number": row.number,
        "warehouse": ref_of(row.warehouse),
        "kind": row.kind,
        "state": row.status,
        "blind": row.blind,
        "planned_for": row.planned_for,
        "finished_at": row.finished_at,
        "reason": row.reason,
        "document": row.document.number if row.document else None,
        "written": far.written,
        "whole": far.whole,
    }


def _detail(row: CountSession, user: User) -> CountDetail:
    guarded = row.is_open and may(user, "stock.count")
    lines = [_line(rounds.last, user, guarded=guarded) for rounds in rounds_of(row)]
    return CountDetail(**_head(row, progress([row])[row.pk]), lines=lines)


def _line(row: CountLine, user: User, *, guarded: bool) -> CountedLine:
    """A line as somebody may see it; to a counter only what they wrote themselves."""
    hidden = guarded and row.counter_id != user.pk
    book = shown_book(row) if guarded else row.book_qty
    apart = None if guarded else difference(row)
    return CountedLine(
        location=row.location.code,
        item=Ref(id=row.item_id, code=row.item.code, name=str(row.item)),
        lot=row.lot.number if row.lot else None,
        round=row.round,
        book=None if book is None else figure(book),
        counted=None if hidden or row.counted_qty is None else figure(row.counted_qty),
        difference=None if apart is None else figure(apart),
        value=amount(row.value) if sees_value(user) and not guarded else None,
        counted_at=row.counted_at,
        counter=user_ref(row.counter),
        decision=row.decision,
    )


def _cost(row: CostEntry) -> CostRow:
    return CostRow(
        id=row.pk,
        cost_object=row.cost_object,
        element=Element(row.element),
        amount=amount(row.amount),
        at=row.at,
        source=row.source,
        note=row.note,
    )
