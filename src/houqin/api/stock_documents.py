"""Documents of stock, and what writes them: receive, issue, return, transfer, write off, reverse."""

import datetime as dt
from decimal import Decimal
from typing import Annotated, Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Query as FromQuery
from pydantic import BaseModel, Field

from houqin.accounts.models import User
from houqin.api.answers import Page, PersonRef, Ref, amount, answer, figure, ref_of, user_ref
from houqin.api.auth import person_of
from houqin.api.inputs import Code, Day, Input, Key, Line, Moment, Name, Number, Query
from houqin.api.items import store_of
from houqin.api.paging import Sort, page
from houqin.api.routes import Area
from houqin.api.seen import found, missing
from houqin.flows import move_goods
from houqin.flows.write_off import write_off_goods
from houqin.inventory.actions.arriving import lot_for
from houqin.inventory.actions.moving import Goods
from houqin.inventory.models import DocumentKind, DocumentStatus, Item, Location, Lot, StockDocument, Unit
from houqin.inventory.policies import (
    movable_documents,
    sees_value,
    visible_documents,
    visible_items,
    visible_locations,
)
from houqin.inventory.queries.documents import DocumentFilter, MovedLine, coming_back, lines_of, values_of
from houqin.inventory.queries.units import in_base
from houqin.kernel.errors import Invalid
from houqin.work.queries.bearers import bearer_of

area = Area()
LATEST_FIRST = Sort(newest=True)
MOST_LINES = 200


class DocumentRow(BaseModel):
    """A document; `value` is what it put into stock or took out, in yuan, null where the caller sees none."""

    number: str
    kind: DocumentKind
    state: DocumentStatus
    effective_at: dt.datetime
    posted_at: dt.datetime | None
    by: PersonRef | None
    reason: str
    source: str
    charged_to: str
    supplier: Ref | None
    reverses: str | None
    caused_by: str | None = Field(description="The document this cost adjustment follows from.")
    value: str | None


class MoveOut(BaseModel):
    """A movement: from where to where, of which lot, in base units."""

    source: str
    target: str
    lot: str | None
    quantity: str


class LineOut(BaseModel):
    """A line as it was entered, with the movements it led to."""

    position: int
    item: Ref
    quantity: str
    unit: Ref | None
    price: str | None
    value: str | None
    moves: list[MoveOut]


class DocumentDetail(DocumentRow):
    """A document with its lines."""

    lines: list[LineOut]


class LineIn(Input):
    """What is moved: so much of an item, in its base unit unless one is named."""

    item: Key
    quantity: Number
    unit: Key | None = None
    lot: Annotated[Line, Field(max_length=60)] = ""


class ReceivedIn(LineIn):
    """What came, with the net price of one unit."""

    price: Number
    made_on: Day | None = None
    expires_on: Day | None = None


class LyingIn(LineIn):
    """What is taken from a named location."""

    location: Key


Lines = Annotated[list[LineIn], Field(min_length=1, max_length=MOST_LINES)]


class HeadIn(Input):
    """When it happened (now, unless told), and why."""

    at: Moment | None = None
    reason: Annotated[Line, Field(max_length=200)] = ""


class ReceiptIn(HeadIn):
    """Goods that came to a location."""

    location: Key
    lines: Annotated[list[ReceivedIn], Field(min_length=1, max_length=MOST_LINES)]


class IssueIn(HeadIn):
    """Goods for a work order or department, out of a store."""

    warehouse: Code
    charged_to: Name = Field(description="Number of a work order or code of a department.")
    lines: Lines


class ReturnIn(HeadIn):
    """Goods that a work order or department has not used."""

    charged_to: Name
    lines: Lines


class TransferIn(HeadIn):
    """Goods that go to another location, by the picking rule."""

    warehouse: Code = Field(description="The store they leave.")
    to: Key
    lines: Lines


class WriteOffIn(Input):
    """Goods that are thrown away, and why. Beyond the limit it awaits approval."""

    reason: Name
    at: Moment | None = None
    lines: Annotated[list[LyingIn], Field(min_length=1, max_length=MOST_LINES)]


class ReversalIn(Input):
    """Why a document is taken back."""

    reason: Name


class DocumentQuery(Query):
    """Which documents; the days are those on which they took effect."""

    kind: DocumentKind | None = None
    state: DocumentStatus | None = None
    item: Key | None = None
    warehouse: Code | None = None
    charged_to: Line = ""
    since: Day | None = None
    until: Day | None = None


@area.get("", response=Page[DocumentRow])
def list_stock_documents(request: HttpRequest, wanted: FromQuery[DocumentQuery]) -> HttpResponse:
    """The documents of the stores the caller sees, the latest first."""
    user = person_of(request)
    condition = DocumentFilter(
        kind=wanted.kind or "",
        status=wanted.state or "",
        item_id=wanted.item,
        store_id=store_of(user, wanted.warehouse).pk if wanted.warehouse else None,
        charged_to=wanted.charged_to,
        first=wanted.since,
        last=wanted.until,
    )
    rows = visible_documents(user).filter(condition.condition())
    part = page(rows.select_related(*JOINED), LATEST_FIRST, limit=wanted.limit, cursor=wanted.cursor)
    values = values_of([row.pk for row in part.rows]) if sees_value(user) else {}
    told = [DocumentRow(**_head(row, values.get(row.pk))) for row in part.rows]
    return answer(Page[DocumentRow](items=told, next=part.next))


JOINED = ("by", "partner", "reverses", "caused_by")


@area.post("/receipts", response={201: DocumentDetail})
def receive_stock(request: HttpRequest, payload: ReceiptIn) -> HttpResponse:
    """Goods came: lots that are new are made."""
    user = person_of(request)
    location = _location(user, payload.location, "location")
    with transaction.atomic():
        goods = [_received(user, line) for line in payload.lines]
        made = move_goods.receive_goods(
            goods=goods, location=location, by=user, at=payload.at, reason=payload.reason
        )
    return _written(made, user)


@area.post("/issues", response={201: DocumentDetail})
def issue_stock(request: HttpRequest, payload: IssueIn) -> HttpResponse:
    """Goods leave a store for a work order or department, which bears their cost."""
    user = person_of(request)
    bearer = _bearer(user, payload.charged_to)
    made = move_goods.issue_goods(
        goods=[_goods(user, line) for line in payload.lines],
        warehouse=store_of(user, payload.warehouse, "stock.move"),
        charged_to=bearer,
        source=bearer,
        by=user,
        at=payload.at,
        reason=payload.reason,
    )
    return _written(made, user)


@area.post("/returns", response={201: DocumentDetail})
def return_stock(request: HttpRequest, payload: ReturnIn) -> HttpResponse:
    """What was not used comes back to where it lay, at the value it left with."""
    user = person_of(request)
    bearer = _bearer(user, payload.charged_to)
    goods = [part for line in payload.lines for part in _back(user, bearer, line)]
    made = move_goods.return_goods(
        goods=goods, charged_to=bearer, source=bearer, by=user, at=payload.at, reason=payload.reason
    )
    return _written(made, user)


@area.post("/transfers", response={201: DocumentDetail})
def transfer_stock(request: HttpRequest, payload: TransferIn) -> HttpResponse:
    """Goods go to another location, of the same store or another."""
    user = person_of(request)
    made = move_goods.transfer_goods(
        goods=[_goods(user, line) for line in payload.lines],
        warehouse=store_of(user, payload.warehouse, "stock.move"),
        to=_location(user, payload.to, "to", "stock.see"),
        by=user,
        at=payload.at,
        reason=payload.reason,
    )
    return _written(made, user)


@area.post("/write-offs", response={201: DocumentDetail})
def write_off_stock(request: HttpRequest, payload: WriteOffIn) -> HttpResponse:
    """Goods are thrown away, expired and blocked ones, too; or put before whoever approves it."""
    user = person_of(request)
    goods = [
        _goods(user, line, location=_location(user, line.location, "location")) for line in payload.lines
    ]
    return _written(write_off_goods(goods=goods, by=user, reason=payload.reason, at=payload.at), user)


@area.get("/{number}", response=DocumentDetail)
def get_stock_document(request: HttpRequest, number: str) -> HttpResponse:
    """One document with its lines."""
    user = person_of(request)
    return answer(_detail(found(visible_documents(user).select_related(*JOINED), number=number), user))


@area.post("/{number}/reverse", response={201: DocumentDetail})
def reverse_stock_document(request: HttpRequest, number: str, payload: ReversalIn) -> HttpResponse:
    """Take a posted document back exactly; the answer is the document that does it."""
    user = person_of(request)
    document = found(visible_documents(user), number=number)
    if not movable_documents(user).filter(pk=document.pk).exists():
        raise missing()
    return _written(move_goods.reverse_goods(document_id=document.pk, reason=payload.reason, by=user), user)


def _written(made: StockDocument, user: User) -> HttpResponse:
    return answer(_detail(made, user), status=201, location=f"/api/v1/stock-documents/{made.number}")


def _location(user: User, key: int, field: str, right: str = "stock.move") -> Location:
    place = visible_locations(user, right).select_related("warehouse").filter(pk=key).first()
    if place is None:
        raise Invalid(_("This is no location of a store of yours."), field=field)
    return place


def _bearer(user: User, code: str) -> str:
    bearer = bearer_of(code, user)
    if bearer is None:
        raise Invalid(
            _("“%(code)s” is no work order or department here.") % {"code": code}, field="charged_to"
        )
    return bearer.code


def _item(user: User, key: int) -> Item:
    item = visible_items(user).select_related("unit").filter(pk=key).first()
    if item is None:
        raise Invalid(_("There is no such item."), field="item")
    return item


def _unit(key: int | None) -> Unit | None:
    unit = Unit.objects.filter(pk=key).first() if key else None
    if key and unit is None:
        raise Invalid(_("There is no such unit."), field="unit")
    return unit


def _goods(user: User, line: LineIn, *, location: Location | None = None) -> Goods:
    item = _item(user, line.item)
    lot = Lot.objects.filter(item=item, number=line.lot).first() if line.lot else None
    if line.lot and lot is None:
        raise Invalid(_("%(item)s has no lot %(lot)s.") % {"item": item, "lot": line.lot}, field="lot")
    return Goods(item=item, qty=Decimal(line.quantity), unit=_unit(line.unit), lot=lot, location=location)


def _received(user: User, line: ReceivedIn) -> Goods:
    item = _item(user, line.item)
    lot = lot_for(item=item, number=line.lot, made_on=line.made_on, expires_on=line.expires_on)
    qty, price = Decimal(line.quantity), Decimal(line.price)
    return Goods(item=item, qty=qty, unit=_unit(line.unit), lot=lot, price=price)


def _back(user: User, bearer: str, line: LineIn) -> list[Goods]:
    item = _item(user, line.item)
    qty = in_base(item, Decimal(line.quantity), _unit(line.unit))
    parts = coming_back(bearer, item, qty, lot=line.lot)
    return [Goods(item=item, qty=part, of_move=move) for move, part in parts]


def _head(row: StockDocument, value: Decimal | None) -> dict[str, Any]:
    return {
        "number": row.number,
        "kind": row.kind,
        "state": row.status,
        "effective_at": row.effective_at,
        "posted_at": row.posted_at,
        "by": user_ref(row.by),
        "reason": row.reason,
        "source": row.source,
        "charged_to": row.charged_to,
        "supplier": ref_of(row.partner),
        "reverses": row.reverses.number if row.reverses else None,
        "caused_by": row.caused_by.number if row.caused_by else None,
        "value": amount(value),
    }


def _detail(row: StockDocument, user: User) -> DocumentDetail:
    values = sees_value(user)
    value = values_of([row.pk])[row.pk] if values else None
    return DocumentDetail(**_head(row, value), lines=[_line(one, values=values) for one in lines_of(row)])


def _line(told: MovedLine, *, values: bool) -> LineOut:
    line = told.line
    return LineOut(
        position=line.position,
        item=Ref(id=line.item_id, code=line.item.code, name=str(line.item)),
        quantity=figure(line.entered),
        unit=ref_of(line.unit),
        price=figure(line.price) if values and line.price is not None else None,
        value=amount(told.value if values else None),
        moves=[
            MoveOut(
                source=move.source.code,
                target=move.target.code,
                lot=move.lot.number if move.lot else None,
                quantity=figure(move.qty),
            )
            for move in told.moves
        ],
    )
