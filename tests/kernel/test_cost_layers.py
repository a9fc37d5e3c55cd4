"""What stock has cost: the worked scenarios to the cent, and random histories against a twin."""

from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from houqin.kernel.cost_layers import (
    MILLION,
    Book,
    Carry,
    Event,
    GiveBack,
    LayersShort,
    Receive,
    Reprice,
    Take,
    part_of,
    shares,
)

A, B = 1, 2


def receive(move: int, qty: float, value: float, *, pool: int = A, lot: int | None = None) -> Receive:
    return Receive(move, move, pool, lot, round(qty * MILLION), round(value * 100))


def take(move: int, qty: float, *, pool: int = A, lot: int | None = None) -> Take:
    return Take(move, move, pool, lot, round(qty * MILLION))


def played(*events: Event, averaged: bool = False) -> Book:
    book = Book(averaged=averaged)
    book.play(events)
    return book


def held(book: Book, pool: int = A) -> tuple[float, float]:
    own = [layer for layer in book.layers.values() if layer.key[0] == pool]
    return sum(layer.left for layer in own) / MILLION, book.value_of(pool) / 100


def test_first_in_first_out() -> None:
    book = played(receive(1, 4, 40), receive(2, 2, 50), take(3, 3), take(4, 1), take(5, 1))

    assert [book.cost_of(move) for move in (3, 4, 5)] == [3000, 1000, 2500]
    assert held(book) == (1, 25)


def test_fifteen_of_twenty_by_queue_and_by_average() -> None:
    events = (receive(1, 10, 100), receive(2, 10, 200), take(3, 15))

    queue, average = played(*events), played(*events, averaged=True)

    assert (queue.cost_of(3), held(queue)) == (20000, (5, 100))
    assert (average.cost_of(3), held(average)) == (22500, (5, 75))


@pytest.mark.parametrize(
    ("bought", "landed", "costs"),
    [
        (60, 40, [3333, 3334, 3333]),
        (60, 38, [3267, 3267, 3266]),
        (3, 1.85, [162, 162, 161]),
    ],
)
def test_the_cents_of_a_landed_cost_are_all_spent(bought: float, landed: float, costs: list[int]) -> None:
    book = played(
        receive(1, 3, bought), Reprice(9, 1, round(landed * 100)), take(2, 1), take(3, 1), take(4, 1)
    )

    assert [book.cost_of(move) for move in (2, 3, 4)] == costs
    assert held(book) == (0, 0)


def test_a_later_cost_reaches_the_stock_and_who_used_it_up() -> None:
    two = (receive(1, 10, 100), receive(2, 10, 200))

    after = played(*two, take(3, 1), Reprice(9, 1, 10000))
    before = played(*two, Reprice(9, 1, 10000), take(3, 1))
    gone = played(*two, take(3, 10), Reprice(9, 1, 10000))

    assert (after.cost_of(3), held(after)) == (2000, (19, 380))
    assert (before.cost_of(3), held(before)) == (2000, (19, 380))
    assert (gone.cost_of(3), held(gone)) == (20000, (10, 200))


def test_a_later_cost_follows_what_was_carried_on() -> None:
    book = played(
        receive(1, 10, 100), Carry(2, 2, A, B, None, 4 * MILLION), take(3, 2, pool=B), Reprice(9, 1, 5000)
    )

    assert (held(book), held(book, B), book.cost_of(3)) == ((6, 90), (2, 30), 3000)
    assert sum(dv for (_, move, _), (_, dv) in book.effect.items() if move == 1) == 15000
    assert sum(dv for (_, move, _), (_, dv) in book.effect.items() if move == 2) == 0


def test_what_comes_back_comes_back_at_the_value_it_left_with() -> None:
    book = played(receive(1, 1, 30), receive(2, 1, 10), take(3, 2), GiveBack(4, 4, 3, A, MILLION))

    assert (book.cost_of(4), held(book)) == (-1000, (1, 10))
    book.play([GiveBack(5, 5, 3, A, MILLION)])
    assert held(book) == (2, 40)
    with pytest.raises(LayersShort):
        book.play([GiveBack(6, 6, 3, A, 1)])


def test_carried_stock_keeps_its_age() -> None:
    book = played(
        receive(1, 5, 50),
        receive(2, 5, 75, pool=B),
        Carry(3, 3, A, B, None, 5 * MILLION),
        take(4, 5, pool=B),
    )

    assert (book.cost_of(4), held(book, B)) == (5000, (5, 75))


def test_a_lot_costs_what_this_lot_has_cost() -> None:
    book = played(receive(1, 10, 100, lot=100), receive(2, 10, 50, lot=101), take(3, 10, lot=101))

    assert (book.cost_of(3), held(book)) == (5000, (10, 100))


def test_more_than_there_is_is_refused() -> None:
    with pytest.raises(LayersShort) as refused:
        played(receive(1, 10, 100), take(2, 15))

    assert (refused.value.wanted, refused.value.held) == (15 * MILLION, 10 * MILLION)


@given(st.integers(-10_000, 10_000), st.lists(st.integers(0, 1_000), min_size=1, max_size=8))
def test_shares_are_spent_exactly_and_none_is_negative(amount: int, weights: list[int]) -> None:
    found = shares(amount, weights)

    assert sum(found) == amount
    assert all(share * amount >= 0 for share in found)
    if sum(weights):
        for share, weight in zip(found, weights, strict=True):
            assert abs(share - Decimal(amount) * weight / sum(weights)) < 1


@given(st.integers(0, 10**9), st.integers(1, 10**9), st.integers(1, 10**9))
def test_a_part_is_rounded_half_up(value: int, one: int, other: int) -> None:
    part, whole = sorted((one, other))

    exact = (Decimal(value) * part / whole).quantize(Decimal(1), rounding=ROUND_HALF_UP)

    assert abs(part_of(value, part, whole) - exact) <= (0 if value * part < 10**17 else 1)


class Twin:
    """The same rules piece by piece: layers in a plain list, searched anew at every step."""

    def __init__(self) -> None:
        self.layers: list[list[int]] = []  # pool, instant, left, value
        self.cost: dict[int, int] = defaultdict(int)

    def do(self, event: Event) -> None:
        if isinstance(event, Receive):
            self.layers.append([event.pool, event.move, event.qty, event.value])
        elif isinstance(event, Take | Carry):
            rest, carried = event.qty, dict[int, list[int]]()
            for layer in sorted(self.layers, key=lambda one: one[1]):
                part = min(rest, layer[2]) if layer[0] == event.pool else 0
                if not part:
                    continue
                exact = Decimal(layer[3]) * part / layer[2]
                value = layer[3] if part == layer[2] else int(exact.quantize(Decimal(1), ROUND_HALF_UP))
                layer[2], layer[3], rest = layer[2] - part, layer[3] - value, rest - part
                if isinstance(event, Carry):
                    own = carried.setdefault(layer[1], [event.to, layer[1], 0, 0])
                    own[2], own[3] = own[2] + part, own[3] + value
                else:
                    self.cost[event.move] += value
            self.layers += carried.values()


@st.composite
def histories(draw: st.DrawFn) -> list[Event]:
    stock, events = {A: 0, B: 0}, list[Event]()
    for move in range(1, draw(st.integers(2, 25))):
        pool = draw(st.sampled_from([A, B]))
        what = draw(st.sampled_from("rrtc"))
        if what == "r" or not stock[pool]:
            qty = draw(st.integers(1, 50))
            events.append(Receive(move, move, pool, None, qty, draw(st.integers(0, 500))))
            stock[pool] += qty
            continue
        qty = draw(st.integers(1, stock[pool]))
        stock[pool] -= qty
        if what == "t":
            events.append(Take(move, move, pool, None, qty))
        else:
            events.append(Carry(move, move, pool, B if pool == A else A, None, qty))
            stock[B if pool == A else A] += qty
    return events


@given(histories())
def test_a_random_history_costs_what_the_twin_says(events: list[Event]) -> None:
    book, twin = played(*events), Twin()
    for event in events:
        twin.do(event)

    for pool in (A, B):
        assert book.value_of(pool) == sum(one[3] for one in twin.layers if one[0] == pool)
    assert {e.move: book.cost_of(e.move) for e in events if isinstance(e, Take)} == dict(twin.cost)


@given(histories(), st.booleans(), st.data())
def test_nothing_is_lost_whatever_is_repriced_and_given_back(
    events: list[Event], averaged: bool, data: st.DataObject
) -> None:
    book = played(*events, averaged=averaged)
    for receipt in [e for e in events if isinstance(e, Receive)][:3]:
        book.play([Reprice(99, receipt.move, data.draw(st.integers(0, 300)))])
    for taken in [e for e in events if isinstance(e, Take)][:2]:
        back = data.draw(st.integers(1, taken.qty))
        book.play([GiveBack(99, 1_000 + taken.move, taken.move, taken.pool, back)])

    assert all(layer.left >= 0 and layer.value >= 0 for layer in book.layers.values())
    assert all(layer.left or not layer.value for layer in book.layers.values())
    for key, layer in book.layers.items():
        own = [effect for (*_, at), effect in book.effect.items() if at == key]
        assert (layer.left, layer.value) == (sum(q for q, _ in own), sum(v for _, v in own))
