"""Counting while goods move, blind and by a second person, and what becomes of a difference."""

import datetime as dt
from decimal import Decimal

import pytest

from houqin.accounts.models import User
from houqin.approvals.models import Approval
from houqin.flows.decide_approval import decide_approval
from houqin.flows.settle_count import finish_count
from houqin.inventory.actions import counting
from houqin.inventory.models import (
    CountLine,
    CountSession,
    Item,
    ItemUnit,
    Location,
    StockDocument,
    StockLimit,
    StockMove,
    Warehouse,
)
from houqin.inventory.queries.counting import difference, final_lines, shown_book
from houqin.kernel import clock
from houqin.kernel.errors import Invalid, NotPermitted, Refused, StaleState
from tests.inventory.ledger import proofs
from tests.makers_stock import (
    cost_of,
    days_ago,
    issued,
    make_item,
    make_lot,
    make_store,
    make_unit,
    received,
    shelf,
    stock,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def store() -> Warehouse:
    return make_store()


def filled(store: Warehouse, qty: object, price: object = "100.00", **facts: object) -> Item:
    item = make_item(**facts)  # type: ignore[arg-type]
    received(item, qty, price, to=shelf(store), at=days_ago(1))
    return item


def planned(store: Warehouse, by: User, **facts: object) -> CountSession:
    return counting.plan(warehouse=store, by=by, **facts)  # type: ignore[arg-type]


def counted(session: CountSession, item: Item, qty: object, by: User, **facts: object) -> CountLine:
    where: Location = facts.pop("location", None) or shelf(session.warehouse)  # type: ignore[assignment]
    return counting.write_down(
        session_id=session.pk,
        location=where,
        item=item,
        qty=Decimal(str(qty)),
        by=by,
        **facts,  # type: ignore[arg-type]
    )


def finished(session: CountSession, by: User) -> CountSession:
    return finish_count(session_id=session.pk, by=by)


def test_a5_goods_may_move_while_they_are_counted(store: Warehouse, sun: User, lin: User) -> None:
    lamp = filled(store, 20)
    session = planned(store, sun)
    line = session.lines.get()
    assert (line.book_qty, line.book_seq) == (20, StockMove.objects.latest("pk").pk)
    issued(lamp, 5, out_of=store)

    line = counted(session, lamp, 15, sun)

    assert difference(line) == 0
    assert finished(session, sun).status == "done"
    assert not StockDocument.objects.filter(kind="count").exists()
    line.refresh_from_db()
    assert (line.decision, line.counter, line.counted_qty) == ("unchanged", sun, 15)


def test_a5_a_difference_needs_a_second_counter_who_does_not_see_the_first_figure(
    store: Warehouse, sun: User, chen: User, lin: User
) -> None:
    lamp = filled(store, 20)
    session = planned(store, sun, blind=False)
    assert shown_book(session.lines.get()) == 20
    issued(lamp, 5, out_of=store)
    assert difference(counted(session, lamp, 14, sun)) == -1

    assert finished(session, sun).status == "counting"

    again = session.lines.get(round=2)
    assert (shown_book(again), again.counted_qty) == (None, None)
    with pytest.raises(NotPermitted, match="somebody else"):
        counted(session, lamp, 14, sun)
    with pytest.raises(Refused, match="1 of 1 lines are not counted yet"):
        finished(session, sun)

    counted(session, lamp, 14, chen)
    assert finished(session, sun).status == "deciding"
    assert stock(lamp)[0] == 15

    approval = Approval.objects.get()
    assert approval.amount == Decimal("100.00")
    decide_approval(approval_id=approval.pk, by=lin, verb="agree")

    session.refresh_from_db()
    assert session.status == "done"
    assert stock(lamp) == (14, Decimal("1400.00"))
    document = StockDocument.objects.get(kind="count")
    assert (document.number, document.source) == (approval.number, session.number)
    assert cost_of(document) == Decimal("100.00")
    assert not proofs(lamp)


def test_a_second_counter_who_finds_everything_ends_it(store: Warehouse, sun: User, chen: User) -> None:
    lamp = filled(store, 15)
    session = planned(store, sun)
    counted(session, lamp, 14, sun)
    finished(session, sun)
    counted(session, lamp, 15, chen)

    assert finished(session, sun).status == "done"
    assert [line.decision for line in session.lines.order_by("round")] == ["recount", "unchanged"]


def test_a6_an_unchanged_line_is_kept_as_evidence(store: Warehouse, sun: User, chen: User, lin: User) -> None:
    items = [filled(store, 10, name=name) for name in ("灯", "管", "锁")]
    session = planned(store, sun)
    day = clock.now() - dt.timedelta(hours=1)
    for item, qty in zip(items, (10, 9, 11), strict=True):
        counted(session, item, qty, sun, counted_at=day if qty == 10 else None)
    with clock.stopped_at(clock.now() + dt.timedelta(seconds=1)):
        finished(session, sun)
        counted(session, items[1], 9, chen)
        counted(session, items[2], 11, chen)
        finished(session, sun)
        decide_approval(approval_id=Approval.objects.get().pk, by=lin, verb="agree")

    kept = session.lines.get(item=items[0])
    assert (kept.decision, kept.counted_at, kept.counter) == ("unchanged", day, sun)
    assert [stock(item)[0] for item in items] == [10, 9, 11]
    assert StockDocument.objects.get(kind="count").lines.count() == 2


@pytest.mark.parametrize(
    ("book", "found", "price", "percent", "value", "free"),
    [
        ("1", "2", "100", "10", "200", False),
        ("2.5", "5", "70", "10", "200", False),
        ("2.5", "5", "70", "100", "200", True),
        ("2.5", "5", "90", "100", "200", False),
        ("2", "3", "10", "10", "200", False),
        ("4", "4.1", "10", "10", "200", True),
    ],
)
def test_s15_either_limit_stops_a_difference(
    store: Warehouse, sun: User, chen: User, lin: User,
    book: str, found: str, price: str, percent: str, value: str, free: bool,
) -> None:  # fmt: skip
    StockLimit.objects.create(kind="count", percent=percent, value=value)
    item = filled(store, book, price, step=Decimal("0.1"))
    session = planned(store, sun)
    counted(session, item, found, sun)

    assert finished(session, sun).status == ("done" if free else "counting")
    if free:
        assert stock(item)[0] == Decimal(found)
        return
    counted(session, item, found, chen)
    assert finished(session, sun).status == "deciding"
    with pytest.raises(NotPermitted):
        decide_approval(approval_id=Approval.objects.get().pk, by=sun, verb="agree")
    assert stock(item)[0] == Decimal(book)
    decide_approval(approval_id=Approval.objects.get().pk, by=lin, verb="agree")
    assert stock(item)[0] == Decimal(found)


def test_the_most_specific_limit_holds(store: Warehouse, sun: User) -> None:
    StockLimit.objects.create(kind="count", percent=0, value=0)
    StockLimit.objects.create(kind="count", warehouse=store, percent=50, value=500)
    item = filled(store, 10, "10.00")
    session = planned(store, sun)
    counted(session, item, 7, sun)

    assert finished(session, sun).status == "done"
    assert stock(item) == (7, Decimal("70.00"))


def test_r10_what_is_found_is_worth_what_the_latest_layer_is(
    store: Warehouse, sun: User, chen: User, lin: User
) -> None:
    item = filled(store, 4, "10.00")
    received(item, 4, "12.50", to=shelf(store))
    session = planned(store, sun)
    counted(session, item, 10, sun)
    finished(session, sun)
    counted(session, item, 10, chen)
    finished(session, sun)

    decide_approval(approval_id=Approval.objects.get().pk, by=lin, verb="agree")

    assert stock(item) == (10, Decimal("115.00"))


def test_r10_found_goods_of_unknown_worth_count_as_nothing_once_somebody_agrees(
    store: Warehouse, sun: User, chen: User, lin: User
) -> None:
    StockLimit.objects.create(kind="count", percent=1000, value=1000)
    known, found = filled(store, 1), make_item("没人认得的阀门")
    session = planned(store, sun)
    counted(session, known, 1, sun)
    counted(session, found, 3, sun)
    finished(session, sun)
    counted(session, found, 3, chen)
    assert finished(session, sun).status == "deciding"

    decide_approval(approval_id=Approval.objects.get().pk, by=lin, verb="agree")

    assert stock(found) == (3, Decimal("0.00"))


def test_a_refused_difference_goes_back_to_be_counted(
    store: Warehouse, sun: User, chen: User, lin: User
) -> None:
    item = filled(store, 10)
    session = planned(store, sun)
    counted(session, item, 2, sun)
    finished(session, sun)
    counted(session, item, 2, chen)
    finished(session, sun)

    decide_approval(approval_id=Approval.objects.get().pk, by=lin, verb="refuse", note="再数一遍")

    session.refresh_from_db()
    assert (session.status, session.document.status) == ("counting", "dropped")  # type: ignore[union-attr]
    counting.recount(line_id=session.lines.get(round=2).pk, by=sun)
    counted(session, item, 10, lin)
    assert finished(session, sun).status == "done"
    assert stock(item)[0] == 10


def test_a_late_document_that_had_happened_before_is_taken_into_account(
    store: Warehouse, sun: User, chen: User
) -> None:
    item, hour = filled(store, 10, "1.00"), dt.timedelta(hours=1)
    now = clock.now()
    with clock.stopped_at(now + 3 * hour):
        session = planned(store, sun)
        counted(session, item, 8, sun)
    with clock.stopped_at(now + 4 * hour):
        issued(item, 2, out_of=store, at=now + 2 * hour)
        assert finished(session, sun).status == "done"
    assert stock(item)[0] == 8


def test_bad_figures_are_refused_and_nothing_is_written(store: Warehouse, sun: User, chen: User) -> None:
    lamp, other, lots = filled(store, 10), make_store("乙库"), make_item("漆", tracking="lot")
    session = planned(store, sun)

    with pytest.raises(Invalid, match="not a location of 总库"):
        counted(session, lamp, 1, sun, location=shelf(other))
    with pytest.raises(Invalid, match="name the lot"):
        counted(session, lots, 1, sun)
    with pytest.raises(Invalid, match=r"0\.5 is not possible"):
        counted(session, lamp, "0.5", sun)
    with pytest.raises(Invalid, match="future"):
        counted(session, lamp, 1, sun, counted_at=clock.now() + dt.timedelta(days=1))
    with pytest.raises(Invalid, match="another item"):
        counted(session, lamp, 1, sun, lot=make_lot(lots))
    assert not session.lines.filter(counted_qty__isnull=False).exists()

    counted(session, lamp, 10, sun)
    with pytest.raises(NotPermitted, match="孙仓管 has counted this"):
        counted(session, lamp, 9, chen)
    assert counted(session, lamp, 9, sun).counted_qty == 9
    counting.cancel(session_id=session.pk, reason="改天")
    with pytest.raises(StaleState, match="no longer being counted"):
        counted(session, lamp, 9, sun)


def test_boxes_are_counted_in_boxes(store: Warehouse, sun: User) -> None:
    item, box = filled(store, 18, "1.00"), make_unit("盒")
    ItemUnit.objects.create(item=item, unit=box, num=9)

    assert counted(planned(store, sun), item, 2, sun, unit=box).counted_qty == 18


def test_a_thing_is_in_one_open_count_at_a_time(store: Warehouse, sun: User) -> None:
    filled(store, 10)
    first = planned(store, sun)

    with pytest.raises(Refused, match=f"counted already: {first.number}"):
        planned(store, sun)
    counting.cancel(session_id=first.pk, reason="改天")
    assert len(final_lines(planned(store, sun))) == 1


def test_a_count_is_narrowed_to_shelves_and_categories(store: Warehouse, sun: User) -> None:
    lamp = filled(store, 10)
    received(lamp, 5, 1, to=shelf(store, "B2"))

    session = planned(store, sun, locations=[shelf(store, "B2")])

    assert [line.location.code for line in session.lines.all()] == ["B2"]
    with pytest.raises(Refused, match="Nothing of this kind"):
        planned(store, sun, items=[])
